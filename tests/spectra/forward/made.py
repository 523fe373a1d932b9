"""The forward model fitted to synthetic spectra of two materials at 600 K."""

from functools import cache

import numpy as np

from kapitza.spectra.forward.basis import Basis
from kapitza.spectra.forward.fit import fit_summed
from kapitza.spectra.forward.reading import read
from kapitza.spectra.forward.weights import estimator

from .synthetic import ALN, AXIS, FWHM, PEAKS, SIC, lines, spectrum

MATERIALS = (ALN, SIC)
USED = np.abs(AXIS) <= 200
BASIS = Basis(AXIS, FWHM, 200.0)
SIGNAL = (30.0, 200.0)
BOTH = np.array([True, True])
ELECTRONS, PIXELS = 1e10, np.array([1000.0, 1000.0])
MANY = 1e12
"""Electrons after which noise, and the bias that is taken off for it, are nothing."""


def summed(peak, kelvin=600.0, electrons=ELECTRONS):
    return electrons * np.array([spectrum(peak, lines(modes), kelvin) for modes in MATERIALS])


@cache
def fitted(name, kind="learned"):
    """The noise-free fit to a peak of `synthetic.PEAKS`."""
    return fit_summed(summed(PEAKS[name]()), USED, BASIS, kind, BOTH, 500.0)


@cache
def estimating(name, kind="learned"):
    return estimator(fitted(name, kind), USED, SIGNAL, PIXELS)


def reading(estimator, counts, material=0, electrons_per_count=1.0):
    """Temperatures and errors of spectra (n, k) or (k,) of one material."""
    counts = np.atleast_2d(counts)
    return read(counts, np.full(len(counts), material), estimator, electrons_per_count)[:2]
