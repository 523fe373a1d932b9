"""What all pixels of an image share, worked out from summed spectra: windows, electrons per count, materials, plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra import forward, noise, published
from kapitza.spectra.blas import one_blas_thread
from kapitza.spectra.forward.plan import ForwardPlan
from kapitza.spectra.materials import materials, tiles
from kapitza.spectra.pixels import Plan
from kapitza.spectra.preparation import Prepared
from kapitza.spectra.windows import Windows, fit_windows, inside
from kapitza.spectra.zero_loss import ZeroLossCore

_TAIL_FROM_FWHM = 2.0
_MISFIT = 1.5
_PATTERN = 0.01
_ASYMMETRY = 0.02
_SAME_DISPERSION = 1e-3

Notes = list[tuple[str, str]]


@dataclass(frozen=True)
class Planned:
    """The plan of an image, the number of the material at each pixel (y, x), its electrons per count, and what had to
    be decided on the way as (code, sentence) pairs."""

    plan: Plan
    material: Array
    electrons_per_count: Quantity
    notes: Notes


def make_plan(
    image: SpectrumImage,
    prepared: Prepared,
    windows: EnergyWindows,
    method: Method,
    vacuum: tuple[SpectrumImage, Prepared] | None = None,
) -> Planned:
    """Plan the analysis of an image.

    vacuum : an image of the zero-loss peak without a sample, and what `prepare` makes of it.

    Raises
    ------
    MethodError
        if a side of the zero-loss peak is missing, or the method cannot serve this image.
    """
    reach = _reach(image, prepared)
    if vacuum is not None:
        empty = _reach(*vacuum)
        reach = min(reach[0], empty[0]), min(reach[1], empty[1])
    fitted = fit_windows(windows.resolved(method), *reach)
    notes: Notes = list(fitted.warnings)
    factor = _electrons_per_count(image, prepared, fitted, notes)
    assert factor.value is not None
    one = np.zeros(image.shape[:2], int)
    if method.preset == "paper":
        plan: Plan = published.make_plan(prepared.axis, fitted, method, factor.value)
        return Planned(plan, one, factor, notes)
    _note_asymmetry(notes, prepared.core)
    # The matrices are small: threads would only wait for each other, and round differently with their number.
    with one_blas_thread():
        part = _materials(prepared, factor.value)
        summed = _summed(prepared, part, factor.value, (min(reach[0], windows.far[1]), min(reach[1], windows.far[1])))
        if vacuum is not None:
            summed = replace(summed, vacuum=_vacuum_electrons(prepared.axis, *vacuum) * factor.value)
        plan = forward.make_plan(prepared.axis, fitted, method, factor.value, summed, prepared.core.fwhm)
    _note_misfit(notes, plan)
    return Planned(plan, part[tiles(image.shape[:2])], factor, notes)


def _materials(prepared: Prepared, electrons_per_count: float) -> Array:
    """(t,), number of the material of each tile, from 0 without gaps."""
    part = materials(prepared.axis, prepared.tile_sums * electrons_per_count, prepared.core.fwhm)
    present = np.unique(part[prepared.tile_pixels > 0])
    return np.searchsorted(present, part).clip(max=len(present) - 1)


def _summed(prepared: Prepared, part: Array, electrons_per_count: float, reach: tuple[float, float]) -> forward.Summed:
    """The summed spectra of the materials, from those of the tiles and their materials (t,)."""
    chosen = [part == m for m in range(part.max() + 1)]
    electrons = np.stack([prepared.tile_sums[c].sum(axis=0) for c in chosen]) * electrons_per_count
    return forward.Summed(electrons, np.array([prepared.tile_pixels[c].sum() for c in chosen]), reach)


def _vacuum_electrons(axis: Array, image: SpectrumImage, prepared: Prepared) -> Array:
    """(k,), counts of all of a vacuum image's pixels on another image's registered axis (k,), meV."""
    step = float(axis[-1] - axis[0]) / (len(axis) - 1)
    if abs(image.dispersion / step - 1) > _SAME_DISPERSION:
        raise MethodError(
            f"A vacuum image of {step:.4g} meV per channel, as the sample's, is wanted, got {image.dispersion:.4g}: "
            "record both with the same settings of the spectrometer."
        )
    counts = np.nan_to_num(prepared.mean) * int((prepared.status == Status.OK).sum())
    return np.interp(axis, prepared.axis, counts, left=0.0, right=0.0)


def _reach(image: SpectrumImage, prepared: Prepared) -> tuple[float, float]:
    """How far every registered spectrum reaches on the gain and on the loss side, meV."""
    shift = prepared.shift[prepared.status == Status.OK]
    # Interpolation costs up to a channel at either end.
    gain = float(shift.min() - image.energy[0]) - image.dispersion
    loss = float(image.energy[-1] - shift.max()) - image.dispersion
    return gain, loss


def _note_asymmetry(notes: Notes, core: ZeroLossCore) -> None:
    if abs(core.asymmetry) > max(_ASYMMETRY, 3 * core.asymmetry_error):
        notes.append(
            (
                "zero_loss_asymmetric",
                "The core of the zero-loss peak is asymmetric: its half widths on the loss and the gain side are "
                f"{core.fwhm_loss / 2:.3g} and {core.fwhm_gain / 2:.3g} meV. The fit allows for it, but low-energy "
                "phonons look much the same; a spectrum in vacuum tells them apart.",
            )
        )


def _note_misfit(notes: Notes, plan: ForwardPlan) -> None:
    pattern = plan.fit.pattern
    if pattern > _PATTERN:
        notes.append(
            (
                "spectrum_misfit",
                f"The summed spectrum and the model of zero-loss peak and phonons differ by {100 * pattern:.2g} % from "
                "channel to channel, more than counting explains: the detector's gain is not corrected, or the peak "
                "has a shape that the model cannot take. The error common to all pixels allows for it.",
            )
        )


def _electrons_per_count(image: SpectrumImage, prepared: Prepared, windows: Windows, notes: Notes) -> Quantity:
    """From the file, else from the noise of the spectra, else one; the choice is noted."""
    known = image.microscope.electrons_per_count
    if known is not None:
        return Quantity(known, None, "")
    found = noise.image_electrons_per_count(image, prepared, _tails(prepared, windows))
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
