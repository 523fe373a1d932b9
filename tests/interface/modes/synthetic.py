"""Noise-free twins with modes out of equilibrium, their maps, and what their spectra hold without the pipeline."""

from dataclasses import replace
from functools import cache

import numpy as np

from kapitza.data import Microscope, SpectrumImage
from kapitza.interface.modes.region_spectra import column_spectra, interface_spectra
from kapitza.spectra.thermometry import temperature_map
from kapitza.spectra.unmixing import Mode
from kapitza.twin import demo_twins
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts

POSITION = 15.3
MODES = (Mode("alpha", 75.0, 6.0), Mode("beta", 90.0, 6.0))
BULK = ((2.0, 10.0), (20.0, 28.0))
TO = 3
"""Number of the left material's strongest line."""


def twin_of(flow, alpha=0.0, beta=0.0, to=0.0, rows=6, strength=0.25):
    """The demo's twin close up, without drift or detector faults; flow offsets (K) of the interface modes and the left
    material's strongest line."""
    base = demo_twins()[flow]
    own = tuple(
        mode.model_copy(update={"flow_offset": offset, "weight": strength})
        for mode, offset in zip(base.interface.modes, (alpha, beta), strict=True)
    )
    left = list(base.left.modes)
    left[TO] = left[TO].model_copy(update={"flow_offset": to})
    return base.model_copy(
        update={
            "scan": base.scan.model_copy(update={"rows": rows, "columns": 184, "step": 1 / 6}),
            "interface": base.interface.model_copy(update={"position": POSITION, "modes": own}),
            "left": base.left.model_copy(update={"modes": tuple(left)}),
            "drift": base.drift.model_copy(update={"energy_walk": 0.0, "energy_flicker": 0.0, "spatial": 0.0}),
            "detector": base.detector.model_copy(update={"gain_pattern": 0.0, "dark": 0.0, "spikes_per_million": 0.0}),
        }
    )


@cache
def mapped(flow, **how):
    """Noise-free image of a twin and its map."""
    twin = twin_of(flow, **how)
    counts = expected_counts(twin, fields(twin))
    image = SpectrumImage(counts, energy_axis(twin), (1 / 6, 1 / 6), flow, Microscope(electrons_per_count=1.0))
    return image, temperature_map(image)


@cache
def at_interface(flow, half_width=1.0, free=(), **how):
    """Summed spectra of interface and bulk."""
    return interface_spectra(*mapped(flow, **how), POSITION, half_width=half_width, reach=10.0, free=free)


@cache
def in_columns(flow, columns=1, **how):
    """Spectra along the heat flow."""
    return column_spectra(*mapped(flow, **how), columns=columns)


def phonons(flow, **how):
    """(columns, energy) electrons of phonons alone, and the energies; straight from the twin."""
    twin = twin_of(flow, **how)
    bare = twin.model_copy(update={"dose": twin.dose.model_copy(update={"loss_fraction": 0.0})})
    alone = expected_counts(twin, fields(twin)) - expected_counts(bare, fields(bare))
    return alone.mean(axis=0), energy_axis(twin)


def drawn(spectra, rng):
    """The spectra with the noise of counted electrons."""
    return replace(spectra, electrons=rng.poisson(spectra.electrons).astype(float))


def true_temperature(flow, **how):
    """(columns,), K, of all phonons but those out of equilibrium."""
    return fields(twin_of(flow, **how)).temperature.mean(axis=0)


def true_deviation(flow, to):
    """(columns,), K, of the left material's strongest line."""
    return to * np.asarray(fields(twin_of(flow)).deviation.mean(axis=0))
