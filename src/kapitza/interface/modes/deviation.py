"""How far the temperatures of single bands are from the local one beside an interface, and how fast that decays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.lead_lag import FEWEST, Decay, deviation_decay
from kapitza.interface.modes.modal import ModalTemperatures

GAP = 1.0
"""nm on either side of the interface that are left out of decays: interface modes are in the bands there."""

_TOLD = 6.0
"""By so much an exponential lowers chi-squared where there is a deviation; 5 % of noise alone does, its length free."""


@dataclass(frozen=True)
class BandDeviations:
    """Deviations of M bands from the local temperature, and their decays from an interface.

    names : M of them. position : (n,), nm, in the coordinates of the forward image. deviation, error : (n, M), K; NaN
    where a band or its reference holds too little signal. interface : nm. reference : per band, the bands whose common
    temperature is the local one. left, right : per band, amplitude and decay length on either side; None where there
    are too few positions, or the deviation is within its error.
    """

    names: tuple[str, ...]
    position: Array
    deviation: Array
    error: Array
    interface: float
    reference: tuple[tuple[str, ...], ...]
    left: tuple[Decay | None, ...]
    right: tuple[Decay | None, ...]


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
    With a reverse image, deviations are half the difference of both directions: what the heat does not turn cancels.

    Parameters
    ----------
    forward, reverse : as `modal_temperatures` makes them, of the same ranges of energies. Of one direction alone when
        reverse is None. interface, reverse_interface : nm, where the interface is in either; in the same place in both
        when the second is None.
    reference : names of the bands that are at the local temperature; of each band all others when None.
    gap : nm, positions nearer to the interface are left out of decays.

    Raises
    ------
    MethodError
        if both have different ranges of energies, or a reference is none of them, or leaves a band without any.
    """
    others = _references(forward.names, reference)
    kelvin, covariance = forward.temperature.T, forward.covariance
    if reverse is not None:
        if (reverse.names, reverse.windows) != (forward.names, forward.windows):
            raise MethodError(
                "Modal temperatures of the same ranges of energies are wanted for forward and reverse, got "
                f"{', '.join(forward.names)} and {', '.join(reverse.names)}: give both the same windows."
            )
        moved = 0.0 if reverse_interface is None else interface - reverse_interface
        back, its = _at(forward.position - moved, reverse)
        kelvin, covariance = 0.5 * (kelvin - back), 0.25 * (covariance + its)
    deviation, error = _from_local(kelvin, covariance, others)
    sides = [
        tuple(_decay(away, *both, gap) for both in zip(deviation.T, error.T, strict=True))
        for away in (interface - forward.position, forward.position - interface)
    ]
    names = tuple(tuple(forward.names[i] for i in other) for other in others)
    return BandDeviations(forward.names, forward.position, deviation, error, interface, names, *sides)


def _references(names: tuple[str, ...], reference: tuple[str, ...] | None) -> list[list[int]]:
    """Numbers of the bands that each band is compared with."""
    chosen = names if reference is None else reference
    others = [[names.index(other) for other in chosen if other in names and other != name] for name in names]
    if not all(others) or not set(chosen) <= set(names):
        raise MethodError(
            f"At least two of the bands {', '.join(names)} are wanted as reference, got {', '.join(chosen) or 'none'}: "
            "name others, or give more ranges of energies."
        )
    return others


def _at(position: Array, modal: ModalTemperatures) -> tuple[Array, Array]:
    """Temperatures (n, M) and their covariances (n, M, M) at positions (n,), nm; NaN outside.

    Interpolated where positions lie between. Variances are not lowered for that: what is fitted to them sums over many.
    """

    def interpolated(values: Array) -> Array:
        flat = values.reshape(len(values), -1)
        seen = [np.interp(position, modal.position, column, left=np.nan, right=np.nan) for column in flat.T]
        return np.stack(seen, axis=1).reshape(-1, *values.shape[1:])

    return interpolated(modal.temperature.T), interpolated(modal.covariance)


def _from_local(kelvin: Array, covariance: Array, others: list[list[int]]) -> tuple[Array, Array]:
    """(n, M) deviations of temperatures (n, M) from those of other bands, and their errors."""
    deviation, error = np.full((2, *kelvin.shape), np.nan)
    for n, (t, c) in enumerate(zip(kelvin, covariance, strict=True)):
        for band, other in enumerate(others):
            known = [i for i in other if np.isfinite(t[i])]
            if known and np.isfinite(t[band]):
                lever = np.zeros(len(t))
                ones = np.linalg.solve(c[np.ix_(known, known)], np.ones(len(known)))
                lever[known] = -ones / ones.sum()
                lever[band] = 1.0
                some = [band, *known]
                deviation[n, band] = lever[some] @ t[some]
                error[n, band] = np.sqrt(lever[some] @ c[np.ix_(some, some)] @ lever[some])
    return deviation, error


def _decay(away: Array, deviation: Array, error: Array, gap: float) -> Decay | None:
    """The decay with distance from the interface (n,), nm; None where nothing is told of one."""
    used = (away > gap) & np.isfinite(deviation)
    if used.sum() < FEWEST:
        return None
    y, sigma = deviation[used], error[used]
    found = deviation_decay(away[used], y, sigma, 0.0)
    lowered = float(((y / sigma) ** 2).sum()) - found.misfit * (len(y) - 2)
    return found if lowered > _TOLD else None
