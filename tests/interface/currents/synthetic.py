"""Series of images of known conductivities and resistance, drawn as profiles or as maps, without spectra."""

from dataclasses import dataclass, replace

import numpy as np

from kapitza.data import Profile
from kapitza.interface import interface_drop
from kapitza.interface.currents.global_fit import SeriesImage
from kapitza.settings import InterfaceSettings
from kapitza.theory.conduction import bulk_profile, step

from ..synthetic import result_of, temperature_map

REFERENCE = 640.0


@dataclass(frozen=True)
class Case:
    """What is drawn: conductivities (W/(m K)) and resistance (m2K/GW) at 640 K with their exponents, and the scan.

    flux : GW/m2 at the first current, in proportion to the current squared. bias : K, left minus right, that does not
    turn with the flow. sigma : K, of a pixel. shared : K, of the step that all pixels of an image share.
    """

    conductivities: tuple[float, float] = (40.0, 34.0)
    resistance: float = 2.4
    exponents: tuple[float, float] = (1.2, 0.9)
    resistance_exponent: float = 1.5
    currents: tuple[float, ...] = (2.0, 2.3, 2.6)
    temperatures: tuple[float, ...] = (565.0, 640.0, 720.0)
    flux: float = 6.0
    bias: float = 5.0
    width: float = 2.0
    columns: int = 121
    rows: int = 20
    pitch: float = 1.0
    position: float = 60.3
    sigma: float = 3.0
    directions: tuple[float, ...] = (1.0, -1.0)

    @property
    def truth(self):
        """What ought to be found, by the names of `GlobalFit.parameters`, at 640 K."""
        left, right = (k * self.resistance for k in self.conductivities)
        p, s = self.exponents, self.resistance_exponent
        return {
            "characteristic_length_left": left, "characteristic_length_right": right,
            "conductivity_ratio": left / right, "length_exponent_left": s + p[0], "length_exponent_right": s + p[1],
            "exponent_left": p[0], "exponent_right": p[1], "resistance_exponent": s, "width_10_90": self.width,
            "resistance": self.resistance, "conductivity_left": self.conductivities[0],
            "conductivity_right": self.conductivities[1],
        }  # fmt: skip

    def flux_at(self, current):
        return self.flux * (current / self.currents[0]) ** 2


def profile(case, mean, flux, bias):
    """The true temperatures (columns,) of one image: exact bulks of kappa(T), joined by an error function."""
    z = np.arange(case.columns) * case.pitch - case.position
    drop = flux * case.resistance * (mean / REFERENCE) ** -case.resistance_exponent
    sides = []
    for k, p, edge in zip(case.conductivities, case.exponents, (mean + drop / 2, mean - drop / 2), strict=True):
        sides.append(bulk_profile(z, edge, -flux / (k * (edge / REFERENCE) ** -p), p))
    s = step(z, case.width)
    return 0.5 * (sides[0] * (1 - s) + sides[1] * (1 + s)) - 0.5 * bias * s


def series(case, rng=None):
    """The images of a case as profiles, with noise if `rng` is given and an error of a thousandth of it if not."""
    images = []
    error = case.sigma / np.sqrt(case.rows)
    for current, mean in zip(case.currents, case.temperatures, strict=True):
        for direction in case.directions:
            kelvin = profile(case, mean, direction * case.flux_at(current), case.bias)
            noise = 0.0 if rng is None else error * rng.standard_normal(case.columns)
            stated = 1e-3 * error if rng is None else error
            result = result_of(kelvin + noise, stated, case.position, case.pitch)
            images.append(SeriesImage(f"{current:g} mA, {direction:+.0f}", result, current))
    return images


class Redrawn:
    """As `series`, but only the profiles are new in every draw, not what was found from them: quick."""

    def __init__(self, case):
        self.exact = series(case)

    def __call__(self, case, rng):
        error = case.sigma / np.sqrt(case.rows)
        for image in self.exact:
            noise = error * rng.standard_normal(case.columns)
            points = image.result.profile
            drawn = Profile(points.position, points.temperature + noise, np.full(case.columns, error))
            yield replace(image, result=replace(image.result, profile=drawn))


def mapped(case, rng):
    """The same from temperature maps with noise in every pixel, whose position is taken as known."""
    images = []
    for current, mean in zip(case.currents, case.temperatures, strict=True):
        for direction in case.directions:
            kelvin = profile(case, mean, direction * case.flux_at(current), case.bias)
            noise = case.sigma * rng.standard_normal((case.rows, case.columns))
            tmap = temperature_map(kelvin + noise, case.sigma, (case.pitch, case.pitch))
            result = interface_drop(tmap, InterfaceSettings(position=case.position))
            images.append(SeriesImage(f"{current:g} mA, {direction:+.0f}", result, current))
    return images


def carried(fit, name, case):
    """The truth of a number at the reference temperature of the fit."""
    rise = fit.reference_temperature / REFERENCE
    p, s = case.exponents, case.resistance_exponent
    by = {
        "characteristic_length_left": s + p[0], "characteristic_length_right": s + p[1],
        "conductivity_ratio": p[0] - p[1], "resistance": s, "conductivity_left": p[0], "conductivity_right": p[1],
    }  # fmt: skip
    return case.truth[name] * rise ** -by.get(name, 0.0)


STRAIGHT = replace(Case(), exponents=(0.0, 0.0))
