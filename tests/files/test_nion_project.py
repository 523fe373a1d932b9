"""Nion Swift projects: the right items from the right places."""

import json
from pathlib import Path

import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.errors import InputError
from kapitza.files import describe, read, read_survey, sha256

from .swift import swift_properties, write_zip


def test_items_are_chosen_by_title_uuid_or_number(swift_project: Path, image: SpectrumImage) -> None:
    np.testing.assert_array_equal(read(swift_project, item="AlN on SiC").counts, image.counts)
    np.testing.assert_array_equal(read(swift_project, item="u-2").counts, 2 * image.counts)
    np.testing.assert_array_equal(read(swift_project, item="0").counts, image.counts)


def test_several_spectrum_images_are_listed_without_the_deleted(swift_project: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(swift_project)
    message = str(caught.value)
    assert "2 spectrum images" in message
    assert "'doubled'" in message
    assert "'HAADF'" in message
    assert "deleted" not in message
    assert "trashed" not in message


@pytest.mark.parametrize("folder", [".", "Work Data"])
def test_folder_stands_for_its_project(swift_project: Path, folder: str, image: SpectrumImage) -> None:
    got = read(swift_project.parent / folder, item="doubled")
    np.testing.assert_array_equal(got.counts, 2 * image.counts)


def test_only_spectrum_image_is_taken(swift_project: Path) -> None:
    next(swift_project.parent.rglob("data_BBB.h5")).unlink()
    got = describe(swift_project)
    assert got.item == "AlN on SiC"
    assert len(got.others) == 1
    assert "HAADF" in got.others[0]
    assert "1 data files of the project could not be read" in got.notes


def test_survey_comes_from_the_project(swift_project: Path, image: SpectrumImage) -> None:
    np.testing.assert_array_equal(read_survey(swift_project), image.counts[:, :, 0])


def test_data_folder_is_found_by_its_name_after_a_move(swift_project: Path, image: SpectrumImage) -> None:
    content = json.loads(swift_project.read_text())
    content["project_data_folders"] = ["/somewhere/else/Work Data"]
    swift_project.write_text(json.dumps(content))
    np.testing.assert_array_equal(read(swift_project, item="0").counts, image.counts)


def test_project_without_its_data(tmp_path: Path, image: SpectrumImage) -> None:
    project = tmp_path / "Work.nsproj"
    project.write_text(json.dumps({"version": 3, "project_data_folders": ["Work Data"]}))
    with pytest.raises(InputError, match="folder 'Work Data' with the data is wanted"):
        read(project)
    (tmp_path / "Work Data").mkdir()
    with pytest.raises(InputError, match="none that can be read"):
        read(project)
    write_zip(tmp_path / "Work Data" / "data_A.ndata", image.counts, swift_properties(image))
    np.testing.assert_array_equal(read(project).counts, image.counts)
    project.write_text("[]")
    with pytest.raises(InputError, match="other JSON"):
        read(project)


def test_fingerprint_covers_the_data(swift_project: Path) -> None:
    before = sha256(swift_project)
    assert sha256(swift_project.parent) == before
    file = next(swift_project.parent.rglob("data_BBB.h5"))
    file.write_bytes(file.read_bytes() + b"0")
    assert sha256(swift_project) != before


def test_samples_written_by_swift_as_a_project(shared_data: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "Real Data" / "2026" / "11"
    folder.mkdir(parents=True)
    for suffix in ("ndata", "h5"):
        shutil.copy(shared_data / "nion_formats" / f"bto_crop_library.{suffix}", folder / f"data_{suffix}.{suffix}")
    (tmp_path / "Real.nsproj").write_text(json.dumps({"version": 3, "project_data_folders": ["Real Data"]}))
    expected = read(shared_data / "nion_formats" / "bto_crop.ndata1")
    for item in ("0", "1"):
        np.testing.assert_array_equal(read(tmp_path / "Real.nsproj", item=item).counts, expected.counts)
