"""Richardson-Lucy deconvolution: spectra as a finer instrument would have counted them, by the measured zero-loss peak.

Source: W. H. Richardson, J. Opt. Soc. Am. 62, 55 (1972); L. B. Lucy, Astron. J. 79, 745 (1974); for electron
energy loss A. Gloter et al., Ultramicroscopy 96, 385 (2003). y is counted, x wanted, h the peak, B the background:

    x <- x / (h^T * 1) . h^T * [ y / (h * x + B) ]                                                            (1)

where 1 marks the channels that were measured. It is the expectation-maximisation step of Poisson counts.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.settings import DeconvolutionStop
from kapitza.spectra.crew import threads
from kapitza.spectra.deconvolution.kernel import checked_peak
from kapitza.spectra.deconvolution.ring import Blur, Rows
from kapitza.spectra.misfit import reduced_deviance
from kapitza.spectra.stacks import checked_stack, within

Ends = Literal["padded", "periodic"]

_ROWS = 64


def richardson_lucy(
    counts: Array,
    energy: Array,
    peak: Array,
    *,
    background: Array | None = None,
    iterations: int = 5,
    stop: DeconvolutionStop = "iterations",
    ends: Ends = "padded",
    workers: int | None = None,
) -> Array:
    """Spectra sharpened by Richardson-Lucy iterations with the measured zero-loss peak.

    The spectra go in unsubtracted; what is not to be sharpened goes into `background`. The iteration starts from the
    counts above it, as published. Beyond the ends of the axis the spectrum is unknown, not zero: the ends
    continue at the level of the last channel as far as the peak reaches, and only measured channels are fitted, so
    that a flat spectrum stays flat and the counts that the result predicts are those measured, however few the
    iterations. Noise grows with every iteration and becomes correlated over the width of the peak.

    Channels that are not a number count as not measured and come out so. A spectrum with negative channels is
    fitted with an offset, y + c against h * x + B + c, with the least c that leaves none negative; nothing is clipped,
    and x stays positive and bounded. Channels that do not exceed their background start from the smoothed excess,
    because zero is never left by multiplication. The row of a spectrum does not depend on the other rows.

    Parameters
    ----------
    counts : (n, energy), electrons. energy : (energy,), meV, uniform.
    peak : (k,), any unit, k odd: zero-loss peak on the same dispersion with zero energy in its middle channel
        (`zero_loss_kernel` makes one). What it leaves out of its tails is taken for signal.
    background : (energy,) or (n, energy), counts. The larger it is, the slower the iteration.
    iterations : steps; the most of them where stop is "discrepancy".
    stop : "discrepancy" ends a spectrum's iteration once it is fitted as closely as Poisson noise allows (reduced
        deviance 1): see `discrepancy_iterations`.
    ends : "periodic" joins the ends instead, for checks. workers : threads; one for every core when None.

    Returns
    -------
    (n, energy), counts.

    Raises
    ------
    MethodError
        if the shapes do not fit, the peak has no middle, or an option does not exist.
    """
    counts, level, recipe = checked(counts, energy, peak, background, iterations, stop, ends)
    sharp = np.empty(counts.shape)

    def sharpen(rows: slice) -> None:
        sharp[rows] = solved(counts[rows], level[rows], recipe)[0].spectra()

    with ThreadPoolExecutor(workers or threads()) as pool:
        list(pool.map(sharpen, _groups(counts)))
    return sharp


def discrepancy_iterations(
    counts: Array, energy: Array, peak: Array, *, background: Array | None = None, iterations: int = 200
) -> tuple[Array, Array]:
    """How many Richardson-Lucy iterations each spectrum's noise allows, and how well it is fitted then.

    Parameters
    ----------
    counts, energy, peak, background : as for `richardson_lucy`. iterations : the most that are tried.

    Returns
    -------
    steps : (n,), number of iterations after which the deviance is 1 or less, or `iterations`.
    deviance : (n,), Poisson deviance over its mean for this number of electrons; above 1 where the steps did not
        suffice. Noise alone scatters it by sqrt(2/channels), so a spectrum whose noise happens to be large may
        take all steps.
    """
    counts, level, recipe = checked(counts, energy, peak, background, iterations, "discrepancy", "padded")
    parts = [solved(counts[i], level[i], recipe)[1:] for i in _groups(counts)]
    return np.concatenate([steps for steps, _ in parts]), np.concatenate([deviance for _, deviance in parts])


@dataclass(frozen=True)
class Recipe:
    """How to deconvolve: the peak's blur, the most iterations, and whether to stop at the noise."""

    blur: Blur
    iterations: int
    discrepancy: bool


def _groups(counts: Array) -> list[slice]:
    return [slice(i, i + _ROWS) for i in range(0, len(counts), _ROWS)]


def solved(counts: Array, level: Array, recipe: Recipe) -> tuple[Rows, Array, Array]:
    """The rows at their end, with the steps taken and the reduced deviance (NaN where it was not asked for)."""
    rows = Rows(counts, level, recipe.blur)
    steps, deviance = np.full(len(counts), recipe.iterations), np.full(len(counts), np.nan)
    if recipe.discrepancy:
        _until_noise(rows, recipe.iterations, steps, deviance)
    else:
        for _ in range(recipe.iterations):
            rows.step(rows.blurred(slice(None)), slice(None))
    return rows, steps, deviance


def _until_noise(rows: Rows, iterations: int, steps: Array, deviance: Array) -> None:
    """Iterate each row until its deviance is that of noise, and fill in after how many steps that was."""
    todo = np.arange(len(steps))
    for step in range(iterations + 1):
        blurred = rows.blurred(todo)
        model = rows.model(blurred, todo)
        deviance[todo] = reduced_deviance(rows.y[todo], model, rows.seen[todo])
        steps[todo] = step
        still = deviance[todo] > 1.0
        todo = todo[still]
        if step == iterations or not len(todo):
            break
        rows.step(blurred[still], todo)


def checked(
    counts: Array, energy: Array, peak: Array, background: Array | None, iterations: int, stop: str, ends: str
) -> tuple[Array, Array, Recipe]:
    """Everything that was asked for, as numbers that fit each other."""
    counts, energy = checked_stack(counts, energy)
    for value, known in ((stop, get_args(DeconvolutionStop)), (ends, get_args(Ends))):
        if value not in known:
            raise MethodError(f"One of {' and '.join(known)} is wanted, got {value!r}.")
    if iterations < 1:
        raise MethodError(f"At least 1 iteration is wanted, got {iterations}.")
    blur = Blur(checked_peak(np.asarray(peak, float)), len(energy), ends)
    return counts, within(counts, background, "background"), Recipe(blur, iterations, stop == "discrepancy")
