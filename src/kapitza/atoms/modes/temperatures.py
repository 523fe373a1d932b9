"""Temperatures of modes with their errors, and averages over any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kapitza.atoms.modes.basis import Basis
from kapitza.atoms.modes.blocks import block_correlation, block_error
from kapitza.atoms.modes.projection import KELVIN
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity

if TYPE_CHECKING:
    import xarray as xr

LEAST_FREEDOM = 1e-6
"""A mode of which less is left where the centre of mass is at rest has no temperature."""


@dataclass(frozen=True)
class ModalTemperatures:
    """The temperature of every mode of a region.

    basis : the modes. blocks (n, k, modes) : temperatures, K, in blocks of `length` frames of which there were
    `frames`. mean (k, modes) : K, of all frames. freedom (k, modes) : what part of a mode takes part in the motion, 1
    but where the centre of mass is at rest. Both are as they come, not yet divided by the freedom.
    """

    basis: Basis
    blocks: Array
    mean: Array
    freedom: Array
    frames: int
    length: int

    @property
    def temperature(self) -> Array:
        """(k, modes), K: of each degenerate set, the mean of its modes. NaN for modes that do not move."""
        return self._of_sets(self.mean)

    @property
    def error(self) -> Array:
        """(k, modes), K: standard error of `temperature`; NaN where there are fewer than 8 blocks."""
        return block_error(self._of_sets(self.blocks))

    def average(self, weights: Array) -> Quantity:
        """Mean temperature, K, with error, of the modes with `weights` (k, modes), as the methods of `Basis` give them.

        Not known (NaN) where none of these modes moves.

        Raises
        ------
        MethodError
            if the weights have another shape than the modes.
        """
        return self.averages({"": weights})[""]

    def averages(self, weights: Mapping[str, Array]) -> dict[str, Quantity]:
        """`average` for several sets of weights, by name."""
        table, share = averaging(self.basis, self.freedom, weights)
        mean = _weighted(self.mean, table) / share
        error = block_error(_weighted(self.blocks, table) / share)
        return {
            name: Quantity(float(value), float(sigma), "K")
            for name, value, sigma in zip(weights, mean, error, strict=True)
        }

    def difference(self, first: Array, second: Array) -> Quantity:
        """Mean temperature of the modes with weights `first` minus that of those with `second`, K, with its error."""
        table, share = averaging(self.basis, self.freedom, {"first": first, "second": second})
        mean = _weighted(self.mean, table) / share
        error = block_error(np.subtract(*(_weighted(self.blocks, table) / share).T))
        return Quantity(float(mean[0] - mean[1]), float(error), "K")

    def correlation(self, weights: Array) -> float:
        """How much neighbouring blocks of an average are correlated, 0 to 0.9: near 0 where the run is long enough."""
        table, share = averaging(self.basis, self.freedom, {"": weights})
        return float(block_correlation(_weighted(self.blocks, table) / share)[0])

    def dataset(self) -> xr.Dataset:
        """Temperatures, errors, energies and block means as xarray's `Dataset`, with units."""
        import xarray as xr

        modes = ("wave_vector", "branch")
        energy = self.basis.shared(self.basis.energy)
        return xr.Dataset(
            {
                "temperature": (modes, self.temperature, {"units": "K"}),
                "error": (modes, self.error, {"units": "K"}),
                "energy": (modes, energy, {"units": "meV"}),
                "freedom": (modes, self.freedom, {"units": "1"}),
                "weight": ("wave_vector", self.basis.weight, {"units": "1"}),
                "q": (("wave_vector", "axis"), self.basis.q, {"units": "reciprocal lattice vectors"}),
                "wave": (("wave_vector", "direction"), self.basis.wave, {"units": "1/angstrom"}),
                "block_temperature": (("block", *modes), self.blocks, {"units": "K"}),
            },
            attrs={"frames": self.frames, "frames_per_block": self.length},
        )

    def _of_sets(self, values: Array) -> Array:
        freedom = self.basis.shared(self.freedom)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.basis.shared(values) / np.where(freedom > LEAST_FREEDOM, freedom, np.nan)


@dataclass(frozen=True)
class WindowTemperatures:
    """Temperatures along z, averaged over modes in each window.

    height (w,) : middle of each window, A. names (a,) : of the averages. temperature, error (w, a) : K. span : length
    of a window along z, A; neighbouring windows overlap. resolution : wave vectors along z that a window tells apart,
    1/A: full width at half maximum of the taper's power. blocks (n, w, a) : means of blocks, K.
    """

    height: Array
    names: tuple[str, ...]
    temperature: Array
    error: Array
    span: float
    resolution: float
    blocks: Array
    frames: int
    length: int

    def of(self, name: str) -> tuple[Array, Array]:
        """Temperatures and errors (w,), K, of one average.

        Raises
        ------
        MethodError
            if there is none of that name.
        """
        column = self._column(name)
        return self.temperature[:, column], self.error[:, column]

    def difference(self, first: str, second: str) -> tuple[Array, Array]:
        """One average minus another and the error of the difference, (w,), K."""
        one, other = self._column(first), self._column(second)
        error = block_error(self.blocks[:, :, one] - self.blocks[:, :, other])
        return self.temperature[:, one] - self.temperature[:, other], error

    def dataset(self) -> xr.Dataset:
        """Temperatures, errors and block means as xarray's `Dataset`, with units."""
        import xarray as xr

        # Names get an index only when they are read: older releases of xarray cannot write one that newer pandas made.
        names = xr.Coordinates({"average": ("average", np.array(self.names))}, indexes={})
        return xr.Dataset(
            {
                "temperature": (("height", "average"), self.temperature, {"units": "K"}),
                "error": (("height", "average"), self.error, {"units": "K"}),
                "block_temperature": (("block", "height", "average"), self.blocks, {"units": "K"}),
            },
            coords=names.assign(height=("height", self.height, {"units": "angstrom"})),
            attrs={
                "frames": self.frames,
                "frames_per_block": self.length,
                "span_angstrom": self.span,
                "resolution_per_angstrom": self.resolution,
            },
        )

    def _column(self, name: str) -> int:
        if name not in self.names:
            raise MethodError(f"One of the averages {', '.join(self.names)} is wanted, got {name!r}: choose one.")
        return self.names.index(name)


def averaging(basis: Basis, freedom: Array, weights: Mapping[str, Array]) -> tuple[Array, Array]:
    """Weights (a, k, modes) and what they add up to in modes that move, (a,); NaN where there are none.

    Raises
    ------
    MethodError
        if weights have another shape than the modes.
    """
    for entry in weights.values():
        if entry.shape != basis.energy.shape:
            raise MethodError(
                f"Weights of shape {basis.energy.shape} are wanted for an average, got {entry.shape}: make them with "
                "the basis of these temperatures."
            )
    table = np.stack(list(weights.values()))
    share = np.tensordot(table, freedom, 2)
    return table, np.where(share > LEAST_FREEDOM, share, np.nan)


def in_kelvin(power: Array) -> Array:
    """Temperatures, K, of modes with 2 <kinetic energy> `power`, u A^2/fs^2."""
    return power * KELVIN


def _weighted(values: Array, table: Array) -> Array:
    """Sums (..., a) of `values` (..., k, modes) with weights (a, k, modes)."""
    return np.tensordot(values, table, ((-2, -1), (-2, -1)))
