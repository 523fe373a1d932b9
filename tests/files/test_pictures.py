"""Surveys and masks from whatever holds a picture."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from kapitza.data import SpectrumImage
from kapitza.errors import InputError
from kapitza.files import read_mask, read_survey, write_hspy

from .swift import swift_properties, write_nhdf

PICTURE = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.fixture(params=["png", "bmp", "tif", "npy"])
def picture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"a.{request.param}"
    if request.param == "tif":
        tifffile.imwrite(path, PICTURE)
    elif request.param == "npy":
        np.save(path, PICTURE)
    else:
        Image.fromarray(PICTURE).save(path)
    return path


def test_survey_and_mask_from_every_picture_format(picture: Path) -> None:
    np.testing.assert_array_equal(read_survey(picture), PICTURE)
    mask = read_mask(picture, (3, 4))
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask, PICTURE != 0)


def test_mask_of_the_wrong_shape_is_refused(picture: Path) -> None:
    with pytest.raises(InputError, match=r"4 x 3 pixels is wanted, got 3 x 4 in a\."):
        read_mask(picture, (4, 3))


def test_true_and_false_make_a_mask(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", PICTURE > 5)
    np.testing.assert_array_equal(read_mask(tmp_path / "a.npy", (3, 4)), PICTURE > 5)


def test_sixteen_bits_are_kept(tmp_path: Path) -> None:
    deep = (PICTURE.astype(np.uint16) + 1) * 5000
    Image.fromarray(deep).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_survey(tmp_path / "a.png"), deep)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_colours_turn_grey(suffix: str, tmp_path: Path) -> None:
    grey = np.repeat(PICTURE[:, :, None] * 20, 3, axis=2)
    if suffix == "png":
        Image.fromarray(grey).save(tmp_path / "a.png")
    else:
        tifffile.imwrite(tmp_path / "a.tif", grey, photometric="rgb")
    np.testing.assert_array_equal(read_survey(tmp_path / f"a.{suffix}"), PICTURE * 20.0)


def test_survey_beside_the_spectra_is_found(tmp_path: Path, image: SpectrumImage) -> None:
    properties = swift_properties(image)
    survey = {**properties, "dimensional_calibrations": properties["dimensional_calibrations"][:2]}
    path = write_nhdf(tmp_path / "a.nhdf", [(image.counts, properties), (image.counts[:, :, 3], survey)])
    np.testing.assert_array_equal(read_survey(path), image.counts[:, :, 3])


def test_no_picture_is_a_sentence(tmp_path: Path, image: SpectrumImage) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    np.save(tmp_path / "deep.npy", np.zeros((3, 4, 5)))
    (tmp_path / "empty.png").touch()
    (tmp_path / "bad.png").write_bytes(b"no picture at all")
    (tmp_path / "bad.tif").write_bytes(b"no picture at all")
    (tmp_path / "a.txt").write_text("words")
    for name, words in (
        ("a.hspy", "picture with two axes is wanted, got none"),
        ("deep.npy", "got an array of 3 x 4 x 5"),
        ("empty.png", "got the empty file"),
        ("bad.png", "damaged"),
        ("bad.tif", "damaged"),
        ("a.txt", r"A picture .* is wanted, got 'a.txt'"),
        ("missing.png", "got nothing at"),
    ):
        with pytest.raises(InputError, match=words):
            read_survey(tmp_path / name)
        with pytest.raises(InputError):
            read_mask(tmp_path / name, (3, 4))


def test_mask_never_unpickles(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[{}, {}]], dtype=object))
    with pytest.raises(InputError):
        read_mask(tmp_path / "a.npy", (1, 2))
