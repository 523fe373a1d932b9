"""Read spectra and pictures from microscopes' files, and write results: the only floor that touches file formats."""

from kapitza.files.digest import sha256
from kapitza.files.hspy import write_hspy
from kapitza.files.pictures import read_mask, read_survey
from kapitza.files.reading import AxisDescription, FileDescription, describe, read

__all__ = [
    "AxisDescription",
    "FileDescription",
    "describe",
    "read",
    "read_mask",
    "read_survey",
    "sha256",
    "write_hspy",
]
