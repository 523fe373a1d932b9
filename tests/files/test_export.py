"""A temperature map leaves in the formats that others read."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat

from kapitza.data import Status, TemperatureMap
from kapitza.errors import OutputError
from kapitza.files.export import export_map
from kapitza.quantity import Quantity
from kapitza.settings import Method


@pytest.fixture
def tmap() -> TemperatureMap:
    status = np.array([[0, 0, 2], [0, 9, 0]])
    temperature = np.where(status == 0, 300.0 + np.arange(6.0).reshape(2, 3), np.nan)
    return TemperatureMap(
        name="forward",
        temperature=temperature,
        error=np.where(status == 0, 3.5, np.nan),
        status=status,
        shift=np.full((2, 3), 0.1),
        spikes=np.zeros((2, 3), int),
        energy=np.array([55.0, 56.0]),
        loss=None,
        gain=None,
        step=(0.5, 0.25),
        temperature_mean=Quantity(302.0, 1.0, "K"),
        zero_loss={},
        scatter=None,
        settings=Method(),
    )


def test_csv_has_a_line_per_pixel(tmap: TemperatureMap, tmp_path: Path) -> None:
    export_map(tmap, tmp_path / "map.csv")
    lines = list(csv.DictReader((tmp_path / "map.csv").read_text().splitlines()))
    assert len(lines) == 6
    last = lines[-1]
    assert (last["row"], last["column"]) == ("1", "2")
    assert (float(last["y_nm"]), float(last["x_nm"])) == (0.5, 0.5)
    assert (float(last["temperature_K"]), float(last["error_K"]), last["status"]) == (305.0, 3.5, "ok")
    assert lines[2]["status"] == Status.NOT_FINITE.name.lower()
    assert lines[2]["temperature_K"] == "nan"


def test_mat_holds_the_maps(tmap: TemperatureMap, tmp_path: Path) -> None:
    export_map(tmap, tmp_path / "map.mat")
    got = loadmat(tmp_path / "map.mat", squeeze_me=True)
    np.testing.assert_array_equal(got["temperature"], tmap.temperature)
    np.testing.assert_array_equal(got["temperature_error"], tmap.error)
    np.testing.assert_array_equal(got["status"], tmap.status)
    np.testing.assert_array_equal(got["step"], tmap.step)


def test_hspy_is_a_stack_of_pictures(tmap: TemperatureMap, tmp_path: Path) -> None:
    from rsciio.hspy import file_reader

    export_map(tmap, tmp_path / "map.hspy")
    (got,) = file_reader(str(tmp_path / "map.hspy"))
    layers = got["original_metadata"]["kapitza"]["layers"]
    np.testing.assert_array_equal(got["data"][layers.index("temperature")], tmap.temperature)
    np.testing.assert_array_equal(got["data"][layers.index("status")], tmap.status)
    assert [(axis["name"], axis["units"], axis["scale"]) for axis in got["axes"]][1:] == [
        ("y", "nm", 0.5),
        ("x", "nm", 0.25),
    ]


def test_other_suffixes_are_refused_by_name(tmap: TemperatureMap, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.hspy, \.mat, \.csv"):
        export_map(tmap, tmp_path / "map.xls")
    assert not list(tmp_path.iterdir())
