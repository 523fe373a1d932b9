"""Numbers and names as a reader sees them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from math import gcd

from kapitza.quantity import Quantity


def quantity_text(quantity: Quantity) -> str:
    """The quantity as text, "15.2 ± 1.1 K", with micro sign, squares, true minus, and no line break before the unit."""
    text = str(quantity).replace("-", "−").replace(" ± ", "\u00a0±\u00a0")
    bare = text.removesuffix(f" {quantity.unit}")
    return text if bare == text else bare + "\u00a0" + quantity.unit.replace("K/um", "K/µm").replace("m2", "m²")


def pixels_text(count: int) -> str:
    """ "1 pixel", "36 pixels"."""
    return f"{count} pixel{'' if count == 1 else 's'}"


def side_text(name: str, species: Sequence[str]) -> str:
    """A side and what it is made of, "left (AlN)": `species` are the atoms of a cell, the first element first."""
    counts = {symbol: species.count(symbol) for symbol in dict.fromkeys(species)}
    common = gcd(*counts.values())
    parts = (symbol + (str(count // common) if count > common else "") for symbol, count in counts.items())
    return f"{name} ({''.join(parts)})"


def plain(text: str) -> str:
    """A user's text for a figure: dollar signs stay dollar signs and start no formula."""
    return text.replace("$", r"\$")


def file_stems(names: Iterable[str]) -> dict[str, str]:
    """A short, plain and unique file name for every image name."""
    stems: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:60] or "image"
        taken, number = set(stems.values()), 2
        unique = stem
        while unique in taken:
            unique, number = f"{stem}-{number}", number + 1
        stems[name] = unique
    return stems
