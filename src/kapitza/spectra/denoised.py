"""Denoising as a step of the analysis: after registration, before thermometry."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, SpectrumImage
from kapitza.spectra.denoising import denoise
from kapitza.spectra.pixels import Plan
from kapitza.spectra.preparation import Prepared
from kapitza.spectra.windows import inside

MOST_BYTES = 2**29
"""Size of the registered counts up to which an image is denoised."""

Notes = list[tuple[str, str]]


def denoised_counts(image: SpectrumImage, prepared: Prepared, plan: Plan, notes: Notes) -> Array | None:
    """Registered counts of a whole image, denoised as the plan's method says; None where they are not to be.

    With preset `paper`, BM3D works as published: on the counts themselves, with the published estimate of the noise,
    and only at the energies that the recipe uses. Otherwise counts are stabilised first and the noise is the right one.

    notes : gets a sentence on what was done, or why it was not.

    Returns
    -------
    (y, x, k), counts, on `prepared.axis`.
    """
    method = plan.method.resolved().denoise
    if method is None or method == "none":
        return None
    shape = *image.shape[:2], len(prepared.axis)
    kind = np.promote_types(np.result_type(image.counts.dtype), np.float32)
    if (size := int(np.prod(shape)) * kind.itemsize) > MOST_BYTES:
        notes.append(("not_denoised", _TOO_LARGE.format(method, size / 2**30, MOST_BYTES / 2**30)))
        return None
    counts = image.counts if isinstance(image.counts, np.ndarray) else np.asarray(image.counts.compute())
    registered = prepared.registered(counts, 0, prepared.shift).reshape(shape)
    notes.append(("denoised", _DONE.format(method)))
    if plan.method.preset == "paper" and method == "bm3d":
        used = plan.fitted | inside(np.abs(plan.axis), plan.windows.signal)
        registered[..., used] = denoise(registered[..., used], "bm3d", stabilise=False, estimator="published")
        return registered
    return denoise(registered, method, electrons_per_count=plan.electrons_per_count)


_TOO_LARGE = (
    "The image was not denoised by {}: it is {:.2g} GiB large, and up to {:.2g} GiB are held in memory for that. Crop "
    "it, or sum pixels or channels."
)
_DONE = (
    "Counts were denoised ({}) after registration: neighbouring pixels err together, and stated errors, which take "
    "counts for counted ones, do not hold. Take a drop from the map without it."
)
