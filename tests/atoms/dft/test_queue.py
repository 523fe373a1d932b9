"""The queue: each structure once, some at a time, on after an interruption, without those that did not converge."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kapitza.atoms.dft import DftSettings, read_queue, run_queue
from kapitza.errors import MethodError


def test_each_structure_has_a_folder_with_input_output_and_hashes(calculations, fake_cp2k, tmp_path):
    reports = []
    labels = run_queue(
        calculations, tmp_path / "queue", command=str(fake_cp2k()), progress=lambda *report: reports.append(report)
    )
    assert list(labels.done) == ["SiC-0", "SiC-1", "SiC-2"]
    assert (labels.refused, labels.missing) == ({}, ())
    assert reports[0] == ("labelling", 0, 3)
    assert reports[-1] == ("labelling", 3, 3)
    for name, label in labels.done.items():
        folder = tmp_path / "queue" / f"{name}-{label.input_sha256[:10]}"
        for file, digest in (("cp2k.inp", label.input_sha256), ("cp2k.out", label.output_sha256)):
            assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest


def test_what_is_finished_is_not_run_again(calculations, fake_cp2k, tmp_path, seen):
    command = str(fake_cp2k())
    run_queue(calculations[:2], tmp_path / "queue", command=command)
    run_queue(calculations, tmp_path / "queue", command=command)
    assert sorted(name[:5] for name in seen()) == ["SiC-0", "SiC-1", "SiC-2"]
    other = [replace(one, settings=DftSettings(kpoints=(1, 1, 1))) for one in calculations]
    run_queue(other, tmp_path / "queue", command=command)
    assert len(seen()) == 6


def test_an_output_that_was_changed_is_run_again(calculations, fake_cp2k, tmp_path, seen):
    command = str(fake_cp2k())
    run_queue(calculations[:1], tmp_path / "queue", command=command)
    output = next((tmp_path / "queue").glob("*/cp2k.out"))
    output.write_text("spoilt")
    assert run_queue(calculations[:1], tmp_path / "queue", command=command).done
    assert len(seen()) == 2


def test_one_that_does_not_converge_is_refused_and_the_others_go_on(calculations, fake_cp2k, tmp_path, seen):
    command = str(
        fake_cp2k('if "SiC-1" in str(pathlib.Path.cwd()): text = text.replace("run converged in", "run NOT converged")')
    )
    for _ in range(2):
        labels = run_queue(calculations, tmp_path / "queue", command=command)
        assert list(labels.done) == ["SiC-0", "SiC-2"]
        assert list(labels.refused) == ["SiC-1"]
        assert labels.refused["SiC-1"].startswith("SiC-1-")
        assert "a converged self-consistent field is wanted" in labels.refused["SiC-1"]
    assert len(seen()) == 3  # the same input would not converge the next time either


def test_one_that_crashes_is_refused_and_run_again_the_next_time(calculations, fake_cp2k, tmp_path, seen):
    labels = run_queue(
        calculations, tmp_path / "queue", command=str(fake_cp2k('if "SiC-0" in str(pathlib.Path.cwd()): sys.exit(3)'))
    )
    assert "ended with code 3" in labels.refused["SiC-0"]
    assert len(labels.done) == 2
    assert not run_queue(calculations, tmp_path / "queue", command=str(fake_cp2k())).refused
    assert len(seen()) == 4


def test_so_many_run_at_a_time(calculations, fake_cp2k, tmp_path):
    command = str(fake_cp2k("time.sleep(1.0)"))
    begun = time.monotonic()
    run_queue(calculations, tmp_path / "queue", at_once=3, command=command)
    assert time.monotonic() - begun < 2.9


def test_a_queue_that_is_killed_goes_on_from_what_was_finished(calculations, fake_cp2k, tmp_path, seen):
    command = str(fake_cp2k('time.sleep(0 if "SiC-0" in str(pathlib.Path.cwd()) else 60)'))
    program = """
        import sys
        from pathlib import Path
        sys.path.insert(0, {here!r})
        from kapitza.atoms.dft import Calculation, run_queue
        from kapitza.atoms.structures import bulk, orthogonal, silicon_carbide
        cell = bulk(orthogonal(silicon_carbide()), (2, 1, 1)).atoms
        made = []
        for seed in range(3):
            atoms = cell.copy()
            atoms.rattle(0.05, seed=seed)
            made.append(Calculation(f"SiC-{{seed}}", atoms))
        run_queue(made, {folder!r}, command={command!r})
    """.format(here=str(Path(__file__).parents[3] / "src"), folder=str(tmp_path / "queue"), command=command)
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], start_new_session=True)
    deadline = time.monotonic() + 60
    while len(seen()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    labels = read_queue(calculations, tmp_path / "queue")
    assert list(labels.done) == ["SiC-0"]
    assert labels.missing == ("SiC-1", "SiC-2")
    assert len(run_queue(calculations, tmp_path / "queue", command=str(fake_cp2k())).done) == 3
    assert [name[:5] for name in seen()] == ["SiC-0", "SiC-1", "SiC-1", "SiC-2"]
    assert list((tmp_path / "queue").glob("*/running-*")) == []


@pytest.mark.xdist_group("cluster")
def test_an_interruption_does_not_wait_for_distant_workers(calculations, fake_cp2k, tmp_path, cluster):
    def interrupt(what: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    command = str(fake_cp2k('time.sleep(0 if "SiC-0" in str(pathlib.Path.cwd()) else 10)'))
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_queue(
            calculations, tmp_path / "queue", command=command, scheduler=cluster.scheduler_address, progress=interrupt
        )
    assert time.monotonic() - begun < 9


def test_an_interruption_stops_what_runs(calculations, fake_cp2k, tmp_path, seen):
    def interrupt(what: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    command = str(fake_cp2k('time.sleep(0 if "SiC-0" in str(pathlib.Path.cwd()) else 60)'))
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_queue(calculations, tmp_path / "queue", at_once=2, command=command, progress=interrupt)
    assert time.monotonic() - begun < 30
    assert list(read_queue(calculations, tmp_path / "queue").done) == ["SiC-0"]


@pytest.mark.xdist_group("cluster")
def test_dask_workers_run_it(calculations, fake_cp2k, tmp_path, cluster):
    labels = run_queue(calculations, tmp_path / "queue", command=str(fake_cp2k()), scheduler=cluster.scheduler_address)
    assert len(labels.done) == 3


def test_without_cp2k_the_one_command_that_installs_it_is_named(calculations, tmp_path):
    with pytest.raises(MethodError, match="`sudo apt-get install cp2k libopenblas0-serial` installs it"):
        run_queue(calculations, tmp_path / "queue", command="no-such-cp2k")
    assert not (tmp_path / "queue").exists()


def test_names_and_numbers_are_checked(calculations, tmp_path):
    with pytest.raises(MethodError, match="'SiC-0' twice"):
        run_queue([calculations[0], calculations[0]], tmp_path)
    with pytest.raises(MethodError, match="got 0 and 1"):
        run_queue(calculations, tmp_path, at_once=0)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cp2k") is None, reason="CP2K is not installed")
def test_forces_and_stress_of_cp2k_itself_are_derivatives_of_its_energy(tmp_path):
    from ase import Atoms

    from kapitza.atoms.dft import Calculation
    from kapitza.atoms.structures import orthogonal, silicon_carbide

    settings = DftSettings(cutoff=300.0, kpoints=(1, 1, 1), scf_accuracy=1e-7)
    cell: Atoms = orthogonal(silicon_carbide()).atoms
    cell.rattle(0.1, seed=1)
    step, strain = 0.01, 0.004
    moved = {"at rest": cell}
    for sign in (-1, 1):
        moved[f"moved {sign}"] = cell.copy()
        moved[f"moved {sign}"].positions[0, 2] += sign * step
        moved[f"stretched {sign}"] = cell.copy()
        moved[f"stretched {sign}"].set_cell(cell.cell.array * [1, 1, 1 + sign * strain], scale_atoms=True)
    queue = [Calculation(name.replace(" ", "-"), atoms, settings) for name, atoms in moved.items()]
    found = {name: label.result for name, label in run_queue(queue, tmp_path, at_once=2).done.items()}
    rest = found["at-rest"]
    force = -(found["moved-1"].energy - found["moved--1"].energy) / (2 * step)
    assert rest.forces[0, 2] == pytest.approx(force, abs=0.02)
    stress = (found["stretched-1"].energy - found["stretched--1"].energy) / (2 * strain * cell.get_volume())
    assert rest.stress[2, 2] == pytest.approx(stress, abs=0.01)
