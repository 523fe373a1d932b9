"""Words that options of the command line take."""

from __future__ import annotations

from enum import StrEnum


class PresetName(StrEnum):
    """The methods by name."""

    recommended = "recommended"
    paper = "paper"


class DenoiseName(StrEnum):
    """The ways to denoise by name."""

    none = "none"
    bm3d = "bm3d"
    volume = "volume"
    low_rank = "low_rank"


class FreePathName(StrEnum):
    """The models of the mean free path by name."""

    iakoubovskii = "iakoubovskii"
    malis = "malis"


class AxisName(StrEnum):
    """The image axes by name."""

    x = "x"
    y = "y"


class FlowName(StrEnum):
    """The directions of the heat by name."""

    forward = "forward"
    reverse = "reverse"
    none = "none"


class SideName(StrEnum):
    """The two sides of an interface by name."""

    left = "left"
    right = "right"


class EndsName(StrEnum):
    """Which ends are frozen, by name."""

    none = "none"
    left = "left"
    right = "right"
    both = "both"


class CellName(StrEnum):
    """The kinds of unit cell by name."""

    hexagonal = "hexagonal"
    orthogonal = "orthogonal"


class StructureFormat(StrEnum):
    """The formats of structures by name."""

    extxyz = "extxyz"
    gpumd = "gpumd"
    lammps = "lammps"


class TaperName(StrEnum):
    """How the layers of a window are weighted, by name."""

    hann = "hann"
    none = "none"
