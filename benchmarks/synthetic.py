"""Synthetic spectra of any number, quickly: expected counts of a few rows of the demo experiment, repeated with fresh
noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kapitza.data import Array, Microscope, SpectrumImage
from kapitza.settings import Method, Preset
from kapitza.twin import Twin, demo_twins
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts

COLUMNS, CHANNELS, DISPERSION = 256, 1000, 0.5
_EXPECTED_ROWS = 4


@dataclass(frozen=True)
class Spectra:
    """n spectra and what is true of them.

    energy : (energy,), meV. counts : (n, energy), float32. shift : (n,), meV. temperature : (n,), K.
    which : (n,), the row of `peaks` (k, energy) that is each spectrum's expected zero-loss peak alone, counts.
    """

    energy: Array
    counts: Array
    shift: Array
    temperature: Array
    which: Array
    peaks: Array

    @property
    def zero_loss(self) -> Array:
        """(n, energy), counts, the expected zero-loss peak alone."""
        return self.peaks[self.which]

    def first(self, n: int) -> Spectra:
        """The first n of them."""
        return self._chosen(slice(n))

    def shuffled(self) -> Spectra:
        """The same in another order, so that the first few are as mixed as all."""
        return self._chosen(np.random.default_rng(0).permutation(len(self.counts)))

    def image(self) -> SpectrumImage:
        """The spectra as rows of `COLUMNS` pixels, each count an electron."""
        counts = self.counts.reshape(-1, COLUMNS, len(self.energy))
        return SpectrumImage(counts, self.energy, (1.0, 1.0), "benchmark", Microscope(electrons_per_count=1.0))

    def _chosen(self, index: Any) -> Spectra:
        return replace(self, **{k: getattr(self, k)[index] for k in ("counts", "shift", "temperature", "which")})


def undenoised(preset: Preset) -> Method:
    """A preset on counts as they are: what the BM3D of `paper` does is measured by `denoising.py`."""
    return Method(preset=preset, denoise="none")


def varied(base: Twin, /, **tables: dict[str, Any]) -> Twin:
    """The twin `base` with values of its tables changed."""
    return base.model_copy(update={name: getattr(base, name).model_copy(update=t) for name, t in tables.items()})


def spectra(rows: int, *, drift: bool) -> Spectra:
    """`rows` x 256 spectra of 1000 channels of 0.5 meV across AlN|SiC with heat flowing, 1e7 zero-loss electrons each.

    drift : whether the zero-loss peak moves from pixel to pixel, as in the demo; it stands on zero otherwise.
    """
    start = -0.5 * DISPERSION * CHANNELS
    still = {} if drift else {"energy_walk": 0.0, "energy_flicker": 0.0}
    twin = varied(
        demo_twins()["forward"],
        scan={"rows": _EXPECTED_ROWS, "columns": COLUMNS},
        energy={"start": start, "stop": -start - DISPERSION, "dispersion": DISPERSION},
        interface={"position": 0.5 * COLUMNS + 0.4},
        drift={"spatial": 0.0, **still},
    )
    seen, energy = fields(twin), energy_axis(twin)
    expected = expected_counts(twin, seen)
    alone = expected_counts(varied(twin, dose={"loss_fraction": 0.0}), seen)
    counts = np.empty((rows, COLUMNS, CHANNELS), np.float32)
    rng = np.random.default_rng(twin.twin.seed)
    for row in range(rows):
        counts[row] = rng.poisson(expected[row % _EXPECTED_ROWS])
    repeated = np.arange(rows * COLUMNS) % alone[..., 0].size
    return Spectra(
        energy,
        counts.reshape(-1, CHANNELS),
        seen.shift.ravel()[repeated],
        seen.temperature.ravel()[repeated],
        repeated,
        alone.reshape(-1, CHANNELS),
    )
