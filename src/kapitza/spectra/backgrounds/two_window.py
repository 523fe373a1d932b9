"""Two-window background of preset `recommended`: one tail shape per side for the image, a height per pixel.

The tail is a Pearson VII whose centre and width come from the zero-loss core. Its exponent is fitted once per side to
the summed spectrum in the near and far windows; at each pixel only the height is free. Fitted pixel by pixel the
exponent would double the scatter of the temperature (PHYSICS 5: the parameters are degenerate, the interpolation is
not).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.sides import Background, Sides
from kapitza.spectra.windows import Windows, inside
from kapitza.spectra.zero_loss import ZeroLossCore
from kapitza.theory.lineshapes import pearson7, pearson7_gradient

_ITERATIONS = 100


@dataclass(frozen=True)
class Tail:
    """The tail of one side: fwhm (meV), Pearson exponent and its standard error, widened by the misfit of the
    windows."""

    fwhm: float
    exponent: float
    exponent_error: float
    misfit: float
    """Reduced chi-squared of the windows; far above 1 where a Pearson VII does not describe the tail."""


@dataclass(frozen=True)
class Shape:
    """The tails of both sides."""

    loss: Tail
    gain: Tail


def fit_tail(energy: Array, electrons: Array, used: Array, fwhm: float) -> Tail:
    """Exponent of a zero-loss tail from the background windows of one side, by Poisson-weighted least squares.

    Parameters
    ----------
    energy : (m,), meV, > 0. electrons : (m,), summed spectrum of one side in electrons.
    used : (m,), True in the background windows. fwhm : meV, of the zero-loss core.

    Raises
    ------
    MethodError
        if the windows hold fewer than four channels, or nothing falls off like a tail there.
    """
    x, y = energy[used], electrons[used]
    if len(x) < 4:
        raise MethodError(
            f"At least 4 channels in the background windows are wanted, got {len(x)}: widen the windows in [energy]."
        )
    log_height, exponent, step = 0.0, 2.0, np.zeros(2)
    hessian = np.eye(2)
    for _ in range(_ITERATIONS):
        gradient = pearson7_gradient(x, 1.0, 0.0, fwhm, exponent)
        shape, slope = gradient[:, 0], gradient[:, 3] / gradient[:, 0]
        if not step.any():
            log_height = float(np.log(max(y.sum(), 1.0) / shape.sum()))
        model = np.maximum(np.exp(log_height) * shape, 1e-12)
        jacobian = model[:, None] * np.stack([np.ones_like(x), slope], axis=1)
        hessian = jacobian.T @ (jacobian / model[:, None])
        step = np.clip(np.linalg.solve(hessian, jacobian.T @ ((y - model) / model)), -0.5, 0.5)
        log_height, exponent = log_height + float(step[0]), float(np.clip(exponent + step[1], 0.55, 60.0))
        if np.abs(step).max() < 1e-10:
            break
    if not 0.55 < exponent < 60.0:
        raise MethodError(
            "A zero-loss tail that falls with energy in the background windows is wanted, but the fitted exponent "
            f"runs to {exponent:.3g}: move the windows in [energy] to where the tail is."
        )
    misfit = float(((y - model) ** 2 / model).sum() / (len(x) - 2))
    error = float(np.sqrt(np.linalg.inv(hessian)[1, 1] * max(misfit, 1.0)))
    return Tail(fwhm, exponent, error, misfit)


def prepare(mean: Sides, windows: Windows, core: ZeroLossCore) -> Shape:
    """Tails of both sides of the summed spectrum (one spectrum, electrons)."""
    return Shape(
        fit_tail(mean.energy, mean.loss[0], inside(mean.energy, windows.near, windows.far_loss), core.fwhm),
        fit_tail(mean.energy, mean.gain[0], inside(mean.energy, windows.near, windows.far_gain), core.fwhm),
    )


def evaluate(spectra: Sides, windows: Windows, shape: Shape) -> Background:
    """Background of each spectrum: the tail of each side scaled to the electrons in the windows (maximum
    likelihood)."""
    loss, loss_error = _scaled(
        spectra.energy, spectra.loss, inside(spectra.energy, windows.near, windows.far_loss), shape.loss
    )
    gain, gain_error = _scaled(
        spectra.energy, spectra.gain, inside(spectra.energy, windows.near, windows.far_gain), shape.gain
    )
    return Background(loss, gain, loss_error, gain_error)


def variants(shape: Shape) -> list[Shape]:
    """The shape with either exponent one standard error up."""

    def raised(tail: Tail) -> Tail:
        return replace(tail, exponent=tail.exponent + tail.exponent_error)

    return [replace(shape, loss=raised(shape.loss)), replace(shape, gain=raised(shape.gain))]


def _scaled(energy: Array, electrons: Array, used: Array, tail: Tail) -> tuple[Array, Array]:
    curve = pearson7(energy, 1.0, 0.0, tail.fwhm, tail.exponent)
    total = electrons[:, used].sum(axis=1)
    total = np.where(total > 0, total, np.nan)
    return (total / curve[used].sum())[:, None] * curve, 1 / np.sqrt(total)
