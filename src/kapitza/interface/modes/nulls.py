"""Null tests of an asymmetry between forward and reverse heat flow: what it would be if the heat did nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from kapitza.data import SpectrumImage, TemperatureMap
from kapitza.interface.modes.populations import Asymmetry, asymmetry, mode_populations
from kapitza.interface.modes.region_spectra import RegionSpectra, interface_spectra
from kapitza.quantity import Quantity
from kapitza.spectra.unmixing import Mode

_SHIFT = 0.3
_SIGNIFICANT = 2.0
_DOMINANT = np.log(1.5)
_FAR = 50.0


def zero_flow(
    image: SpectrumImage, tmap: TemperatureMap, position: float, modes: tuple[Mode, ...], **region: Any
) -> Asymmetry:
    """The indices between the even and the odd rows of an image without heat flow: 0 within their errors, else false.

    Parameters
    ----------
    image, tmap, position : as for `interface_spectra`. modes : the first two are compared. region : further arguments
        of `interface_spectra`.

    Raises
    ------
    MethodError
        as `interface_spectra` and `joint_fit`.
    """
    parallel = image.shape[0] if region.get("axis", "x") == "x" else image.shape[1]
    even = np.arange(parallel) % 2 == 0
    halves = [interface_spectra(image, tmap, position, rows=rows, **region) for rows in (even, ~even)]
    return _compared(halves[0], halves[1], modes)


def swapped_references(forward: RegionSpectra, reverse: RegionSpectra, modes: tuple[Mode, ...]) -> Asymmetry:
    """The indices with the bulk spectra of either direction taken for the other's: unchanged if they do not make it.

    Raises
    ------
    MethodError
        if the images have different dispersions, or as `joint_fit`.
    """
    return _compared(forward.with_bulk_of(reverse), reverse.with_bulk_of(forward), modes)


def shifted(
    forward: RegionSpectra, reverse: RegionSpectra, modes: tuple[Mode, ...], *, by: float = _SHIFT, **fit: Any
) -> tuple[Asymmetry, Asymmetry]:
    """The indices with the forward interface spectrum moved by `by` meV up, then down, against its bulk spectra.

    With `shift=False` the fit does not look for the shift, and the change of the indices says how much an energy
    alignment that is wrong by this much would fake.

    Parameters
    ----------
    by : meV. fit : further arguments of `mode_populations`.

    Raises
    ------
    MethodError
        as `joint_fit`.
    """
    up, down = (_compared(forward.moved(sign * by), reverse, modes, **fit) for sign in (1.0, -1.0))
    return up, down


def no_band_free(forward: RegionSpectra, reverse: RegionSpectra, modes: tuple[Mode, ...]) -> Asymmetry:
    """The indices with no band of the bulk free: what a band out of equilibrium would have faked.

    Raises
    ------
    MethodError
        as `joint_fit`.
    """
    return _compared(replace(forward, free=()), replace(reverse, free=()), modes)


def doubts(claim: Asymmetry, nulls: Mapping[str, Asymmetry]) -> tuple[tuple[str, str], ...]:
    """What speaks against reading an asymmetry as an effect of the heat, as (code, sentence) pairs; empty if nothing.

    Parameters
    ----------
    claim : between forward and reverse. nulls : the same indices by name of a null test in which heat does nothing,
        such as `zero_flow`.
    """
    found = []
    index = claim.gain_over_loss
    if not _pull(index) > _SIGNIFICANT:
        found.append(("asymmetry_not_significant", f"Gain over loss changes with direction by {index}: within noise."))
    if _pull(claim.strength) > _SIGNIFICANT:
        found.append(
            (
                "strength_asymmetry",
                f"Losses less gains change with direction by {claim.strength}, which no population can do: the two "
                "images differ in more than the heat.",
            )
        )
    for name, null in nulls.items():
        if _pull(null.gain_over_loss) > _SIGNIFICANT:
            found.append(
                (
                    "null_fails",
                    f"The null test {name!r} gives {null.gain_over_loss} where 0 is expected: see its cause.",
                )
            )
    if abs(claim.gain.value or 0.0) > _DOMINANT:
        (one, other), (back, last) = claim.temperatures
        first, second = claim.modes
        if any(abs((a.value or np.inf) - (b.value or np.inf)) > _FAR for a, b in ((one, other), (back, last))):
            found.append(
                (
                    "implied_temperatures",
                    f"Gains that differ this much imply {first} at {one} and {second} at {other} forward, {back} and "
                    f"{last} in reverse: far more than the drop. Look for another cause first.",
                )
            )
    return tuple(found)


def _pull(index: Quantity) -> float:
    """How many standard errors an index is from 0; 0 where it is not known."""
    return abs(index.value) / index.error if index.value is not None and index.error else 0.0


def _compared(forward: RegionSpectra, reverse: RegionSpectra, modes: tuple[Mode, ...], **fit: Any) -> Asymmetry:
    there, back = (mode_populations(spectra, modes, **fit) for spectra in (forward, reverse))
    return asymmetry(there, back, modes[0].name, modes[1].name)
