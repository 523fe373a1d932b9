"""How far the temperatures of single bands are from the local one beside an interface, and how fast that decays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.decay import FEWEST, Decay, deviation_decay
from kapitza.interface.modes.modal import ModalTemperatures

GAP = 1.0
"""nm on either side of the interface that are left out of decays. Lines of the interface, 1.6 nm wide in the demo,
are in the bands there: they are down to a third at this distance, and shift a band by less than its error."""

_TOLD = 6.0
"""By so much an exponential lowers chi-squared where there is a deviation; 3 % of noise alone does, its length free."""

_DISTORTION = 0.4
"""The fit of the peak takes all phonons for one temperature: per kelvin that a band is off on the average of a side,
its distance from the temperature of others may be wrong by so much, at all positions of the side alike."""

_FEWEST_EQUAL = 2
"""Bands that the local temperature is taken from at least."""


@dataclass(frozen=True)
class BandDeviations:
    """Deviations of M bands from the local temperature, and their decays from an interface.

    names : M of them. position : (n,), nm, in the coordinates of the forward image. deviation, error : (n, M), K; NaN
    where a band or its reference holds too little signal. interface : nm. reference : per band, the bands whose common
    temperature is the local one. left, right : per band, amplitude and decay length on either side; None where there
    are too few positions, or the deviation is within its error. common_error : (M,), K, the part of the errors that all
    positions of a band share, not in `error`; the decays know of it.
    """

    names: tuple[str, ...]
    position: Array
    deviation: Array
    error: Array
    interface: float
    reference: tuple[tuple[str, ...], ...]
    left: tuple[Decay | None, ...]
    right: tuple[Decay | None, ...]
    common_error: Array


def band_deviations(
    forward: ModalTemperatures,
    reverse: ModalTemperatures | None = None,
    *,
    interface: float,
    reverse_interface: float | None = None,
    reference: tuple[str, ...] | None = None,
    gap: float = GAP,
) -> BandDeviations:
    """Deviation of every band from the local temperature, and its amplitude and decay length on both sides.

    The local temperature is the one that other bands have in common at the same position, weighted by their covariance.
    It cannot be told which bands are in equilibrium if all deviate alike.
    With a reverse image, deviations are half the difference of both directions: what the heat does not turn cancels.

    Parameters
    ----------
    forward, reverse : as `modal_temperatures` makes them, of the same ranges of energies. Of one direction alone when
        reverse is None. interface, reverse_interface : nm, where the interface is in either; in the same place in both
        when the second is None.
    reference : names of the bands that are at the local temperature. When None all, but for those that deviate: the
        one that does so most clearly is left out, and all are compared again, until no other deviates, or two are left.
    gap : nm, positions nearer to the interface are left out of decays.

    Raises
    ------
    MethodError
        if both have different ranges of energies, or a reference is none of them, or leaves a band without any.
    """
    found = _Temperatures(forward.temperature.T, forward.covariance, forward.common_covariance)
    if reverse is not None:
        if (reverse.names, reverse.windows) != (forward.names, forward.windows):
            raise MethodError(
                "Modal temperatures of the same ranges of energies are wanted for forward and reverse, got "
                f"{', '.join(forward.names)} and {', '.join(reverse.names)}: give both the same windows."
            )
        moved = 0.0 if reverse_interface is None else interface - reverse_interface
        back = _at(forward.position - moved, reverse)
        found = _Temperatures(
            0.5 * (found.kelvin - back.kelvin),
            0.25 * (found.covariance + back.covariance),
            0.25 * (found.common + back.common),
        )
    given = forward.names if reference is None else reference
    result = _compared(forward, found, given, interface, gap)
    while reference is None and (odd := _furthest(result, given)) is not None:
        given = tuple(name for name in given if name != odd)
        result = _compared(forward, found, given, interface, gap)
    return result


def _compared(
    forward: ModalTemperatures, found: _Temperatures, reference: tuple[str, ...], interface: float, gap: float
) -> BandDeviations:
    """The result with given bands as reference."""
    names, position = forward.names, forward.position
    others = tuple(tuple(other for other in reference if other != name) for name in names)
    if not all(others) or not set(reference) <= set(names):
        raise MethodError(
            f"At least two of the bands {', '.join(names)} are wanted as reference, got "
            f"{', '.join(reference) or 'none'}: name others, or give more ranges of energies."
        )
    deviation, error, common = found.from_local([[names.index(other) for other in some] for some in others])
    left, right = (
        tuple(_decay(away, *column, gap) for column in zip(deviation.T, error.T, common, strict=True))
        for away in (interface - position, position - interface)
    )
    return BandDeviations(names, position, deviation, error, interface, others, left, right, common)


def _furthest(result: BandDeviations, reference: tuple[str, ...]) -> str | None:
    """The band of the reference that deviates most beyond doubt; None if none does, or too few would be left."""
    told = {
        name: max(decay.lowered for decay in sides if decay)
        for name, *sides in zip(result.names, result.left, result.right, strict=True)
        if name in reference and any(sides)
    }
    return max(told, key=told.__getitem__) if told and len(reference) > _FEWEST_EQUAL else None


def _at(position: Array, modal: ModalTemperatures) -> _Temperatures:
    """Modal temperatures at positions (n,), nm; NaN outside.

    Interpolated where positions lie between. Variances are not lowered for that: what is fitted to them sums over many.
    """

    def interpolated(values: Array) -> Array:
        flat = values.reshape(len(values), -1)
        seen = [np.interp(position, modal.position, column, left=np.nan, right=np.nan) for column in flat.T]
        return np.stack(seen, axis=1).reshape(-1, *values.shape[1:])

    return _Temperatures(interpolated(modal.temperature.T), interpolated(modal.covariance), modal.common_covariance)


@dataclass(frozen=True)
class _Temperatures:
    """(n, M) temperatures, K; their covariances (n, M, M) of counting, and (M, M) of what all positions share."""

    kelvin: Array
    covariance: Array
    common: Array

    def from_local(self, others: list[list[int]]) -> tuple[Array, Array, Array]:
        """(n, M) deviations from the temperature of other bands, their errors, and (M,) the error they all share."""
        deviation, error = np.full((2, *self.kelvin.shape), np.nan)
        levers = np.zeros((*self.kelvin.shape, self.kelvin.shape[1]))
        for n, (t, c) in enumerate(zip(self.kelvin, self.covariance, strict=True)):
            for band, other in enumerate(others):
                known = [i for i in other if np.isfinite(t[i])]
                if known and np.isfinite(t[band]):
                    lever, some = levers[n, band], [band, *known]
                    ones = np.linalg.solve(c[np.ix_(known, known)], np.ones(len(known)))
                    lever[some] = 1.0, *(-ones / ones.sum())
                    deviation[n, band] = lever[some] @ t[some]
                    error[n, band] = np.sqrt(lever[some] @ c[np.ix_(some, some)] @ lever[some])
        weight = np.nan_to_num(error**-2.0)
        mean = np.einsum("nm,nml->ml", weight, levers) / np.maximum(weight.sum(axis=0), 1e-300)[:, np.newaxis]
        return deviation, error, np.sqrt(np.einsum("ml,lk,mk->m", mean, self.common, mean))


def _decay(away: Array, deviation: Array, error: Array, common: float, gap: float) -> Decay | None:
    """The decay with distance from the interface (n,), nm; None where nothing is told of one."""
    known = (away > 0) & np.isfinite(deviation)
    used = known & (away > gap)
    if used.sum() < FEWEST:
        return None
    mean = float(np.average(deviation[known], weights=error[known] ** -2.0))
    shared = float(np.hypot(common, _DISTORTION * mean))
    found = deviation_decay(away[used], deviation[used], error[used], 0.0, shared)
    return found if found.lowered > _TOLD else None
