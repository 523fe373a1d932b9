"""What all pixels of an image share, worked out from its mean spectrum: windows, electrons per count, zero-loss
tails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.quantity import Quantity
from kapitza.settings import EnergyWindows, Method, Window
from kapitza.spectra import noise
from kapitza.spectra.backgrounds.two_window import Tail, background, fit_tail
from kapitza.spectra.pixels import Plan, sides
from kapitza.spectra.preparation import Prepared
from kapitza.spectra.windows import Windows, fit_windows, inside

_PIXELS_FOR_NOISE = 2000
_TAIL_FROM_FWHM = 2.0
_MISFIT = 0.25

Notes = list[tuple[str, str]]


def make_plan(
    image: SpectrumImage, prepared: Prepared, windows: EnergyWindows, method: Method
) -> tuple[Plan, Quantity, Notes]:
    """The plan of an image, its electrons per count, and what had to be decided on the way as (code, sentence) pairs.

    Raises
    ------
    MethodError
        if a side of the zero-loss peak is missing, or no tail can be fitted.
    """
    shift = prepared.shift[prepared.status == Status.OK]
    fitted = fit_windows(windows, float(shift.min() - image.energy[0]), float(image.energy[-1] - shift.max()))
    notes: Notes = list(fitted.warnings)
    factor = _electrons_per_count(image, prepared, fitted, notes)
    assert factor.value is not None
    plan = Plan(prepared.axis, fitted, method, factor.value, None, None)
    if method.background == "two_window" or method.thermometer == "errors_in_variables":
        plan = _with_tails(plan, prepared, notes)
    return plan, factor, notes


def _with_tails(plan: Plan, prepared: Prepared, notes: Notes) -> Plan:
    """The plan with the tails of both sides and the mean signal above them, from the summed spectrum."""
    pixels = int((prepared.status == Status.OK).sum())
    energy, loss, gain = sides(plan.axis, prepared.mean[None] * plan.electrons_per_count * pixels)
    near, far = plan.windows.near, {"loss": plan.windows.far_loss, "gain": plan.windows.far_gain}
    counts = {"loss": loss, "gain": gain}
    used = {side: inside(energy, near, far[side]) for side in counts}
    # A side without a far window takes the exponent of the other; with none on either side both use the near window.
    fitted: dict[str, Tail] = {
        side: fit_tail(energy, counts[side][0], used[side], prepared.core.fwhm)
        for side in counts
        if far[side] is not None or not any(far.values())
    }
    tails = {side: fitted.get(side) or next(iter(fitted.values())) for side in counts}
    m = len(plan.pair_energy)
    signal = {}
    for side in counts:
        back, _ = background(energy, counts[side], used[side], tails[side])
        _note_misfit(notes, side, energy, counts[side][0], back[0], far[side])
        net = (counts[side] - back)[0, :m] / pixels
        signal[side] = np.maximum(net, 1e-3 * np.nanmax(np.abs(net)))
    return replace(
        plan,
        tail_loss=tails["loss"],
        tail_gain=tails["gain"],
        signal_loss=signal["loss"],
        signal_gain=signal["gain"],
    )


def _note_misfit(notes: Notes, side: str, energy: Array, counts: Array, back: Array, far: Window | None) -> None:
    if far is None:
        return
    window = inside(energy, far)
    excess = counts[window].sum() / back[window].sum() - 1
    if abs(excess) > _MISFIT:
        notes.append(
            (
                "far_window_misfit",
                f"In the far window the {side} side holds {100 * excess:+.0f} % beside the fitted zero-loss tail: "
                "something else than the tail is in there, or the tail is no Pearson VII; the temperature may be off by "
                "tens of K. Compare with another far window.",
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
    registered = prepared.registered(counts, image.energy, prepared.shift[rows][chosen])
    reach = max(windows.far_loss or windows.signal)
    tails = (np.abs(prepared.axis) > _TAIL_FROM_FWHM * prepared.core.fwhm) & (prepared.axis < reach)
    tails &= np.isfinite(registered).all(axis=0)
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
