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
