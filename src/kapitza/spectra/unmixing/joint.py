"""The joint fit: bulk spectra, zero-loss peak and modes of an interface spectrum, loss and gain at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.stacks import checked_stack
from kapitza.spectra.unmixing.least_squares import Solution, solve
from kapitza.spectra.unmixing.templates import Mode, Peak, mode_templates

_PASSES = 3
_LEAST = 1.0
"""Electrons per channel below which a variance is not taken."""


@dataclass(frozen=True)
class JointFit:
    """What a spectrum holds of each bulk spectrum and of each mode.

    modes : M of them. loss, gain : (M,), electrons that each mode scattered, proportional to 1 + n and to n.
    covariance : (2M, 2M), of loss and then gain. amounts : (n,), of the references, with `amounts_error`.
    warming : (n,), K, how much warmer each bulk part is than its reference, with `warming_error`; NaN where not asked
    for. changes : (b,), amounts of the changes that were given, with `changes_error`.
    shift : meV, and its standard error. misfit : reduced chi-squared. energy, spectrum, modelled, lines : (k,), meV and
    electrons, the last of all modes together. used : (k,), True where fitted. settings : as asked for.
    """

    modes: tuple[Mode, ...]
    loss: Array
    gain: Array
    covariance: Array
    amounts: Array
    amounts_error: Array
    warming: Array
    warming_error: Array
    changes: Array
    changes_error: Array
    shift: tuple[float, float]
    misfit: float
    energy: Array
    spectrum: Array
    modelled: Array
    lines: Array
    used: Array
    settings: Mapping[str, Any]


def joint_fit(
    energy: Array,
    spectrum: Array,
    references: Array,
    modes: tuple[Mode, ...],
    peak: Peak,
    *,
    temperature: float,
    rises: Array | None = None,
    changes: Array | None = None,
    reference_scale: Array | float = 1.0,
    shift: bool = True,
    broadening: bool = False,
    window: tuple[float, float] = (30.0, 180.0),
) -> JointFit:
    """Amounts of bulk spectra and of loss and gain of modes in one spectrum with both sides of its zero-loss peak.

    The spectrum is a sum of measured bulk spectra, each with a zero-loss peak in it, of the change of either by
    temperature, of more or less zero-loss peak, of a constant, and of every mode's line convolved with the peak, once
    at positive and once at negative energy. Loss and gain of a mode are free of each other, so that its population is
    found and not assumed. Measured references cancel what a detector does to every spectrum alike.

    Parameters
    ----------
    energy : (k,), meV, uniform, both sides. spectrum : (k,), electrons, not subtracted. references : (n, k), electrons.
    modes : lines of the interface. peak : the zero-loss peak, for the lines.
    temperature : K, about that of the spectrum.
    rises : (n, k), electrons per K: how each reference changes with temperature; the bulk parts are taken to be as warm
        as the references when None.
    changes : (b, k), electrons: in what else the bulk in the spectrum may differ from the references, such as the rise
        of a single band.
    reference_scale : what the electrons of the references were multiplied with, (n,): their variances are the
        electrons times this.
    shift, broadening : whether the spectrum may stand elsewhere than the references, or be broader.
    window : meV, energies |E| that are fitted.

    Raises
    ------
    MethodError
        if shapes do not fit, there is no mode, or too few channels are left.
    """
    rows, energy = checked_stack(np.vstack([np.atleast_2d(spectrum), references]), energy)
    s, b = np.asarray(rows[0], float), np.asarray(rows[1:], float)
    used = _used(energy, rows, window, modes, len(b))
    templates = [mode_templates(energy, mode, peak, temperature) for mode in modes]
    fixed = np.vstack(
        [peak.at(energy), np.ones_like(energy), *(loss for loss, _ in templates), *(gain for _, gain in templates)]
    )
    warm = np.zeros((0, len(energy))) if rises is None else np.atleast_2d(np.asarray(rises, float))
    free = np.zeros((0, len(energy))) if changes is None else np.atleast_2d(np.asarray(changes, float))
    noisy = np.zeros((len(b), len(energy))) + b * np.reshape(reference_scale, (-1, 1))
    mean, modelled = np.maximum(s, _LEAST), b.mean(axis=0)
    for _ in range(_PASSES):
        columns = np.vstack([b, warm, free, *_moved(energy, modelled, (shift, broadening)), fixed])
        found = _solved(columns, s, mean, noisy, used)
        modelled = found.amounts @ columns
        mean = np.maximum(modelled, _LEAST)
    settings = {"window": window, "shift": shift, "broadening": broadening}
    lines = found.amounts[-2 * len(modes) :] @ columns[-2 * len(modes) :]
    return _collected(modes, found, (energy, s, modelled, lines, mean, used), (len(b), len(warm), len(free)), settings)


def _used(energy: Array, rows: Array, window: tuple[float, float], modes: tuple[Mode, ...], references: int) -> Array:
    size = np.abs(energy)
    used: Array = (size >= window[0]) & (size <= window[1]) & np.isfinite(rows).all(axis=0)
    if not modes:
        raise MethodError("At least one mode is wanted in a joint fit, got none: name the lines of the interface.")
    if used.sum() < 2 * (2 * len(modes) + 2 * references + 4) or not (energy[used] < 0).any():
        raise MethodError(
            f"Both sides of the zero-loss peak between {window[0]:g} and {window[1]:g} meV are wanted for "
            f"{len(modes)} modes, got {used.sum()} channels from {energy[0]:.4g} to {energy[-1]:.4g} meV: choose "
            "another window, or fewer modes."
        )
    return used


def _moved(energy: Array, modelled: Array, nuisances: tuple[bool, bool]) -> Array:
    """First and second derivatives of what the spectrum is expected to hold, as far as they are asked for."""
    slope = np.gradient(np.nan_to_num(modelled), energy)
    return np.array([slope, np.gradient(slope, energy)])[np.array(nuisances)]


def _solved(columns: Array, s: Array, mean: Array, noisy: Array, used: Array) -> Solution:
    rest = np.zeros((len(columns) - len(noisy), int(used.sum())))
    return solve(columns[:, used], s[used], 1 / mean[used], mean[used], np.vstack([noisy[:, used], rest]))


def _collected(
    modes: tuple[Mode, ...],
    found: Solution,
    seen: tuple[Array, Array, Array, Array, Array, Array],
    sizes: tuple[int, int, int],
    settings: Mapping[str, Any],
) -> JointFit:
    energy, s, modelled, lines, mean, used = seen
    n, warm, free = sizes
    moved = n + warm + free
    error, m = np.sqrt(np.diag(found.covariance)), len(modes)
    unknown = np.full(n, np.nan)
    rest = ((s - modelled) ** 2 / mean)[used]
    return JointFit(
        modes=modes,
        loss=found.amounts[-2 * m : -m],
        gain=found.amounts[-m:],
        covariance=found.covariance[-2 * m :, -2 * m :],
        amounts=found.amounts[:n],
        amounts_error=error[:n],
        warming=found.amounts[n : n + warm] / found.amounts[:n] if warm else unknown,
        warming_error=error[n : n + warm] / np.abs(found.amounts[:n]) if warm else unknown,
        changes=found.amounts[n + warm : moved],
        changes_error=error[n + warm : moved],
        shift=(-float(found.amounts[moved]), float(error[moved])) if settings["shift"] else (0.0, 0.0),
        misfit=float(rest.sum() / (used.sum() - len(found.amounts))),
        energy=energy,
        spectrum=s,
        modelled=modelled,
        lines=lines,
        used=used,
        settings=settings,
    )
