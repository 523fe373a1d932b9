"""What the sample of a synthetic experiment scatters before any blurring in energy. Energies in meV, temperatures in K.

Every line is the odd pair w [L(E - E_j) - L(E + E_j)] times the Bose factor of its own temperature, so that loss and
gain keep detailed balance and meet without a pole at zero energy, as in a damped harmonic oscillator. All is scaled
such that the loss side of the left material at the mean temperature has unit area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.theory.scattering import bose_factor
from kapitza.twin.fields import Fields
from kapitza.twin.model import HEAT_FLOW_SIGN, InterfaceMode, Mode, Twin
from kapitza.twin.peak import phonon_line


@dataclass(frozen=True)
class Part:
    """Lines that have the same temperature and the same amount in every pixel.

    response : (energy,), odd, 1/meV. amount : (y, x). temperature : (y, x), K.
    """

    response: Array
    amount: Array
    temperature: Array

    def at(self, energy: Array, temperature: Array) -> Array:
        """Scattered spectra (t, energy) of amount 1 at temperatures (t,), K."""
        return self.response * bose_factor(energy, temperature[:, np.newaxis])


def parts(twin: Twin, fields: Fields, energy: Array) -> list[Part]:
    """The parts of a twin's sample on a grid of energies (energy,), meV, without a channel at exactly 0."""
    scale = 1.0 / _loss_area(twin)
    strongest = max(mode.weight for mode in twin.left.modes)
    share, warm = fields.composition, fields.temperature
    sides = ((share, twin.left.modes), (1.0 - share, twin.right.modes))
    found = [
        Part(scale * response(energy, modes), amount, warm + offset * fields.deviation)
        for amount, lines in sides
        for offset, modes in _grouped([(mode.flow_offset, mode) for mode in lines])
    ]
    offsets = [(interface_offset(twin, mode), mode) for mode in twin.interface.modes]
    for offset, modes in _grouped(offsets):
        found.append(Part(scale * strongest * response(energy, modes), fields.interface, warm + offset))
    return found


def interface_offset(twin: Twin, mode: InterfaceMode) -> float:
    """Temperature of an interface mode over the local one in the twin's direction of heat, K."""
    return mode.temperature_offset + HEAT_FLOW_SIGN[twin.temperature.heat_flow] * mode.flow_offset


def scattered(twin: Twin, fields: Fields, energy: Array) -> Array:
    """What the sample scatters, (y, x, energy), per meV and per zero-loss electron, before any blurring in energy.

    energy : (energy,), meV, without a channel at exactly 0.
    """
    spectra = [
        part.amount[..., np.newaxis] * part.response * bose_factor(energy, part.temperature[..., np.newaxis])
        for part in parts(twin, fields, energy)
    ]
    return np.asarray(twin.dose.loss_fraction * np.sum(spectra, axis=0))


def response(energy: Array, modes: Sequence[Mode]) -> Array:
    """Odd response (energy,) of some lines, by their weights, 1/meV."""
    lines = [
        mode.weight * (phonon_line(mode, energy, mode.energy) - phonon_line(mode, energy, -mode.energy))
        for mode in modes
    ]
    return np.sum(lines, axis=0)


def _grouped(modes: Sequence[tuple[float, Mode]]) -> list[tuple[float, list[Mode]]]:
    """The lines that have an offset in common, offset by offset."""
    return [
        (offset, [mode for own, mode in modes if own == offset]) for offset in dict.fromkeys(own for own, _ in modes)
    ]


def _loss_area(twin: Twin) -> float:
    """Area of the left material's loss side at the mean temperature, for lines of their own weights."""
    step = min(mode.fwhm for mode in twin.left.modes) / 20.0
    top = max(mode.energy + 50.0 * mode.fwhm for mode in twin.left.modes)
    energy = step * (np.arange(int(top / step)) + 0.5)
    return float(step * np.sum(response(energy, twin.left.modes) * bose_factor(energy, twin.temperature.mean)))
