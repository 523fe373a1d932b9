"""Which atom of a cell of molecular dynamics sits at which site of which unit cell of a crystal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError

STRAIN = 0.05
"""Largest strain between the crystal of the phonons and the one in the cell."""

NEAR = 0.7
"""How far an atom may be from its site, A: less than half the way to the next site of another stacking."""

_AT_REST = 0.1
"""A lattice with all atoms so near their sites, A, is the one: no other is looked for."""

_MASS = 1e-3


@dataclass(frozen=True)
class Region:
    """Atoms of a crystal inside a cell, in whole unit cells.

    atoms (n1, n2, n3, s) : index of the atom at site s of each unit cell; n1, n2 and n3 cells along the three vectors
    that repeat. unit (3, 3) : these vectors as rows, in units of the lattice vectors of the crystal. basis (s,) : which
    atom of the crystal's primitive cell sits there. scaled (s, 3) : place of the sites of the first cell, in units of
    the lattice vectors. cell (3, 3) : lattice vectors of the crystal as it lies in the cell, rows, A. origin (3,) : A.
    rotation (3, 3) : turns vectors of the phonons' crystal into those here. periodic : whether the region is periodic
    along the third vector, too. total : atoms of the cell in all.
    """

    atoms: Array
    unit: Array
    basis: Array
    scaled: Array
    cell: Array
    origin: Array
    rotation: Array
    periodic: bool
    total: int

    @property
    def repeats(self) -> tuple[int, int, int]:
        """Unit cells along the three vectors that repeat."""
        first, second, third, _ = self.atoms.shape
        return first, second, third

    @property
    def height(self) -> float:
        """Length of the third vector that repeats, along z, A."""
        return float((self.unit[2] @ self.cell)[2])

    @property
    def heights(self) -> Array:
        """Height of the middle of each layer of unit cells, (n3,), A."""
        middle = (self.scaled @ self.cell)[:, 2].mean() + self.origin[2]
        return middle + self.height * np.arange(self.atoms.shape[2])

    @property
    def sites(self) -> Array:
        """Ideal positions of the sites, (n1, n2, n3, s, 3), A."""
        steps = np.stack(np.meshgrid(*map(np.arange, self.repeats), indexing="ij"), axis=-1)
        return ((steps @ self.unit)[..., np.newaxis, :] + self.scaled) @ self.cell + self.origin

    def layers(self, start: int, stop: int) -> Region:
        """The region from layer `start` to before layer `stop` along z.

        Raises
        ------
        MethodError
            if there are no such layers.
        """
        if not 0 <= start < stop <= self.atoms.shape[2]:
            raise MethodError(
                f"Layers of unit cells between 0 and {self.atoms.shape[2]} are wanted, got {start} to {stop}."
            )
        if (start, stop) == (0, self.atoms.shape[2]):
            return self
        origin = self.origin + start * self.unit[2] @ self.cell
        return replace(self, atoms=self.atoms[:, :, start:stop], origin=origin, periodic=False)

    def without(self, excluded: Array) -> Region:
        """The longest run of layers in which no atom is among `excluded`, (n,) of booleans.

        Raises
        ------
        MethodError
            if every layer has such an atom.
        """
        free = ~excluded[self.atoms].any(axis=(0, 1, 3))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(int), [0]])))
        if not len(edges):
            raise MethodError(
                "A layer of unit cells without frozen atoms and baths is wanted, got none: repeat the crystal more "
                "often along c, or shorten them."
            )
        runs = edges.reshape(-1, 2)
        start, stop = runs[np.argmax(runs[:, 1] - runs[:, 0])]
        return self.layers(int(start), int(stop))


def find_region(atoms: Any, crystal: Harmonic, members: Array | None = None) -> Region:
    """Find for every atom of a crystal its unit cell and its site in it, whatever the order of the atoms.

    The crystal may be strained by a few per cent against that of the phonons, shifted, turned about z by a symmetry of
    its lattice, or upside down.

    Parameters
    ----------
    atoms
        the cell of molecular dynamics, ASE's `Atoms`, near its ideal positions; heat flows along z.
    crystal
        whose phonons are meant, a vector of its lattice along z.
    members
        (n,) booleans: the atoms of the region, such as one side of an interface; all of them when None.

    Raises
    ------
    MethodError
        if the region is no whole number of cells of this crystal, or has other masses.
    """
    chosen = np.ones(len(atoms), bool) if members is None else np.asarray(members, bool)
    if chosen.shape != (len(atoms),) or not chosen.any():
        raise MethodError(
            f"A choice (n,) of some of the {len(atoms)} atoms is wanted, got shape {chosen.shape} and "
            f"{np.count_nonzero(chosen)} atoms: give a boolean for each atom."
        )
    index = np.flatnonzero(chosen)
    periodic = bool(atoms.pbc[2]) and bool(chosen.all())
    found = _Search(atoms, crystal, index, periodic).best()
    region = _gridded(found, index, len(atoms), periodic)
    _check_masses(atoms, crystal, region)
    return region


class _Lattice(NamedTuple):
    """A crystal in the cell: lattice vectors (3, 3), A, origin (3,), A, rotation, and what repeats (3, 3)."""

    cell: Array
    origin: Array
    rotation: Array
    unit: Array
    repeats: tuple[int, int, int]


class _Found(NamedTuple):
    """A lattice, the atoms' cells (n, 3) and sites (n,), and the sites' places (b, 3)."""

    lattice: _Lattice
    cells: Array
    sites: Array
    scaled: Array


class _Search:
    """How atoms may lie on a crystal: what the candidates share."""

    def __init__(self, atoms: Any, crystal: Harmonic, index: Array, periodic: bool) -> None:
        primitive = crystal.phonopy.primitive
        self.box = np.array(atoms.cell)
        self.positions, self.numbers = np.array(atoms.positions)[index], np.array(atoms.numbers)[index]
        self.scaled, self.kinds = np.array(primitive.scaled_positions), np.array(primitive.numbers)
        self.crystal, self.periodic = crystal, periodic
        if unknown := sorted(set(self.numbers) - set(self.kinds)):
            raise MethodError(
                f"Atoms of {' '.join(dict.fromkeys(crystal.species))} are wanted in the region, got others "
                f"(atomic numbers {', '.join(map(str, unknown))}): choose one side, or the phonons of this crystal."
            )

    def best(self) -> _Found:
        """The lattice on which the atoms sit best, with all atoms at their sites."""
        candidates = []
        for lattice in (shifted for turned in self._turned() for shifted in self._shifted(turned)):
            candidates.append((self._misfit(lattice), lattice))
            if candidates[-1][0] < _AT_REST:
                break
        if not candidates:
            raise MethodError(
                "A cell with whole unit cells of the crystal side by side is wanted, got other lattice vectors: give "
                f"the phonons of the crystal strained as it is here, within {STRAIN:.0%}, its c axis along z."
            )
        misfits = np.array([misfit for misfit, _ in candidates])
        if misfits.min() > NEAR:
            raise MethodError(
                f"Atoms at the sites of {' '.join(self.crystal.species)} are wanted, got some {misfits.min():.1f} A "
                "off: give the phonons of this crystal, and a structure near its ideal positions."
            )
        # The first of those that are as good: turns that are symmetries of the crystal are no turns.
        lattice = candidates[int(np.flatnonzero(misfits < misfits.min() + 0.02)[0])][1]
        return self._grown(lattice)

    def _turned(self) -> Iterator[_Lattice]:
        with optional("spglib"):
            from spglib import get_symmetry
        cell = self.crystal.cell
        bare: Any = (cell, [[0, 0, 0]], [1])
        found: Any = get_symmetry(bare, symprec=1e-3)
        turns = found["rotations"]
        for turn in sorted(turns, key=lambda turn: not np.array_equal(turn, np.eye(3))):
            rotation = cell.T @ turn @ np.linalg.inv(cell.T)
            if abs(abs(rotation[2, 2]) - 1) < 1e-6 and (made := self._strained(rotation)) is not None:
                yield made

    def _strained(self, rotation: Array) -> _Lattice | None:
        """The turned lattice, strained so that whole cells fit the box in the plane; None where they do not."""
        cell = self.crystal.cell @ rotation.T
        rows = 3 if self.periodic else 2
        steps = np.rint(self.box[:rows] @ np.linalg.inv(cell)).astype(int)
        divisors = np.gcd.reduce(steps, axis=1)
        if not divisors.all():
            return None
        unit = np.empty((3, 3), int)
        unit[:rows] = steps // divisors[:, np.newaxis]
        if not self.periodic and (upward := _along_z(cell)) is not None:
            unit[2] = upward
        elif not self.periodic:
            return None
        stretch = np.eye(3)
        plain = steps @ cell
        if rows == 3:
            stretch = np.linalg.solve(plain, self.box)
        elif np.abs(plain[:, 2]).max() < 1e-3 * np.abs(plain).max():
            stretch[:2, :2] = np.linalg.solve(plain[:, :2], self.box[:2, :2])
        else:
            return None
        if np.abs(stretch - np.eye(3)).max() > STRAIN:
            return None
        along = int(divisors[2]) if rows == 3 else 0
        repeats = (int(divisors[0]), int(divisors[1]), along)
        return _Lattice(cell @ stretch, np.zeros(3), rotation, unit, repeats)

    def _shifted(self, lattice: _Lattice) -> Iterator[_Lattice]:
        """The lattice with each of its sites that may at the lowest atom."""
        lowest = int(np.argmin(self.positions[:, 2]))
        for site in np.flatnonzero(self.kinds == self.numbers[lowest]):
            yield lattice._replace(origin=self.positions[lowest] - self.scaled[site] @ lattice.cell)

    def _misfit(self, lattice: _Lattice) -> float:
        """Largest distance of the lowest atoms, all of them in a periodic region, from their sites, A."""
        heights = self.positions[:, 2] - self.positions[:, 2].min()
        near = heights < (np.inf if self.periodic else 1.5 * (lattice.unit[2] @ lattice.cell)[2])
        return float(self._assigned(lattice, near)[2].max())

    def _assigned(self, lattice: _Lattice, chosen: Array) -> tuple[Array, Array, Array]:
        """Cells (m, 3), sites (m,) and distances (m,), A, of the chosen atoms."""
        places = (self.positions[chosen] - lattice.origin) @ np.linalg.inv(lattice.cell)
        off = places[:, np.newaxis] - self.scaled
        cells = np.rint(off).astype(int)
        distances = np.linalg.norm((off - cells) @ lattice.cell, axis=2)
        distances[self.numbers[chosen][:, np.newaxis] != self.kinds] = np.inf
        sites = np.argmin(distances, axis=1)
        rows = np.arange(len(sites))
        return cells[rows, sites], sites, distances[rows, sites]

    def _grown(self, lattice: _Lattice) -> _Found:
        """All atoms at sites, the stretch along z being learned from below upwards, so that it cannot lose count."""
        heights = self.positions[:, 2] - self.positions[:, 2].min()
        top = np.inf if self.periodic else 1.5 * (lattice.unit[2] @ lattice.cell)[2]
        while True:
            chosen = heights < top
            cells, sites, distances = self._assigned(lattice, chosen)
            ideal = (cells + self.scaled[sites]) @ lattice.cell
            lattice = _fitted(lattice, ideal, self.positions[chosen], self.periodic)
            if chosen.all():
                break
            top *= 2
        cells, sites, distances = self._assigned(lattice, chosen)
        if distances.max() > NEAR:
            raise MethodError(
                f"Atoms within {NEAR} A of the sites of {' '.join(self.crystal.species)} are wanted, got one "
                f"{distances.max():.1f} A off: leave out what is not this crystal, and start from a structure at rest."
            )
        return _Found(lattice, cells, sites, self.scaled)


def _fitted(lattice: _Lattice, ideal: Array, positions: Array, periodic: bool) -> _Lattice:
    """The lattice with the origin, and where it is not periodic the stretch along z, that fit the atoms best."""
    if periodic:
        return lattice._replace(origin=(positions - ideal).mean(axis=0))
    stretch = float(np.polyfit(ideal[:, 2], positions[:, 2], 1)[0])
    scale = np.diag([1.0, 1.0, stretch])
    return lattice._replace(cell=lattice.cell @ scale, origin=(positions - ideal @ scale).mean(axis=0))


def _along_z(cell: Array) -> Array | None:
    """The shortest lattice vector (3,) along z, in units of the lattice vectors; None where there is none."""
    direction = np.linalg.inv(cell)[2]
    direction = direction / np.abs(direction).max()
    for factor in range(1, 13):
        steps = np.rint(direction * factor).astype(int)
        if np.abs(direction * factor - steps).max() < 1e-3:
            steps //= np.gcd.reduce(steps)
            return steps if (steps @ cell)[2] > 0 else -steps
    return None


def _gridded(found: _Found, index: Array, total: int, periodic: bool) -> Region:
    lattice = found.lattice
    steps = np.floor(found.cells @ np.linalg.inv(lattice.unit) + 1e-6).astype(int)
    inside = found.cells - steps @ lattice.unit
    keys, slots = np.unique(np.column_stack([found.sites, inside]), axis=0, return_inverse=True)
    slots = slots.reshape(-1)
    scaled = found.scaled[keys[:, 0]] + keys[:, 1:]
    layers = lattice.repeats[2]
    if not periodic:
        first = np.full(len(keys), np.iinfo(int).max)
        np.minimum.at(first, slots, steps[:, 2])
        steps[:, 2] -= first[slots]
        scaled = scaled + first[:, np.newaxis] * lattice.unit[2]
        layers = int(steps[:, 2].max()) + 1
    shape = (lattice.repeats[0], lattice.repeats[1], layers)
    places = tuple((steps % shape).T)
    grid = np.full((*shape, len(keys)), -1)
    grid[(*places, slots)] = index
    wanted = len(found.scaled) * round(abs(np.linalg.det(lattice.unit)))
    if (grid < 0).any() or len(index) != grid.size or len(keys) != wanted:
        per_layer = wanted * shape[0] * shape[1]
        raise MethodError(
            f"A region of whole unit cells is wanted, {shape[0]} x {shape[1]} of them with {per_layer} atoms in each "
            f"layer, got {len(index)} atoms, or some of them beside their sites: leave out what is not this crystal."
        )
    return Region(
        grid, lattice.unit, keys[:, 0], scaled, lattice.cell, lattice.origin, lattice.rotation, periodic, total
    )


def _check_masses(atoms: Any, crystal: Harmonic, region: Region) -> None:
    masses = np.array(atoms.get_masses())[region.atoms]
    wanted = crystal.masses[region.basis]
    if np.abs(masses / wanted - 1).max() > _MASS:
        raise MethodError(
            f"Atoms with the masses of the phonons' crystal are wanted ({', '.join(f'{m:g}' for m in crystal.masses)} "
            "u), got others: eigenvectors belong to their masses."
        )
