"""Shapes of peaks: of unit area, wide enough a family, and the same from either side."""

import numpy as np
import pytest
from scipy.optimize import nnls

from kapitza.spectra.forward.peaks import family

from .synthetic import pearson, voigt

FINE = np.arange(-40000, 40001) * 0.05
LAGS = np.arange(-200.0, 201.0)


def width(at, shape):
    """Full width at half maximum."""
    above = at[shape >= 0.5 * shape.max()]
    return above[-1] - above[0]


@pytest.mark.parametrize("free", [(0.0, 0.0), (0.7, 0.0), (0.0, 0.05)])
def test_learned_components_have_unit_area(free):
    areas = family("learned", 12.0).components(FINE, np.array(free)).sum(axis=1) * 0.05
    np.testing.assert_allclose(areas, 1.0, rtol=1e-6)


@pytest.mark.parametrize("free", [(0.0, 0.0), (0.7, 0.05)])
def test_a_voigt_has_unit_area(free):
    shape = np.array([*free, np.log(10.0), np.log(0.1)])
    area = family("voigt", 12.0).components(FINE, shape).sum() * 0.05
    # What lies beyond 2 eV of its Lorentzian is missing.
    assert area == pytest.approx(1.0, abs=1e-4)


TRUTHS = {
    "lorentzian": pearson(1.0, at=LAGS),
    "pearson 1.5": pearson(1.5, at=LAGS),
    "pearson 2": pearson(2.0, at=LAGS),
    "pearson 3": pearson(3.0, at=LAGS),
    "voigt 0.03": voigt(0.03, at=LAGS),
    "voigt 0.3": voigt(0.3, at=LAGS),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_learned_peaks_hold_the_usual_profiles_to_a_thousandth_everywhere(name):
    truth = TRUTHS[name]
    learned = family("learned", 12.0)
    columns = learned.components(LAGS, learned.start)
    weights, _ = nnls((columns / truth).T, np.ones(len(LAGS)), maxiter=10000)
    np.testing.assert_allclose(weights @ columns, truth, rtol=1e-3)


@pytest.mark.parametrize("kind", ["learned", "pearson7", "pearson4", "voigt"])
def test_mirrored_peaks_have_the_opposite_asymmetry(kind):
    made = family(kind, 12.0)
    free, mirrored = made.start.copy(), made.start.copy()
    free[:2], mirrored[:2] = (0.4, 0.1), (-0.4, -0.1)
    here, there = made.components(LAGS, free), made.components(-LAGS, mirrored)
    np.testing.assert_allclose(here, there, rtol=1e-12)
    assert not np.allclose(here, made.components(-LAGS, free))


@pytest.mark.parametrize("kind", ["pearson7", "pearson4"])
def test_pearson_peaks_have_the_width_they_are_told(kind):
    made = family(kind, 9.0)
    assert width(FINE, made.components(FINE, made.start)[0]) == pytest.approx(9.0, abs=0.1)


def test_a_pearson4_without_skewness_is_a_pearson7():
    seven, four = (family(kind, 12.0) for kind in ("pearson7", "pearson4"))
    free = np.array([0.3, 0.0, np.log(11.0), np.log(1.7)])
    np.testing.assert_allclose(seven.components(LAGS, free), four.components(LAGS, free), rtol=1e-12)


@pytest.mark.parametrize("skewness", [-0.5, 0.2, 1.0])
def test_skewness_does_not_move_the_peak(skewness):
    free = np.array([0.3, skewness, np.log(12.0), np.log(2.0)])
    assert FINE[np.argmax(family("pearson4", 12.0).components(FINE, free)[0])] == pytest.approx(0.3, abs=0.051)


@pytest.mark.parametrize(("kind", "names"), [("learned", 2), ("pearson7", 4), ("pearson4", 4), ("voigt", 4)])
def test_every_free_parameter_has_a_name(kind, names):
    made = family(kind, 12.0)
    assert len(made.names) == len(made.start) == names
