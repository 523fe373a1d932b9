"""Elastic limits of the conductance of an interface: acoustic mismatch, diffuse mismatch, radiation.

Sound of three polarisations in isotropic media, Debye spectra that end where the lower of both cutoffs is, and phonons
that keep their energy. The acoustic mismatch model takes them for plane waves at a smooth interface, which change
polarisation where they are refracted; the diffuse one lets them forget where they came from. Densities in g/cm3,
velocities in km/s, temperatures in K, conductances in MW/(m^2 K).

Sources: E. T. Swartz, R. O. Pohl, Rev. Mod. Phys. 61, 605 (1989); R. J. Stoner, H. J. Maris, Phys. Rev. B 48, 16373
(1993) for the radiation limit; K. Aki, P. G. Richards, Quantitative Seismology (2002) for refraction.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.checks import check_positive
from kapitza.units import BOLTZMANN

Polarisation = Literal["longitudinal", "vertical", "horizontal"]
Model = Literal["acoustic", "diffuse", "radiation"]

_HBAR = 0.6582119569
"""meV ps."""
_MEGAWATT = 160.2176634
"""meV/(ps nm^2 K) in MW/(m^2 K)."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)
_FREEZE = 80.0
"""Reduced energy beyond which a phonon's heat capacity is nothing."""


@dataclass(frozen=True)
class Solid:
    """An isotropic solid: density (g/cm3), velocities of sound (km/s) and atoms per volume (1/nm^3)."""

    density: float
    longitudinal: float
    transverse: float
    atoms: float

    @property
    def slowness_squared(self) -> float:
        """Sum of 1/v^2 over the three polarisations, (km/s)^-2: how many phonons of an energy arrive at a wall."""
        return self.longitudinal**-2 + 2.0 * self.transverse**-2

    @property
    def cutoff(self) -> float:
        """Debye energy (meV) of all atoms, the same for the three polarisations."""
        check_positive(longitudinal=self.longitudinal, transverse=self.transverse, atoms=self.atoms)
        cubed = 3.0 / (self.longitudinal**-3 + 2.0 * self.transverse**-3)
        return float(_HBAR * (6.0 * np.pi**2 * self.atoms * cubed) ** (1.0 / 3.0))


ALN = Solid(density=3.258, longitudinal=10.92, transverse=6.18, atoms=95.7)
"""AlN along c: C33, C44 after L. E. McNeil et al., J. Am. Ceram. Soc. 76, 1132 (1993); a = 0.3112, c = 0.4982 nm."""

SIC = Solid(density=3.216, longitudinal=13.04, transverse=7.03, atoms=96.6)
"""4H-SiC along c: C33, C44 after K. Kamitani et al., J. Appl. Phys. 82, 3152 (1997); a = 0.30798, c = 1.0082 nm."""


def diffuse_transmission(left: Solid, right: Solid) -> float:
    """Share of the phonons arriving from the left that go on to the right, in the diffuse mismatch model.

    Detailed balance makes it S_right/(S_left + S_right) with S the sum of 1/v^2 over polarisations.

    Raises
    ------
    MethodError
        if a number of a solid is not positive, or its longitudinal velocity is too low beside the transverse one.
    """
    _check(left, right)
    return right.slowness_squared / (left.slowness_squared + right.slowness_squared)


def acoustic_transmission(left: Solid, right: Solid, angle: ArrayLike, polarisation: Polarisation) -> Array:
    """Share of the energy of a plane wave arriving from the left that goes on to the right, in any polarisation.

    angle : degrees from the normal, from 0 to below 90. polarisation : of the wave that arrives; "vertical" and
    "horizontal" are transverse waves that move within and across the plane of incidence.

    Raises
    ------
    MethodError
        if the numbers of a solid make none, an angle is outside 0 to 90 degrees, or there is no such polarisation.
    """
    _check(left, right)
    theta = np.asarray(angle, dtype=float)
    if not ((theta >= 0.0) & (theta < 90.0)).all():
        raise MethodError("Angles from 0 to below 90 degrees from the normal are wanted: measure them from there.")
    if polarisation not in ("longitudinal", "vertical", "horizontal"):
        raise MethodError(
            f"A longitudinal, vertical or horizontal polarisation is wanted, got {polarisation!r}: choose one of them."
        )
    velocity = left.longitudinal if polarisation == "longitudinal" else left.transverse
    slowness = np.sin(np.radians(theta)) / velocity
    if polarisation == "horizontal":
        return _horizontal(left, right, slowness)
    return _in_plane(left, right, slowness)[..., 0 if polarisation == "longitudinal" else 1]


def conductance(left: Solid, right: Solid, temperature: ArrayLike, model: Model) -> Array:
    """Conductance (MW/(m^2 K)) of an interface by one of the elastic models; the same from either side.

    G = (S/4) int k C(E/kT) w^2/(2 pi^2) dw up to the lower Debye energy, with C the heat capacity of a mode over k, and
    S what passes: of the sum of 1/v^2 over polarisations, the share that the model lets through.

    temperature : K; infinity gives the limit where every mode is fully excited. model : "acoustic", "diffuse", or
    "radiation", where every phonon passes that both sides can have, which is an upper bound of elastic models.

    Raises
    ------
    MethodError
        if the numbers of a solid make none, a temperature is not positive, or there is no such model.
    """
    _check(left, right)
    t = np.asarray(temperature, dtype=float)
    check_positive(temperature=np.where(np.isposinf(t), 1.0, t))
    if model == "acoustic":
        passing = _acoustic_passing(left, right)
    elif model == "diffuse":
        passing = diffuse_transmission(left, right) * left.slowness_squared
    elif model == "radiation":
        passing = min(left.slowness_squared, right.slowness_squared)
    else:
        raise MethodError(f"The model acoustic, diffuse or radiation is wanted, got {model!r}: choose one of them.")
    cutoff = min(left.cutoff, right.cutoff)
    capacity = _debye_integral(cutoff / (BOLTZMANN * t)) * (cutoff / _HBAR) ** 3
    return _MEGAWATT * 0.25 * passing * BOLTZMANN * capacity / (2.0 * np.pi**2)


