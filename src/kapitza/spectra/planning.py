"""What all pixels of an image share, worked out from its mean spectrum: windows, electrons per count, background."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.quantity import Quantity
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra import backgrounds, noise
from kapitza.spectra.backgrounds.two_window import Shape, Tail
from kapitza.spectra.pixels import Plan, analyse, background_of, pair_energy, read_without_noise
from kapitza.spectra.preparation import Prepared
from kapitza.spectra.resolution import correction
from kapitza.spectra.sides import Background, split
from kapitza.spectra.windows import Windows, fit_windows, inside
from kapitza.spectra.zero_loss import ZeroLossCore

_PIXELS_FOR_NOISE = 2000
_TAIL_FROM_FWHM = 2.0
_MISFIT = 0.1
_ASYMMETRY = 0.02

Notes = list[tuple[str, str]]


def make_plan(
    image: SpectrumImage, prepared: Prepared, windows: EnergyWindows, method: Method
) -> tuple[Plan, Quantity, Notes]:
    """The plan of an image, its electrons per count, and what had to be decided on the way as (code, sentence) pairs.

    Where a far window does not exist on one side, the background becomes "symmetric", whatever was asked for.

    Raises
    ------
    MethodError
        if a side of the zero-loss peak is missing, or no background can be fitted.
    """
    shift = prepared.shift[prepared.status == Status.OK]
    # Interpolation costs up to a channel at either end.
    reach_gain = float(shift.min() - image.energy[0]) - image.dispersion
    reach_loss = float(image.energy[-1] - shift.max()) - image.dispersion
    fitted = fit_windows(windows, reach_gain, reach_loss)
    notes: Notes = list(fitted.warnings)
    if fitted.far_loss is None or fitted.far_gain is None:
        method = replace(method, background="symmetric")
    _note_asymmetry(notes, prepared.core)
    factor = _electrons_per_count(image, prepared, fitted, notes)
    assert factor.value is not None
    plan = Plan(prepared.axis, fitted, method, factor.value, None, np.empty(0))
    return _with_background(plan, prepared, notes), factor, notes


def _with_background(plan: Plan, prepared: Prepared, notes: Notes) -> Plan:
    """The plan with the background's shape and the mean signal above it, from the summed spectrum."""
    assert plan.method.background is not None
    pixels = int((prepared.status == Status.OK).sum())
    mean = split(plan.axis, prepared.mean[None] * plan.electrons_per_count * pixels)
    shape = backgrounds.METHODS[plan.method.background].prepare(mean, plan.windows, prepared.core)
    plan = replace(plan, shape=shape)
    under = background_of(plan, mean)
    if isinstance(shape, Shape):
        _note_misfit(notes, "loss", shape.loss)
        _note_misfit(notes, "gain", shape.gain)
    m = len(pair_energy(plan.axis))
    net = np.nan_to_num(mean.loss - under.loss)[0, :m] / pixels
    plan = replace(plan, signal=np.maximum(net, 1e-3 * max(np.abs(net).max(), 1e-9)))
    return _with_correction(plan, prepared, under, pixels)


def _with_correction(plan: Plan, prepared: Prepared, under: Background, pixels: int) -> Plan:
    """The plan with the correction for finite resolution, where it is asked for and the background knows the lines."""
    if not isinstance(plan.shape, Shape):
        return replace(plan, method=replace(plan.method, correct_resolution=False))
    if not plan.method.correct_resolution:
        return plan
    single = Background(under.loss / pixels, under.gain / pixels, under.loss_error, under.gain_error)
    read = float(analyse(prepared.mean[None], np.array([Status.OK]), plan).temperature[0])

    def thermometer(loss: Array, gain: Array) -> Array:
        return read_without_noise(plan, loss / pixels, gain / pixels, single)

    return replace(plan, correction=correction(plan.pair_energy, plan.shape, read, thermometer))


def _note_asymmetry(notes: Notes, core: ZeroLossCore) -> None:
    if abs(core.asymmetry) > max(_ASYMMETRY, 3 * core.asymmetry_error):
        notes.append(
            (
                "zero_loss_asymmetric",
                "The core of the zero-loss peak is asymmetric: its half widths on the loss and the gain side are "
                f"{core.fwhm_loss / 2:.3g} and {core.fwhm_gain / 2:.3g} meV. That is taken for the peak's own shape; "
                "if low-energy phonons make it, the temperature is off. A spectrum in vacuum tells which.",
            )
        )


def _note_misfit(notes: Notes, side: str, tail: Tail) -> None:
    if abs(tail.far_excess) > _MISFIT:
        notes.append(
            (
                "far_window_misfit",
                f"In the far window the {side} side holds {100 * tail.far_excess:+.0f} % beside the fitted zero-loss "
                "tail and phonon lines: something else is in there, or the peak is no Pearson VII; the temperature may "
                "be off by tens of K. Compare with another far window.",
            )
        )


def _electrons_per_count(image: SpectrumImage, prepared: Prepared, windows: Windows, notes: Notes) -> Quantity:
    """From the file, else from the noise of the spectra, else one; the choice is noted."""
    known = image.microscope.electrons_per_count
    if known is not None:
        return Quantity(known, None, "")
    good = np.argwhere(prepared.status == Status.OK)
    rows = np.unique(good[:: max(1, len(good) // _PIXELS_FOR_NOISE), 0])
    rows = rows[:: max(1, len(rows) * image.shape[1] // _PIXELS_FOR_NOISE)]
    chosen = prepared.status[rows] == Status.OK
    counts = np.asarray(image.counts[rows])[chosen].astype(float)
    registered = prepared.registered(
        counts, image.energy, _whole_channels(image, prepared, prepared.shift[rows][chosen])
    )
    tails = _tails(prepared, windows) & np.isfinite(registered).all(axis=0)
    found = noise.electrons_per_count(registered, tails)
    if found is None:
        notes.append(
            (
                "electrons_per_count_assumed",
                "The file does not say how many electrons a count stands for, and there are too few spectra to tell "
                "from their noise: one electron per count is assumed. Statistical errors scale with the inverse square "
                "root of it.",
            )
        )
        return Quantity(1.0, None, "")
    notes.append(
        (
            "electrons_per_count_estimated",
            f"The file does not say how many electrons a count stands for; from the noise of the spectra it is "
            f"{found[0]:.3g} ± {found[1]:.2g}, which sets the statistical errors.",
        )
    )
    return Quantity(found[0], found[1], "")


def _tails(prepared: Prepared, windows: Windows) -> Array:
    """(k,), True where spectra differ in noise alone: the far windows, else all that lies beyond the zero-loss core."""
    axis = prepared.axis
    far = np.where(axis > 0, inside(axis, windows.far_loss), inside(axis, windows.far_gain))
    if far.any():
        return far
    # Phonons that differ between pixels count as noise here; without a far window there is nothing better.
    return (np.abs(axis) > _TAIL_FROM_FWHM * prepared.core.fwhm) & (np.abs(axis) < max(windows.signal))


def _whole_channels(image: SpectrumImage, prepared: Prepared, shift: Array) -> Array:
    """The shifts (n,), meV, rounded so that registration interpolates nothing: interpolation would lower the noise."""
    offset = image.energy[0] - prepared.axis[0]
    return np.round((shift - offset) / image.dispersion) * image.dispersion + offset
