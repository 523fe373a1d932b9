"""Interfaces: the published cells, terminations, strain, groups, and what is refused."""

from itertools import product

import numpy as np
import pytest

from kapitza.atoms.structures import GROUPS, Regions, Slab, aluminium_nitride, interface, orthogonal, silicon_carbide
from kapitza.errors import MethodError

ALN, SIC = aluminium_nitride(), silicon_carbide()


def published(aln: tuple[int, int, int], sic: tuple[int, int, int], **choices):
    return interface(Slab(ALN, aln, "N"), Slab(SIC, sic, "Si"), **choices)


def bonds_across(structure, cutoff: float = 2.2) -> dict[tuple[str, str], list[float]]:
    """Lengths of the bonds between the left and the right crystal, by species."""
    atoms = structure.atoms
    distances = atoms.get_all_distances(mic=True)
    found: dict[tuple[str, str], list[float]] = {}
    for i, j in zip(*np.nonzero(distances < cutoff), strict=True):
        if structure.sides[i] == 0 and structure.sides[j] == 1:
            found.setdefault((atoms.symbols[i], atoms.symbols[j]), []).append(float(distances[i, j]))
    return found


def test_the_cell_of_the_published_heat_flow():
    cell = published((12, 12, 72), (12, 12, 36), regions=Regions())
    assert len(cell) == 82_944
    assert [round(length / 10, 1) for length in cell.lengths] == [35.9, 36.3]
    assert cell.cell[2, 2] == pytest.approx(sum(cell.lengths))
    assert cell.area == pytest.approx(1208, abs=1)
    for number in (13, 7, 14, 6):
        assert (cell.numbers == number).sum() == 20_736


def test_the_cell_of_the_published_modes():
    cell = published((8, 8, 8), (8, 8, 4), regions=Regions())
    assert len(cell) == 4096
    assert [round(length / 10, 1) for length in cell.lengths] == [4.0, 4.0]
    assert set(np.unique(cell.groups)) == set(range(len(GROUPS)))


def test_the_mismatch_and_who_is_strained():
    to_aln, to_sic = published((2, 2, 2), (2, 2, 1)), published((2, 2, 2), (2, 2, 1), lattice="right")
    assert to_aln.strain.mismatch == pytest.approx(0.0105, abs=5e-5)
    assert (to_aln.strain.side, to_sic.strain.side) == ("4H-SiC", "2H-AlN")
    assert to_aln.strain.along_a == pytest.approx(3.112 / 3.0798 - 1)
    assert to_sic.strain.along_b == pytest.approx(3.0798 / 3.112 - 1)
    assert str(to_aln.strain) == "4H-SiC strained in the plane by +1.05% along a and +1.05% along b"
    assert to_sic.cell[0, 0] == pytest.approx(2 * 3.0798)


@pytest.mark.parametrize(("face", "face_right"), list(product(("Al", "N"), ("Si", "C"))))
@pytest.mark.parametrize("shape", [lambda crystal: crystal, orthogonal])
def test_every_termination_bonds_each_atom_of_a_face_to_one_of_the_other(face, face_right, shape):
    left, right = shape(ALN), shape(SIC)
    cell = interface(Slab(left, (4, 4, 2), face), Slab(right, (4, 4, 1), face_right))
    found = bonds_across(cell)
    facing = 32 if shape is orthogonal else 16
    far = ({"Al": "N", "N": "Al"}[face], {"Si": "C", "C": "Si"}[face_right])
    assert {pair: len(lengths) for pair, lengths in found.items()} == {(face, face_right): facing, far: facing}
    np.testing.assert_allclose(found[face, face_right], 1.8968, atol=1e-3)
    distances = cell.atoms.get_all_distances(mic=True)
    np.fill_diagonal(distances, np.inf)
    assert ((distances < 2.2).sum(axis=1) == 4).all()


def test_vacuum_opens_the_second_interface():
    cell = published((2, 2, 4), (2, 2, 2), vacuum=20.0)
    assert cell.periodic == (True, True, False)
    assert len(cell.junctions) == 1
    heights = cell.positions[:, 2]
    assert heights.min() == pytest.approx(10)
    assert cell.cell[2, 2] - heights.max() == pytest.approx(10)


def test_the_distance_can_be_chosen():
    cell = published((1, 1, 2), (1, 1, 1), distance=1.75)
    top = cell.positions[cell.sides == 0, 2].max()
    assert cell.positions[cell.sides == 1, 2].min() - top == pytest.approx(1.75)
    assert cell.junctions[0] == pytest.approx(top + 0.875)


def test_groups_follow_each_other_along_the_heat_flow():
    cell = published((2, 2, 16), (2, 2, 8), regions=Regions(frozen="both", bath_length=12.0))
    assert (np.diff(np.round(cell.positions[:, 2], 6)) >= 0).all()
    order = cell.groups[np.flatnonzero(np.diff(cell.groups, prepend=-1))]
    names = [GROUPS[number] for number in order]
    assert names == ["frozen", "hot bath", "left bulk", "interface", "right bulk", "cold bath", "frozen"]
    turned = published((2, 2, 16), (2, 2, 8), regions=Regions(frozen="both", bath_length=12.0, hot="right"))
    assert (turned.groups == GROUPS.index("hot bath")).sum() == (cell.groups == GROUPS.index("cold bath")).sum()
    at_interface = cell.positions[cell.groups == GROUPS.index("interface"), 2]
    assert np.abs(at_interface - cell.junctions[0]).max() <= 6


def test_only_the_right_end_is_frozen_unless_asked_for():
    cell = published((2, 2, 8), (2, 2, 4), regions=Regions())
    assert (cell.sides[cell.groups == GROUPS.index("frozen")] == 1).all()


def test_coincident_cells_of_other_crystals():
    from ase.build import bulk

    from kapitza.atoms.structures import crystal_from_atoms

    silicon, germanium = (crystal_from_atoms(bulk(name, cubic=True)) for name in ("Si", "Ge"))
    cell = interface(Slab(silicon, (25, 1, 1)), Slab(germanium, (24, 1, 1)))
    assert len(cell) == 8 * 49
    assert abs(cell.strain.along_a) < 0.001
    assert cell.strain.along_b == pytest.approx(5.43 / 5.66 - 1, abs=1e-3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: interface(Slab(ALN, (1, 1, 1), "Si"), Slab(SIC, (1, 1, 1))), "ends in N, Al is wanted, got Si"),
        (lambda: interface(Slab(ALN, (1, 1, 1), "Xx"), Slab(SIC, (1, 1, 1))), "chemical symbol is wanted, got 'Xx'"),
        (lambda: interface(Slab(ALN, (3, 3, 1)), Slab(SIC, (2, 2, 1))), "less than 15% are wanted"),
        (lambda: interface(Slab(ALN, (1, 1, 1)), Slab(orthogonal(SIC), (1, 1, 1))), "same kind of cell"),
        (lambda: published((1, 1, 1), (1, 1, 1), vacuum=-1.0), "vacuum above 0 A"),
        (lambda: published((1, 1, 1), (1, 1, 1), distance=0.0), "distance between the faces above 0 A"),
        (lambda: published((1, 1, 2), (1, 1, 1), regions=Regions()), "wanted on the left, got 7.0 A too little"),
        (lambda: published((1, 1, 9), (1, 1, 5), regions=Regions(frozen="none")), "frozen end or vacuum"),
        (lambda: published((1, 1, 9), (1, 1, 5), regions=Regions(bath_length=0.0)), "bath length above 0 A"),
    ],
)
def test_what_does_not_fit_is_refused(make, words):
    with pytest.raises(MethodError, match=words):
        make()
