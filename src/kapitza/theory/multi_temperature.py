"""Any number of phonon groups (baths) with a temperature each, on both sides of an interface, solved on a grid.

Along x every bath conducts and exchanges heat with the others, kappa_i T_i'' = sum_j g_ij (T_i - T_j). At the interface
baths of the left meet baths of the right and modes that live at the interface alone. All baths have one temperature at
the outer ends. Finite volumes: what leaves one cell enters the next, so that the flux is the same everywhere to
rounding. Conductivities in W/(m K), couplings g in W/(m^3 K), conductances in MW/(m^2 K), flux in GW/m^2, lengths in
nm, temperatures in K.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.linalg import spsolve

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.checks import check_not_negative, check_positive

_PER_NM = 1e-18
"""W/(m^3 K) in GW/(m^2 K nm)."""

_NO_HEAT = 1e-12
"""Flux through the interface over that through the bulk alone, below which it is rounding."""


@dataclass(frozen=True)
class Medium:
    """One side of the interface.

    conductivity : (baths,), W/(m K); zero for phonons that do not move. coupling : (baths, baths), W/(m^3 K),
    symmetric, its diagonal zero. length : nm, from the interface to where all baths have one temperature.
    """

    conductivity: ArrayLike
    coupling: ArrayLike
    length: float


@dataclass(frozen=True)
class Contact:
    """What lets heat through the interface, in MW/(m^2 K).

    direct : (left baths, right baths). to_left, to_right : (modes, left baths) and (modes, right baths), between modes
    of the interface and the baths of either side; None without such modes.
    """

    direct: ArrayLike
    to_left: ArrayLike | None = None
    to_right: ArrayLike | None = None


@dataclass(frozen=True)
class BathProfile:
    """Temperatures of one side: `position` (n,), nm, and `temperature` (n, baths), K.

    flux : (n-1, baths), GW/m^2, along +x, half-way between positions. at_interface : (baths,), GW/m^2, along +x, what
    enters or leaves the interface.
    """

    position: Array
    temperature: Array
    flux: Array
    at_interface: Array


@dataclass(frozen=True)
class ManyTemperatures:
    """Both sides of an interface under heat flow.

    left, right : the profiles. modes : (modes,), K, temperatures of the modes of the interface. drop : K, between the
    bulk lines extrapolated to the interface, which are those of the mean weighted by conductivity.
    """

    left: BathProfile
    right: BathProfile
    modes: Array
    drop: float


def many_temperatures(
    left: Medium, right: Medium, contact: Contact, flux: float, *, mean: float, cells: int = 1000
) -> ManyTemperatures:
    """Temperatures of all baths and modes under a heat flux.

    flux : GW/m^2, along +x. mean : K, half-way between the bulk lines at the interface. cells : on each side; they grow
    from the interface outwards. The error falls with their number squared, to some 1e-5 of the splits at 1000.

    Raises
    ------
    MethodError
        if shapes do not fit, a number is negative or a length not positive, a coupling is not symmetric, a bath neither
        conducts nor is coupled to one that does, or no heat can get through.
    """
    check_positive(mean=mean, cells=cells)
    grids = _grid(left, "left", cells, -1.0), _grid(right, "right", cells, 1.0)
    meeting = _meeting(contact, *(grid.conductivity.size for grid in grids))
    # Outer ends one kelvin apart tell which drop goes with the flux. The second solution, of what departs from the bulk
    # lines, is free of the rounding that differences of neighbouring temperatures would have, and corrects the drop.
    unit = _departures(*grids, meeting, 0.0, 1.0)
    through = float(_flux(grids[0], unit[0])[0].sum())
    bulk = sum(np.ptp(grid.position) / grid.conductivity.sum() for grid in grids)
    if not through * bulk > _NO_HEAT:
        raise MethodError("An interface that lets heat through is wanted, got none: connect baths of both sides.")
    drop = flux * (1.0 / through - bulk)
    second = _departures(*grids, meeting, flux, drop)
    excess = float(_flux(grids[0], second[0])[0].sum()) / through
    hot, modes, cold = (two - excess * one for two, one in zip(second, unit, strict=True))
    drop -= excess
    edges = np.concatenate([hot[-1] + 0.5 * drop, modes, cold[0] - 0.5 * drop])
    into = meeting @ edges
    return ManyTemperatures(
        _profile(grids[0], hot, into[: hot.shape[1]], flux, mean + 0.5 * drop),
        _profile(grids[1], cold, -into[-cold.shape[1] :], flux, mean - 0.5 * drop),
        mean + modes,
        drop,
    )


@dataclass(frozen=True)
class _Grid:
    """One side on its grid: position (n,), rising; conductivity (baths,); exchange (baths, baths), GW/(m^2 K nm)."""

    position: Array
    conductivity: Array
    exchange: Array


def _grid(medium: Medium, name: str, cells: int, sign: float) -> _Grid:
    k, g = np.atleast_1d(np.asarray(medium.conductivity, dtype=float)), np.asarray(medium.coupling, dtype=float)
    check_positive(length=medium.length)
    check_not_negative(conductivity=k, coupling=g)
    if k.ndim != 1 or g.shape != (k.size, k.size) or not np.array_equal(g, g.T) or np.diag(g).any():
        raise MethodError(
            f"A symmetric coupling of each bath with each other one on the {name}, ({k.size}, {k.size}) with a zero "
            f"diagonal, is wanted, got the shape {g.shape} and\n{g}: write g[i, j] = g[j, i] and g[i, i] = 0."
        )
    stuck = (k == 0.0) & (g @ k == 0.0)
    if stuck.any():
        raise MethodError(
            f"Baths that conduct or are coupled to one that does are wanted, got number {np.argmax(stuck)} on the "
            f"{name} that is neither: couple it, or leave it out."
        )
    exchange = _PER_NM * _laplacian(g)
    # Cells grow in proportion to the distance from the interface, beginning well within the shortest relaxation length.
    moving = (k > 0.0) & (g.sum(axis=1) > 0.0)
    shortest = np.sqrt(np.min(k[moving] / np.diag(exchange)[moving])) if moving.any() else medium.length
    stretch = np.log1p(medium.length / shortest)
    distance = medium.length * np.expm1(stretch * np.linspace(0.0, 1.0, int(cells) + 1)) / np.expm1(stretch)
    return _Grid(np.sort(sign * distance), k, exchange)


def _meeting(contact: Contact, left: int, right: int) -> Array:
    """The conductances between left baths, modes and right baths as one Laplacian, GW/(m^2 K)."""
    direct = np.asarray(contact.direct, dtype=float)
    to_left = np.zeros((0, left)) if contact.to_left is None else np.asarray(contact.to_left, dtype=float)
    to_right = np.zeros((0, right)) if contact.to_right is None else np.asarray(contact.to_right, dtype=float)
    check_not_negative(direct_conductance=direct, conductance_to_left=to_left, conductance_to_right=to_right)
    modes = to_left.shape[0]
    if direct.shape != (left, right) or to_left.shape != (modes, left) or to_right.shape != (modes, right):
        raise MethodError(
            f"Conductances between {left} baths and {right} baths, ({left}, {right}), and from as many modes to either "
            f"side, (modes, {left}) and (modes, {right}), are wanted, got {direct.shape}, {to_left.shape} and "
            f"{to_right.shape}: write zero where nothing is exchanged."
        )
    if not (to_left.sum(axis=1) + to_right.sum(axis=1) > 0.0).all():
        raise MethodError("Modes that exchange with a bath are wanted, got one that does not: leave it out.")
    links = np.zeros((left + modes + right,) * 2)
    links[:left, left + modes :] = direct
    links[left : left + modes, :left] = to_left
    links[left : left + modes, left + modes :] = to_right
    return 1e-3 * _laplacian(links + links.T)


def _departures(left: _Grid, right: _Grid, meeting: Array, flux: float, drop: float) -> tuple[Array, Array, Array]:
    """What temperatures left (n, baths), of the modes and right (n, baths) depart from the bulk lines, modes from 0.

    The lines have the slopes of the flux and +drop/2 and -drop/2 at the interface; at the outer ends nothing departs.
    """
    (first, n_left), (last, n_right) = (
        (g.conductivity.size, g.conductivity.size * g.position.size) for g in (left, right)
    )
    modes = meeting.shape[0] - first - last
    matrix = sparse.block_diag([_bulk(left), sparse.csr_array((modes, modes)), _bulk(right)], format="csc")
    around = [sparse.csr_array((n_left - first,) * 2), meeting, sparse.csr_array((n_right - last,) * 2)]
    matrix += sparse.block_diag(around, format="csc")
    share = np.concatenate([left.conductivity, np.zeros(modes), right.conductivity])
    share[:first] /= share[:first].sum()
    share[first + modes :] /= -share[first + modes :].sum()
    line = np.repeat([0.5 * drop, 0.0, -0.5 * drop], [first, modes, last])
    departure = np.zeros(n_left + modes + n_right)
    arriving = departure.copy()
    arriving[n_left - first : n_left + modes + last] = flux * share - meeting @ line
    free = slice(first, departure.size - last)
    departure[free] = spsolve(matrix[free, free], arriving[free])
    hot, middle, cold = np.split(departure, [n_left, n_left + modes])
    return hot.reshape(-1, first), middle, cold.reshape(-1, last)


def _bulk(grid: _Grid) -> sparse.csc_array:
    """What leaves each cell along x and to other baths, per kelvin; bath by bath within position by position."""
    width = np.diff(grid.position)
    along = sparse.diags_array(1.0 / width)
    difference = sparse.diags_array(
        [-np.ones(width.size), np.ones(width.size)], offsets=[0, 1], shape=(width.size, width.size + 1)
    )
    volume = 0.5 * (np.append(width, 0.0) + np.append(0.0, width))
    conduction = sparse.kron(difference.T @ along @ difference, np.diag(grid.conductivity))
    return (conduction + sparse.kron(sparse.diags_array(volume), grid.exchange)).tocsc()


def _profile(grid: _Grid, departure: Array, into: Array, flux: float, edge: float) -> BathProfile:
    """A side from what departs from its bulk line, which is at `edge` (K) at the interface."""
    total = grid.conductivity.sum()
    line = edge - flux / total * grid.position[:, np.newaxis]
    along = flux / total * grid.conductivity + _flux(grid, departure)
    return BathProfile(grid.position, line + departure, along, into)


def _flux(grid: _Grid, temperature: Array) -> Array:
    along: Array = -grid.conductivity * np.diff(temperature, axis=0) / np.diff(grid.position)[:, np.newaxis]
    return along


def _laplacian(links: Array) -> Array:
    laplacian: Array = np.diag(links.sum(axis=1)) - links
    return laplacian
