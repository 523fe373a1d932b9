"""What the page of heat flow in molecular dynamics says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kapitza.atoms.modes import InterfaceTemperatures
from kapitza.atoms.nemd import HeatFlow, Summary
from kapitza.atoms.nemd.combining import Mean
from kapitza.atoms.nemd.summary import AVERAGED, AtTemperature, quantities
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity
from kapitza.report.atoms.current import Spectra, current_section
from kapitza.report.atoms.modal_page import averages_table, bound_tables, branch_table, modal_chart, quantum_shares
from kapitza.report.captions import listed
from kapitza.report.charts import Numbering
from kapitza.report.sections import Chart, Section
from kapitza.report.short_page import ShortPage, picture
from kapitza.report.tables import Card, Table

_NAMES = {
    "flux": "Heat flux",
    "drop": "Drop",
    "resistance": "Resistance",
    "conductance": "Conductance",
    "conductivity_left": "Conductivity, left",
    "conductivity_right": "Conductivity, right",
    "hot_power": "Power of the hot bath",
    "cold_power": "Power of the cold bath",
    "imbalance": "Balance of the baths",
}
_FLOW = (
    "{}: mean temperature along z with its standard errors, lines fitted on either side and extrapolated to the "
    "interface; what both baths gave."
)
_QUANTUM = (
    "Modes of these energies take up {} of the heat at {:g} K that classical ones do. A flux times this share is a "
    "first estimate of the true one; classical phonons also scatter more."
)
_CLASSICAL = (
    "± is one standard error from blocks of time. The dynamics are classical: modes of 80 to 120 meV carry as much "
    "heat as others, also where they would be frozen out. A short cell is ballistic, and its resistance is one of the "
    "cell as well. Rectification is the conductance forward over that in reverse, less 1."
)


def heat_flow_page(
    summary: Summary,
    modes: Mapping[str, InterfaceTemperatures],
    flows: Mapping[str, Path],
    modal: Mapping[str, Path],
    spectra: Spectra,
    drawn: Mapping[float, Path],
) -> ShortPage:
    """The page of the runs in `summary`; `flows` and `modal` are the SVG of each run by its name, `drawn` that of the
    spectral currents at each mean temperature."""
    numbering = Numbering()
    sections = [Section("numbers", "Numbers", (_together(summary.together), _CLASSICAL))]
    for number, (name, flow) in enumerate(summary.flows.items(), 1):
        profile = picture(flows[name], _FLOW.format(_title(flow)), numbering)
        followed = _modes(modes[name], modal[name], flow.case.temperature, numbering) if name in modes else ()
        sections.append(Section(f"run-{number}", _title(flow), (profile, _run(flow), *followed)))
    if spectra:
        sections.append(current_section(spectra, drawn, numbering))
    return ShortPage(
        title="Heat through an interface" if _has_interface(summary) else "Heat through a crystal",
        lead="Non-equilibrium molecular dynamics",
        cards=tuple(_cards(summary.together)),
        sections=tuple(sections),
        files="The folder figures has the pictures as PNG and SVG, results.json the numbers, runs.zarr bath energies "
        "and profiles over time, modes the temperatures of modes of each run, current the spectral currents.",
    )


def _title(flow: HeatFlow) -> str:
    return f"{flow.case.direction}, {flow.case.temperature:g} K, seed {flow.case.seed}"


def _has_interface(summary: Summary) -> bool:
    return any(flow.interface is not None for flow in summary.flows.values())


def _cards(together: tuple[AtTemperature, ...]) -> Iterator[Card]:
    for one in together:
        for direction, means in one.means.items():
            name = "resistance" if "resistance" in means else "conductivity_left"
            note = f"{direction}, {one.temperature:g} K"
            yield Card(_NAMES[name], quantity_text(means[name].quantity), note)
        if one.rectification is not None:
            yield Card("Rectification", quantity_text(one.rectification), f"{one.temperature:g} K")


def _together(together: tuple[AtTemperature, ...]) -> Table:
    members: list[tuple[str, dict[str, Mean]]] = [
        (f"{direction}, {one.temperature:g} K", means) for one in together for direction, means in one.means.items()
    ]
    known = [name for name in AVERAGED if any(name in means for _, means in members)]
    rows = [
        (title, *(quantity_text(means[name].quantity) if name in means else "" for name in known))
        for title, means in members
    ]
    return Table(("Runs", *(_NAMES[name] for name in known)), tuple(rows))


def _run(flow: HeatFlow) -> Table:
    found = quantities(flow)
    rows = [(name, quantity_text(found[key])) for key, name in _NAMES.items() if key in found]
    rows.append(("Steady from", quantity_text(Quantity(flow.steady_from * 1e-3, None, "ps"))))
    rows.append(("Correlation time of the flux", quantity_text(Quantity(flow.correlation_time * 1e-3, None, "ps"))))
    return Table(("Number", "Value"), tuple(rows))


def _modes(
    found: InterfaceTemperatures, figure: Path, temperature: float, numbering: Numbering
) -> Iterator[Chart | Table | str]:
    yield modal_chart(found, figure, numbering)
    yield averages_table(found)
    shares = [f"{share:.2f} ({name})" for name, share in quantum_shares(found, temperature).items()]
    yield _QUANTUM.format(listed(shares), temperature)
    if found.bound is not None:
        yield from bound_tables(found.bound)
    if found.settings.branches:
        yield branch_table(found)
