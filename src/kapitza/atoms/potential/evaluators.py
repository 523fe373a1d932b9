"""One door to whatever gives energies and forces: a model file, a shipped model, or a calculator of ASE."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.potential.checks import check_structure, check_thickness
from kapitza.atoms.potential.model_file import find_model
from kapitza.data import Array
from kapitza.errors import MethodError

Engine = Literal["nep-adapters", "calorine"]
Device = Literal["cpu", "cuda"]

_BREATHES = 0.02
"""Strain of a cell, as at constant pressure, within which distances are not looked at again: that takes as long as the
forces do."""


def calculator(
    model: str | Path | Any, *, engine: Engine | None = None, device: Device = "cpu", minimum_image: bool = False
) -> Any:
    """A calculator of ASE for `model`.

    model : the path of a `nep.txt` or of a folder with one, the name of a shipped model, or any calculator of ASE,
        which comes back as it is.
    engine : what evaluates a `nep.txt`; when None, the first that is installed.
    device : where it does; nep-adapters knows graphics cards, calorine does not.
    minimum_image : whether cells thinner than twice the cutoff are refused. The engines here repeat such cells and are
        right in them; engines that do not, and heat flow, need thick ones.

    The calculator refuses elements that the model lacks and atoms that are too close before the first evaluation and
    whenever more than the positions has changed, save that a cell may breathe by 2 %; where asked, it refuses every
    cell that is too thin.

    Raises
    ------
    InputError
        if there is no such model.
    MethodError
        if the engine is not installed or the device is not there; from the calculator itself, if a structure is
        refused.
    """
    if callable(getattr(model, "get_potential_energy", None)):
        return model
    found = find_model(model)
    engine = engine or _installed()
    check_device(device, engine)
    where = {"backend": device} if engine == "nep-adapters" else {}
    return _guarded(_ENGINES[engine]())(found, minimum_image, where)


def check_device(device: Device, engine: Engine | None = None) -> None:
    """Refuse a device that an engine cannot use here.

    Raises
    ------
    MethodError
        if it cannot; the message says why.
    """
    if device == "cpu":
        return
    if (engine or _installed()) != "nep-adapters":
        raise MethodError(
            'The engine nep-adapters is wanted for a CUDA device, got calorine: take nep-adapters, or the device "cpu".'
        )
    with optional("nep-adapters"):
        from nep_adapters.runtime import backend_status
    status = backend_status(device)
    if not status.available:
        raise MethodError(
            f'A CUDA device is wanted, none can be used ({status.detail.rstrip(".")}): take the device "cpu", or '
            "mend the driver."
        )


def _installed() -> Engine:
    wanted: dict[Engine, str] = {"nep-adapters": "nep_adapters", "calorine": "calorine"}
    for engine, module in wanted.items():
        if find_spec(module) is not None:
            return engine
    return "nep-adapters"


def _nep_adapters() -> type:
    with optional("nep-adapters"):
        from nep_adapters.ase import NepAseCalculator
    return NepAseCalculator


def _calorine() -> type:
    try:
        from calorine.calculators import CPUNEP
    except ImportError as error:
        raise MethodError(
            'The engine "calorine" is wanted and is not installed: pip install calorine brings it, or leave the choice '
            "of the engine to kapitza."
        ) from error
    return CPUNEP


_ENGINES: dict[Engine, Callable[[], type]] = {"nep-adapters": _nep_adapters, "calorine": _calorine}


@functools.cache
def _guarded(engine: Any) -> type:
    """The engine's calculator, made to check structures before it evaluates them."""

    from ase.calculators.calculator import all_changes

    class Guarded(engine):  # type: ignore[misc]
        def __init__(self, model: Any, minimum_image: bool, options: dict[str, Any]) -> None:
            super().__init__(str(model.path), **options)
            self.model = model
            self.minimum_image = minimum_image
            self.checked = np.zeros((3, 3))

        def calculate(self, atoms: Any = None, properties: Any = None, system_changes: Any = all_changes) -> None:
            asked = self.atoms if atoms is None else atoms
            cell = asked.cell.complete()[:]
            if not set(system_changes) <= {"positions", "cell"} or _strain(cell, self.checked) > _BREATHES:
                check_structure(asked, self.model, minimum_image=self.minimum_image)
                self.checked = cell
            elif self.minimum_image and "cell" in system_changes:
                check_thickness(asked, self.model)
            super().calculate(atoms, properties, system_changes)

    return Guarded


def _strain(cell: Array, other: Array) -> float:
    """The largest component of what makes `cell` of `other`, both (3, 3); without a volume, any is far from it."""
    return float(np.abs(np.linalg.solve(other, cell) - np.eye(3)).max()) if np.linalg.det(other) else np.inf
