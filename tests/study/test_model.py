"""The study of a single file."""

import pytest

from kapitza.errors import StudyError
from kapitza.settings import InterfaceSettings, Method
from kapitza.study import study_for_file
from kapitza.study.model import NAME


@pytest.mark.parametrize(
    ("file", "name"),
    [("forward.hspy", "forward"), ("a:b*c.dm4", "a_b_c"), ("__.npy", "image"), ("µ-map 1.dm3", "µ-map 1")],
)
def test_the_image_is_named_after_its_file(tmp_path, file, name):
    (tmp_path / file).touch()
    study = study_for_file(tmp_path / file, preset="paper", denoise="none", item="3", axis="y", compare=False)
    (image,) = study.images
    assert (image.name, image.file, image.item) == (name, tmp_path.resolve() / file, "3")
    assert NAME.fullmatch(name)
    assert study.interface == InterfaceSettings(axis="y")
    assert study.method == Method(preset="paper", denoise="none")
    assert study.compare is False


def test_a_map_needs_no_interface(tmp_path):
    (tmp_path / "a.npy").touch()
    assert study_for_file(tmp_path / "a.npy").interface is None


def test_missing_file(tmp_path):
    with pytest.raises(StudyError, match=r"No such file: .*gone\.dm4"):
        study_for_file(tmp_path / "gone.dm4")