def _debye_integral(reduced: Array) -> Array:
    """int_0^1 C(x u) u^2 du with C(y) = (y/2)^2/sinh^2(y/2), for x = `reduced`; 1/3 at x = 0."""
    x = np.asarray(reduced, dtype=float)[..., np.newaxis]
    # Cold modes at the upper end add nothing; the nodes stay where something is.
    end = np.minimum(1.0, _FREEZE / np.maximum(x, 1.0))
    u = end * 0.5 * (_NODES + 1.0)
    half = np.maximum(0.5 * x * u, 1e-9)
    integral: Array = np.sum(0.5 * end * _WEIGHTS * (half / np.sinh(half)) ** 2 * u**2, axis=-1)
    return integral


def _acoustic_passing(left: Solid, right: Solid) -> float:
    """Sum over polarisations of v^-2 times the transmission, averaged over the flux from all directions.

    With the slowness p along the interface, which refraction keeps, it is the integral of 2 p dp times the sum of
    transmissions; every critical angle is the end of an interval, where the substitution takes away square roots.
    """
    ends = np.array([0.0, *sorted({1.0 / v for s in (left, right) for v in (s.longitudinal, s.transverse)})])
    ends = ends[ends <= 1.0 / left.transverse]
    total = 0.0
    phase = 0.5 * np.pi * (_NODES + 1.0)
    for low, high in pairwise(ends):
        p = low + 0.5 * (high - low) * (1.0 - np.cos(phase))
        step = 0.25 * np.pi * (high - low) * np.sin(phase) * _WEIGHTS
        shares = _in_plane(left, right, p)
        through = _horizontal(left, right, p) + shares[:, 1]
        if high <= 1.0 / left.longitudinal:
            through = through + shares[:, 0]
        total += float(np.sum(2.0 * p * step * through))
    return total


def _horizontal(left: Solid, right: Solid, p: Array) -> Array:
    """Transmission 4 Z_1 Z_2/(Z_1 + Z_2)^2 of horizontal waves, Z = rho v cos(theta), zero beyond a critical angle."""
    z_1, z_2 = (s.density * s.transverse**2 * _normal(s.transverse, p).real for s in (left, right))
    return 4.0 * z_1 * z_2 / (z_1 + z_2) ** 2


def _in_plane(left: Solid, right: Solid, p: Array) -> Array:
    """Transmission (..., 2) of longitudinal and vertical waves into both, from continuity of motion and traction."""
    reflected, passed = _waves(left, p, -1.0), _waves(right, p, 1.0)
    arriving = _waves(left, p, 1.0)
    matrix = np.concatenate([passed, -reflected], axis=-1)
    amplitude = np.linalg.solve(matrix, arriving)[..., :2, :]
    onward, inward = (_flux(s, p) for s in (right, left))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.sum(onward[..., :, np.newaxis] * np.abs(amplitude) ** 2, axis=-2) / inward
    return np.where(inward > 0.0, shares, 0.0)


def _waves(solid: Solid, p: Array, direction: float) -> Array:
    """Motion and traction (..., 4, 2) at the interface of longitudinal and vertical waves of unit amplitude."""
    mu = solid.density * solid.transverse**2
    lame = solid.density * solid.longitudinal**2 - 2.0 * mu
    columns = []
    for velocity, along in ((solid.longitudinal, True), (solid.transverse, False)):
        normal = direction * _normal(velocity, p)
        x, z = (velocity * p + 0j, velocity * normal) if along else (velocity * normal, -velocity * p + 0j)
        columns.append([x, z, mu * (normal * x + p * z), lame * (p * x + normal * z) + 2.0 * mu * normal * z])
    return np.moveaxis(np.array(columns), (0, 1), (-1, -2))


def _flux(solid: Solid, p: Array) -> Array:
    """Energy (..., 2) that longitudinal and vertical waves carry through the interface; none where they only fade."""
    velocities = np.array([solid.longitudinal, solid.transverse])
    return solid.density * velocities**2 * _normal(velocities, p[..., np.newaxis]).real


def _normal(velocity: float | Array, p: Array) -> Array:
    """Slowness across the interface, positive imaginary where the wave fades from it."""
    return np.sqrt(np.asarray(velocity, dtype=float) ** -2 - np.square(p) + 0j)


def _check(*solids: Solid) -> None:
    for solid in solids:
        check_positive(**dict(zip(("density", "longitudinal", "transverse", "atoms"), astuple(solid), strict=True)))
        if not solid.longitudinal > solid.transverse * 2.0 / np.sqrt(3.0):
            raise MethodError(
                "A longitudinal velocity above 1.155 times the transverse one is wanted, as in all that resists "
                f"compression, got {solid.longitudinal:g} and {solid.transverse:g} km/s: look whether they are swapped."
            )
