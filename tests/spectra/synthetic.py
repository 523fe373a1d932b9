"""Synthetic experiments for the tests of spectra: the demo's, made small and quiet unless a test wants otherwise."""

import tomllib
from dataclasses import replace

import numpy as np
import tomli_w

from kapitza.data import SpectrumImage
from kapitza.theory.lineshapes import pearson7
from kapitza.twin import demo_twins, twin_to_toml
from kapitza.twin.io import parse_twin
from kapitza.units import BOLTZMANN

QUIET = {
    "drift": {"energy_walk": 0.05, "energy_flicker": 0.1, "spatial": 0.0},
    "detector": {"gain_pattern": 0.0, "pattern_seed": 7, "dark": 0.0, "spikes_per_million": 0.0, "bad_pixels": 0},
    "scan": {"rows": 12, "columns": 40, "step": 1.0},
    "interface": {"position": 19.6},
}


def twin(flow="none", **tables):
    """A small quiet twin with the given values of the given tables changed."""
    document = tomllib.loads(twin_to_toml(demo_twins()[flow]))
    for name in {*QUIET, *tables}:
        changes = {**QUIET.get(name, {}), **tables.get(name, {})}
        document[name] = {**document[name], "provenance": "test", **changes}
    return parse_twin(tomli_w.dumps(document), "test.toml")


def with_electrons(image, electrons):
    """The image with another number of electrons per count in its metadata."""
    return replace(image, microscope=replace(image.microscope, electrons_per_count=electrons))


def balanced(axis, kelvin=600.0, height=1e5, fwhm=12.0, exponent=2.0, signal=0.0):
    """A zero-loss peak and a phonon band at 85 meV in exact detailed balance without any blurring, counts."""
    band = signal * np.exp(-0.5 * ((np.abs(axis) - 85.0) / 10.0) ** 2)
    with np.errstate(over="ignore"):
        gain = np.exp(-np.abs(axis) / (BOLTZMANN * kelvin))
    return pearson7(axis, height, 0.0, fwhm, exponent) + band * np.where(axis > 0, 1.0, gain)


def image_of(counts, energy, **changes):
    """A spectrum image of 1 nm pitch."""
    return SpectrumImage(np.asarray(counts), energy, (1.0, 1.0), "test", **changes)
