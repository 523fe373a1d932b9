"""An image made ready for thermometry: unusable pixels marked, spikes found, every spectrum's zero-loss peak
located."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.errors import MethodError
from kapitza.settings import Method
from kapitza.spectra.blocks import Job
from kapitza.spectra.quality import inspect
from kapitza.spectra.registration import register, registered_axis, zero_loss_positions
from kapitza.spectra.spikes import group_sums, replace_spikes, robust_reference
from kapitza.spectra.zero_loss import ZeroLossCore, fit_core, half_maximum_width

PASSES = 5
"""Passes over the blocks of an image that `prepare` makes."""

_MOST_SPIKES = 0.03
_FARTHEST = 25.0
_FEWEST_FOR_SPIKES = 9


@dataclass(frozen=True)
class Prepared:
    """What is known of an image before any temperature.

    status : (y, x), `Status`. shift : (y, x), meV, NaN where no peak was found. spikes : (y, x), channels replaced.
    reference : (energy,), counts, for replacing spikes; None where too few pixels. axis : (k,), meV, registered.
    mean : (k,), counts, registered mean of the good pixels. core : zero-loss core of `mean`.
    """

    status: Array
    shift: Array
    spikes: Array
    reference: Array | None
    axis: Array
    mean: Array
    core: ZeroLossCore
    threshold: float

    def registered(self, counts: Array, energy: Array, shift: Array) -> Array:
        """(n, k) counts on `axis`, without spikes, of (n, energy) raw counts with `shift` (n,) in meV."""
        return register(_despiked(counts, self.reference, self.threshold)[0], energy, shift)


def prepare(image: SpectrumImage, method: Method, mask: Array | None, job: Job) -> Prepared:
    """Mark, despike and register an image.

    The positions are found twice: against the plain mean, then against the registered mean, whose core gives the zero
    of energy. Spectra are only interpolated when they are used.

    Raises
    ------
    MethodError
        if no pixel is usable, or the zero-loss peak is not on the axis.
    """
    counts, energy = image.counts, image.energy

    def look(block: Array, row: int) -> tuple[Array, ...]:
        spectra = block.reshape(-1, len(energy))
        return inspect(spectra), *group_sums(spectra.astype(float), row * block.shape[1])

    passed = job.map("inspect", look, counts)
    status = np.concatenate([p[0] for p in passed]).reshape(counts.shape[:2])
    if mask is not None:
        status[~mask] = Status.MASKED
    require_usable(status)
    template = robust_reference(sum(p[1] for p in passed), sum(p[2] for p in passed))
    despike = method.despike and (status == Status.OK).sum() >= _FEWEST_FOR_SPIKES
    reference = template if despike else None
    axis = registered_axis(energy)
    spikes = np.zeros(status.shape, int)
    for turn in range(2):
        shift, spikes = _locate(f"locate-{turn}", image, template, reference, method, job)
        status, shift = _checked(status, shift, spikes, len(energy))
        mean = _registered_mean(f"mean-{turn}", image, shift, status, reference, method, job)
        core = fit_core(axis, np.nan_to_num(mean))
        template = np.interp(energy, axis, np.nan_to_num(mean))
    mean = register(mean[None], axis, np.array([core.centre]))[0]
    return Prepared(status, shift + core.centre, spikes, reference, axis, mean, core, method.spike_threshold)


def require_usable(status: Array) -> None:
    """Raise a `MethodError` that names the commonest reason if no pixel is OK."""
    if (status == Status.OK).any():
        return
    reasons = [s for s in Status if s and (status == s).any()]
    worst = max(reasons, key=lambda s: int((status == s).sum()))
    raise MethodError(
        f"A spectrum image with at least one usable pixel is wanted, but none of {status.size} is usable: "
        + "; ".join(f"in {int((status == s).sum())} {s.sentence}" for s in sorted(reasons, key=lambda s: s != worst))
        + f". {_ADVICE.get(worst, 'Look at the spectra in the acquisition program.')}"
    )


_ADVICE = {
    Status.MASKED: "Let the mask keep some pixels.",
    Status.NOT_FINITE: "Export the data again without NaN.",
    Status.NO_COUNTS: "Check that the file holds raw counts rather than subtracted or empty data.",
    Status.SATURATED: "Acquire with less dose per read-out, or sum frames in floating point.",
    Status.NO_ZERO_LOSS: "Check the energy axis and its sign.",
    Status.SPIKES: "Raise spike_threshold in [method], or switch despike off.",
    Status.BACKGROUND_FAILED: "Move the background windows in [energy] to where the zero-loss tail is.",
    Status.NO_SIGNAL: "Sum pixels or acquire longer; the background windows in [energy] may also cut into the phonons.",
    Status.NO_TEMPERATURE: "Sum pixels or acquire longer; check that loss is at positive energy.",
}


def _despiked(counts: Array, reference: Array | None, threshold: float) -> tuple[Array, Array]:
    if reference is None:
        return counts, np.zeros(len(counts), int)
    return replace_spikes(counts, reference, threshold)


def _locate(
    name: str, image: SpectrumImage, template: Array, reference: Array | None, method: Method, job: Job
) -> tuple[Array, Array]:
    """Positions of all zero-loss peaks against the template's, meV, and numbers of spikes."""
    _, width = half_maximum_width(image.energy, template)
    half_width = max(2, round(width / image.dispersion))

    def work(block: Array, row: int) -> tuple[Array, Array]:
        spectra = block.reshape(-1, block.shape[-1])
        clean, hits = _despiked(np.nan_to_num(spectra.astype(float)), reference, method.spike_threshold)
        return zero_loss_positions(clean, template, half_width) * image.dispersion, hits

    passed = job.map(name, work, image.counts)
    shape = image.shape[:2]
    return np.concatenate([p[0] for p in passed]).reshape(shape), np.concatenate([p[1] for p in passed]).reshape(shape)


def _checked(status: Array, shift: Array, spikes: Array, channels: int) -> tuple[Array, Array]:
    """Status and shift with the pixels marked that have no peak where the others have it, or too many spikes."""
    status, good = status.copy(), status == Status.OK
    status[good & (spikes > _MOST_SPIKES * channels)] = Status.SPIKES
    middle = np.nanmedian(np.where(good, shift, np.nan)) if np.isfinite(shift[good]).any() else np.nan
    with np.errstate(invalid="ignore"):
        status[(status == Status.OK) & ~(np.abs(shift - middle) <= _FARTHEST)] = Status.NO_ZERO_LOSS
    require_usable(status)
    return status, np.where(status == Status.OK, shift, np.nan)


def _registered_mean(
    name: str, image: SpectrumImage, shift: Array, status: Array, reference: Array | None, method: Method, job: Job
) -> Array:
    def work(block: Array, row: int, shift: Array, status: Array) -> tuple[Array, Array]:
        good = status == Status.OK
        clean = _despiked(block[good].astype(float), reference, method.spike_threshold)[0]
        moved = register(clean, image.energy, shift[good])
        return np.nansum(moved, axis=0), np.isfinite(moved).sum(axis=0)

    passed = job.map(name, work, image.counts, shift, status)
    total, number = sum(p[0] for p in passed), sum(p[1] for p in passed)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)
