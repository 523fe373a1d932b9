"""`kapitza atoms train`, `test` and `select`, with the trainer replaced by one that hands out a small model."""

import importlib.util
import json
from pathlib import Path

import pytest
from ase.io import read, write
from typer.testing import CliRunner

from kapitza.atoms.potential.gpumd import write_xyz
from kapitza.atoms.potential.trainer import TrainerRun, read_curve
from kapitza.cli.commands import app

ATOMS = Path(__file__).resolve().parents[1] / "atoms"
SMALL = ATOMS / "data" / "standin" / "nep.txt"


@pytest.fixture(scope="module")
def standin():
    spec = importlib.util.spec_from_file_location("standin_for_cli", ATOMS / "potential" / "standin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def labels(standin, tmp_path):
    write_xyz(tmp_path / "labels.xyz", standin.labelled(12, 3))
    return tmp_path / "labels.xyz"


@pytest.fixture
def no_trainer(monkeypatch):
    monkeypatch.setattr(
        "kapitza.atoms.potential.training.run_torchnep",
        lambda *a, **k: TrainerRun(SMALL, read_curve(SMALL.parent), {"torchnep": "none"}, 1.0),
    )


def kapitza(*words):
    return CliRunner().invoke(app, ["atoms", *map(str, words)])


def test_train_writes_the_folder_and_says_how_good_it_is(labels, no_trainer, tmp_path):
    output = tmp_path / "potential"
    done = kapitza("train", labels, "-o", output, "--cutoff", 4, "--cutoff", 3, "--members", 2, "--source", "Morse")
    assert done.exit_code == 0, done.output
    assert "SiC rattled" in done.stdout
    assert "3 Å" in done.stdout
    names = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
    assert names == {
        "nep.txt", "card.json", "results.json", "report.html", "nep.in", "train.xyz", "test.xyz", "members/nep-1.txt",
        "members/nep-2.txt", "figures/parity.png", "figures/parity.svg", "figures/learning-curve.png",
        "figures/learning-curve.svg",
    }  # fmt: skip
    results = json.loads((output / "results.json").read_text())
    assert [row["cutoff"]["value"] for row in results["cutoffs"]] == [4.0, 3.0]
    assert [member["seed"] for member in results["members"]] == [1, 2]
    assert "--cutoff 4.0 --cutoff 3.0 --members 2" in results["command"]
    assert not list(tmp_path.glob(".*"))


def test_train_refuses_a_folder_that_exists_before_it_begins(labels, tmp_path):
    (tmp_path / "potential").mkdir()
    done = kapitza("train", labels, "-o", tmp_path / "potential")
    assert done.exit_code == 1
    assert "exists" in done.stderr


def test_train_without_members_is_refused(labels, tmp_path):
    done = kapitza("train", labels, "-o", tmp_path / "potential", "--members", 0)
    assert done.exit_code == 1
    assert "wanted for --members, got 0" in done.stderr


def test_test_compares_with_the_card_and_without(labels, tmp_path):
    done = kapitza("test", SMALL, labels)
    assert done.exit_code == 0
    assert "all 12 structures" in done.stdout
    (tmp_path / "nep.txt").write_text(SMALL.read_text())
    done = kapitza("test", tmp_path, labels)
    assert "an energy per element was fitted" in done.stdout


def test_select_takes_where_the_members_disagree(standin, tmp_path):
    members = tmp_path / "potential" / "members"
    members.mkdir(parents=True)
    lines = SMALL.read_text().splitlines()
    for number, factor in ((1, 1.0), (2, 1.02)):
        weights = [f"{float(line) * factor:.8e}" if len(line.split()) == 1 else line for line in lines]
        (members / f"nep-{number}.txt").write_text("\n".join(weights) + "\n")
    pool = standin.rattled(6, 1, amount=0.01, strain=0.0)
    pool[4].positions[0] += [0.4, 0, 0]
    write(tmp_path / "pool.xyz", pool, format="extxyz")
    done = kapitza(
        "select", tmp_path / "pool.xyz", "--model", members.parent, "-o", tmp_path / "next.xyz", "--count", 2
    )
    assert done.exit_code == 0, done.output
    assert "2 of 6 structures" in done.stdout
    picked = read(tmp_path / "next.xyz", ":")
    assert picked[0].positions[0] == pytest.approx(pool[4].positions[0], abs=1e-7)
    assert picked[0].info["force_disagreement"] > picked[1].info["force_disagreement"]
