"""`kapitza atoms demo` up to the heat, which takes minutes: what it hands on can be run."""

import pytest

from kapitza.atoms.nemd import build_system, cases, choose_bins, fit_ranges, mode_observers, read_simulation
from kapitza.atoms.nemd.system import mode_files
from kapitza.atoms.phonons import read_harmonic
from kapitza.cli import demo_atoms
from kapitza.errors import OutputError


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of the demo and the simulation file it would run."""
    output, run = tmp_path_factory.mktemp("demo") / "out", []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_atoms, "run_simulation", lambda path, *rest: run.append((path, rest)))
        demo_atoms.run_demo(output, 2, resume=False, force=False, quiet=True)
    (path, (target, way)) = run[0]
    assert (target, way.jobs) == (output / "heat", 2)
    return output, path


def test_the_simulation_can_be_run_in_both_directions(made):
    simulation = read_simulation(made[1])
    system = build_system(simulation)
    assert [case.direction for case in cases(simulation)] == ["forward", "reverse"]
    assert len(system) == 176
    fit_ranges(choose_bins(system, system.positions, simulation.run.bin_width), simulation.analysis)
    assert mode_observers(simulation)
    assert list(mode_files(simulation)) == [
        "left phonopy.yaml",
        "right phonopy.yaml",
        "interface phonopy.yaml",
        "interface force_constants.hdf5",
        "interface cell.xyz",
    ]


def test_every_step_has_its_page(made):
    for name in ("AlN", "SiC", "interface-modes"):
        assert (made[0] / name / "results.json").is_file()
        assert (made[0] / name / "report.html").is_file()


def test_the_carbide_is_strained_as_in_the_structure(made):
    carbide, nitride = (read_harmonic(made[0] / name / "phonopy.yaml") for name in ("SiC", "AlN"))
    assert carbide.cell[0, 0] == pytest.approx(nitride.cell[0, 0], abs=1e-3)


def test_a_folder_that_exists_is_kept(made):
    with pytest.raises(OutputError, match="--force"):
        demo_atoms.run_demo(made[0], 1, resume=False, force=False, quiet=True)


def test_a_demo_made_anew_removes_only_what_a_demo_writes(tmp_path, monkeypatch):
    for name in ("AlN", "heat", "mine"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(demo_atoms, "_prepare", lambda *given: None)
    monkeypatch.setattr(demo_atoms, "run_simulation", lambda *given: None)
    demo_atoms.run_demo(tmp_path, 1, resume=False, force=True, quiet=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
