"""Spectra for the tests of the forward model, made without it: lines times their occupation, convolved with a peak by
sums on a grid of 0.1 meV. Twins are made by other code again (`kapitza.twin`)."""

import numpy as np
from scipy.signal import fftconvolve
from scipy.special import voigt_profile

BOLTZMANN = 1.380649e-23 / 1.602176634e-22
AXIS = np.arange(-250.0, 251.0)
GRID = np.arange(-6000, 6001) * 0.1
FWHM = 12.0

ALN = (38, 20, 0.35), (60, 12, 0.45), (75.5, 5, 0.35), (82.5, 6, 1.0), (110, 7, 0.5)
SIC = (40, 20, 0.35), (62, 14, 0.45), (74, 6, 0.40), (97.5, 6, 1.0), (117, 6, 0.45)


def pearson(exponent, fwhm=FWHM, asymmetry=0.0, at=GRID):
    width = fwhm * np.where(at > 0, 1 + asymmetry, 1 - asymmetry)
    return (1 + 4 * (2 ** (1 / exponent) - 1) * (at / width) ** 2) ** -exponent


def gauss(fwhm=FWHM, at=GRID):
    return np.exp(-4 * np.log(2) * (at / fwhm) ** 2)


def voigt(share, fwhm=FWHM, at=GRID):
    """share : of the Lorentzian in the full width at half maximum."""
    lorentz = share * fwhm
    # Olivero and Longbothum (1977).
    gaussian = np.sqrt((fwhm - 0.5346 * lorentz) ** 2 - 0.2166 * lorentz**2)
    return voigt_profile(at, gaussian / (2 * np.sqrt(2 * np.log(2))), lorentz / 2)


def unit(peak):
    return peak / peak.sum()


def core_and_tail(fwhm=FWHM, core=0.4):
    return core * unit(gauss(fwhm)) + (1 - core) * unit(pearson(1.8, fwhm))


PEAKS = {
    "pearson 1.6": lambda fwhm=FWHM: pearson(1.6, fwhm),
    "pearson 2": lambda fwhm=FWHM: pearson(2.0, fwhm),
    "pearson 3": lambda fwhm=FWHM: pearson(3.0, fwhm),
    "gaussian": gauss,
    "voigt": lambda fwhm=FWHM: voigt(0.03, fwhm),
    "gaussian and pearson": core_and_tail,
    "two-sided pearson": lambda fwhm=FWHM: pearson(2.0, fwhm, 0.03),
}


def bose(kelvin):
    """(g,) occupation at the energies of the grid."""
    with np.errstate(over="ignore"):
        return 1 / np.expm1(np.maximum(np.abs(GRID), 1e-9) / (BOLTZMANN * kelvin))


def lines(modes, share=3e-3):
    """(g,) phonon spectrum A(|E|) of Gaussian lines (energy, fwhm, weight), odd across zero so that it begins there.

    share : of electrons that lose more than 20 meV to phonons at 600 K, over those of the zero-loss peak.
    """
    distance, density = np.abs(GRID), np.zeros(len(GRID))
    for energy, fwhm, weight in modes:
        sigma = fwhm / 2.3548
        here, mirrored = (np.exp(-0.5 * ((distance - sign * energy) / sigma) ** 2) for sign in (1, -1))
        density += weight * (here - mirrored) / sigma
    density = np.maximum(density, 0.0)
    return share * density / (density * (1 + bose(600.0)))[GRID > 20].sum()


def spectrum(peak, density, kelvin, axis=AXIS, shift=0.0):
    """(k,) electrons per channel, of one zero-loss electron with peak (g,), whatever its sum, and phonons (g,)."""
    n = bose(kelvin)
    source = density * np.where(GRID > 0, 1 + n, n)
    source[np.argmin(np.abs(GRID))] = 1.0
    whole = fftconvolve(source, unit(peak), mode="same")
    return np.interp(axis - shift, GRID, whole) * (axis[1] - axis[0]) / (GRID[1] - GRID[0])


def columns(peak, modes, kelvin, axis, hats):
    """(k,) spectrum, and (k, p) its derivatives: by ln T, height of the zero-loss peak, shift, breadth (second
    derivative), scale, a constant, and the phonon spectrum at triangles of 2 meV around energies (p - 6,), meV.

    peak : function of the full width at half maximum.
    """
    density = lines(modes)

    def of(kelvin=kelvin, fwhm=FWHM, density=density, shift=0.0):
        return spectrum(peak(fwhm), density, kelvin, axis, shift)

    whole, bare = of(), of(density=np.zeros(len(GRID)))
    found = [
        (of(kelvin=kelvin * 1.001) - of(kelvin=kelvin / 1.001)) / (2 * np.log(1.001)),
        bare,
        (of(shift=-0.05) - of(shift=0.05)) / 0.1,
        of(shift=0.5) + of(shift=-0.5) - 2 * whole,
        (of(fwhm=1.005 * FWHM) - of(fwhm=0.995 * FWHM)) / 0.01,
        np.ones(len(axis)),
    ]
    for energy in hats:
        found.append(of(density=1e-4 * np.maximum(0.0, 1.0 - np.abs(np.abs(GRID) - energy) / 2.0)) - bare)
    return whole, np.array(found).T


def random_lines(rng):
    """(g,) phonon spectrum of two to six lines anywhere between 25 and 140 meV."""
    number = rng.integers(2, 7)
    return lines(rng.uniform((25, 5, 0.1), (140, 20, 1), (number, 3)))
