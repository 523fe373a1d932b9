"""The published background: one Pearson VII per pixel and side, exact where the tail is one."""

import numpy as np
import pytest

from kapitza.spectra.published import background
from kapitza.theory.lineshapes import pearson7

ENERGY = np.arange(1.0, 251.0)
USED = ((ENERGY >= 15) & (ENERGY <= 30)) | ((ENERGY >= 130) & (ENERGY <= 200))


@pytest.mark.parametrize("exponent", [1.2, 1.7, 2.0])
@pytest.mark.parametrize("fwhm", [9.0, 12.0, 13.0])
def test_a_pure_peak_is_all_background(exponent, fwhm):
    peak = pearson7(ENERGY, 1e5, 0.0, fwhm, exponent)
    found = background.fit(ENERGY, peak[None], USED, np.array([1e5]))
    np.testing.assert_allclose(background.curve(ENERGY, found)[0, 14:], peak[14:], rtol=1e-3)


def test_each_spectrum_is_fitted_on_its_own():
    peaks = np.stack([pearson7(ENERGY, 1e5, 0.0, 12.0, 2.0), pearson7(ENERGY, 3e4, 0.0, 13.0, 1.7)])
    both = background.fit(ENERGY, peaks, USED, np.array([1e5, 3e4]))
    for i, height in enumerate((1e5, 3e4)):
        alone = background.fit(ENERGY, peaks[[i]], USED, np.array([height]))
        np.testing.assert_array_equal(alone[0], both[i])


def test_what_is_not_finite_or_has_no_height_has_no_background():
    peak = pearson7(ENERGY, 1e5, 0.0, 12.0, 2.0)
    spoilt = peak.copy()
    spoilt[20] = np.nan
    found = background.fit(ENERGY, np.stack([spoilt, 0 * peak, peak]), USED, np.array([1e5, 0.0, 1e5]))
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2]).all()
