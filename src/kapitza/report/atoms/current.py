"""The spectral heat current in a result folder: its numbers, its curves, its figures and what the page says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.nemd import HeatFlow, SpectralCurrent
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity
from kapitza.report.charts import Numbering
from kapitza.report.folder import write_table
from kapitza.report.sections import Section
from kapitza.report.short_page import picture
from kapitza.report.tables import Table

Spectra = Mapping[str, tuple[HeatFlow, SpectralCurrent]]
"""By name of the run, what its baths say and the spectral current since it is steady."""

_NAMES = {
    "harmonic_flux": "By harmonic forces",
    "anharmonic_flux": "The rest",
    "harmonic_share": "Harmonic share",
    "harmonic_conductance": "Harmonic conductance",
}
_CAPTION = (
    "Heat that harmonic forces carry across the cut at {:g} K, by the energy of the vibrations and summed up to it, "
    "with standard errors; dashed, the flux of the baths. Heat towards larger z is positive."
)
_REST = (
    "The rest is what forces beyond the harmonic ones carry; errors of both take the fluxes as independent, and are "
    "rather too large."
)


def steady_spectra(flows: Mapping[str, HeatFlow], currents: Mapping[str, SpectralCurrent]) -> Spectra:
    """The spectral currents of the runs that have a heat flow, from where it is steady."""
    return {name: (flow, currents[name].since(flow.steady_from)) for name, flow in flows.items() if name in currents}


def current_numbers(flow: HeatFlow, current: SpectralCurrent) -> dict[str, Any]:
    """What a `results.json` has of the spectral current of a run."""
    return {
        **{name: one.to_dict() for name, one in current.carried(flow).items()},
        "cut": Quantity(current.height / 10, None, "nm").to_dict(),
        "resolution": Quantity(current.resolution, None, "meV").to_dict(),
        "blocks": len(current.blocks),
        "block": Quantity(current.block * 1e-3, None, "ps").to_dict(),
    }


def save_currents(spectra: Spectra, scratch: Path) -> dict[float, Path]:
    """Write `current/NAME.csv` for each run and `figures/current-TEMPERATURE`; the SVG for each mean temperature."""
    from kapitza.plots import current_figure, save_figure

    if spectra:
        (scratch / "current").mkdir()
    for name, (flow, current) in spectra.items():
        names = ["energy_meV", "current_GW_m2_meV", "current_error", "cumulative_GW_m2", "cumulative_error"]
        columns = [current.energy, current.density, current.error, current.cumulative, current.cumulative_error]
        if flow.interface is not None:
            names += ["conductance_MW_m2_K_meV", "conductance_error"]
            columns += current.conductance(flow.interface.drop)
        write_table(scratch / "current" / f"{name}.csv", names, np.column_stack(columns))
    drawn = {}
    for kelvin in sorted({flow.case.temperature for flow, _ in spectra.values()}):
        alike = {name: pair for name, pair in spectra.items() if pair[0].case.temperature == kelvin}
        drawn[kelvin] = save_figure(current_figure(alike), scratch / "figures", f"current-{kelvin:g}K")[1]
    return drawn


def current_section(spectra: Spectra, drawn: Mapping[float, Path], numbering: Numbering) -> Section:
    """What the page says of the spectral currents; `drawn` has the SVG of each mean temperature."""
    rows = []
    for flow, current in spectra.values():
        found = {"flux": flow.flux, **current.carried(flow)}
        title = f"{flow.case.direction}, {flow.case.temperature:g} K, seed {flow.case.seed}"
        rows.append((title, *(quantity_text(found[key]) if key in found else "" for key in ("flux", *_NAMES))))
    pictures = [picture(path, _CAPTION.format(kelvin), numbering) for kelvin, path in drawn.items()]
    table = Table(("Run", "Flux of the baths", *_NAMES.values()), tuple(rows))
    return Section("current", "Spectral current", (*pictures, table, _REST))
