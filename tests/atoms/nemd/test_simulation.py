"""The simulation file: what it gives, and what is refused in a sentence."""

import numpy as np
import pytest
from ase.io import write

from kapitza.atoms.nemd import Case, build_system, cases, parse_simulation, read_simulation
from kapitza.atoms.structures import GROUPS, Regions, Slab, aluminium_nitride, interface, silicon_carbide
from kapitza.errors import InputError, MethodError, StudyError

from .conftest import ARGON

HOT, COLD, FROZEN = (GROUPS.index(name) for name in ("hot bath", "cold bath", "frozen"))


def nitride(**options):
    slabs = (
        Slab(aluminium_nitride(), (3, 3, 8), face="N"),
        Slab(silicon_carbide(), (3, 3, 4), face="Si"),
    )
    return interface(*slabs, **options)


def test_every_temperature_direction_and_seed_is_a_case(argon):
    made = cases(argon(temperatures="[40.0, 60.0]", difference="5.0\nseeds = [1, 2]"))
    assert len(made) == 8
    assert made[0] == Case("forward", 40.0, 1)
    assert made[0].name == "forward-40K-seed1"
    assert len({case.name for case in made}) == 8


def test_reversing_the_heat_swaps_the_baths_and_nothing_else(argon):
    forward, reverse = (build_system(argon(), way) for way in ("forward", "reverse"))
    assert forward.hot_is_left
    assert not reverse.hot_is_left
    assert np.array_equal(forward.groups == HOT, reverse.groups == COLD)
    assert np.array_equal(forward.groups == FROZEN, reverse.groups == FROZEN)
    assert np.array_equal(forward.positions, reverse.positions)


def test_masses_are_those_of_the_file_or_nature_s(argon):
    system = build_system(argon())
    assert system.species == ("Ar", "Kr")
    assert set(system.masses[system.types == 1]) == {80.0}
    assert system.masses[system.types == 0] == pytest.approx(39.95, abs=0.01)


def test_a_structure_that_kapitza_wrote_gives_the_same_system(tmp_path):
    from kapitza.atoms.structures import write_structure

    made = nitride(regions=Regions())
    write_structure(made, tmp_path / "cell.xyz")
    text = ARGON.split("[potential]")[1].replace("lj/smooth/linear 7.5", "lj/cut 6")
    simulation = parse_simulation(f'[structure]\nfile = "cell.xyz"\n[potential]{text}', "file.toml", str(tmp_path))
    system = build_system(simulation, "reverse")
    assert np.allclose(system.positions, made.positions)
    assert np.array_equal(system.groups == HOT, made.groups == COLD)
    assert np.array_equal(system.sides, made.sides)


@pytest.mark.parametrize(
    ("replaced", "sentence"),
    [
        ({"timestep": "0.0"}, "timestep above 0"),
        ({"difference": "50.0"}, "cold bath above 0 K"),
        ({"temperatures": "[40.0, 40.0]"}, "temperatures: different ones"),
        ({"temperatures": '["hot"]'}, "should be a valid number"),
        ({"block": "250"}, "block that is a multiple of sample"),
        ({"checkpoint": "300"}, "checkpoint that is a multiple of block"),
        ({"bin_width": "5.5\nbins = 3"}, r"\[run\] unknown key 'bins'"),
        ({"difference": "1\ntemperature = 3"}, "did you mean 'temperatures'"),
        ({"pair_style": ""}, "either model or pair_style"),
        ({"pair_coeff": ""}, "pair_coeff is wanted"),
        ({"pair_style": '"lj/cut 8"\ndevice = "cuda"'}, "a device is wanted for a model only"),
        ({"file": "", "masses": '{}\nleft = {crystal = "AlN", repeats = [3, 3, 8]}'}, "two crystals are wanted"),
        ({"masses": '{}\nleft = {crystal = "AlN", repeats = [3, 3, 8]}'}, "file or left and right"),
        ({"file": "argon.xyz"}, "is not valid TOML"),
        ({"masses": "{Kr = -1.0}"}, "masses above 0"),
        ({"checkpoint": "1000\n[analysis]\nmargin = 0.6"}, "margin from 0"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(argon, replaced, sentence):
    with pytest.raises(StudyError, match=sentence):
        argon(**replaced)


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path):
    with pytest.raises(StudyError, match="check the name"):
        read_simulation(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyError, match="is not text"):
        read_simulation(tmp_path / "binary.toml")
    with pytest.raises(StudyError, match="folder: no such key"):
        parse_simulation('folder = "x"', "x.toml")


def test_a_cell_that_cannot_carry_the_heat_is_refused(argon):
    for replaced, sentence in (({"pair_coeff": '["* * 1 1"]\nspecies = ["Ar"]'}, "the structure has Kr too"),):
        with pytest.raises(MethodError, match=sentence):
            build_system(argon(**replaced))
    crystals = """
        [structure]
        left = {crystal = "AlN", repeats = [3, 3, 8], face = "N"}
        right = {crystal = "SiC", repeats = [3, 3, 4], face = "Si"}
    """
    for regions, sentence in (
        ('{frozen = "none"}', "frozen end or vacuum"),
        ("{bath_length = 40.0}", "Bulk between bath and interface"),
    ):
        text = f"{crystals}regions = {regions}\n[potential]{ARGON.split('[potential]')[1]}"
        with pytest.raises(MethodError, match=sentence):
            build_system(parse_simulation(text, "crystals.toml"))


def test_groups_that_do_not_fit_are_refused(tmp_path):
    text = ARGON.split("[potential]")[1]
    simulation = parse_simulation(f'[structure]\nfile = "cell.xyz"\n[potential]{text}', "file.toml", str(tmp_path))
    with pytest.raises(InputError, match=r"nothing at cell\.xyz"):
        build_system(simulation)
    atoms = nitride(vacuum=20.0).atoms
    z = atoms.positions[:, 2]
    low, high = z < np.quantile(z, 0.2), z > np.quantile(z, 0.8)

    def refused(groups, sentence):
        atoms.arrays["group"] = groups
        write(tmp_path / "cell.xyz", atoms, format="extxyz")
        with pytest.raises(MethodError, match=sentence):
            build_system(simulation)

    refused(np.full(len(atoms), 2), "Atoms in the hot bath")
    refused(np.where(low | high, HOT, COLD), "do not overlap")
    refused(np.where(low, HOT, np.where(high, COLD, 9)), "Groups from 0 to 5")
    atoms.pbc = True
    refused(np.where(low, HOT, np.where(high, COLD, 2)), "frozen end or vacuum")
    atoms.rotate(90, "x", rotate_cell=True)
    refused(np.where(low, HOT, np.where(high, COLD, 2)), "a along x")
    del atoms.arrays["group"]
    write(tmp_path / "cell.xyz", atoms, format="extxyz")
    with pytest.raises(InputError, match="column group"):
        build_system(simulation)


def test_a_model_that_lacks_a_species_is_refused(argon, tmp_path):
    (tmp_path / "nep.txt").write_text("nep4 2 C Si\ncutoff 4 3 28 10\n")
    with pytest.raises(MethodError, match=r"\(C, Si\) are wanted, the structure has Ar, Kr"):
        build_system(argon(pair_style="", pair_coeff='[]\nmodel = "nep.txt"'))
