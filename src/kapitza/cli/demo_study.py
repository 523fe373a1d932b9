"""The study that the demo writes: everything that kapitza can say of its synthetic experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kapitza.settings import (
    BeamSettings,
    DeconvolutionSettings,
    FactorisationSettings,
    InterfaceSettings,
    Method,
    Preset,
    ResidualSettings,
    ThicknessSettings,
)
from kapitza.study import ImageEntry, Study
from kapitza.study.model import BandEntry, ModeEntry
from kapitza.study.scenario.entries import PartnerEntry, Scenario
from kapitza.twin import Twin

BANDS = (
    BandEntry("acoustic", (40.0, 72.0)),
    BandEntry("AlN TO", (78.0, 88.0), (81.0, 85.0)),
    BandEntry("SiC TO", (92.0, 104.0), (92.0, 104.0)),
    BandEntry("LO", (105.0, 125.0)),
)
"""Ranges of phonon energies of the demo's materials."""


def demo_study(images: tuple[ImageEntry, ...], sample: Twin, preset: Preset) -> Study:
    """The study of the demo's images; what needs the forward model is asked of preset `recommended` only."""
    study = Study(
        images=images,
        title=f"Synthetic {sample.left.name}|{sample.right.name} experiment",
        interface=InterfaceSettings(axis="x", left=sample.left.name, right=sample.right.name),
        method=Method(preset=preset),
        thickness=ThicknessSettings(density_left=3.26, density_right=3.21),
        beam=BeamSettings(current=0.1, stopping=0.1, conductivity=(100.0, 10.0)),
    )
    if preset == "paper":
        return study
    modes = _modes(sample)
    return replace(
        study,
        modes=modes,
        bands=BANDS,
        residual=ResidualSettings(),
        factorisation=FactorisationSettings(),
        deconvolution=DeconvolutionSettings(),
        scenario=_scenario(modes),
    )


def _modes(sample: Twin) -> tuple[ModeEntry, ...]:
    """The lines that the interface has of its own."""
    return tuple(
        ModeEntry(f"{mode.energy:g} meV", mode.energy, mode.fwhm, mode.line)
        for mode in sample.interface.modes
        if mode.line != "voigt"
    )


def _scenario(modes: tuple[ModeEntry, ...]) -> Scenario:
    """Each of two modes with the nearest optical phonons above it: AlN's at 83 meV, SiC's at 98 meV."""
    nearest: tuple[tuple[float, Literal["left", "right"]], ...] = ((83.0, "left"), (98.0, "right"))
    partners = tuple(
        PartnerEntry(mode.name, energy, side) for mode, (energy, side) in zip(modes, nearest, strict=False)
    )
    return Scenario(split=10.0, partners=partners)
