"""An image made ready for thermometry: unusable pixels marked, spikes found, every spectrum's zero-loss peak
located."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.errors import MethodError
from kapitza.settings import Method
from kapitza.spectra.blocks import Job
from kapitza.spectra.floats import floats, pieces
from kapitza.spectra.materials import tiles
from kapitza.spectra.quality import inspect
from kapitza.spectra.registration import register, registered_axis, sum_registered, zero_loss_positions
from kapitza.spectra.sampling import spectra_at, spread
from kapitza.spectra.spikes import Spikes, find_spikes, robust_reference
from kapitza.spectra.zero_loss import ZeroLossCore, fit_core, half_maximum_width

PASSES = 2
"""Passes over the blocks of an image that `prepare` makes."""

_SAMPLE = 2048
_FEWEST_USABLE = 64
_MOST_SPIKES = 0.03
_FARTHEST = 25.0
_FEWEST_FOR_SPIKES = 9


@dataclass(frozen=True)
class Prepared:
    """What is known of an image before any temperature.

    status : (y, x), `Status`. shift : (y, x), meV, NaN where no peak was found. spikes : (y, x), channels replaced.
    found : the spikes, of pixels numbered row * columns + column. energy : (energy,), meV, of the image.
    reference : (energy,), counts, by which spikes were found; None where too few pixels. threshold : standard
    deviations. axis : (k,), meV, registered. mean : (k,), counts, registered mean of the good pixels. core : zero-loss
    core of `mean`. tile_sums : (t, k), counts, summed registered spectra of the good pixels of each tile
    (`kapitza.spectra.materials.tiles`). tile_pixels : (t,), their numbers.
    """

    status: Array
    shift: Array
    spikes: Array
    found: Spikes
    energy: Array
    reference: Array | None
    threshold: float
    axis: Array
    mean: Array
    core: ZeroLossCore
    tile_sums: Array
    tile_pixels: Array

    def cleaned(self, block: Array, row: int) -> Array:
        """(r * x, energy) counts without spikes of (r, x, energy) raw counts of the rows from `row` on.

        float32 or float64, contiguous; not to be written to, since it is a view where there is nothing to replace.
        """
        spectra = floats(block.reshape(-1, block.shape[-1]))
        return self._between(row, 0, len(spectra)).replaced_in(spectra)

    def registered(self, block: Array, row: int, shift: Array) -> Array:
        """(r * x, k) counts on `axis`, without spikes, of (r, x, energy) raw counts of the rows from `row` on.

        shift : (r, x), meV. float32 or float64; NaN where a moved spectrum has no data.
        """
        spectra, shift = block.reshape(-1, block.shape[-1]), shift.reshape(-1)
        moved = np.empty((len(spectra), len(self.axis)), floats(spectra[:0]).dtype)
        for first, piece in pieces(spectra):
            stop = first + len(piece)
            clean = self._between(row, first, stop).replaced_in(piece)
            register(clean, self.energy, shift[first:stop], moved[first:stop])
        return moved

    def _between(self, row: int, first: int, stop: int) -> Spikes:
        start = row * self.status.shape[1]
        return self.found.between(start + first, start + stop)


def prepare(image: SpectrumImage, method: Method, mask: Array | None, job: Job) -> Prepared:
    """Mark, despike and register an image.

    What all pixels share is worked out from a sample of at most 2,048 spectra spread over the image: the reference for
    spikes; the template by which zero-loss peaks are located, the sample's own registered mean; and the zero of energy,
    the centre of that mean's core. Spectra are only interpolated when they are used, and only once.

    mask : (y, x), True where the pixel is to be used; all when None.

    Raises
    ------
    MethodError
        if no pixel is usable, or the zero-loss peak is not on the axis.
    """
    wanted = np.ones(image.shape[:2], bool) if mask is None else mask
    search = _learned(image, method, _sample(image, wanted, job))

    def look(block: Array, row: int, wanted: Array) -> tuple[Array, Array, Spikes]:
        status, shift, spikes = search(block.reshape(-1, block.shape[-1]), wanted.ravel())
        return status, shift, spikes.numbered(row * block.shape[1] + np.arange(len(status)))

    passed = job.map("search", look, image.counts, wanted)
    status, shift = (np.concatenate([p[i] for p in passed]).reshape(wanted.shape) for i in (0, 1))
    found = Spikes.joined([p[2] for p in passed])
    spikes = np.bincount(found.pixel, minlength=wanted.size).reshape(wanted.shape)
    status[~wanted] = Status.MASKED
    status, shift = _checked(status, shift, spikes, len(image.energy))
    require_usable(status)
    axis, energy = registered_axis(image.energy), image.energy
    labels = np.where(status == Status.OK, tiles(wanted.shape), -1)
    sums, seen = _sums(image, found, shift, labels, job, "tiles")
    mean = _mean(sums.sum(axis=0, keepdims=True), seen.sum(axis=0, keepdims=True))
    core = fit_core(axis, np.nan_to_num(mean))
    return Prepared(
        status, shift, spikes, found, energy, search.reference, search.threshold, axis, mean, core, sums,
        seen.max(axis=1),
    )  # fmt: skip


def region_sums(
    image: SpectrumImage, prepared: Prepared, labels: Array, job: Job, name: str = "regions"
) -> tuple[Array, Array]:
    """Summed registered spectra, without spikes, of the regions of an image, in one pass over their rows.

    The sums are exactly the same however the image is cut into blocks.

    Parameters
    ----------
    labels : (y, x), number of each pixel's region from 0; negative for pixels of none. Pixels whose zero-loss peak has
        no position are left out.
    job : where the pass runs. name : of the pass.

    Returns
    -------
    (regions, k) sums in counts, and (regions, k) numbers of the spectra that have data there.
    """
    return _sums(image, prepared.found, prepared.shift, labels, job, name)


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


def _sample(image: SpectrumImage, wanted: Array, job: Job) -> Array:
    """(n, energy) spectra of status OK that stand for the image."""
    pixels = spread(wanted, _SAMPLE)
    spectra = spectra_at(image.counts, pixels)
    status = inspect(spectra)
    everywhere = np.full(wanted.shape, int(Status.MASKED), np.int8)
    everywhere.flat[pixels] = status
    usable = status == Status.OK
    if len(pixels) < wanted.sum() and usable.sum() < _FEWEST_USABLE:
        passed = job.map("inspect", lambda block, row: inspect(block.reshape(-1, block.shape[-1])), image.counts)
        everywhere = np.where(wanted, np.concatenate(passed).reshape(wanted.shape), everywhere)
        spectra = spectra_at(image.counts, spread(everywhere == Status.OK, _SAMPLE))
        usable = np.ones(len(spectra), bool)
    require_usable(everywhere)
    return spectra[usable]


@dataclass(frozen=True)
class _Search:
    """How spikes and zero-loss peaks are looked for: see `find_spikes` and `zero_loss_positions`.

    zero : meV, shift of a spectrum whose peak stands where the template's does.
    """

    template: Array
    zero: float
    half_width: int
    dispersion: float
    reference: Array | None
    threshold: float

    def __call__(self, spectra: Array, wanted: Array) -> tuple[Array, Array, Spikes]:
        """Status (n,), shift (n,) in meV and spikes of spectra (n, energy), the latter two of `wanted` (n,) ones."""
        status, shift = np.empty(len(spectra), np.int8), np.full(len(spectra), np.nan)
        found = []
        for first, piece in pieces(spectra):
            part = slice(first, first + len(piece))
            status[part] = inspect(piece)
            usable = np.flatnonzero((status[part] == Status.OK) & wanted[part])
            good = piece if len(usable) == len(piece) else piece[usable]
            if self.reference is not None:
                spikes = find_spikes(good, self.reference, self.threshold)
                found.append(spikes.numbered(first + usable))
                good = spikes.replaced_in(good)
            lag = zero_loss_positions(good, self.template, self.half_width)
            shift[first + usable] = self.zero + self.dispersion * lag
        return status, shift, Spikes.joined(found)

    def following(self, energy: Array, template: Array) -> _Search:
        """The same with another template, (energy,) counts."""
        _, width = half_maximum_width(energy, template)
        return replace(self, template=template, half_width=max(2, round(width / self.dispersion)))


def _learned(image: SpectrumImage, method: Method, sample: Array) -> _Search:
    """How to search an image, from spectra of it: against their registered mean, whose peak is not widened by drift."""
    template, energy = robust_reference(sample), image.energy
    axis = registered_axis(energy)
    reference = template if method.despike and len(sample) >= _FEWEST_FOR_SPIKES else None
    search = _Search(template, 0.0, 0, image.dispersion, reference, method.spike_threshold).following(energy, template)
    mean = _sample_mean(search, energy, sample)
    if mean is None:
        return search
    search = search.following(energy, np.interp(energy, axis, mean))
    # Not the centre of the template itself: that of a peak between channels is not quite where lags are zero.
    mean = _sample_mean(search, energy, sample)
    return search if mean is None else replace(search, zero=fit_core(axis, mean).centre)


def _sample_mean(search: _Search, energy: Array, sample: Array) -> Array | None:
    """(k,), registered mean, without spikes, of the good ones of spectra (n, energy); None where none is."""
    status, shift, found = search(sample, np.ones(len(sample), bool))
    status, shift = _checked(status, shift, np.bincount(found.pixel, minlength=len(sample)), len(energy))
    if not (status == Status.OK).any():
        return None
    return np.nan_to_num(
        _mean(*sum_registered(found.replaced_in(sample), energy, shift, np.zeros(len(sample), int), 1))
    )


def _checked(status: Array, shift: Array, spikes: Array, channels: int) -> tuple[Array, Array]:
    """Status and shift with the pixels marked that have no peak where the others have it, or too many spikes."""
    status, good = status.copy(), status == Status.OK
    status[good & (spikes > _MOST_SPIKES * channels)] = Status.SPIKES
    middle = np.nanmedian(np.where(good, shift, np.nan)) if np.isfinite(shift[good]).any() else np.nan
    with np.errstate(invalid="ignore"):
        status[(status == Status.OK) & ~(np.abs(shift - middle) <= _FARTHEST)] = Status.NO_ZERO_LOSS
    return status, np.where(status == Status.OK, shift, np.nan)


def _mean(sums: Array, seen: Array) -> Array:
    """(k,), mean of the only region of (1, k) sums; NaN where no spectrum has data."""
    return np.where(seen[0] > 0, sums[0] / np.maximum(seen[0], 1), np.nan)


def _sums(image: SpectrumImage, found: Spikes, shift: Array, labels: Array, job: Job, name: str) -> tuple[Array, Array]:
    """See `region_sums`."""
    energy, columns = image.energy, image.shape[1]
    rows = np.flatnonzero((labels >= 0).any(axis=1))
    start, stop = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 1)

    def add(block: Array, row: int, shift: Array, labels: Array) -> tuple[Array, ...]:
        parts = []
        for r, spectra in enumerate(block):
            first = (start + row + r) * columns
            clean = found.between(first, first + columns).replaced_in(floats(spectra))
            present, local = np.unique(labels[r], return_inverse=True)
            sums, seen = sum_registered(clean, energy, shift[r], np.where(labels[r] < 0, -1, local), len(present))
            parts.append((present[present >= 0], sums[present >= 0], seen[present >= 0].astype(np.int32)))
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))

    passed = job.each(name, add, image.counts[start:stop], shift[start:stop], labels[start:stop])
    sums, seen = np.zeros((2, int(labels.max()) + 1, len(registered_axis(energy))))
    # Each row on its own, in order: a sum of floats depends on the order.
    for part in passed:
        for label, row_sum, row_seen in zip(*part, strict=True):
            sums[label] += row_sum
            seen[label] += row_seen
    return sums, seen.astype(int)
