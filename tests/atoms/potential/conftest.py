"""What the tests of potentials share: a small potential, and a training whose trainer is a stand-in."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kapitza.atoms.potential.trainer import TrainerRun, read_curve

HERE = Path(__file__).parent
DATA = HERE.parent / "data" / "standin"


@pytest.fixture(scope="session")
def standin() -> ModuleType:
    """The module with stand-in labels."""
    spec = importlib.util.spec_from_file_location("standin", HERE / "standin.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["standin"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small_model() -> Path:
    """A `nep.txt` of SiC, trained on stand-in labels, with its card beside it."""
    return DATA / "nep.txt"


@pytest.fixture(scope="session")
def held_out() -> Path:
    """Stand-in labels that the small model was not trained on."""
    return DATA / "held-out.xyz"


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, int]]:
    """A trainer that hands out the small model; the list holds (folder, seed) of every training asked for."""
    asked: list[tuple[Path, int]] = []

    def hand_out(folder: Path, seed: int, epochs: int, **ways: Any) -> TrainerRun:
        asked.append((folder, seed))
        return TrainerRun(DATA / "nep.txt", read_curve(DATA), {"torchnep": "none"}, 1.0)

    monkeypatch.setattr("kapitza.atoms.potential.training.run_torchnep", hand_out)
    return asked
