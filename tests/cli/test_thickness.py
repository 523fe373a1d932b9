"""`kapitza thickness` and `kapitza beam`: a map, numbers and a figure, and sentences for what is not right."""

import json
import re

import numpy as np
import pytest
import xarray as xr

from kapitza.data import Microscope, SpectrumImage
from kapitza.files import write_hspy
from kapitza.theory.lineshapes import pearson7

ENERGY = 200.0 * np.arange(-50, 400)


@pytest.fixture(scope="module")
def low_loss(tmp_path_factory):
    """Four pixels whose plasmon makes t/lambda 0.2, 0.4, 0.6 and 0.8 (scattered once, or not at all)."""
    peak = pearson7(ENERGY, 1.0, 0.0, 800.0, 3.0)
    plasmon = np.exp(-0.5 * ((ENERGY - 21e3) / 2e3) ** 2)
    ratio = np.expm1(np.array([[0.2, 0.4], [0.6, 0.8]]))[..., None]
    mean = 1e6 * (peak / peak.sum() + ratio * plasmon / plasmon.sum())
    counts = np.random.default_rng(2).poisson(mean).astype(np.float32)
    path = tmp_path_factory.mktemp("low") / "low.hspy"
    write_hspy(SpectrumImage(counts, ENERGY, (2.0, 2.0), microscope=Microscope(60.0, 20.0, 25.0)), path)
    return path


def test_a_folder_with_numbers_maps_and_figure(kapitza, low_loss, tmp_path):
    code, out, _ = kapitza("thickness", low_loss, "-o", tmp_path / "out", "--density", "3.26")
    assert code == 0
    words = " ".join(out.split())
    assert "thickness 35.1 ± 3.5 nm" in words
    assert "after Iakoubovskii et al." in words
    assert "centred on the unscattered beam" in words
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["figures", "maps.zarr", "results.json"]
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} == {"thickness.png", "thickness.svg"}
    numbers = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    found = numbers["images"]["low"]["thickness"]
    assert found["relative"]["sample"]["value"] == pytest.approx(0.5, abs=2e-3)
    assert found["sample"]["value"] == pytest.approx(0.5 * 70.25, rel=0.01)
    assert found["sample"]["error"] == pytest.approx(0.1 * found["sample"]["value"], rel=0.01)
    assert numbers["inputs"][0]["file"] == "low.hspy"
    assert str(tmp_path) not in json.dumps(numbers)
    with xr.open_zarr(tmp_path / "out" / "maps.zarr", group="low") as maps:
        np.testing.assert_allclose(maps.relative_thickness, [[0.2, 0.4], [0.6, 0.8]], atol=4e-3)
        np.testing.assert_allclose(maps.thickness, 70.25 * maps.relative_thickness, rtol=1e-3)
        assert maps.x.attrs["units"] == "nm"


def test_without_a_density_it_is_in_mean_free_paths(kapitza, low_loss, tmp_path):
    out = kapitza("thickness", low_loss, "-o", tmp_path / "out").out
    assert "For nm give --density" in " ".join(out.split())
    found = json.loads((tmp_path / "out" / "results.json").read_text())["images"]["low"]["thickness"]
    assert found["mean_free_path"] is None
    assert "sample" not in found


def test_malis_beyond_its_reach_is_a_warning(kapitza, low_loss, tmp_path):
    given = ("--model", "malis", "--atomic-number", "10.28")
    code, _, err = kapitza("thickness", low_loss, "-o", tmp_path / "out", *given)
    assert code == 0
    assert "holds up to a collection semi-angle of 17.1 mrad, got 25 mrad" in err
    assert kapitza("thickness", low_loss, "-o", tmp_path / "b", "-q", "--collection", "15", *given) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--model", "malis", "--density", "3"), "The model 'malis' wants --atomic-number, got --density"),
        (("--density", "-3"), "A positive density is wanted, got -3"),
        (("--item", "gone"), "The item 'gone' is wanted"),
    ],
)
def test_what_does_not_fit_is_refused(kapitza, low_loss, tmp_path, arguments, sentence):
    code, _, err = kapitza("thickness", low_loss, "-o", tmp_path / "out", *arguments)
    assert code == 1
    assert sentence in err
    assert list(tmp_path.iterdir()) == []


def test_a_vibrational_image_is_refused(kapitza, experiment, tmp_path):
    code, _, err = kapitza("thickness", experiment / "forward.hspy", "-o", tmp_path / "out")
    assert code == 1
    assert "at least 50 eV are wanted to measure thickness, got -0.25 to 0.25 eV" in err
    assert "No such file" in kapitza("thickness", tmp_path / "gone.dm4", "-o", tmp_path / "out").err


def test_a_result_is_replaced_only_by_force(kapitza, low_loss, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.json").touch()
    assert "use --force" in kapitza("thickness", low_loss, "-o", tmp_path / "out").err
    assert kapitza("thickness", low_loss, "-o", tmp_path / "out", "--force", "-q").code == 0


def row(out, name):
    (line,) = [line for line in out.splitlines() if line.strip().startswith(name)]
    return re.split(r"\s{2,}", line.strip())[-1]


def test_the_published_heating(kapitza):
    code, out, _ = kapitza("beam", "--current", "0.1", "--conductivity", "100", "--stopping", "0.1")
    assert code == 0
    assert row(out, "temperature rise, rule") == "0.0001 K"


def test_heating_of_a_foil_by_bethes_bound(kapitza):
    foil = ("--beam-radius", "0.15", "--foil-radius", "2000")
    out = kapitza("beam", "--current", "0.1", "--conductivity", "100", "--density", "3.21", *foil).out
    assert row(out, "stopping") == "1.54 eV/nm"
    assert row(out, "temperature rise in a foil") == "0.00245 K"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--current", "0.1", "--conductivity", "100"), "Either --stopping in eV/nm or --density in g/cm3 is wanted"),
        (("--current", "-1", "--conductivity", "100", "--stopping", "1"), "A positive current is wanted, got -1"),
        (("--current", "1", "--conductivity", "0", "--stopping", "1"), "A positive conductivity is wanted, got 0"),
        (("--current", "1", "--conductivity", "9", "--stopping", "1", "--beam-radius", "1"), "wanted together"),
    ],
)
def test_heating_that_does_not_fit_is_refused(kapitza, arguments, sentence):
    code, _, err = kapitza("beam", *arguments)
    assert code == 1
    assert sentence in err
