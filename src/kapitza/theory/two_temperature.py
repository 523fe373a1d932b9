"""Optical and acoustic phonons with a temperature each, on both sides of an interface, in closed form.

Along x, per side: kappa_o T_o'' = g (T_o - T_a) and kappa_a T_a'' = -g (T_o - T_a). The split T_o - T_a dies out over a
length lambda on either side; the mean weighted by conductivity is a straight line, which is what is measured far from
the interface. Conductivities in W/(m K), couplings g in W/(m^3 K), conductances in MW/(m^2 K), flux in GW/m^2, lengths
in nm, temperatures in K.

M. An et al., arXiv:1702.05237 (2017) have such a model for phonons of graphene; the solution at an interface and its
bounds are derived here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.checks import check_not_negative, check_positive


@dataclass(frozen=True)
class TwoBaths:
    """One side: conductivities of its optical and acoustic phonons (W/(m K)) and what couples them (W/(m^3 K))."""

    optical: float
    acoustic: float
    coupling: float

    @classmethod
    def of_length(cls, conductivity: float, share: float, length: float) -> TwoBaths:
        """The side with this conductivity (W/(m K)) in all, share of the heat in optical phonons, and length (nm).

        Raises
        ------
        MethodError
            if a number is not positive, or the share is not below 1.
        """
        check_positive(conductivity=conductivity, share=share, length=length)
        if not share < 1.0:
            raise MethodError(f"A share of optical phonons between 0 and 1 is wanted, got {share:g}: give one between.")
        optical, acoustic = share * conductivity, (1.0 - share) * conductivity
        return cls(optical, acoustic, 1e18 * share * acoustic / length**2)

    @property
    def share(self) -> float:
        """Share f of the heat that optical phonons carry in the bulk."""
        return self.optical / (self.optical + self.acoustic)

    @property
    def length(self) -> float:
        """Length lambda (nm) over which both temperatures become one."""
        return float(relaxation_length(self.optical, self.acoustic, self.coupling))


@dataclass(frozen=True)
class TwoTemperatures:
    """Two half-spaces and the heat flow through them, solved; the interface is at x = 0 and heat flows along +x.

    left, right : the sides. flux : GW/m^2. drop : K, between the bulk lines extrapolated to the interface. split_left,
    split_right : K, T_o - T_a at the interface. optical_flux : GW/m^2, what optical phonons carry through it.
    """

    left: TwoBaths
    right: TwoBaths
    flux: float
    drop: float
    split_left: float
    split_right: float
    optical_flux: float

    def reversed(self) -> TwoTemperatures:
        """The same with the heat flowing the other way, for which everything changes its sign."""
        odd = (self.flux, self.drop, self.split_left, self.split_right, self.optical_flux)
        return TwoTemperatures(self.left, self.right, *(-number for number in odd))

    @property
    def optical_drop(self) -> float:
        """Drop (K) of the optical phonons' own temperature at the interface."""
        return self.drop + (1.0 - self.left.share) * self.split_left - (1.0 - self.right.share) * self.split_right

    @property
    def acoustic_drop(self) -> float:
        """Drop (K) of the acoustic phonons' own temperature at the interface."""
        return self.drop - self.left.share * self.split_left + self.right.share * self.split_right


def relaxation_length(optical: ArrayLike, acoustic: ArrayLike, coupling: ArrayLike) -> Array:
    """Length (nm) over which two temperatures become one: lambda^2 = kappa_o kappa_a/[g (kappa_o + kappa_a)].

    optical, acoustic : W/(m K). coupling : W/(m^3 K). They broadcast.

    Raises
    ------
    MethodError
        if a number is not positive.
    """
    check_positive(optical_conductivity=optical, acoustic_conductivity=acoustic, coupling=coupling)
    o, a = np.asarray(optical, dtype=float), np.asarray(acoustic, dtype=float)
    return 1e9 * np.sqrt(o * a / (np.asarray(coupling) * (o + a)))


