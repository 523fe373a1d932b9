"""Which structures are trained on, and which are held out."""

from __future__ import annotations

import numpy as np

from kapitza.atoms.potential.dataset import DataSet
from kapitza.errors import MethodError


def split(dataset: DataSet, fraction: float, seed: int) -> tuple[DataSet, DataSet]:
    """Split into a part to train on and one held out, every group by the same fraction; the same seed, the same split.

    A group of two or more structures has at least one held out and one to train on; a single one is trained on.

    Raises
    ------
    MethodError
        if the fraction is not between 0 and 1, or nothing can be held out.
    """
    if not 0 < fraction < 1:
        raise MethodError(f"A held-out fraction between 0 and 1 is wanted, got {fraction:g}: 0.1 is usual.")
    random = np.random.default_rng(seed)
    held: list[int] = []
    for group in sorted(set(dataset.groups)):
        members = [i for i, name in enumerate(dataset.groups) if name == group]
        if len(members) > 1:
            count = min(max(round(fraction * len(members)), 1), len(members) - 1)
            held += random.permutation(members)[:count].tolist()
    if not held:
        raise MethodError(
            f"Two structures of a group at least are wanted, to hold one out, got {len(dataset)} in "
            f"{len(set(dataset.groups))} groups: label more, or give them fewer values of config_type."
        )
    return dataset.taken(sorted(set(range(len(dataset))) - set(held))), dataset.taken(sorted(held))
