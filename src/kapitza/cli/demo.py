"""`kapitza demo`: a synthetic experiment into real files, these through the whole job, the result beside the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import typer

from kapitza.cli.analyse import Ways, print_warnings, run_and_save
from kapitza.cli.progress import progress
from kapitza.cli.tables import console, truth_table
from kapitza.data import InterfaceResult
from kapitza.errors import OutputError
from kapitza.files.folder import check_target, result_folder
from kapitza.quantity import Quantity
from kapitza.settings import DeconvolutionSettings, InterfaceSettings, Method, Preset
from kapitza.study import ImageEntry, Study, read_study, to_toml
from kapitza.study.model import ModeEntry
from kapitza.study.result import StudyResult
from kapitza.twin import Twin, demo_twins, truth_numbers, write_twin

_FLOW = {"forward": "forward", "reverse": "reverse", "none": "no heat flow"}

_SHOWN = {
    "drop": "drop, half-difference",
    "width_10_90": "10-90 % width",
    "position": "position",
    "gradient_left": "gradient, left",
    "gradient_right": "gradient, right",
}
"""Rows of the table that the combination of forward and reverse gives."""


def run_demo(output: Path, preset: Preset, ways: Ways) -> None:
    """Synthesise the demo into `<output>-data`, analyse it into `output`, print what came out beside what went in."""
    data = output.with_name(f"{output.name}-data")
    check_target(output, ways.force)
    twins = demo_twins()
    with _data_folder(data, ways.force or ways.resume) as folder:
        _synthesise(folder, twins, preset, ways.quiet)
    truth = truth_numbers(twins["forward"])
    study = read_study(data / "study.toml")
    result = run_and_save(study, output, ways, truth)
    if not ways.quiet:
        _print(result, {name: truth_numbers(twin) for name, twin in twins.items()})
        typer.echo(f"Report: {output / 'report.html'}")
        typer.echo(f"The same again:  kapitza run {data / 'study.toml'} -o DIR")


def _data_folder(data: Path, replace: bool) -> AbstractContextManager[Path]:
    if not data.exists():
        return result_folder(data)
    if not replace or not data.is_dir():
        raise OutputError(
            f"A new folder is wanted for the synthetic files, got {data}, which exists: "
            "choose another with -o, or use --force."
        )
    return nullcontext(data)


def _synthesise(folder: Path, twins: Mapping[str, Twin], preset: Preset, quiet: bool) -> None:
    images = []
    with progress(quiet) as report:
        for number, (flow, twin) in enumerate(twins.items()):
            if report is not None:
                report("synthesising", number, len(twins))
            file = folder / f"{flow}.hspy"
            write_twin(twin, file)
            images.append(ImageEntry(name=flow, file=file.resolve(), heat_flow=twin.temperature.heat_flow))
        if report is not None:
            report("synthesising", len(twins), len(twins))
    sample = twins["forward"]
    study = Study(
        images=tuple(images),
        title=f"Synthetic {sample.left.name}|{sample.right.name} experiment",
        interface=InterfaceSettings(axis="x", left=sample.left.name, right=sample.right.name),
        modes=_modes(sample) if preset == "recommended" else (),
        method=Method(preset=preset),
        deconvolution=DeconvolutionSettings() if preset == "recommended" else None,
    )
    (folder / "study.toml").write_text(to_toml(study, folder), encoding="utf-8")


def _modes(sample: Twin) -> tuple[ModeEntry, ...]:
    """The lines that the interface has of its own."""
    return tuple(
        ModeEntry(f"{mode.energy:g} meV", mode.energy, mode.fwhm, mode.line)
        for mode in sample.interface.modes
        if mode.line != "voigt"
    )


def _print(result: StudyResult, truths: Mapping[str, Mapping[str, float]]) -> None:
    rows: dict[str, tuple[float, Mapping[str, Quantity]]] = {}
    for name, image in result.images.items():
        found = _by_preset(result, image.interface, image.compared_interface)
        rows[f"drop, {_FLOW[name]}"] = truths[name]["drop"], {preset: r.drop for preset, r in found.items()}
    combined = _by_preset(result, result.combined, result.compared_combined)
    for quantity, label in _SHOWN.items():
        truth = truths["forward"][quantity]
        if combined and math.isfinite(truth):
            rows[label] = truth, {preset: getattr(r, quantity) for preset, r in combined.items()}
    console().print(truth_table(rows))
    print_warnings(result)


def _by_preset(
    result: StudyResult, own: InterfaceResult | None, compared: InterfaceResult | None
) -> dict[str, InterfaceResult]:
    method = result.study.method
    both = {method.preset: own, method.other().preset: compared}
    return {preset: interface for preset, interface in both.items() if interface is not None}
