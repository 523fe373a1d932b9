"""Thickness maps on the pixels of another image: means and errors that bear out, holes that stay holes."""

import numpy as np
import pytest

from kapitza.data import Microscope, SpectrumImage, Status
from kapitza.errors import MethodError
from kapitza.spectra.thickness_map import ThicknessMap, check_field, placed, thickness_map

from .test_thickness import ENERGY, spectrum


def recorded(value, error=0.01, bad=()):
    value = np.array(value, float)
    status = np.zeros(value.shape, int)
    for pixel in bad:
        status[pixel] = Status.NO_COUNTS
    value[status > 0] = np.nan
    errors = np.where(status > 0, np.nan, np.broadcast_to(error, value.shape))
    return ThicknessMap(value, errors, status, 0.01, (-2.0, 2.0), 0.0, None)


def plane(rows, columns):
    """A tilted plane over one and the same field of view, at the middles of its pixels."""
    y, x = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    return 0.3 + 0.2 * x + 0.1 * y[:, None]


def test_an_image_gives_a_map_with_the_files_electrons_per_count():
    mean = np.stack([spectrum(0.2), spectrum(0.6)])[None]
    counts = np.random.default_rng(1).poisson(mean / 4) * 1.0
    found = thickness_map(SpectrumImage(counts, ENERGY, microscope=Microscope(electrons_per_count=4.0)))
    assert found.value.shape == (1, 2)
    np.testing.assert_allclose(found.value, [[0.2, 0.6]], atol=0.02)
    plain = thickness_map(SpectrumImage(counts, ENERGY))
    np.testing.assert_allclose(found.error, plain.error / 2)


@pytest.mark.parametrize("shape", [(4, 6), (8, 12), (3, 5), (2, 3), (1, 1), (7, 4)])
def test_a_plane_stays_a_plane_in_any_sampling(shape):
    found = placed(recorded(plane(4, 6)), shape)
    np.testing.assert_allclose(found.value, plane(*shape), atol=1e-12)


def test_the_same_sampling_changes_nothing_and_a_crop_cuts():
    one = recorded(plane(4, 6), bad=[(1, 2)])
    found = placed(one, (4, 6))
    np.testing.assert_allclose(found.value, one.value)
    np.testing.assert_allclose(found.error, one.error)
    np.testing.assert_allclose(placed(one, (4, 6), (1, 3, 2, 5)).value, one.value[1:3, 2:5])


@pytest.mark.parametrize("shape", [(4, 6), (8, 12), (2, 3), (3, 5)])
def test_errors_are_the_scatter(shape):
    rng = np.random.default_rng(3)
    truth, error = plane(4, 6), 0.02 * plane(4, 6)
    region = np.ones(shape, bool)
    region[0, : shape[1] // 2] = False
    many = [placed(recorded(truth + error * rng.standard_normal((4, 6)), error), shape) for _ in range(2000)]
    one = placed(recorded(truth, error), shape)
    np.testing.assert_allclose(np.std([m.value for m in many], axis=0), one.error, rtol=0.1)
    assert np.std([m.mean(region)[0] for m in many]) == pytest.approx(one.mean(region)[1], rel=0.1)
    mean, covariance = one.profile(region)
    profiles = np.array([m.profile(region)[0] for m in many])
    np.testing.assert_allclose(profiles.mean(axis=0), mean, rtol=0.01)
    np.testing.assert_allclose(np.cov(profiles.T), covariance, atol=0.1 * np.diag(covariance).max())
    np.testing.assert_allclose(one.turned().turned().profile(region)[1], covariance)


def test_a_bad_pixel_is_a_hole_that_means_pass_over():
    found = placed(recorded(plane(4, 6), bad=[(1, 2), (0, 5), (1, 5), (2, 5), (3, 5)]), (4, 6))
    assert np.isnan(found.value).sum() == 5
    mean, covariance = found.profile(np.ones((4, 6), bool))
    assert np.isnan(mean).tolist() == [False] * 5 + [True]
    assert mean[2] == pytest.approx(np.delete(plane(4, 6)[:, 2], 1).mean())
    assert covariance[2, 2] == pytest.approx(0.01**2 / 3)
    assert np.isnan(found.mean(np.zeros((4, 6), bool))[0])


def test_another_field_of_view_is_refused():
    check_field((4, 6), (1.0, 1.0), (2, 3), (2.0, 2.0))
    check_field((4, 6), None, (20, 30), (2.0, 2.0))
    with pytest.raises(MethodError, match=r"same field of view, 4 x 6 nm \(y, x\), is wanted, got 4 x 60 nm"):
        check_field((4, 6), (1.0, 1.0), (4, 60), (1.0, 1.0))


def test_no_pixel_with_a_peak_is_refused():
    with pytest.raises(MethodError, match="with counts, is wanted"):
        thickness_map(SpectrumImage(np.zeros((1, 2, len(ENERGY))), ENERGY))
