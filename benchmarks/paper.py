"""Numbers of the paper beside what kapitza returns on synthetic experiments that were built with them.

    python benchmarks/paper.py

F. Liu et al., Nature (2025), doi 10.1038/s41586-025-09108-6. The demo's AlN|SiC with its detector faults and noise (one
draw), 1e7 zero-loss electrons per pixel, preset `recommended`; forward and reverse are combined where the paper's
number is one of both. Prints a Markdown table: what the paper says, what was put in, what came out. Where the paper
gives no number, what was put in is a choice. The paper's own data are not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from controls import varied
from measuring import machine, row, table

import kapitza
from kapitza.data import InterfaceResult
from kapitza.interface import (
    band_deviations,
    column_spectra,
    expected_shift,
    lead_lag,
    modal_temperatures,
    mode_profile,
)
from kapitza.interface.drop import known
from kapitza.interface.modes.summary import mode_comparison, mode_summary
from kapitza.quantity import Quantity
from kapitza.spectra.unmixing import Mode
from kapitza.theory.beam_heating import plane_temperature_rise
from kapitza.theory.mean_free_path import effective_atomic_number, malis_mean_free_path
from kapitza.twin import Twin, demo_twins, synthesise

LONG = {"rows": 20, "columns": 161, "step": 5.0}
WHOLE = {"rows": 20, "columns": 101, "step": 15.0}
CLOSE = {"rows": 20, "columns": 184, "step": 1 / 6}
POSITION, AT_CLOSE = 402.0, 15.3
CURRENTS = {565.0: (17.8, 135.0, 107.0), 720.0: (12.7, 71.0, 71.0)}
"""Mean temperature (K): drop (K), characteristic lengths (nm) of AlN and SiC; Fig. 2e, f."""

MODES = (Mode("alpha", 75.0, 6.0), Mode("beta", 90.0, 6.0))
ALPHA, BETA, TO = 20.0, -19.0, -20.0
"""K, put into the modes of the interface and, in an experiment of its own, into the transverse optical line of AlN."""


def experiment(flow: str, seed: int, **tables: dict[str, Any]) -> Twin:
    """The demo with values of its tables changed."""
    return varied(demo_twins()[flow], twin={"seed": seed}, **tables)


def combined(seed: int, **tables: dict[str, Any]) -> InterfaceResult:
    """Half the difference of forward and reverse."""
    found = []
    for i, flow in enumerate(("forward", "reverse")):
        image, _ = synthesise(experiment(flow, seed + i, **tables))
        found.append(kapitza.interface_drop(kapitza.temperature_map(image)))
    return kapitza.combine(*found)


def currents() -> Iterator[str]:
    """Fig. 2e, f: drops, gradients and lengths at the lowest and the highest current."""
    for seed, (mean, (drop, left, right)) in enumerate(CURRENTS.items()):
        gradients = {"gradient_left": 1e3 * drop / left, "gradient_right": 1e3 * drop / right}
        heat = {"mean": mean, "drop": drop, **gradients}
        found = combined(10 * seed, scan=LONG, interface={"position": POSITION}, temperature=heat)
        at = f"at {mean:.0f} K"
        yield row("Fig. 2e", f"drop {at}", f"{drop} K", f"{drop} K", str(found.drop))
        for name, side, length in (("AlN", "left", left), ("SiC", "right", right)):
            gradient = getattr(found, f"gradient_{side}")
            yield row("text", f"gradient of {name} {at}", "about 180 K/um", f"{-1e3 * drop / length:.0f} K/um",
                      str(gradient))  # fmt: skip
            found_length = getattr(found, f"characteristic_length_{side}")
            yield row("Fig. 2f", f"characteristic length of {name} {at}", f"{length:.0f} nm", f"{length:.0f} nm",
                      str(found_length))  # fmt: skip


def whole() -> Iterator[str]:
    """Fig. 2c: the temperature from end to end."""
    heat = {"drop": 15.0, "gradient_left": 125.0 / 1.5, "gradient_right": 125.0 / 1.5}
    image, _ = synthesise(
        experiment("forward", 5, scan=WHOLE, interface={"position": 750.4}, temperature=heat, drift={"spatial": 0.0})
    )
    tmap = kapitza.temperature_map(image)
    profile = kapitza.interface_drop(tmap).profile
    ends = np.polyfit(profile.position[:45], profile.temperature[:45], 1, w=1 / profile.error[:45], cov="unscaled")
    others = np.polyfit(profile.position[-45:], profile.temperature[-45:], 1, w=1 / profile.error[-45:], cov="unscaled")
    levers = [np.array([profile.position[i], 1.0]) for i in (0, -1)]
    value = float(levers[0] @ ends[0] - levers[1] @ others[0])
    error = float(np.sqrt(levers[0] @ ends[1] @ levers[0] + levers[1] @ others[1] @ levers[1]))
    yield row("Fig. 2c", "hot end less cold end, over 1.5 um", "about 140 K", "140 K", str(Quantity(value, error, "K")))


def close_up() -> Iterator[str]:
    """Fig. 3: width of the drop, modes of the interface, lead and lag."""
    own = demo_twins()["forward"].model_dump(mode="json", exclude_unset=True, exclude_none=True)["interface"]["modes"]
    modes = [{**mode, "flow_offset": offset} for mode, offset in zip(own, (ALPHA, BETA), strict=True)]
    place = {"position": AT_CLOSE, "modes": modes}
    summaries, results, shifts = [], [], []
    for i, flow in enumerate(("forward", "reverse")):
        image, truth = synthesise(experiment(flow, 30 + i, scan=CLOSE, interface=place))
        tmap = kapitza.temperature_map(image)
        results.append(kapitza.interface_drop(tmap))
        summaries.append(mode_summary(image, tmap, AT_CLOSE, MODES))
        profile = mode_profile(column_spectra(image, tmap), (81.0, 85.0), (2.0, 10.0), (20.0, 28.0))
        expected = expected_shift(profile, truth["temperature"].mean("y").to_numpy(), 83.0)
        shifts.append((lead_lag(profile).shift, expected))
    yield row("Fig. 3b", "10-90 width of the drop", "about 2 nm", "2 nm", str(kapitza.combine(*results).width_10_90))
    found = mode_comparison(*summaries).asymmetry
    for i, (name, offset) in enumerate((("alpha, 75 meV", ALPHA), ("beta, 90 meV", BETA))):
        for side, flow, sign in ((0, "forward", 1), (1, "reverse", -1)):
            yield row("Fig. 3h", f"temperature of {name}, {flow}", "alpha stands out forward, beta in reverse",
                      f"{600 + sign * offset:.0f} K", str(found.temperatures[side][i]))  # fmt: skip
    yield row("Fig. 3h", "ln of the gain of alpha over beta, forward less reverse", "above 0", "0.26", str(found.gain))
    yield row("Fig. 3e, f", "the same of what no population changes", "loss: no change", "0", str(found.strength))
    for flow, words, (shift, expected) in zip(("forward", "reverse"), ("leads", "lags"), shifts, strict=True):
        yield row("Fig. 3e, f", f"shift of gain against loss, 81 to 85 meV, {flow}", f"gain {words}",
                  f"{expected:.0f} pm by the temperature field alone", str(shift))  # fmt: skip


def decay() -> Iterator[str]:
    """How far a band out of equilibrium reaches, and how far the others are from the local temperature."""
    left = demo_twins()["forward"].model_dump(mode="json", exclude_unset=True, exclude_none=True)["left"]["modes"]
    left[3] = {**left[3], "flow_offset": TO}
    bands, results = [], []
    for i, flow in enumerate(("forward", "reverse")):
        tables = {"scan": CLOSE, "interface": {"position": AT_CLOSE}, "left": {"modes": left}}
        image, _ = synthesise(experiment(flow, 50 + i, **tables))
        tmap = kapitza.temperature_map(image)
        result = kapitza.interface_drop(tmap)
        bulk = (result.bulk_left, result.bulk_right)
        bands.append(modal_temperatures(column_spectra(image, tmap, columns=4), tmap, bulk=bulk))
        results.append(result)
    places = [known(result.position) for result in results]
    found = band_deviations(*bands, interface=places[0], reverse_interface=places[1])
    for name, there, beyond in zip(found.names, found.left, found.right, strict=True):
        if name == "AlN TO":
            amplitude, length = ("within its error",) * 2 if there is None else (there.amplitude, there.length)
            yield row("Fig. 3e, f", "deviation of AlN TO at the interface", "–", f"{TO:.0f} K", str(amplitude))
            yield row("text", "its decay length", "about 3 nm", "3 nm", str(length))
        else:
            told = ", ".join(str(side.amplitude) for side in (there, beyond) if side is not None)
            yield row("text", f"deviation of the range {name}", "–", "0 K", told or "within its error")


def theory() -> Iterator[str]:
    """Methods: what needs no experiment."""
    rise = float(plane_temperature_rise(100.0, 0.1, 100.0))
    yield row("Methods", "beam heating, 0.1 nA, 0.1 eV/nm, 100 W/(m K)", "about 0.1 mK", "–", f"{1e3 * rise:.3g} mK")
    for name, numbers in (("AlN", {13: 0.5, 7: 0.5}), ("SiC", {14: 0.5, 6: 0.5})):
        path = malis_mean_free_path(60.0, 25.0, effective_atomic_number(numbers))
        yield row("Methods", f"inelastic mean free path of {name}, 60 kV, 25 mrad", "–", "–", str(path))


def main() -> None:
    """Print the table."""
    print(machine(), end="\n\n")
    print(table("where", "what", "paper", "put in", "kapitza returns"))
    for part in (currents, whole, close_up, decay, theory):
        for line in part():
            print(line, flush=True)


if __name__ == "__main__":
    main()
