"""From labelled structures to a neuroevolution potential with its errors."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from kapitza.atoms.potential.accuracy import Accuracy, accuracy
from kapitza.atoms.potential.dataset import DataSet
from kapitza.atoms.potential.evaluation import Labels, evaluate
from kapitza.atoms.potential.evaluators import calculator
from kapitza.atoms.potential.gpumd import torchnep_input, write_training_files
from kapitza.atoms.potential.references import reference_energies, shifted
from kapitza.atoms.potential.settings import TrainingSettings
from kapitza.atoms.potential.splitting import split
from kapitza.atoms.potential.trainer import LearningCurve, Progress, TrainerRun, run_torchnep
from kapitza.errors import MethodError


@dataclass(frozen=True)
class Trained:
    """A potential, what it was trained on, and what it predicts.

    model : the `nep.txt`. train, held_out : structures with energies relative to `references` (eV per atom of each
    element), and predictions of both. curve : errors while training. cpu_seconds : of the trainer.
    """

    model: Path
    settings: TrainingSettings
    references: dict[str, float]
    train: DataSet
    held_out: DataSet
    predicted_train: Labels
    predicted_held_out: Labels
    curve: LearningCurve
    versions: dict[str, str]
    cpu_seconds: float

    @property
    def accuracy_train(self) -> Accuracy:
        """Errors of the structures it was trained on."""
        return accuracy(self.predicted_train, self.train)

    @property
    def accuracy(self) -> Accuracy:
        """Errors of the structures held out; a little too small, because these also chose the epoch that is kept."""
        return accuracy(self.predicted_held_out, self.held_out)


def train(
    dataset: DataSet,
    settings: TrainingSettings,
    folder: str | Path,
    *,
    python: str | Path | None = None,
    threads: int = 1,
    progress: Progress | None = None,
    label: str = "training",
) -> Trained:
    """Train a neuroevolution potential with torchnep on the processor.

    folder : for the trainer's files; where an earlier training of the same data and settings was stopped there, it goes
        on from its last checkpoint, at most 10 epochs back.
    python : interpreter of an environment with torchnep; this one when None.
    progress : called with (label, epochs done, epochs at most).

    Energies are learned relative to reference energies of the elements, found from the structures trained on.

    Raises
    ------
    MethodError
        if nothing can be held out, or torchnep is missing or fails.

    Source: the potential is NEP4 (Song et al., Nat. Commun. 15, 10208 (2024)), the trainer torchnep (arXiv:2606.19557).
    """
    parts = split(dataset, settings.held_out, settings.split_seed)
    return train_on(*parts, settings, folder, python=python, threads=threads, progress=progress, label=label)


def train_on(
    learned: DataSet,
    held_out: DataSet,
    settings: TrainingSettings,
    folder: str | Path,
    *,
    python: str | Path | None = None,
    threads: int = 1,
    progress: Progress | None = None,
    label: str = "training",
) -> Trained:
    """`train` with structures to learn from and to hold out that were chosen elsewhere."""
    folder = Path(folder)
    references = reference_energies(learned)
    learned, held_out = (shifted(part, references) for part in (learned, held_out))
    _prepare(folder, settings, learned, held_out)
    done = run_torchnep(
        folder, settings.seed, settings.epochs, python=python, threads=threads, progress=progress, label=label
    )
    return _trained(done, settings, references, learned, held_out)


def train_variants(
    dataset: DataSet,
    variants: Sequence[TrainingSettings],
    folder: str | Path,
    *,
    python: str | Path | None = None,
    threads: int = 1,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Trained]:
    """Train once with each of several settings, as `train` does, in folders of their own below `folder`.

    jobs : how many trainings run at a time, each with its own `threads`. What stops one stops all, within an epoch.

    Raises
    ------
    MethodError
        if `jobs` is below 1; as `train`.
    """
    if jobs < 1:
        raise MethodError(f"One or more jobs are wanted, got {jobs}: give a whole number.")
    stopped = threading.Event()

    def told(label: str, done: int, total: int) -> None:
        if stopped.is_set():
            raise InterruptedError
        if progress is not None:
            progress(label, done, total)

    def one(number: int, settings: TrainingSettings) -> Trained:
        label = f"training {number} of {len(variants)}" if len(variants) > 1 else "training"
        home = Path(folder) / f"training-{number}"
        return train(dataset, settings, home, python=python, threads=threads, progress=told, label=label)

    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(one, number, settings) for number, settings in enumerate(variants, 1)]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [future.result() for future in futures]


def ensemble(settings: TrainingSettings, members: int) -> list[TrainingSettings]:
    """The settings of an ensemble: the same but for the seed of weights and order."""
    return [replace(settings, seed=settings.seed + number) for number in range(members)]


def with_cutoff(settings: TrainingSettings, cutoff: float) -> TrainingSettings:
    """The same settings with another radial cutoff, Å; the angular one is no longer than it."""
    return replace(settings, cutoff_radial=cutoff, cutoff_angular=min(cutoff, settings.cutoff_angular))


def _prepare(folder: Path, settings: TrainingSettings, learned: DataSet, held_out: DataSet) -> None:
    """Write the trainer's files; a run on other files, left in the folder, is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    write_training_files(folder, settings, learned, held_out)
    (folder / "torchnep.in").write_text(torchnep_input(settings, learned.joined(held_out).species), encoding="utf-8")
    files = [folder / name for name in ("train.xyz", "test.xyz", "torchnep.in")]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files) + str(settings.seed).encode()).hexdigest()
    mark = folder / "training.sha256"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != digest:
        shutil.rmtree(folder / "run", ignore_errors=True)
        mark.write_text(digest, encoding="utf-8")


def _trained(
    done: TrainerRun,
    settings: TrainingSettings,
    references: dict[str, float],
    learned: DataSet,
    held_out: DataSet,
) -> Trained:
    engine = calculator(done.model)
    of_learned, of_held_out = (evaluate(part.structures, engine) for part in (learned, held_out))
    return Trained(
        model=done.model,
        settings=settings,
        references=references,
        train=learned,
        held_out=held_out,
        predicted_train=of_learned,
        predicted_held_out=of_held_out,
        curve=done.curve,
        versions=done.versions,
        cpu_seconds=done.cpu_seconds,
    )
