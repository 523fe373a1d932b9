"""The profiles of a series of images from shared conductivities, one resistance, and a heat flux each.

Notation: kappa_i = k_i (T/T0)^-p_i on side i (0 left, 1 right), R = R0 (T/T0)^-s, l_i = R kappa_i = L_i (T/T0)^-n_i
with L_i = R0 k_i and n_i = s + p_i, all at the mean T of both sides of the interface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import erf

from kapitza.data import Array
from kapitza.theory.conduction import WIDTH_10_90, bulk_profile

_REACH = 3.0


class Shared(NamedTuple):
    """What all images share: ln L, n, p, each (2,); s; position (nm, from where each image has it); width (nm)."""

    log_length: Array
    length_exponent: Array
    exponent: Array
    resistance_exponent: float
    position: float
    width: float


class State(NamedTuple):
    """Everything: the shared, and of m images mean temperature, drop and bias step (K); ln k (left) or NaN."""

    shared: Shared
    mean: Array
    drop: Array
    bias: Array
    log_conductivity: float


@dataclass(frozen=True)
class Layout:
    """Where in the vector of parameters each one stands.

    images : their number m. reference : T0, K. conductivity : whether k is a parameter. flow : (m,), signed squares of
    the currents over the largest where the flux follows them, so that one number gives all drops; None where every
    image has a drop of its own.
    """

    images: int
    reference: float
    conductivity: bool
    flow: Array | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters in order."""
        shared = ["log_length_left", "log_length_right", "length_exponent_left", "length_exponent_right"]
        shared += ["exponent_left", "position", "width_10_90"]
        shared += ["log_conductivity_left"] if self.conductivity else []
        shared += [] if self.flow is None else ["log_drop"]
        each = ["temperature", "bias"] + (["drop"] if self.flow is None else [])
        return (*shared, *(f"{name}_{i + 1}" for name in each for i in range(self.images)))

    def state(self, values: Array) -> State:
        """The parameters by what they mean."""
        n, p_left = values[2:4], values[4]
        s = float(n[0] - p_left)
        shared = Shared(values[:2], n, np.array([p_left, n[1] - s]), s, float(values[5]), float(values[6]))
        m, at = self.images, 7 + self.conductivity + (self.flow is not None)
        mean, bias = values[at : at + m], values[at + m : at + 2 * m]
        if self.flow is None:
            drop = values[at + 2 * m :]
        else:
            drop = self.flow * np.exp(values[at - 1]) * (mean / self.reference) ** -s
        return State(shared, mean, drop, bias, float(values[7]) if self.conductivity else np.nan)


def temperatures(x: Array, image: Array, state: State, reference: float) -> Array:
    """(n,), K: what the model has at positions x (n,), nm from the interface of the image (n,) that each belongs to.

    Both bulks are exact for their kappa(T), with gradient -q/kappa at the temperature of their edge; an error-function
    step joins them, and the bias step is added with the same width.
    """
    shared, mean, drop = state.shared, state.mean[image], state.drop[image]
    z = x - shared.position
    s = erf(z * WIDTH_10_90["erf"] / (shared.width * np.sqrt(2.0)))
    # Each bulk is followed no further beyond the interface than the step mixes it in.
    sides = np.minimum(z, _REACH * shared.width), np.maximum(z, -_REACH * shared.width)
    bulks = []
    for i, along in enumerate(sides):
        edge = mean + (0.5 - i) * drop
        length = np.exp(shared.log_length[i]) * (mean / reference) ** -shared.length_exponent[i]
        gradient = -drop / length * (edge / mean) ** shared.exponent[i]
        bulks.append(bulk_profile(along, edge, gradient, shared.exponent[i]))
    kelvin: Array = 0.5 * (bulks[0] * (1 - s) + bulks[1] * (1 + s)) - 0.5 * state.bias[image] * s
    return kelvin
