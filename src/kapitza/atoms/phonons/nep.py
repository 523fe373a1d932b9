"""The calculator that forces come from where the user names a model file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kapitza.atoms.extra import optional
from kapitza.errors import InputError


def calculator_of(model: str | Path) -> Any:
    """An ASE calculator for a neuroevolution potential, a file in GPUMD's `nep.txt` format.

    Raises
    ------
    InputError
        if the file is missing, or is no such potential.
    MethodError
        if nep-adapters is not installed.
    """
    with optional("nep-adapters"):
        from nep_adapters.ase import NepAseCalculator
    path = Path(model)
    if not path.is_file():
        raise InputError(f"A model file is wanted, got nothing at {path}: check the name and the folder.")
    try:
        return NepAseCalculator(str(path))
    except Exception as error:
        raise InputError(f"A neuroevolution potential is wanted, {path.name} is not one: {error}.") from error
