"""Chemical symbols, atomic numbers and masses."""

from __future__ import annotations

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.data import Array
from kapitza.errors import MethodError


def number_of(symbol: str) -> int:
    """Atomic number of a chemical symbol.

    Raises
    ------
    MethodError
        if there is no such element.
    """
    with optional("ASE"):
        from ase.data import atomic_numbers
    if symbol not in atomic_numbers or symbol == "X":
        raise MethodError(f"A chemical symbol is wanted, got {symbol!r}: write it as in the periodic table, Si.")
    return int(atomic_numbers[symbol])


def symbol_of(number: int) -> str:
    """Chemical symbol of an atomic number."""
    with optional("ASE"):
        from ase.data import chemical_symbols
    return str(chemical_symbols[number])


def symbols_of(numbers: Array) -> Array:
    """Chemical symbols (n,) of atomic numbers (n,)."""
    with optional("ASE"):
        from ase.data import chemical_symbols
    return np.array(chemical_symbols)[numbers]


def masses_of(numbers: Array) -> Array:
    """Standard atomic masses (n,), u, of atomic numbers (n,)."""
    with optional("ASE"):
        from ase.data import atomic_masses
    return np.asarray(atomic_masses)[numbers]
