"""What is kept of every input file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from kapitza.data import SpectrumImage
from kapitza.files import sha256
from kapitza.study.result import InputRecord


def input_record(image: SpectrumImage, file: Path) -> InputRecord:
    """The record of an image that was read from a file."""
    axis = {"offset": float(image.energy[0]), "scale": image.dispersion, "unit": "meV"}
    return InputRecord(image.name, file.name, sha256(file), image.shape, axis, asdict(image.microscope))
