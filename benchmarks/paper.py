"""Numbers of the paper beside what kapitza returns on synthetic experiments that were built with them.

    python benchmarks/paper.py                # the table
    python benchmarks/paper.py kapitza-paper  # and the result folders behind it, with all figures
    python benchmarks/paper.py kapitza-paper --pictures docs/images/paper

F. Liu et al., Nature (2025), doi 10.1038/s41586-025-09108-6. The experiments are those of examples/paper and
examples/twins, one draw of the noise each, analysed by the studies beside them with preset `recommended`. Prints a
Markdown table: what the paper says, what was put in, what came out. Where the paper gives no number, what was put in is
a choice. The paper's own data are not used.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from controls import varied
from measuring import machine, row, table

from kapitza.data import InterfaceResult
from kapitza.interface.currents.series import mean_temperature
from kapitza.interface.modes.summary import ModeComparison
from kapitza.plots.profiles import bulk_line
from kapitza.quantity import Quantity
from kapitza.report import save
from kapitza.settings import EnergyWindows, Method
from kapitza.study import read_study, run
from kapitza.study.result import StudyResult
from kapitza.theory.beam_heating import plane_temperature_rise
from kapitza.theory.mean_free_path import effective_atomic_number, malis_mean_free_path
from kapitza.theory.occupation import occupation
from kapitza.theory.two_temperature import TwoBaths, two_temperatures
from kapitza.twin import Twin, flowing, read_twin, write_twin

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FLOWS = ("forward", "reverse", "none")
SERIES = {565.0: (17.8, 135.0, 107.0), 720.0: (12.7, 71.0, 71.0)}
"""Mean temperature (K): drop (K), characteristic lengths (nm) of AlN and SiC; Fig. 2e, f."""
WIDE = {"scan": {"rows": 20, "columns": 161, "step": 5.0}, "interface": {"position": 402.0}}
"""A scan long enough for gradients to a few K/um."""

PICTURES = {
    "log_ratio": "long_range/figures/long-range_log_ratio",
    "temperature": "long_range/figures/long-range_temperature",
    "profile": "long_range/figures/long-range_profile",
    "series": "currents/figures/series",
    **{
        name: f"close_up/figures/{name}"
        for name in ("overview", "modes", "lead_lag", "mode_spectra", "deconvolved", "bands", "scenario")
    },
}
"""Pictures of docs/paper.md, by where they are in the result folders."""


def analysed(name: str, twins: dict[str, Twin], study: str, output: Path | None) -> StudyResult:
    """The study of an example run on twins, by their file names; its result folder goes into `output`."""
    with tempfile.TemporaryDirectory() as folder:
        for stem, twin in twins.items():
            write_twin(twin, Path(folder) / f"{stem}.hspy")
        (Path(folder) / "study.toml").write_text(study, encoding="utf-8")
        result = run(replace(read_study(Path(folder) / "study.toml"), compare=False))
        if output is not None:
            save(result, output / name, force=True)
    return result


def example(name: str) -> tuple[Twin, str]:
    """Twin and study of examples/paper."""
    study = (EXAMPLES / "paper" / f"{name}_study.toml").read_text(encoding="utf-8")
    return read_twin(EXAMPLES / "paper" / f"{name}.toml"), study


def long_range(output: Path | None) -> Iterator[str]:
    """Fig. 2b-d: from the hot end to the cold one."""
    twin, study = example("long_range")
    (image,) = analysed("long_range", {"long_range": twin}, study, output).images.values()
    misfits = [fit.misfit or np.nan for fit in image.spectra]
    yield row("Fig. 2b", "reduced chi-squared of ln(loss/gain) at 8 places", "good fits", "1",
              f"{min(misfits):.2f} to {max(misfits):.2f}, mean {np.mean(misfits):.2f}")  # fmt: skip
    assert image.interface is not None
    x = image.interface.profile.position
    (hot, hot_error), (cold, cold_error) = (
        (line[0], error[0])
        for line, error in (bulk_line(image.interface, side, x[[i]]) for side, i in (("left", 0), ("right", -1)))
    )
    whole = Quantity(float(hot - cold), float(np.hypot(hot_error, cold_error)), "K")
    heat = twin.temperature
    sides = zip(
        (heat.gradient_left, heat.gradient_right),
        (twin.interface.position - x[0], x[-1] - twin.interface.position),
        strict=True,
    )
    put_in = heat.drop + sum(1e-3 * gradient * length for gradient, length in sides)
    yield row("Fig. 2c", "hot end less cold end, over 1.5 um", "about 140 K", f"{put_in:.1f} K", str(whole))


def currents(output: Path | None) -> Iterator[str]:
    """Fig. 2e, f: drops, gradients and lengths at the lowest and the highest current."""
    base = read_twin(EXAMPLES / "twins" / "series.toml")
    twins, images = {}, []
    for number, (mean, (drop, left, right)) in enumerate(SERIES.items()):
        heat = {"mean": mean, "drop": drop, "gradient_left": 1e3 * drop / left, "gradient_right": 1e3 * drop / right}
        for flow in ("forward", "reverse"):
            name = f"{flow} {mean:.0f} K"
            twins[name] = flowing(varied(base, twin={"seed": 100 + 10 * number}, temperature=heat, **WIDE), flow)
            images.append(
                f'[[image]]\nname = "{name}"\nfile = "{name}.hspy"\nheat_flow = "{flow}"\ncurrent = {number + 1}'
            )
    study = "\n".join(
        [*images, '[interface]\nleft = "AlN"\nright = "SiC"\nexponent_left = [1.0, 0.0]\nexponent_right = [1.0, 0.0]']
    )
    series = analysed("currents", twins, study, output).series
    assert series is not None
    for found, (mean, (drop, left, right)) in zip(series.points.results, SERIES.items(), strict=True):
        at = f"at {mean:.0f} K"
        yield row(
            "Fig. 2f",
            f"temperature of the interface {at}",
            f"{mean:.0f} K",
            f"{mean:.0f} K",
            str(mean_temperature(found)),
        )
        yield row("Fig. 2e", f"drop {at}", f"{drop} K", f"{drop} K", str(found.drop))
        for name, side, length in (("AlN", "left", left), ("SiC", "right", right)):
            yield row("text", f"gradient of {name} {at}", "about 180 K/um", f"{-1e3 * drop / length:.0f} K/um",
                      str(getattr(found, f"gradient_{side}")))  # fmt: skip
            yield row("Fig. 2f", f"characteristic length of {name} {at}", f"{length:.0f} nm", f"{length:.0f} nm",
                      str(getattr(found, f"characteristic_length_{side}")))  # fmt: skip
    yield from _resistances(series.points.results)


def _resistances(results: tuple[InterfaceResult, ...]) -> Iterator[str]:
    """R over R at the lowest current, from either length with a conductivity that falls as 1/T."""
    cool, hot = results[0], results[-1]
    kelvins = [mean_temperature(result).value or np.nan for result in (cool, hot)]
    for name, side in (("AlN", "left"), ("SiC", "right")):
        one, other = (getattr(result, f"characteristic_length_{side}") for result in (cool, hot))
        ratio = other.value / one.value * kelvins[1] / kelvins[0]
        error = ratio * np.hypot(one.error / one.value, other.error / other.value)
        number = ("left", "right").index(side) + 1
        put_in = SERIES[720.0][number] / SERIES[565.0][number] * 720 / 565
        what = f"R at 720 K over R at 565 K, by {name} with κ ∝ 1/T"
        yield row("text", what, "falls with temperature", f"{put_in:.2f}", str(Quantity(ratio, error, "")))


def in_equilibrium(output: Path | None) -> Iterator[str]:
    """Fig. 3a, b: the close-up with every mode at the local temperature."""
    twin, study = example("close_up")
    still = varied(twin, left={"modes": _still(twin.left)}, interface={"modes": _still(twin.interface)})
    result = analysed("in_equilibrium", {flow: flowing(still, flow) for flow in FLOWS}, study, output)
    assert result.combined is not None
    assert result.modes is not None
    yield row(
        "Fig. 3b",
        "drop, everything in equilibrium",
        "10 to 20 K",
        f"{twin.temperature.drop:g} K",
        str(result.combined.drop),
    )
    width = f"{twin.temperature.width_10_90:g} nm"
    yield row("Fig. 3b", "its 10-90 width", "about 2 nm", width, str(result.combined.width_10_90))
    shift = result.modes.shifts["AlN TO"]
    yield row("Fig. 3e, f", "gain against loss, 81 to 85 meV, forward less reverse by 2", "–",
              f"{shift.expected} by the temperature field", str(shift.measured))  # fmt: skip


def _still(material: object) -> list[dict[str, object]]:
    modes = [mode.model_dump(mode="json", exclude_unset=True, exclude_none=True) for mode in material.modes]
    return [{**mode, "flow_offset": 0.0} for mode in modes]


def close_up(output: Path | None) -> Iterator[str]:
    """Fig. 3: modes of the interface and the AlN TO band out of equilibrium."""
    twin, study = example("close_up")
    result = analysed("close_up", {flow: flowing(twin, flow) for flow in FLOWS}, study, output)
    assert result.modes is not None
    assert result.combined is not None
    yield from _populations(result.modes, twin)
    yield from _band(result, result.modes, twin)
    yield row(
        "Fig. 3b", "10-90 width of the drop with these deviations", "about 2 nm", "–", str(result.combined.width_10_90)
    )
    fwhm = result.images["forward"].map.zero_loss["fwhm"]
    yield row("Methods", "energy resolution", "10 to 13 meV", f"{twin.zero_loss.fwhm:g} meV", str(fwhm))


def _populations(found: ModeComparison, twin: Twin) -> Iterator[str]:
    """How populated both modes of the interface are, forward and reverse."""
    assert found.asymmetry is not None
    mean = twin.temperature.mean
    offsets = [mode.flow_offset for mode in twin.interface.modes]
    for i, (name, offset) in enumerate(zip(("alpha, 75 meV", "beta, 90 meV"), offsets, strict=True)):
        for side, flow, sign in ((0, "forward", 1), (1, "reverse", -1)):
            yield row("Fig. 3c, d, h", f"temperature of {name}, {flow}", "alpha stands out forward, beta in reverse",
                      f"{mean + sign * offset:.0f} K", str(found.asymmetry.temperatures[side][i]))  # fmt: skip
    yield row(
        "Fig. 3h",
        "ln of the gain of alpha over beta, forward less reverse",
        "above 0",
        f"{_log_ratio(twin, gain=True):.3f}",
        str(found.asymmetry.gain),
    )
    yield row("Fig. 3e, f, h", "the same of the losses, which hold 1 + n", "no change",
              f"{_log_ratio(twin, gain=False):.3f}", str(found.asymmetry.loss))  # fmt: skip
    yield row(
        "Fig. 3e, f, h", "the same of what no population changes", "no change", "0", str(found.asymmetry.strength)
    )


def _band(result: StudyResult, found: ModeComparison, twin: Twin) -> Iterator[str]:
    """What the AlN TO band does: gain against loss, and how far from the local temperature it is."""
    for flow, words in (("forward", "gain leads"), ("reverse", "gain lags")):
        summary = result.images[flow].modes
        assert summary is not None
        shift = summary.profiles["AlN TO"].measured.shift
        yield row("Fig. 3e, f", f"gain against loss, 81 to 85 meV, {flow}", words, "–", str(shift))
    own = found.shifts["AlN TO"].own
    yield row("Fig. 3e, f", "half the difference of both, less what the temperature field makes", "–", "–", str(own))
    deviations = found.deviations
    assert deviations is not None
    decay = deviations.left[deviations.names.index("AlN TO")]
    assert decay is not None
    offset = max(twin.left.modes, key=lambda mode: mode.weight).flow_offset
    yield row("text", "deviation of AlN TO at the interface", "–", f"{offset:.0f} K", str(decay.amplitude))
    yield row("text", "its decay length", "about 3 nm", f"{twin.interface.decay_length:g} nm", str(decay.length))


def _log_ratio(twin: Twin, *, gain: bool) -> float:
    """ln of the first mode's gain (or loss) over the second's, forward less reverse, as the twin has it."""
    kelvins = [[twin.temperature.mean + sign * mode.flow_offset for mode in twin.interface.modes] for sign in (1, -1)]
    n = np.array([[occupation(m.energy, t) for m, t in zip(twin.interface.modes, k, strict=True)] for k in kelvins])
    (first, second), (back, last) = np.log(n if gain else 1 + n)
    return float(first - second - back + last)


def foil(output: Path | None) -> Iterator[str]:
    """Methods: the thickness of the foil, by a low-loss image."""
    even = varied(read_twin(EXAMPLES / "twins" / "wedge.toml"), low_loss={"thickness": 35.0, "slope": 0.0})
    study = (EXAMPLES / "wedge.toml").read_text(encoding="utf-8")
    (image,) = analysed("foil", {"wedge": even}, study, output).images.values()
    assert image.thickness is not None
    for side, name in (("left", "AlN"), ("right", "SiC")):
        found = image.thickness.thickness[side]
        yield row(
            "Methods",
            f"thickness of {name}, t = λ ln(I/I of the peak)",
            "30 to 40 nm",
            f"{even.low_loss.thickness:g} nm",
            str(found),
        )


def theory(output: Path | None) -> Iterator[str]:
    """Methods, and what needs no experiment."""
    windows, paper = EnergyWindows().resolved(Method(preset="paper")), Method(preset="paper").resolved()
    yield row("Methods", "background windows of preset `paper`", "15 to 30, 130 to 200 meV", "–",
              " and ".join(f"{low:g} to {high:g}" for low, high in (windows.near, windows.far)) + " meV")  # fmt: skip
    yield row(
        "Methods",
        "its phonons begin at; it denoises by",
        "55 meV; BM3D",
        "–",
        f"{windows.signal[0]:g} meV; {paper.denoise}",
    )
    side = TwoBaths(5.0, 35.0, 5e17)
    two = two_temperatures(side, side, 5.0, optical_conductance=5.0, acoustic_conductance=300.0)
    splits = f"{two.split_left:+.2f} K, {two.split_right:+.2f} K"
    yield row("Fig. 3i", "optical less acoustic temperature, hot side and cold", "above 0 hot, below 0 cold",
              "two temperatures, 5 GW/m², optical heat blocked", splits)  # fmt: skip
    yield row(
        "Fig. 3i",
        "optical and acoustic drop",
        "optical larger",
        "the same",
        f"{two.optical_drop:.1f} K, {two.acoustic_drop:.1f} K",
    )
    rise = float(plane_temperature_rise(100.0, 0.1, 100.0))
    yield row("Methods", "beam heating, 0.1 nA, 0.1 eV/nm, 100 W/(m K)", "about 0.1 mK", "–", f"{1e3 * rise:.3g} mK")
    for name, numbers in (("AlN", {13: 0.5, 7: 0.5}), ("SiC", {14: 0.5, 6: 0.5})):
        path = malis_mean_free_path(60.0, 25.0, effective_atomic_number(numbers))
        yield row("Methods", f"inelastic mean free path of {name}, 60 kV, 25 mrad", "–", "–", str(path))


def main(output: Path | None, pictures: Path | None) -> None:
    """Print the table, and put the pictures of the documentation where they are wanted."""
    print(machine(), end="\n\n")
    print(table("where", "what", "paper", "put in", "kapitza returns"))
    for part in (long_range, currents, in_equilibrium, close_up, foil, theory):
        for line in part(output):
            print(line, flush=True)
    if output is not None and pictures is not None:
        for name, place in PICTURES.items():
            shutil.copy(output / f"{place}.png", pictures / f"{name}.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", nargs="?", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    main(given.output, given.pictures)
