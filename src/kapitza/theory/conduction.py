"""Heat conduction across an interface: resistance, characteristic length, extrapolated lines, temperature profile.

Temperatures in K, lengths in nm, gradients in K/nm, conductivities in W/(m K), heat flux in GW/m^2, resistance in
m^2 K/GW, conductance in MW/(m^2 K). Source: Chen, Nanoscale Energy Transport and Conversion (2005).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf

from kapitza.data import Array
from kapitza.errors import MethodError

StepShape = Literal["erf", "tanh"]

WIDTH_10_90: dict[StepShape, float] = {"erf": 2.5631031310892007, "tanh": 2.1972245773362196}
"""10-90 width of a step over its width parameter w: twice the argument at which it has reached 0.8."""


class Line(NamedTuple):
    """A straight line through temperatures: `value` (K) where asked for, `slope` (K/nm) and their 2 x 2 covariance."""

    value: float
    slope: float
    covariance: Array


def heat_flux(conductivity: ArrayLike, gradient: ArrayLike) -> Array:
    """Heat flux (GW/m^2) along +x of a material of `conductivity` (W/(m K)) at `gradient` (K/nm): q = -kappa dT/dx."""
    return -np.asarray(conductivity, dtype=float) * np.asarray(gradient)


def interfacial_resistance(drop: ArrayLike, flux: ArrayLike) -> Array:
    """Interfacial thermal (Kapitza) resistance R = D/q (m^2 K/GW) of a drop (K) under a heat flux (GW/m^2)."""
    return np.asarray(drop, dtype=float) / np.asarray(flux)


def interfacial_conductance(resistance: ArrayLike) -> Array:
    """Thermal boundary conductance G = 1/R (MW/(m^2 K)) of a resistance in m^2 K/GW."""
    return 1e3 / np.asarray(resistance, dtype=float)


def characteristic_length(drop: ArrayLike, gradient: ArrayLike) -> Array:
    """Characteristic length l = |D/g| (nm): thickness of bulk material with the interface's resistance.

    drop in K, gradient in K/nm.
    """
    return np.abs(np.asarray(drop, dtype=float) / np.asarray(gradient))


def characteristic_length_error(drop: float, gradient: float, covariance: ArrayLike) -> float:
    """Standard error (nm) of the characteristic length, to first order.

    covariance : (2, 2), of drop (K) and gradient (K/nm). The drop leans on the same line as the gradient, so their
    covariance counts.
    """
    slopes = np.array([1.0 / gradient, -drop / gradient**2])
    return float(np.sqrt(slopes @ np.asarray(covariance) @ slopes))


def line_at(position: Array, temperature: Array, error: ArrayLike, at: float) -> Line:
    """Straight line through temperatures by weighted least squares, extrapolated to `at`, with covariance.

    position : (n,), nm. temperature : (n,), K. error : standard errors (K), (n,) or one number. at : nm.

    Raises
    ------
    MethodError
        if there are fewer than two different positions.
    """
    x = np.asarray(position, dtype=float) - at
    if x.size < 2 or np.ptp(x) == 0.0:
        raise MethodError(
            f"A line needs temperatures at two different positions, got {np.unique(x).size}: widen the bulk range."
        )
    sigma = np.broadcast_to(np.asarray(error, dtype=float), x.shape)
    design = np.stack([1.0 / sigma, x / sigma], axis=1)
    covariance = np.linalg.inv(design.T @ design)
    value, slope = covariance @ (design.T @ (np.asarray(temperature) / sigma))
    return Line(float(value), float(slope), covariance)


def drop_covariance(left: Line, right: Line, position_error: float = 0.0) -> Array:
    """Covariance (3, 3) of drop, left gradient and right gradient of two independent extrapolated lines.

    position_error : standard error (nm) of the interface's position, which moves the drop where the gradients differ.
    """
    to_drop = np.array([[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    both = np.zeros((4, 4))
    both[:2, :2], both[2:, 2:] = left.covariance, right.covariance
    covariance = to_drop @ both @ to_drop.T
    covariance[0, 0] += ((left.slope - right.slope) * position_error) ** 2
    return covariance


def fieller_interval(
    numerator: float, denominator: float, covariance: ArrayLike, deviations: float = 1.0, *, positive: bool = False
) -> tuple[float | None, float | None]:
    """Confidence interval (low, high) of a ratio of two numbers with errors, by Fieller's theorem.

    covariance : (2, 2), of numerator and denominator. deviations : half width in standard deviations (1 for 68 %). An
    end is None where the data set no bound: the denominator is then within its error of zero, and what the data allow
    may fall into two parts. The part with the estimate is given, or, where the ratio is known to be `positive`, the one
    that reaches up. Source: Fieller, J. R. Stat. Soc. B 16, 175 (1954).
    """
    (v_n, c), (_, v_d) = np.asarray(covariance, dtype=float) * deviations**2
    a = denominator**2 - v_d
    b = numerator * denominator - c
    discriminant = b**2 - a * (numerator**2 - v_n)
    if discriminant < 0.0 or a == 0.0:
        return None, None
    low, high = sorted(((b - math.sqrt(discriminant)) / a, (b + math.sqrt(discriminant)) / a))
    if a > 0.0:
        return low, high
    # The confident set is now everything outside (low, high); the estimate itself lies in one of its two parts.
    if positive:
        return (max(high, 0.0), None) if low <= 0.0 else (None, None)
    return (high, None) if numerator / denominator >= high else (None, low)


def step(position: ArrayLike, width_10_90: float, shape: StepShape = "erf") -> Array:
    """Step from -1 to +1 about position 0 (nm), smooth over `width_10_90` (nm); a sharp step where the width is 0."""
    x = np.asarray(position, dtype=float)
    if width_10_90 == 0.0:
        return np.sign(x)
    z = x * WIDTH_10_90[shape] / width_10_90
    return erf(z / math.sqrt(2.0)) if shape == "erf" else np.tanh(z)


def temperature_profile(
    position: ArrayLike,
    *,
    interface: float,
    mean: float,
    drop: float,
    gradient_left: float,
    gradient_right: float,
    width_10_90: float,
    shape: StepShape = "erf",
) -> Array:
    """Temperature (K) along the heat flow across an interface: two lines and a smooth drop between them.

    position, interface : nm. mean : K, half-way through the drop. drop : K, left minus right. gradient_left,
    gradient_right : dT/dx in K/nm. width_10_90 : nm.
    """
    x = np.asarray(position, dtype=float) - interface
    s = step(x, width_10_90, shape)
    gradient = 0.5 * (gradient_left * (1.0 - s) + gradient_right * (1.0 + s))
    return mean + gradient * x - 0.5 * drop * s


def bulk_profile(position: ArrayLike, temperature: ArrayLike, gradient: ArrayLike, exponent: ArrayLike) -> Array:
    """Temperature (K) in a bulk whose conductivity falls as T^-p, exact: straight in theta, the integral of kappa dT.

    position : nm, from where the bulk has `temperature` (K) and `gradient` (K/nm). exponent : p; 0 makes a straight
    line, 1 an exponential. All of one shape, or shapes that go together. NaN where no temperature carries the heat
    that far. Source: Carslaw and Jaeger, Conduction of Heat in Solids (1959), section 1.6 (Kirchhoff's transform).
    """
    t, a = np.asarray(temperature, dtype=float), 1.0 - np.asarray(exponent, dtype=float)
    u = np.asarray(gradient, dtype=float) * np.asarray(position) / t
    au = a * u
    # (1 + a u)^(1/a) as exp(log(1 + a u)/a), whose exponent is u (1 - a u/2) where a is next to nothing.
    small = np.abs(au) < 1e-6
    with np.errstate(invalid="ignore", divide="ignore"):
        logarithm = np.log1p(np.where(au > -1.0, au, np.nan)) / np.where(small, 1.0, a)
    return t * np.exp(np.where(small, u * (1.0 - 0.5 * au), logarithm))
