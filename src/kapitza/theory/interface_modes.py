"""Modes of an interface between the phonons of both sides: their occupation under heat flow, forward and reverse.

Every mode exchanges with bulk phonons (partners) by three-phonon processes, a low-energy phonon making up the
difference, and stands still where they balance. Bulk phonons have given temperatures. Energies in meV, temperatures in
K. Derived here from the rate in `kapitza.theory.three_phonon`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.checks import check_not_negative, check_positive
from kapitza.theory.occupation import occupation, temperature_from_ratio
from kapitza.theory.two_temperature import TwoTemperatures

Side = Literal["left", "right"]
Branch = Literal["optical", "acoustic"]


@dataclass(frozen=True)
class Partner:
    """A bulk phonon that a mode of the interface exchanges with.

    energy : meV, above or below the mode. side : where it lives; the low-energy phonon that makes up the difference is
    an acoustic one of the same side. strength : of the process, relative to others. branch : whose temperature the
    partner has.
    """

    energy: float
    side: Side
    strength: float = 1.0
    branch: Branch = "optical"


@dataclass(frozen=True)
class Baths:
    """Temperatures (K) of optical and acoustic phonons on either side of the interface."""

    left_optical: float
    left_acoustic: float
    right_optical: float
    right_acoustic: float

    def temperature(self, side: Side, branch: Branch) -> float:
        """Temperature (K) of one bath.

        Raises
        ------
        MethodError
            if there is no such bath.
        """
        try:
            temperature: float = getattr(self, f"{side}_{branch}")
        except AttributeError:
            raise MethodError(
                f"A partner to the left or right, optical or acoustic, is wanted, got {side!r}, {branch!r}: name one."
            ) from None
        return temperature


@dataclass(frozen=True)
class InterfaceModes:
    """Modes of the interface in their stationary state.

    energy : (modes,), meV. occupation : (modes,). temperature : (modes,), K, of a bath that would give that occupation.
    """

    energy: Array
    occupation: Array
    temperature: Array


@dataclass(frozen=True)
class DirectionIndices:
    """How two modes differ between forward and reverse heat flow, as a measurement has it too.

    gain, loss : ln of the first mode's n (of its 1 + n) over the second's, forward less reverse. occupation_ratio : n
    of the first over n of the second, forward over reverse. contrast : (2,), of either mode, n forward less n reverse
    over their sum. temperature_change : (2,), K, forward less reverse.
    """

    gain: float
    loss: float
    occupation_ratio: float
    contrast: Array
    temperature_change: Array


def flow_baths(mean: float, drop: float, split: float) -> Baths:
    """Baths under heat flow from left to right; a negative drop and split are flow from right to left.

    The hot side is at mean + drop/2 with its optical phonons `split` above and its acoustic ones `split` below; the
    cold side is its mirror image. All in K.
    """
    hot, cold = mean + 0.5 * drop, mean - 0.5 * drop
    return Baths(hot + split, hot - split, cold - split, cold + split)


def channel_baths(solution: TwoTemperatures, mean: float, drop: float) -> Baths:
    """Baths right at an interface whose bulk lines end at mean + drop/2 and mean - drop/2 (K).

    solution : says how far optical and acoustic phonons are off the line of their side; its own drop is not used.
    """
    left, right = mean + 0.5 * drop, mean - 0.5 * drop
    (f_1, split_1), (f_2, split_2) = (
        (solution.left.share, solution.split_left),
        (solution.right.share, solution.split_right),
    )
    return Baths(
        left + (1.0 - f_1) * split_1, left - f_1 * split_1, right + (1.0 - f_2) * split_2, right - f_2 * split_2
    )


def interface_modes(couplings: Mapping[float, Sequence[Partner]], baths: Baths) -> InterfaceModes:
    """Stationary occupation and temperature of modes of the interface, each between its partners.

    couplings : energy of a mode (meV) to its partners.

    Raises
    ------
    MethodError
        if a mode has no partner, a partner has the mode's own energy or a side or branch that does not exist, a number
        is not positive (a strength may be zero), or a mode has no stationary state because its partners add phonons
        faster than they take them.
    """
    energy = np.array(list(couplings), dtype=float)
    check_positive(energy_of_a_mode=energy)
    check_positive(temperature_of_a_bath=astuple(baths))
    n = np.array([_stationary_occupation(mode, partners, baths) for mode, partners in couplings.items()])
    return InterfaceModes(energy, n, temperature_from_ratio((1.0 + n) / n, energy))


def both_directions(
    couplings: Mapping[float, Sequence[Partner]], mean: float, drop: float, split: float
) -> tuple[InterfaceModes, InterfaceModes]:
    """Modes of the interface under forward (left to right) and under reverse heat flow.

    couplings : as in `interface_modes`. mean, drop, split : K, as in `flow_baths`.

    Raises
    ------
    MethodError
        as `interface_modes`.
    """
    forward, reverse = (flow_baths(mean, sign * drop, sign * split) for sign in (1.0, -1.0))
    return interface_modes(couplings, forward), interface_modes(couplings, reverse)


def double_ratio(forward: InterfaceModes, reverse: InterfaceModes) -> float:
    """Ratio of the occupations of the first mode to the second under forward flow, over that under reverse flow.

    Raises
    ------
    MethodError
        if there are fewer than two modes.
    """
    if forward.occupation.size < 2 or reverse.occupation.size < 2:
        raise MethodError(
            f"Two modes are wanted for a ratio, got {forward.occupation.size}: give the partners of a second one."
        )
    (f1, f2), (r1, r2) = forward.occupation[:2], reverse.occupation[:2]
    return float(f1 / f2 / (r1 / r2))


def direction_indices(forward: InterfaceModes, reverse: InterfaceModes) -> DirectionIndices:
    """What the direction of the heat does to the first two modes. Cross-sections cancel in every index.

    Raises
    ------
    MethodError
        if there are fewer than two modes.
    """
    ratio = double_ratio(forward, reverse)
    there, back = forward.occupation[:2], reverse.occupation[:2]
    losses = np.log1p(there) - np.log1p(back)
    return DirectionIndices(
        gain=float(np.log(ratio)),
        loss=float(losses[0] - losses[1]),
        occupation_ratio=ratio,
        contrast=(there - back) / (there + back),
        temperature_change=forward.temperature[:2] - reverse.temperature[:2],
    )


def _stationary_occupation(energy: float, partners: Sequence[Partner], baths: Baths) -> float:
    """n = sum S / sum D, where every process changes n at the rate S - D n."""
    gains = losses = 0.0
    for partner in partners:
        check_positive(energy_of_a_partner=partner.energy)
        check_not_negative(strength=partner.strength)
        if partner.energy == energy:
            raise MethodError(
                f"A partner above or below the mode at {energy:g} meV is wanted, got one at the same energy: three "
                "phonons need a difference that a third one carries."
            )
        n_a = float(occupation(abs(partner.energy - energy), baths.temperature(partner.side, "acoustic")))
        n_p = float(occupation(partner.energy, baths.temperature(partner.side, partner.branch)))
        above = partner.energy > energy
        gains += partner.strength * ((1.0 + n_a) * n_p if above else n_a * n_p)
        losses += partner.strength * (n_a - n_p if above else 1.0 + n_a + n_p)
    if not losses > 0.0:
        raise MethodError(
            f"Partners that empty the mode at {energy:g} meV faster than they fill it are wanted, got none or too hot "
            "ones: add a partner with a strength above zero, or one nearer in energy."
        )
    return gains / losses
