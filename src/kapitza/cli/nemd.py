"""Simulations that the command runs, reads from another engine, and tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typer

from kapitza.atoms.modes import InterfaceTemperatures
from kapitza.atoms.nemd import (
    Simulation,
    SpectralCurrent,
    Summary,
    Trace,
    build_system,
    cases,
    choose_bins,
    fit_ranges,
    followed_current,
    followed_modes,
    read_gpumd,
    read_simulation,
    run_cases,
    run_observers,
    summarise,
    write_gpumd,
)
from kapitza.atoms.nemd.system import mode_files, potential_files
from kapitza.atoms.progress import silent
from kapitza.cli.analyse import hint
from kapitza.cli.progress import progress
from kapitza.cli.tables import console, plain_table
from kapitza.errors import KapitzaError
from kapitza.files.digest import sha256
from kapitza.files.folder import check_target, result_folder, resume_folder
from kapitza.report.atoms.nemd import save_heat_flow

_COLUMNS = ("flux", "drop", "resistance", "conductance")
_SIDES = ("left", "right")


@dataclass(frozen=True)
class Way:
    """How many runs at a time and by which launcher of MPI, or where GPUMD's are; whether to go on, to replace, to keep
    quiet; what was typed."""

    jobs: int
    from_gpumd: Path | None
    resume: bool
    force: bool
    quiet: bool
    command: str | None = None
    launcher: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What runs gave, by name: time series, sentences of those refused, temperatures of modes, spectral currents."""

    traces: Mapping[str, Trace]
    refused: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, InterfaceTemperatures] = field(default_factory=dict)
    currents: Mapping[str, SpectralCurrent] = field(default_factory=dict)


def write_decks(path: Path, folder: Path, *, force: bool, quiet: bool) -> None:
    """Write a folder of GPUMD's input for each case, and say how to go on."""
    simulation = read_simulation(path)
    with result_folder(folder, force) as scratch:
        write_gpumd(simulation, scratch)
    if not quiet:
        typer.echo(f"{folder} is written: {len(cases(simulation))} runs, each in a folder of its own")
        typer.echo(f"next:  run gpumd in each, then  kapitza atoms nemd {path} --from-gpumd {folder} -o result")


def run_simulation(path: Path, output: Path, way: Way) -> None:
    """Run or read every case, write the result folder, and say what was found."""
    check_target(output, way.force)
    simulation = read_simulation(path)
    if way.from_gpumd is not None:
        _save(simulation, path, Found(read_gpumd(simulation, way.from_gpumd)), output, way)
        return
    system = build_system(simulation)
    fit_ranges(choose_bins(system, system.positions, simulation.run.bin_width), simulation.analysis)
    run_observers(simulation)
    with resume_folder(output, way.resume) as store, hint(store):
        with progress(way.quiet) as report:
            found = run_cases(
                simulation, cases(simulation), store, jobs=way.jobs, launcher=way.launcher, progress=report or silent
            )
        refused = dict(found.refused)
        refused |= dict.fromkeys(found.killed, "The run was killed before its end: go on with --resume.")
        modes = {name: modal for name in found.done if (modal := followed_modes(simulation, store / name))}
        currents = {name: one for name in found.done if (one := followed_current(simulation, store / name))}
        _save(simulation, path, Found(found.done, refused, modes, currents), output, way)


def _save(simulation: Simulation, path: Path, found: Found, output: Path, way: Way) -> None:
    """Write what there is; complain of what is not, so that what is kept to go on from stays."""
    summary = summarise(found.traces, simulation.analysis)
    summary.refused.update(found.refused)
    if summary.flows:
        inputs = _inputs(simulation, path)
        save_heat_flow(
            simulation, found.traces, summary, output, inputs, found.modes, found.currents, command=way.command,
            force=way.force,
        )  # fmt: skip
        if not way.quiet:
            _show(summary, output)
    if summary.refused:
        sentences = " ".join(f"{name}: {sentence}" for name, sentence in summary.refused.items())
        what = f"the others are in {output.name!r}" if summary.flows else "nothing is written"
        raise KapitzaError(
            f"{len(summary.refused)} of {len(cases(simulation))} runs gave no result, {what}. {sentences}"
        )


def _inputs(simulation: Simulation, path: Path) -> list[dict[str, str]]:
    files = {"simulation": path}
    for file in potential_files(simulation):
        files[f"potential {file.name}"] = file
    files |= mode_files(simulation)
    if simulation.structure.file is not None:
        files["structure"] = simulation.beside(simulation.structure.file)
    return [{"name": name, "file": file.name, "sha256": sha256(file)} for name, file in files.items()]


def _show(summary: Summary, output: Path) -> None:
    table = plain_table("", *_COLUMNS)
    for one in summary.together:
        for direction, means in one.means.items():
            cells = [str(means[name].quantity) if name in means else "" for name in _COLUMNS]
            table.add_row(f"{direction}, {one.temperature:g} K", *cells)
    console().print(table)
    for one in summary.together:
        for direction, means in one.means.items():
            found = [
                f"{side} {means[f'conductivity_{side}'].quantity}" for side in _SIDES if f"conductivity_{side}" in means
            ]
            typer.echo(f"Conductivity, {direction}, {one.temperature:g} K: {', '.join(found)}")
        if one.rectification is not None:
            typer.echo(f"Rectification at {one.temperature:g} K: {one.rectification}")
    for name, flow in summary.flows.items():
        for _, sentence in flow.warnings:
            typer.echo(f"Warning: {name}: {sentence}", err=True)
    typer.echo(f"Report: {output / 'report.html'}")
