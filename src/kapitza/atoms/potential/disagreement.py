"""How far the members of an ensemble disagree on forces, and which structures to label next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kapitza.atoms.potential.evaluation import evaluate
from kapitza.data import Array
from kapitza.errors import MethodError


def force_disagreement(structures: Sequence[Any], calculators: Sequence[Any]) -> Array:
    """Largest disagreement on the force of an atom, (structures,), eV/Å.

    Of each atom it is the standard deviation of the force vector over the members, with one degree of freedom less than
    there are. It tells where the data do not settle the forces; errors that all members share it cannot see.

    Raises
    ------
    MethodError
        if there are fewer than two members.

    Source: Zhang et al., Phys. Rev. Materials 3, 023804 (2019).
    """
    if len(calculators) < 2:
        raise MethodError(
            f"Two potentials at least are wanted, to disagree, got {len(calculators)}: train an ensemble."
        )
    forces = [evaluate(structures, calculator).forces for calculator in calculators]
    return np.array([_largest(np.array(members)) for members in zip(*forces, strict=True)])


def select(disagreement: Array, count: int) -> Array:
    """Numbers of the `count` structures with the largest disagreement, largest first.

    Raises
    ------
    MethodError
        if `count` is less than one.
    """
    if count < 1:
        raise MethodError(f"At least one structure to label is wanted, got {count}: ask for more.")
    return np.argsort(-np.asarray(disagreement), kind="stable")[:count]


def _largest(forces: Array) -> float:
    """The largest spread over atoms. forces : (members, atoms, 3)."""
    spread = np.sqrt(np.sum(np.var(forces, axis=0, ddof=1), axis=-1))
    return float(spread.max())
