"""Expected counts of a synthetic experiment, before any noise. Energies in meV.

The sample scatters S(E) = c S_left + (1 - c) S_right + interface modes, per meV, at the pixel's temperature. Every line
is the odd pair w [L(E - E_j) - L(E + E_j)] times the Bose factor, so that loss and gain keep detailed balance and meet
without a pole at zero energy, as in a damped harmonic oscillator. The detector gets, per channel of width `dispersion`,

    N dispersion [ h(E - shift) + f (h * S)(E - shift) ]

with h the zero-loss peak of unit area, N its counts, and S scaled such that the loss side of the left material at the
mean temperature has unit area: f is the ratio of phonon-loss to zero-loss counts there. The intensity is taken at the
middle of each channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.signal import fftconvolve

from kapitza.data import Array
from kapitza.theory.lineshapes import gaussian, lorentzian, unit_pearson7
from kapitza.theory.scattering import bose_factor
from kapitza.twin.fields import Fields
from kapitza.twin.model import Mode, Twin

_LINES = {"gaussian": gaussian, "lorentzian": lorentzian}
_BEYOND = 150.0
"""How far, meV, phonons are followed beyond the energy axis: what is left out further away is below 1e-6 of a line."""


def energy_axis(twin: Twin) -> Array:
    """The detector's energies (energy,), meV."""
    return twin.energy.start + twin.energy.dispersion * np.arange(twin.energy.channels)


def scattered(twin: Twin, fields: Fields, energy: Array) -> Array:
    """What the sample scatters, (y, x, energy), per meV and per zero-loss electron, before any blurring in energy.

    energy : (energy,), meV, without a channel at exactly 0.
    """
    return twin.dose.loss_fraction * _Sample.of(twin, energy).spectra(fields, slice(None))


def expected_counts(twin: Twin, fields: Fields) -> Array:
    """Expected counts (y, x, energy) of the spectrometer, without detector gain, dark counts or noise."""
    energy = energy_axis(twin)
    fine = _fine_step(twin)
    reach = max(abs(energy[0]), abs(energy[-1])) + _BEYOND
    cells = 2 * int(np.ceil(reach / fine))
    inner = fine * (np.arange(cells) + 0.5 - cells // 2)
    # The blurred spectrum is wanted wherever a pixel's shifted axis goes, and a few cells more for the spline.
    first = energy[0] - fields.shift.max() - 8 * fine
    size = int(np.ceil((energy[-1] - fields.shift.min() + 8 * fine - first) / fine)) + 1
    kernel = _peak(twin, first - inner[-1] + fine * np.arange(size + cells - 1))[np.newaxis] * fine
    sample = _Sample.of(twin, inner)
    counts = np.empty((*fields.shift.shape, energy.size))
    for row in range(twin.scan.rows):
        seen = fftconvolve(kernel, sample.spectra(fields, row), mode="valid", axes=1)
        shifted = energy - fields.shift[row][:, np.newaxis]
        column = np.broadcast_to(np.arange(twin.scan.columns)[:, np.newaxis], shifted.shape)
        phonons = map_coordinates(seen, [column, (shifted - first) / fine], order=3, mode="nearest")
        counts[row] = _peak(twin, shifted) + twin.dose.loss_fraction * phonons
    # Rounding in the Fourier transforms leaves -1e-16 where nothing scatters.
    return np.maximum(counts, 0.0) * twin.dose.zero_loss_counts * twin.energy.dispersion


@dataclass(frozen=True)
class _Sample:
    """Odd responses (energy,) of the materials and the interface modes, scaled, on a grid that avoids zero energy."""

    energy: Array
    left: Array
    right: Array
    interface: tuple[tuple[float, Array], ...]

    @classmethod
    def of(cls, twin: Twin, energy: Array) -> _Sample:
        """The twin's sample on a grid of energies (energy,), meV."""
        scale = 1.0 / _loss_area(twin)
        strongest = max(mode.weight for mode in twin.left.modes)
        return cls(
            energy=energy,
            left=scale * _response(energy, twin.left.modes),
            right=scale * _response(energy, twin.right.modes),
            interface=tuple(
                (mode.temperature_offset, scale * strongest * _response(energy, [mode]))
                for mode in twin.interface.modes
            ),
        )

    def spectra(self, fields: Fields, rows: int | slice) -> Array:
        """Scattered spectra (..., energy) of some rows, per meV; unit area as the module's text says."""
        share = fields.composition[rows][..., np.newaxis]
        temperature = fields.temperature[rows][..., np.newaxis]
        factor = {0.0: bose_factor(self.energy, temperature)}
        total = factor[0.0] * (share * self.left + (1.0 - share) * self.right)
        for offset, response in self.interface:
            if offset not in factor:
                factor[offset] = bose_factor(self.energy, temperature + offset)
            total += fields.interface[rows][..., np.newaxis] * response * factor[offset]
        return total


def _response(energy: Array, modes: Sequence[Mode]) -> Array:
    lines = [
        mode.weight
        * (_LINES[mode.line](energy, mode.energy, mode.fwhm) - _LINES[mode.line](energy, -mode.energy, mode.fwhm))
        for mode in modes
    ]
    return np.sum(lines, axis=0)


def _loss_area(twin: Twin) -> float:
    """Area of the left material's loss side at the mean temperature, for lines of their own weights."""
    step = min(mode.fwhm for mode in twin.left.modes) / 20.0
    top = max(mode.energy + 50.0 * mode.fwhm for mode in twin.left.modes)
    energy = step * (np.arange(int(top / step)) + 0.5)
    return float(step * np.sum(_response(energy, twin.left.modes) * bose_factor(energy, twin.temperature.mean)))


def _peak(twin: Twin, energy: Array) -> Array:
    shape = twin.zero_loss
    return unit_pearson7(energy, 0.0, shape.fwhm, shape.exponent, shape.asymmetry)


def _fine_step(twin: Twin) -> float:
    """Step, meV, at which sums over lines are exact to 1e-6 and a cubic spline of the blurred spectrum to 1e-5."""
    narrowest = min(mode.fwhm for mode in (*twin.left.modes, *twin.right.modes, *twin.interface.modes))
    return min(twin.energy.dispersion, narrowest / 6.0, twin.zero_loss.fwhm / 16.0)