def kinetic_length(velocity: ArrayLike, lifetime: ArrayLike) -> Array:
    """Relaxation length (nm) of phonons that carry little of the heat, v tau/sqrt(3).

    It follows with kappa_o = C v^2 tau/3 much below kappa_a and g = C/tau. velocity : km/s. lifetime : ps. They
    broadcast.

    Raises
    ------
    MethodError
        if a number is not positive.
    """
    check_positive(velocity=velocity, lifetime=lifetime)
    return np.asarray(velocity, dtype=float) * np.asarray(lifetime) / np.sqrt(3.0)


def split_bounds(gradient: ArrayLike, side: TwoBaths) -> tuple[Array, Array]:
    """How far apart (K) an interface can drive both temperatures of a side, whatever it lets through.

    Returns two sizes: where no heat enters as optical phonons, |dT/dx| lambda/(1-f), and where all of it does,
    |dT/dx| lambda/f. They have opposite signs, and every interface gives something between them.

    gradient : K/nm, of the bulk.

    Raises
    ------
    MethodError
        if a number of the side is not positive.
    """
    reach = np.abs(np.asarray(gradient, dtype=float)) * side.length
    return reach / (1.0 - side.share), reach / side.share


def two_temperatures(
    left: TwoBaths, right: TwoBaths, flux: float, *, optical_conductance: float, acoustic_conductance: float
) -> TwoTemperatures:
    """Optical and acoustic temperatures of two half-spaces through whose interface heat flows in two channels.

    optical_conductance, acoustic_conductance : MW/(m^2 K), from optical to optical and from acoustic to acoustic
    phonons; one of them may be zero. flux : GW/m^2, along +x; it may be negative.

    Raises
    ------
    MethodError
        if a number of a side is not positive, a conductance is negative, or both are zero.
    """
    check_not_negative(optical_conductance=optical_conductance, acoustic_conductance=acoustic_conductance)
    h_o, h_a = 1e-3 * optical_conductance, 1e-3 * acoustic_conductance
    if h_o + h_a == 0.0:
        raise MethodError("An interface that lets heat through is wanted, got no conductance: give one above zero.")
    # Each kelvin of split draws m = g lambda (GW/m^2) out of the optical flux f q of the bulk.
    (m_1, f_1), (m_2, f_2) = ((1e-18 * side.coupling * side.length, side.share) for side in (left, right))
    # B_1, B_2, D from: the optical flux is continuous, it is h_o times the optical drop, and the rest is h_a times the
    # acoustic one.
    matrix = np.array(
        [
            [m_1, m_2, 0.0],
            [h_o * (1.0 - f_1) + m_1, -h_o * (1.0 - f_2), h_o],
            [-h_a * f_1 - m_1, h_a * f_2, h_a],
        ]
    )
    split_left, split_right, drop = np.linalg.solve(matrix, flux * np.array([f_1 - f_2, f_1, 1.0 - f_1]))
    through = f_1 * flux - m_1 * split_left
    return TwoTemperatures(left, right, flux, float(drop), float(split_left), float(split_right), float(through))


def temperatures_at(solution: TwoTemperatures, position: ArrayLike, mean: float) -> tuple[Array, Array]:
    """Optical and acoustic temperature (K) at positions (nm) from the interface; 0 itself is on the right.

    mean : K, half-way between the bulk lines at the interface.
    """
    x = np.asarray(position, dtype=float)
    on_left = x < 0.0
    both = zip(_numbers(solution.left), _numbers(solution.right), strict=True)
    conductivity, share, length = (np.where(on_left, *pair) for pair in both)
    split = np.where(on_left, solution.split_left, solution.split_right) * np.exp(-np.abs(x) / length)
    line = mean + np.where(on_left, 0.5, -0.5) * solution.drop - solution.flux / conductivity * x
    return line + (1.0 - share) * split, line - share * split


def _numbers(side: TwoBaths) -> tuple[float, float, float]:
    return side.optical + side.acoustic, side.share, side.length
