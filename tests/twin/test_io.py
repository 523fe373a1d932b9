"""Twin files: what they hold comes back, what does not fit is refused in a sentence, both files land on disk."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from kapitza.errors import OutputError, StudyError
from kapitza.files import read
from kapitza.twin import read_twin, synthesise, twin_to_toml, write_twin
from kapitza.twin.io import parse_twin

EXAMPLES = Path(__file__).parents[2] / "examples"
TWINS = sorted(
    path for path in EXAMPLES.glob("*/*.toml") if path.parent.name in ("twins", "paper") and "_study" not in path.stem
)

WRONG = [
    ("fwhm = 12.0", "fwmh = 12.0", "[zero_loss] unknown key 'fwmh'; did you mean 'fwhm'?"),
    ("[zero_loss]", "[zeroloss]", "unknown table 'zeroloss'; did you mean 'zero_loss'?"),
    ("weight = 0.35", "wieght = 0.35", "[left.modes] unknown key 'wieght'; did you mean 'weight'?"),
    ("dark = 0.1", "xyz = 0.1", "[detector] unknown key 'xyz'; known are provenance, gain_pattern"),
    ("beam_energy = 60.0", 'beam_energy = "60"', '[microscope] beam_energy: wanted a number in keV, got "60".'),
    ("rows = 20\n", "", "[scan] rows is missing: add a number of pixels"),
    ("rows = 20", "rows = 2.5", "[scan] rows: wanted a number of pixels along y, got 2.5."),
    ('heat_flow = "forward"', 'heat_flow = "up"', '[temperature] heat_flow: wanted "forward" (left to right)'),
    ("gradient_left = 170.0", "gradient_left = nan", "[temperature] gradient_left: wanted the size of the left"),
    ("stop = 250.0", "stop = 250.4", "[energy] stop - start must be a whole number of channels, got 500.4."),
    ("start = -250.0", "start = 50.0", "[energy] start must lie below 0 and stop above"),
    ("gradient_left = 170.0", "gradient_left = 9000.0", "keep the sample above 10 K"),
    ("bad_pixels = 0", "bad_pixels = 3220", "[detector] bad_pixels must leave at least one good pixel"),
    ('dark = "choice"\n', "", "[detector] provenance is missing for dark."),
    ('dark = "choice"\n', 'dark = "choice"\nlight = "choice"\n', "[detector] provenance speaks of light"),
    ("asymmetry = 0.0\n", 'asymmetry = 0.0\nshape = "lorentz"\n', '[zero_loss] shape: wanted "pearson7", "gaussian"'),
    ('line = "gaussian"', 'line = "voigt"', "[left.modes] a line 'voigt' wants lorentzian_share."),
    ("seed = 20251", "seed = ", "is not valid TOML"),
]


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_examples_are_read_and_come_back(path):
    twin = read_twin(path)
    assert parse_twin(twin_to_toml(twin), path.name) == twin


def test_there_are_examples():
    assert {path.parent.name for path in TWINS} == {"paper", "twins"}


def test_a_twin_comes_back_from_its_file(demo, tmp_path):
    for flow, twin in demo.items():
        path = tmp_path / f"{flow}.toml"
        path.write_text(twin_to_toml(twin), encoding="utf-8")
        assert read_twin(path) == twin


def test_the_demo_twins_share_all_but_heat_flow_name_and_seed(demo):
    assert list(demo) == ["forward", "reverse", "none"]
    documents = [tomllib.loads(twin_to_toml(twin)) for twin in demo.values()]
    assert [document["temperature"].pop("heat_flow") for document in documents] == list(demo)
    assert [document["twin"].pop("name") for document in documents] == list(demo)
    assert len({document["twin"].pop("seed") for document in documents}) == 3
    assert documents[0] == documents[1] == documents[2]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG, ids=[wrong[1].strip() or wrong[0] for wrong in WRONG])
def test_what_does_not_fit_is_refused(demo_text, right, wrong, sentence):
    assert right in demo_text
    with pytest.raises(StudyError, match=re.escape(sentence)) as caught:
        parse_twin(demo_text.replace(right, wrong, 1), "mine.toml")
    assert str(caught.value).startswith("mine.toml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("peak", "sentence"),
    [
        ({"shape": "pearson7"}, "[zero_loss] exponent is missing: add the Pearson exponent"),
        ({"shape": "gaussian", "skew": 0.1}, "[zero_loss] skew does not belong to the shape 'gaussian'"),
        ({"shape": "gaussian_and_pearson", "exponent": 2.0}, "[zero_loss] core_share is missing"),
        ({"shape": "pearson4", "exponent": 2.0, "skew": 0.1, "asymmetry": 0.1}, "[zero_loss] asymmetry does not"),
    ],
)
def test_a_peak_wants_the_keys_of_its_shape(demo, vary, peak, sentence):
    with pytest.raises(StudyError, match=re.escape(sentence)):
        vary(demo["none"], zero_loss=peak)


@pytest.fixture(scope="module")
def demo_text():
    import importlib.resources

    return importlib.resources.files("kapitza.twin").joinpath("demo.toml").read_text(encoding="utf-8")


def test_files_that_are_no_twin_are_refused(tmp_path):
    with pytest.raises(StudyError, match="cannot be read"):
        read_twin(tmp_path / "absent.toml")
    binary = tmp_path / "cube.toml"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(StudyError, match="is not text"):
        read_twin(binary)


def test_image_and_truth_land_beside_each_other(quiet, tmp_path):
    path = tmp_path / "made" / "here" / "close.up.hspy"
    write_twin(quiet, path)
    write_twin(quiet, path)
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["close.up.hspy", "close.up.truth.zarr"]
    image, truth = synthesise(quiet)
    again = read(path)
    np.testing.assert_array_equal(np.asarray(again.counts), image.counts)
    np.testing.assert_allclose(again.energy, image.energy, rtol=0, atol=1e-9)
    assert again.step == pytest.approx(image.step)
    assert again.microscope == image.microscope
    with xr.open_zarr(path.with_name("close.up.truth.zarr"), consolidated=False) as stored:
        xr.testing.assert_identical(stored.load(), truth)


def test_a_name_that_cannot_be_written_leaves_nothing_behind(quiet, tmp_path):
    with pytest.raises(OutputError, match="hspy"):
        write_twin(quiet, tmp_path / "image.tif")
    assert list(tmp_path.iterdir()) == []
