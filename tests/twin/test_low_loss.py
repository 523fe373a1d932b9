"""The twin's low-loss image: a wedge whose thickness comes back, and the temperature that bends in it."""

import numpy as np
import pytest

from kapitza.errors import StudyError
from kapitza.files import read
from kapitza.spectra.thickness_map import thickness_map
from kapitza.twin import low_loss_path, read_twin, synthesise, synthesise_low_loss, twin_to_toml, write_twin
from kapitza.twin.fields import fields, heat_position

WEDGE = {
    "start": -20.0, "stop": 100.0, "dispersion": 0.1, "fwhm": 0.8, "counts": 1e6,
    "plasmon_left": 21.0, "plasmon_right": 22.5, "width_left": 5.0, "width_right": 4.5,
    "mean_free_path_left": 70.0, "mean_free_path_right": 80.0, "thickness": 40.0, "slope": 0.6, "provenance": "test",
}  # fmt: skip


@pytest.fixture
def wedge(vary, quiet):
    return vary(quiet, low_loss=WEDGE)


def test_the_thickness_comes_back_but_for_what_is_beyond_the_axis(wedge):
    image = synthesise_low_loss(wedge)
    found = thickness_map(image)
    x = np.arange(41.0)
    path = np.where(x < 19.7, 70.0, 80.0)
    lost = (40.0 + 0.6 * (x - 19.7)) / path - found.value.mean(axis=0)
    far = np.abs(x - 19.7) > 3
    assert (lost[far] > -2e-3).all()
    assert (lost[far] < found.missing + 2e-3).all()
    assert image.counts.dtype == np.float32
    assert image.microscope.collection == wedge.microscope.collection
    np.testing.assert_array_equal(synthesise_low_loss(wedge).counts, image.counts)


def test_heat_keeps_flux_times_thickness(wedge):
    x = np.array([-19.0, -1e-4, 1e-4, 21.0])
    at = heat_position(wedge, x)
    slopes = (heat_position(wedge, x + 1e-4) - heat_position(wedge, x - 1e-4)) / 2e-4
    np.testing.assert_allclose(slopes * (40.0 + 0.6 * x), 40.0, rtol=1e-6)
    assert at[2] == pytest.approx(1e-4, rel=1e-5)
    gradient = np.gradient(fields(wedge).temperature[0])
    assert gradient[2] / gradient[10] == pytest.approx((40 + 0.6 * -9.7) / (40 + 0.6 * -17.7), rel=1e-3)


def test_an_even_foil_leaves_the_counts_alone(vary, quiet, wedge):
    even = vary(quiet, low_loss=WEDGE | {"slope": 0.0})
    np.testing.assert_array_equal(synthesise(even)[0].counts, synthesise(quiet)[0].counts)
    assert synthesise(wedge)[1].thickness.attrs["units"] == "nm"
    assert "thickness" not in synthesise(quiet)[1]


def test_it_is_written_beside_the_experiment(wedge, tmp_path):
    write_twin(wedge, tmp_path / "a.hspy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.hspy", "a.low_loss.hspy", "a.truth.zarr"]
    image = read(low_loss_path(tmp_path / "a.hspy"))
    np.testing.assert_array_equal(image.counts, synthesise_low_loss(wedge).counts)
    np.testing.assert_allclose(image.energy[[0, -1]], [-20e3, 100e3])
    (tmp_path / "a.toml").write_text(twin_to_toml(wedge), encoding="utf-8")
    assert read_twin(tmp_path / "a.toml") == wedge


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slope": 2.0}, "thickness must be above .* nm, to which slope adds up over the"),
        ({"start": -20.03}, "whole numbers of channels from 0, got -20.03 eV"),
        ({"fwmh": 1.0}, "did you mean 'fwhm'"),
        ({"counts": 0.0}, "counts: wanted counts per pixel"),
    ],
)
def test_what_does_not_fit_is_refused(vary, quiet, change, sentence):
    with pytest.raises(StudyError, match=sentence):
        vary(quiet, low_loss=WEDGE | change)
