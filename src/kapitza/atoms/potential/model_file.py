"""What a `nep.txt` says of itself: elements and cutoffs, read from its first lines; and the models shipped here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kapitza.errors import InputError

MODELS = Path(__file__).resolve().parent.parent / "models"
"""Folder of the shipped models, one folder each with `nep.txt` and `card.json`."""


@dataclass(frozen=True)
class ModelFile:
    """A neuroevolution potential in GPUMD's format. species : in the file's order. cutoffs in Å."""

    path: Path
    species: tuple[str, ...]
    cutoff_radial: float
    cutoff_angular: float

    @property
    def cutoff(self) -> float:
        """The longest distance, Å, at which two atoms feel each other."""
        return max(self.cutoff_radial, self.cutoff_angular)


def shipped_models() -> tuple[str, ...]:
    """Names of the models that come with kapitza."""
    return tuple(sorted(folder.name for folder in MODELS.glob("*") if (folder / "nep.txt").is_file()))


def find_model(model: str | Path) -> ModelFile:
    """The model at a path, in a folder that `kapitza atoms train` wrote, or shipped under a name.

    Raises
    ------
    InputError
        if there is none, or the file is no neuroevolution potential.
    """
    path = Path(model)
    if str(model) in shipped_models():
        path = MODELS / str(model)
    if path.is_dir():
        path = path / "nep.txt"
    if not path.is_file():
        names = ", ".join(shipped_models()) or "none"
        raise InputError(
            f"A potential is wanted, got {str(model)!r}, which is neither a file nor a shipped model ({names}): give "
            "the path of a nep.txt."
        )
    return read_model_file(path)


def read_model_file(path: Path) -> ModelFile:
    """Read elements and cutoffs from the head of a `nep.txt`.

    Raises
    ------
    InputError
        if it is no neuroevolution potential.
    """
    try:
        lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()[:3]]
        if not lines[0][0].startswith("nep"):
            raise ValueError
        species = tuple(lines[0][2 : 2 + int(lines[0][1])])
        cutoffs = next(line for line in lines if line[0] == "cutoff")
        # one pair for all species, or a pair for each, with two counts of neighbours behind
        pairs = [float(number) for number in (cutoffs[1:3] if len(cutoffs) < 6 else cutoffs[1:-2])]
        return ModelFile(path, species, max(pairs[0::2]), max(pairs[1::2]))
    except (UnicodeDecodeError, IndexError, ValueError, StopIteration) as error:
        raise InputError(
            f"A neuroevolution potential is wanted, got {path.name}, which does not begin like one (nep4, elements, "
            "cutoff): give a nep.txt as GPUMD and torchnep write it."
        ) from error
