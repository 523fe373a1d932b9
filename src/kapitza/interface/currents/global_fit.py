"""One fit of all profiles of a series: what the data fix of conductivities, resistance and flux, and what not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.interface.currents.combinations import combinations, images_of, shared_of
from kapitza.interface.currents.global_model import Layout, temperatures
from kapitza.interface.currents.likelihood import minimise
from kapitza.interface.currents.objective import problem_of
from kapitza.quantity import Quantity
from kapitza.settings import HeatFlux, InterfaceSettings

FixedBy = Literal["data", "current", "prior", "nothing"]


@dataclass(frozen=True)
class SeriesImage:
    """One image of a series: its name, its interface, and its heating current (mA; None where not known)."""

    name: str
    result: InterfaceResult
    current: float | None = None


@dataclass(frozen=True)
class ImageFit:
    """What the fit says of one image.

    temperature : K, mean of both sides at the interface. drop : K, true one, left minus right. bias : K, the step that
    does not turn with the flow, half of it on either side. relative_flux : over that of the coolest image, signed.
    resistance_ratio : R over that of the coolest image. flux : GW/m2, along +x.
    """

    name: str
    current: float | None
    temperature: Quantity
    drop: Quantity
    bias: Quantity
    relative_flux: Quantity
    resistance_ratio: Quantity
    flux: Quantity


@dataclass(frozen=True)
class GlobalFit:
    """What one fit of all profiles of a series found.

    reference_temperature : T0, K, at which the numbers hold. flux : how the heat flux was told.
    parameters : by name, `characteristic_length_left`, `_right` (nm), `conductivity_ratio` (left over right),
        `length_exponent_left`, `_right` (n in l ~ T^-n), `exponent_left`, `_right` (p in kappa ~ T^-p),
        `resistance_exponent` (s in R ~ T^-s), `width_10_90` (nm), `position` (nm, from where the images have it), and
        with a conductivity `resistance` (m2K/GW), `conductivity_left`, `_right` (W/(m K)).
    fixed_by : for each of these, what fixes it: "data", "current" (the flux following its square), "prior", or
        "nothing", where the parameter has no value and no bound of use.
    images : one for each image. names, estimate (k,), covariance (k, k) : of what was fitted.
    chi_squared, degrees_of_freedom : of the fit, priors included.
    """

    reference_temperature: float
    flux: HeatFlux
    parameters: Mapping[str, Quantity]
    fixed_by: Mapping[str, FixedBy]
    images: tuple[ImageFit, ...]
    names: tuple[str, ...]
    estimate: Array
    covariance: Array
    chi_squared: float
    degrees_of_freedom: int
    layout: Layout = field(repr=False)


def fit_series(
    images: Sequence[SeriesImage], settings: InterfaceSettings | None = None, *, intervals: bool = True
) -> GlobalFit:
    """Fit all profiles of a series with shared conductivities, resistance, position and width.

    kappa_i = k_i (T/T0)^-p_i on either side and R = R0 (T/T0)^-s; every image has a mean temperature and a heat flux of
    its own (or, with `flux = "current_squared"`, a flux in proportion to the square of its current), and forward and
    reverse at one current share a bias step that does not turn with the flow. The bulk is exact for its kappa(T).

    The profiles do not change if flux, conductivities and 1/R are all multiplied with one c. If c follows a power of
    the temperature from image to image, they change to second order only: by the curvature of the bulk, and by the
    edges' being hotter and colder than their mean. So the data fix R kappa_i against temperature and
    kappa_left/kappa_right. For p, s and the relative flux there is little in them, and an exponent or a flux that
    follows the current is wanted; R, kappa and the flux need a conductivity. Uncertainties are those of the covariance,
    and intervals those of the profile of chi-squared where it is no parabola.

    Parameters
    ----------
    images
        single directions, not combined; forward and reverse at one current make a pair.
    settings
        conductivities, exponents and flux of the interface; none when None.
    intervals
        whether the profile of chi-squared is followed; without, a parabola is taken for granted.

    Raises
    ------
    MethodError
        if an image has too few columns or no drop, fewer than two images are given, or a current is missing that the
        flux is to follow.
    """
    settings = settings or InterfaceSettings()
    problem = problem_of([(i.result, i.current) for i in images], settings)
    minimum = minimise(problem.residuals, problem.start, problem.bounds)
    parameters, fixed_by = shared_of(problem, minimum, settings, intervals)
    numbers = images_of(problem, minimum, fixed_by)
    return GlobalFit(
        reference_temperature=problem.layout.reference,
        flux=settings.flux,
        parameters=parameters,
        fixed_by=fixed_by,
        images=tuple(
            ImageFit(image.name, image.current, **found) for image, found in zip(images, numbers, strict=True)
        ),
        names=problem.layout.names,
        estimate=minimum.values,
        covariance=minimum.covariance,
        chi_squared=minimum.chi_squared,
        degrees_of_freedom=problem.number - len(minimum.values),
        layout=problem.layout,
    )


def fitted_profile(fit: GlobalFit, number: int, position: Array) -> Array:
    """Temperatures (n,), K, that the fit has for image `number` at positions (n,), nm from where it has its interface.

    With the bias step, as they were measured.
    """
    image = np.full(len(position), number)
    return temperatures(np.asarray(position, dtype=float), image, fit.layout.state(fit.estimate), fit.layout.reference)


def fitted_length(fit: GlobalFit, side: Literal["left", "right"], temperature: Array) -> tuple[Array, Array]:
    """Characteristic length (n,) and its standard error (n,), nm, that the fit has at temperatures (n,), K."""
    rise = np.log(np.asarray(temperature, dtype=float) / fit.reference_temperature)
    named = combinations(fit.layout)
    along = named[f"characteristic_length_{side}"] - rise[:, None] * named[f"length_exponent_{side}"]
    length = np.exp(along @ fit.estimate)
    return length, length * np.sqrt(np.einsum("ni,ij,nj->n", along, fit.covariance, along))
