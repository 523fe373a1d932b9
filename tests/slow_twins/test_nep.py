"""The evaluator of potentials against the formulas written out, at an interface, with weights drawn at random."""

import numpy as np
import pytest

from kapitza.atoms.potential import calculator, evaluate
from kapitza.atoms.structures import Slab, aluminium_nitride, interface, silicon_carbide

from .nep import Nep4

SPECIES, NEURONS, N_MAX, BASIS, L_MAX = ("C", "N", "Al", "Si"), 6, (3, 2), (5, 4), 4
HEAD = f"""nep4 {len(SPECIES)} {" ".join(SPECIES)}
cutoff 5 4 60 40
n_max {N_MAX[0]} {N_MAX[1]}
basis_size {BASIS[0]} {BASIS[1]}
l_max {L_MAX} 2 0
ANN {NEURONS} 0
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A `nep.txt` with three- and four-body terms."""
    size = N_MAX[0] + 1 + (N_MAX[1] + 1) * (L_MAX + 1)
    pairs = sum((n + 1) * (k + 1) for n, k in zip(N_MAX, BASIS, strict=True)) * len(SPECIES) ** 2
    random = np.random.default_rng(5)
    network = random.normal(scale=0.5, size=len(SPECIES) * NEURONS * (size + 2) + 1)
    numbers = [*network, *random.normal(scale=0.3, size=pairs), *random.uniform(0.2, 1.0, size)]
    path = tmp_path_factory.mktemp("model") / "nep.txt"
    path.write_text(HEAD + "".join(f"{number:.10e}\n" for number in numbers))
    return path


@pytest.fixture
def atoms():
    """16 atoms, neighbours of the four elements in all pairs, displaced."""
    made = interface(Slab(aluminium_nitride(), (1, 1, 2), face="N"), Slab(silicon_carbide(), (1, 1, 1), face="Si"))
    made.atoms.rattle(0.1, seed=3)
    return made.atoms


def test_energy_is_that_of_the_formulas(atoms, model):
    found = evaluate([atoms], calculator(model)).energies[0]
    assert found == pytest.approx(Nep4(model).energies(atoms).sum(), abs=1e-9)


def test_forces_are_the_slopes_of_the_formulas(atoms, model):
    twin, forces = Nep4(model), evaluate([atoms], calculator(model)).forces[0]
    assert np.abs(forces).max() > 0.1
    step = 1e-4
    for number, axis in ((0, 2), (7, 0), (8, 1), (15, 2)):
        energies = []
        for sign in (1, -1):
            moved = atoms.copy()
            moved.positions[number, axis] += sign * step
            energies.append(twin.energies(moved).sum())
        assert forces[number, axis] == pytest.approx(-(energies[0] - energies[1]) / (2 * step), abs=1e-5)


def test_forces_of_all_atoms_cancel(atoms, model):
    assert np.abs(evaluate([atoms], calculator(model)).forces[0].sum(axis=0)).max() < 1e-9
