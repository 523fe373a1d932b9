"""Two-window background of preset `recommended`: one tail shape per side for the image, a height per pixel.

The tail is a Pearson VII whose centre and half widths come from the zero-loss core. Its exponent is fitted once per
side to the summed spectrum, together with the phonon lines between the windows, since every line carries the same
tails: unmodelled, they make up a fifth to a half of what lies in the far window. The lines are whatever non-negative
spectrum on a grid fits; only near and far window tell the zero-loss tail. At each pixel only the height is free:
fitted pixel by pixel the exponent would double the scatter of the temperature, since the parameters are degenerate
while the interpolation between the windows is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.optimize import minimize_scalar, nnls

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.settings import Window
from kapitza.spectra.sides import Background, Sides
from kapitza.spectra.windows import Windows, inside
from kapitza.spectra.zero_loss import ZeroLossCore
from kapitza.theory.lineshapes import pearson7

_LINES_PER_FWHM = 6.0
_EXPONENTS = np.geomspace(0.6, 40.0, 30)
_FEWEST_CHANNELS = 4
_PATIENCE = 30
"""Steps per line after which the linear problem counts as not solved."""


@dataclass(frozen=True)
class Tail:
    """One side of the summed spectrum: zero-loss tail and phonon lines, all of one shape.

    fwhm, inner : meV, twice the half widths away from and towards zero energy. exponent : Pearson exponent.
        exponent_error : standard error of the exponent, widened by the misfit. height : electrons, of the
    zero-loss peak. lines : (k,), meV. amounts : (k,), electrons, heights of the lines.
    misfit : reduced chi-squared; far above 1 where this does not describe the spectrum.
    elastic_share : share of the electrons in the windows that belong to the zero-loss tail.
    far_excess : electrons in the far window beyond tail and lines, as a share of these.
    """

    fwhm: float
    inner: float
    exponent: float
    exponent_error: float
    height: float
    lines: Array
    amounts: Array
    misfit: float
    elastic_share: float
    far_excess: float


@dataclass(frozen=True)
class Shape:
    """The tails of both sides.

    alternatives : those fitted with the core's fwhm, and with its asymmetry, one standard error up.
    """

    loss: Tail
    gain: Tail
    alternatives: tuple[Shape, ...] = ()


def fit_tail(
    energy: Array, electrons: Array, near: Window, far: Window, fwhm: float, inner: float | None = None
) -> Tail:
    """Zero-loss tail of one side of a summed spectrum, by Poisson-weighted least squares from near to far window.

    For each exponent the heights of tail and lines are a non-negative linear problem; the exponent is then found by a
    search over the misfit.

    Parameters
    ----------
    energy : (m,), meV, > 0. electrons : (m,), summed spectrum of one side. near, far, fwhm : meV.
    inner : meV, twice the half width of lines towards zero energy; `fwhm` when None.

    Raises
    ------
    MethodError
        if the windows hold fewer than four channels, or nothing falls off like a tail there.
    """
    inner = fwhm if inner is None else inner
    used = inside(energy, near, far)
    if used.sum() < _FEWEST_CHANNELS:
        raise MethodError(
            f"At least {_FEWEST_CHANNELS} channels in the background windows are wanted, got {used.sum()}: widen the "
            "windows in [energy]."
        )
    fitted = inside(energy, (near[0], far[1])) & np.isfinite(electrons)
    x, y = energy[fitted], electrons[fitted]
    # Lines start inside the near window: acoustic phonons reach into it.
    lines = np.arange(0.5 * (near[0] + near[1]), far[0] + 1e-9, fwhm / _LINES_PER_FWHM)
    # A running mean: weighed by its own count, every channel that happens to be low would pull the tail down.
    channels = max(3, round(fwhm / (x[1] - x[0])))
    noise = np.sqrt(np.maximum(uniform_filter1d(y, channels, mode="nearest"), 1 / channels))

    def solve(exponent: float) -> tuple[Array, float]:
        return _heights(x, y, noise, (0.0, *lines), fwhm, inner, exponent)

    exponent, error, chi_squared = _best_exponent(lambda trial: solve(trial)[1])
    heights, _ = solve(exponent)
    misfit = chi_squared / max(len(x) - int(np.count_nonzero(heights)) - 1, 1)
    if heights[0] <= 0:
        raise MethodError(
            f"A zero-loss tail in the background windows {near[0]:.4g} to {near[1]:.4g} and {far[0]:.4g} to "
            f"{far[1]:.4g} meV is wanted, but none is there: move the windows in [energy] to where the tail is."
        )
    error *= max(1.0, misfit) ** 0.5
    tail = Tail(fwhm, inner, exponent, error, float(heights[0]), lines, heights[1:], misfit, 1.0, 0.0)
    elastic = pearson7(energy[used], tail.height, 0.0, fwhm, exponent).sum()
    beyond = inside(energy, far)
    return replace(
        tail,
        elastic_share=float(elastic / model(energy[used], tail).sum()),
        far_excess=float(electrons[beyond].sum() / model(energy[beyond], tail).sum() - 1),
    )


def prepare(mean: Sides, windows: Windows, core: ZeroLossCore) -> Shape:
    """Tails of both sides of the summed spectrum (one spectrum, electrons)."""

    def fitted(peak: ZeroLossCore) -> Shape:
        assert windows.far_loss is not None
        assert windows.far_gain is not None
        loss, gain = peak.fwhm_loss, peak.fwhm_gain
        return Shape(
            fit_tail(mean.energy, mean.loss[0], windows.near, windows.far_loss, loss, gain),
            fit_tail(mean.energy, mean.gain[0], windows.near, windows.far_gain, gain, loss),
        )

    wider = replace(core, fwhm=core.fwhm + core.fwhm_error)
    skewed = replace(core, asymmetry=core.asymmetry + core.asymmetry_error)
    return replace(fitted(core), alternatives=(fitted(wider), fitted(skewed)))


def evaluate(spectra: Sides, windows: Windows, shape: Shape) -> Background:
    """Background of each spectrum: the tail of each side scaled to the electrons in the windows (maximum
    likelihood)."""
    loss, loss_error = _scaled(spectra.energy, spectra.loss, (windows.near, windows.far_loss), shape.loss)
    gain, gain_error = _scaled(spectra.energy, spectra.gain, (windows.near, windows.far_gain), shape.gain)
    return Background(loss, gain, loss_error, gain_error)


def model(energy: Array, tail: Tail) -> Array:
    """Zero-loss tail and lines of one side of the summed spectrum at energies (m,), meV, electrons."""
    total = pearson7(energy, tail.height, 0.0, tail.fwhm, tail.exponent)
    for centre, height in zip(tail.lines, tail.amounts, strict=True):
        total = total + height * _line(energy, centre, tail.fwhm, tail.inner, tail.exponent)
    return total


def variants(shape: Shape) -> list[Shape]:
    """The shape with either exponent, the width of the core, or its asymmetry one standard error up."""

    def raised(tail: Tail) -> Tail:
        return replace(tail, exponent=tail.exponent + tail.exponent_error)

    return [replace(shape, loss=raised(shape.loss)), replace(shape, gain=raised(shape.gain)), *shape.alternatives]


def _heights(
    x: Array, y: Array, noise: Array, centres: tuple[float, ...], fwhm: float, inner: float, exponent: float
) -> tuple[Array, float]:
    """Non-negative heights of lines at `centres` that fit y best, and chi-squared; no lines where not solved."""
    columns = np.stack([_line(x, centre, fwhm, inner, exponent) for centre in centres], axis=1) / noise[:, None]
    scale = np.linalg.norm(columns, axis=0)
    try:
        heights, rest = nnls(columns / scale, y / noise, maxiter=_PATIENCE * len(scale))
    except RuntimeError:
        return np.zeros(len(scale)), float(((y / noise) ** 2).sum())
    return heights / scale, float(rest**2)


def _line(energy: Array, centre: float, outer: float, inner: float, exponent: float) -> Array:
    return pearson7(energy, 1.0, centre, np.where(energy > centre, outer, inner), exponent)


def _best_exponent(misfit: Callable[[float], float]) -> tuple[float, float, float]:
    """Exponent of least chi-squared, its standard error from the curvature, and that chi-squared."""
    coarse = [misfit(trial) for trial in _EXPONENTS]
    best = int(np.argmin(coarse))
    ends = _EXPONENTS[max(best - 1, 0)], _EXPONENTS[min(best + 1, len(_EXPONENTS) - 1)]
    found = minimize_scalar(misfit, bounds=ends, method="bounded", options={"xatol": 1e-7})
    exponent, least = float(found.x), float(found.fun)
    step = 1e-3 * exponent
    curvature = float(misfit(exponent + step) - 2 * least + misfit(exponent - step)) / step**2
    return exponent, float(np.sqrt(2 / max(curvature, 1e-12))), least


def _scaled(energy: Array, electrons: Array, windows: tuple[Window | None, ...], tail: Tail) -> tuple[Array, Array]:
    used = inside(energy, *windows)
    curve = pearson7(energy, 1.0, 0.0, tail.fwhm, tail.exponent)
    total = electrons[:, used].sum(axis=1)
    total = np.where(total > 0, total, np.nan)
    return (tail.elastic_share * total / curve[used].sum())[:, None] * curve, 1 / np.sqrt(total)
