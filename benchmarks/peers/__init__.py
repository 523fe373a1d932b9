"""What a user would run today for each step of the analysis, and kapitza's kernel for the same step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synthetic import Spectra

NEAR, FAR, SIGNAL = (15.0, 30.0), (130.0, 200.0), (55.0, 125.0)
"""meV, on both sides: the published windows."""


@dataclass(frozen=True)
class Tool:
    """One way to do a step.

    name : for the table. needs : distributions without which it cannot run. ours : whether it is kapitza's.
    run : the step on what the step prepares of spectra; only this is timed.
    """

    name: str
    run: Callable[[Any], Any]
    needs: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Step:
    """One step of the analysis; the first tool is kapitza's.

    drift : whether its spectra still drift in energy. prepare : what the tools are given of spectra.
    judge : how far what a tool returns is from the truth, in words.
    """

    name: str
    drift: bool
    prepare: Callable[[Spectra], Any]
    judge: Callable[[Any, Spectra], str]
    tools: tuple[Tool, ...]
