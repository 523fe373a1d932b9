"""Spectra in exact detailed balance that several tests of the theory look at."""

import numpy as np
import pytest

from kapitza.theory.lineshapes import gaussian
from kapitza.theory.scattering import bose_factor

MODES = {
    "AlN": ((38, 20, 0.35), (60, 12, 0.45), (75.5, 5, 0.35), (82.5, 6, 1.0), (110, 7, 0.5)),
    "SiC": ((40, 20, 0.35), (62, 14, 0.45), (74, 6, 0.40), (97.5, 6, 1.0), (117, 6, 0.45)),
}


def phonons_of(name):
    energy = np.arange(-3000, 3000) * 0.1 + 0.05  # no channel at zero
    response = sum(w * (gaussian(energy, e, f) - gaussian(energy, -e, f)) for e, f, w in MODES[name])
    return energy, response * bose_factor(energy, 600.0)


def blurred_of(name):
    energy, spectrum = phonons_of(name)
    kernel = gaussian(np.arange(-1000, 1001) * 0.1, 0.0, 12.0) * 0.1
    seen = np.convolve(spectrum, kernel, "same")
    inside = np.abs(energy) < 150.0
    return energy[inside], seen[inside], 12.0 / np.sqrt(8 * np.log(2))


@pytest.fixture(scope="session", params=MODES)
def phonons(request):
    """(energy, spectrum): single phonons of either model crystal at 600 K, as the sample scatters."""
    return phonons_of(request.param)


@pytest.fixture(scope="session", params=MODES)
def blurred(request):
    """(energy, spectrum, sigma): phonons of either model crystal seen with a Gaussian resolution of 12 meV."""
    return blurred_of(request.param)


@pytest.fixture(scope="session")
def blurred_aln():
    """(energy, spectrum, sigma): the same for AlN, for which there are reference values."""
    return blurred_of("AlN")
