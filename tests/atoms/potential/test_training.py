"""Training: what the trainer is asked, what comes of it, and how it fails; with torchnep itself where installed."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kapitza.atoms.potential import (
    TrainingSettings,
    calculator,
    ensemble,
    evaluate,
    force_disagreement,
    save_model,
    select,
    train,
    train_variants,
    training,
    with_cutoff,
)
from kapitza.atoms.potential.card import shortest_distances
from kapitza.atoms.potential.trainer import read_curve, run_torchnep
from kapitza.errors import KapitzaError, MethodError

SMALL = TrainingSettings(
    cutoff_radial=4.0, cutoff_angular=3.0, n_max=(3, 2), basis_size=(5, 4), l_max=(2, 0, 0), neurons=5, epochs=150
)


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def trained(standin, trainer, tmp_path):
    return train(standin.labelled(20, 7), SMALL, tmp_path / "work")


def test_the_trainer_gets_energies_relative_to_the_elements(trained, standin):
    energies = [part.labels.energies for part in (trained.train, trained.held_out)]
    assert abs(energies[0].mean()) < 1e-9
    assert abs(standin.labelled(20, 7).labels.energies.mean()) > 10
    assert (len(trained.train), len(trained.held_out)) == (18, 2)
    assert trained.accuracy.structures == 2


def test_other_data_end_an_earlier_run_and_the_same_data_go_on_with_it(standin, trainer, tmp_path):
    checkpoint = tmp_path / "run" / "checkpoint.pt"
    train(standin.labelled(20, 7), SMALL, tmp_path)
    checkpoint.parent.mkdir()
    checkpoint.write_text("weights")
    train(standin.labelled(20, 7), SMALL, tmp_path)
    assert checkpoint.is_file()
    train(standin.labelled(20, 8), SMALL, tmp_path)
    assert not checkpoint.exists()


def test_variants_are_trained_in_folders_of_their_own(standin, trainer, tmp_path):
    variants = [*ensemble(SMALL, 3), with_cutoff(SMALL, 2.8)]
    assert (variants[3].cutoff_radial, variants[3].cutoff_angular) == (2.8, 2.8)
    train_variants(standin.labelled(20, 7), variants, tmp_path)
    assert [(folder.name, seed) for folder, seed in trainer] == [
        ("training-1", 1), ("training-2", 2), ("training-3", 3), ("training-4", 1)
    ]  # fmt: skip


def test_several_trainings_run_at_a_time_and_what_stops_one_stops_all(standin, monkeypatch):
    together, ended = threading.Barrier(2, timeout=30), []

    def in_step(dataset, settings, home, *, progress, label, **rest):
        together.wait()
        return label

    monkeypatch.setattr(training, "train", in_step)
    known, variants = standin.labelled(20, 7), ensemble(SMALL, 2)
    assert train_variants(known, variants, "", jobs=2) == ["training 1 of 2", "training 2 of 2"]

    def failing(dataset, settings, home, *, progress, label, **rest):
        if label.startswith("training 2"):
            raise MethodError("no")
        try:
            for epoch in range(10_000):
                progress(label, epoch, 10_000)
                time.sleep(0.01)
        finally:
            ended.append(epoch)

    monkeypatch.setattr(training, "train", failing)
    with pytest.raises(MethodError, match="no"):
        train_variants(known, variants, "", jobs=2)
    assert len(ended) == 1
    assert ended[0] < 1000
    with pytest.raises(MethodError, match="One or more jobs"):
        train_variants(known, variants, "", jobs=0)


def test_the_card_tells_data_settings_errors_and_limits(trained, tmp_path):
    save_model(trained, tmp_path, [{"name": "labels.xyz", "sha256": "0"}], "Morse pairs")
    card = json.loads((tmp_path / "card.json").read_text())
    assert card["structures"] == {"train": {"SiC rattled": 18}, "held_out": {"SiC rattled": 2}}
    assert card["settings"]["cutoff_radial"] == 4.0
    assert card["labels"] == {"source": "Morse pairs", "files": [{"name": "labels.xyz", "sha256": "0"}]}
    assert card["accuracy"]["held_out"]["force"]["unit"] == "meV/Å"
    assert any("4 Å do not feel each other" in sentence for sentence in card["limits"])
    assert {path.name for path in tmp_path.iterdir()} >= {"nep.txt", "card.json", "nep.in", "train.xyz", "test.xyz"}


def test_the_kept_epoch_has_the_least_held_out_loss_of_the_last_stage(tmp_path):
    rows = [(1, 9.0), (2, 0.1), (3, 5.0), (4, 4.0), (5, 4.5)]
    (tmp_path / "loss.out").write_text("".join(f"{epoch} {loss} 1 2 3 0 4 5 6 0\n" for epoch, loss in rows))
    (tmp_path / "output.log").write_text("Epoch 2 | loss 0.1\n")
    assert read_curve(tmp_path).kept == 2
    (tmp_path / "output.log").write_text("Stage 2 started at epoch 3: E_w=5.0\n")
    curve = read_curve(tmp_path)
    assert curve.kept == 4
    assert [curve.energy[0], curve.force[0], curve.virial[0], curve.held_out_force[0]] == [1, 2, 3, 5]


def test_shortest_distances_are_those_of_the_crystal(standin):
    dataset = standin.labelled(1, 1, amount=0.0, strain=0.0)
    found = shortest_distances(dataset)
    assert found == pytest.approx({"C-Si": 4.36 * np.sqrt(3) / 4})


def test_a_missing_trainer_names_the_command_that_installs_it(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for name in ("torchnep.py", "torch.py"):
        (tmp_path / name).write_text("raise ImportError\n")
    with pytest.raises(MethodError, match=r'not installed: pip install "kapitza\[train\]"'):
        run_torchnep(tmp_path, 1, 1)
    with pytest.raises(MethodError, match="got no-such-python, which is none"):
        run_torchnep(tmp_path, 1, 1, python="no-such-python")


def test_a_trainer_that_fails_is_quoted_and_its_progress_is_told(tmp_path):
    (tmp_path / "torch.py").write_text("__version__ = '0'\ndef set_num_threads(n): pass\n")
    (tmp_path / "torchnep.py").write_text(
        "__version__ = '0'\n"
        "def train_nep(*a, **k):\n"
        "    print('Epoch    3 | loss 1')\n"
        "    raise SystemExit('nep.in: no such keyword')\n"
    )
    told = []
    with pytest.raises(MethodError, match=r"got this from torchnep: nep\.in: no such keyword"):
        run_torchnep(tmp_path, 1, 10, progress=lambda *step: told.append(step))
    assert told == [("training", 3, 10)]


def test_a_finished_training_is_not_repeated(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "loss.out").write_text("1 0.5 1 2 3 0 4 5 6 0\n")
    (run / "output.log").write_text("")
    (run / "done.json").write_text(json.dumps({"versions": {"torchnep": "9"}, "cpu_seconds": 7.0}))
    found = run_torchnep(tmp_path, 1, 1, python="no-such-python")
    assert (found.versions, found.cpu_seconds, found.curve.kept) == ({"torchnep": "9"}, 7.0, 1)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc says which processes run")
def test_the_trainer_ends_when_nobody_waits_for_it(tmp_path):
    (tmp_path / "torch.py").write_text("__version__ = '0'\ndef set_num_threads(n): pass\n")
    (tmp_path / "torchnep.py").write_text(
        "import os, pathlib, time\n"
        "def train_nep(*a, **k):\n"
        "    pathlib.Path('process').write_text(str(os.getpid()))\n"
        "    print('Epoch    1 |', flush=True)\n"
        "    time.sleep(40)\n"
    )
    program = (
        "import os; from pathlib import Path; from kapitza.atoms.potential.trainer import run_torchnep\n"
        f"run_torchnep(Path({str(tmp_path)!r}), 1, 1, progress=lambda *a: os._exit(5))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 5
    process = int((tmp_path / "process").read_text())
    until = time.monotonic() + 20
    while is_running(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(process)


def test_a_trainer_that_was_killed_can_go_on(tmp_path):
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "torchnep.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    with pytest.raises(KapitzaError, match=r"killed \(signal 9\).* run again with --resume") as caught:
        run_torchnep(tmp_path, 1, 1)
    assert not isinstance(caught.value, MethodError)


@pytest.mark.slow
def test_torchnep_trains_the_small_model_and_goes_on_where_it_was_stopped(standin, tmp_path):
    pytest.importorskip("torchnep")
    dataset = standin.labelled(100, 7)
    train(dataset, replace(SMALL, epochs=20), tmp_path)
    (tmp_path / "run" / "done.json").unlink()
    told = []
    again = train(dataset, replace(SMALL, epochs=20), tmp_path, progress=lambda *step: told.append(step[1]))
    assert told == []
    assert again.curve.epoch[-1] == 20
    trained = train(dataset, SMALL, tmp_path / "whole", python=sys.executable)
    assert trained.accuracy.force.value < 25


@pytest.mark.slow
def test_labelling_where_the_ensemble_disagrees_helps_more_than_labelling_at_random(standin, tmp_path):
    pytest.importorskip("torchnep")
    known = standin.labelled(30, 1, amount=0.03, strain=0.0)
    pool = standin.labelled(60, 2, amount=0.03, strain=0.0).joined(standin.labelled(10, 3, amount=0.15, strain=0.03))
    future = standin.labelled(20, 4, amount=0.15, strain=0.03)
    members = train_variants(known, ensemble(replace(SMALL, epochs=60), 3), tmp_path / "first")
    disagreement = force_disagreement(pool.structures, [calculator(member.model) for member in members])
    chosen = select(disagreement, 8)
    assert (chosen >= 60).sum() >= 6

    def error(indices, name):
        model = train(known.joined(pool.taken(indices)), replace(SMALL, epochs=60), tmp_path / name).model
        found = evaluate(future.structures, calculator(model)).forces
        return np.sqrt(np.mean((np.concatenate(found) - np.concatenate(future.labels.forces)) ** 2))

    drawn = [error(np.random.default_rng(seed).permutation(70)[:8], f"drawn-{seed}") for seed in range(3)]
    assert error(chosen, "chosen") < min(drawn)
