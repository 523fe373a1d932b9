"""The result folder is complete or not at all, holds what was found, and tells nothing of the machine."""

import getpass
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from kapitza.errors import OutputError
from kapitza.report import folder, save
from kapitza.study import read_study

CHECKER = Path(__file__).resolve().parents[3] / "shared" / "check_result.py"


@pytest.fixture(scope="module")
def study(synthetic):
    return synthetic.full()


@pytest.fixture(scope="module")
def saved(study, tmp_path_factory):
    return save(study, tmp_path_factory.mktemp("results") / "full")


def test_everything_is_there_and_nothing_else(saved):
    assert sorted(p.name for p in saved.iterdir()) == [
        "figures", "maps.zarr", "report.html", "results.json", "study.toml",
    ]  # fmt: skip
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]


def test_every_figure_is_there_as_png_and_svg(saved):
    stems = [{p.stem for p in (saved / "figures").glob(f"*.{kind}")} for kind in ("png", "svg")]
    assert stems[0] == stems[1]
    assert {"overview", "profiles", "combined", "forward_temperature", "none_status"} <= stems[0]


def test_the_contract_holds(saved):
    if not CHECKER.is_file():
        pytest.skip("the checker of result folders is not beside this checkout")
    run = subprocess.run([sys.executable, CHECKER, saved], capture_output=True, text=True, check=False)
    assert run.stdout == "0 breaches of the contract\n"
    assert run.returncode == 0


@pytest.mark.parametrize("name", ["forward", "reverse", "none"])
def test_maps_come_back_as_they_were(saved, study, name):
    tmap = study.images[name].map
    with xr.open_zarr(saved / "maps.zarr", group=name) as maps:
        np.testing.assert_array_equal(maps.temperature, tmap.temperature)
        np.testing.assert_array_equal(maps.temperature_error, tmap.error)
        np.testing.assert_array_equal(maps.status, tmap.status)
        np.testing.assert_array_equal(maps.gain, tmap.gain)
        assert maps.temperature.attrs["units"] == "K"
        assert maps.x.attrs["units"] == "nm"
        assert maps.status.attrs["flag_meanings"].split()[0] == "ok"


def test_no_user_no_host_and_no_absolute_path_is_told(saved):
    private = {str(saved.parent), str(Path.home()), f"/{getpass.getuser()}/"}
    for path in saved.rglob("*"):
        if path.is_file() and path.suffix in {".json", ".html", ".svg", ".toml"}:
            text = path.read_text(encoding="utf-8")
            assert not [word for word in private if word in text], path.name


def test_the_study_reads_again_beside_its_files(study, tmp_path):
    for entry in study.study.images:
        (tmp_path / entry.file.name).write_bytes(b"counts")
    here = [replace(entry, file=tmp_path / entry.file.name) for entry in study.study.images]
    moved = replace(study, study=replace(study.study, images=tuple(here)))
    (tmp_path / "result").mkdir()
    folder.write_text(tmp_path / "result" / "study.toml", folder.to_toml(moved.study, tmp_path / "result"))
    assert read_study(tmp_path / "result" / "study.toml") == moved.study


def test_a_failure_leaves_nothing(synthetic, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "write_report", fail)
    with pytest.raises(OutputError, match="full disk"):
        save(synthetic.one_pixel(), tmp_path / "result")
    assert list(tmp_path.iterdir()) == []


def contents(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_an_earlier_result_is_replaced_only_by_force_and_by_the_same_bytes(synthetic, tmp_path):
    study = synthetic.one_pixel()
    first = contents(save(study, tmp_path / "result"))
    (tmp_path / "result" / "stray").touch()
    with pytest.raises(OutputError, match="--force"):
        save(study, tmp_path / "result")
    assert contents(save(study, tmp_path / "result", force=True)) == first


def test_text_is_utf8_in_normal_form_c(tmp_path):
    folder.write_text(tmp_path / "text", "A\u030a e\u0301 µ \udc80\n")
    assert (tmp_path / "text").read_bytes() == "Å é µ ?\n".encode()
