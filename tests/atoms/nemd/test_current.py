"""The spectral heat current: closed forms, equilibrium, direction, checkpoints, and argon that is nearly harmonic."""

import csv
import json

import numpy as np
import pytest

from kapitza.atoms.nemd import (
    CurrentObserver,
    CutSprings,
    SpectralCurrent,
    analyse,
    cases,
    current_observers,
    followed_current,
    parse_simulation,
    run_case,
    run_cases,
    run_observers,
    summarise,
)
from kapitza.atoms.nemd.averages import block_average
from kapitza.atoms.nemd.current import segment_frames
from kapitza.errors import MethodError, StudyError
from kapitza.plots import current_figure
from kapitza.quantity import Quantity
from kapitza.report.atoms.nemd import save_heat_flow

from . import chain
from .conftest import ARGON, needs_lammps
from .synthetic import trace

FRAMES, SEGMENT = 1500, segment_frames(1.5, chain.INTERVAL)


def flowing(warm: float, cool: float, seed: int):
    """Spectral current and flux of the baths (rows of GW/m^2) of the chain."""
    observer = CurrentObserver(chain.springs(), len(chain.MASSES) * chain.COPIES, chain.INTERVAL, SEGMENT)
    given = chain.run(observer, warm, cool, FRAMES, seed)
    power = np.diff(given, axis=0, prepend=0.0) / chain.INTERVAL * chain.FLUX
    return observer.result(), (power[:, 0] - power[:, 1]) / 2


@pytest.fixture(scope="module")
def forward():
    return flowing(500.0, 100.0, 1)


@pytest.mark.parametrize("phase", [0.4, -1.0])
def test_two_oscillators_carry_what_their_phase_says(phase):
    frames, segment, interval, area = 1000, 200, 10.0, 7.0
    angular = 2 * np.pi * 12 / (segment * interval)
    time = interval * np.arange(frames)
    stiff = np.array([[-2.0, 0.3, 0.0], [0.1, -1.0, 0.2], [0.0, 0.4, -0.5]])
    left, right = np.array([0.01, 0.03, -0.02]), np.array([0.02, -0.01, 0.04])
    rest = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 3.0]])
    observer = CurrentObserver(
        CutSprings(np.array([[0, 1]]), stiff[np.newaxis], rest, 1.5, 3.0, area), 2, interval, segment
    )
    drift = np.array([0.002, 0.001, -0.003])
    for number, now in enumerate(time):
        positions = rest + now * drift
        positions[0] += left * np.cos(angular * now)
        positions[1] += right * np.cos(angular * now - phase)
        velocities = np.array(
            [-angular * left * np.sin(angular * now), -angular * right * np.sin(angular * now - phase)]
        )
        observer.add(number, positions, velocities)
    found = observer.result()
    # mean of v.K.u: -w/2 sin(phase) left.K.right
    power = -angular / 2 * np.sin(phase) * (left @ stiff @ right)
    assert found.total.value == pytest.approx(power / area * chain.FLUX, rel=1e-4)
    line = np.abs(found.energy - angular * chain.PLANCK / (2 * np.pi)) < found.resolution
    step = found.energy[1]
    assert found.density[line].sum() * step == pytest.approx(found.total.value, rel=1e-4)
    # the published formula from velocities alone, one segment without a window, by a plain sum
    waves = np.exp(1j * angular * time[:segment])
    pushed = [interval * np.sum(-angular * np.outer(waves, size) * np.sin(angular * time[:segment, None] - lag), axis=0)
              for size, lag in ((left, 0.0), (right, phase))]  # fmt: skip
    duration = segment * interval
    q = -2 / (angular * duration) * np.imag(pushed[0].conj() @ stiff @ pushed[1])
    # all of the line is in one energy, 1/duration wide in frequency
    assert q / duration == pytest.approx(power, rel=1e-9)


def test_a_chain_carries_what_landauer_says_and_its_baths_give(forward):
    found, flux = forward
    energy, density = chain.expected(500.0, 100.0)
    theory = np.trapezoid(density, energy)
    assert abs(found.total.value - theory) < 3 * found.total.error
    assert found.total.error < 0.03 * theory
    baths = block_average(flux)
    # what the chain between cut and baths stores and gives back is all in which both differ
    assert abs(found.total.value - baths.mean) < 3 * np.hypot(found.total.error, baths.error)
    seen = (found.energy > 0) & (found.energy < 14)
    wanted = chain.smeared(energy, density, found.energy, SEGMENT)
    off = (found.density - wanted)[seen] / found.error[seen]
    # errors from 20 to 60 blocks: the mean square of n numbers is 1 within sqrt(2/n) and a little more
    assert np.mean(off**2) == pytest.approx(1, abs=4 * np.sqrt(2 / seen.sum()))
    # the heavy half has no vibrations above 14.6 meV
    dark = found.energy > 16
    assert np.abs(found.density[dark]).max() < 0.02 * wanted.max()
    assert np.trapezoid(wanted, found.energy) == pytest.approx(theory, rel=1e-4)


def test_equilibrium_carries_nothing():
    found, _ = flowing(300.0, 300.0, 2)
    assert abs(found.total.value) < 3 * found.total.error
    seen = (found.energy > 0) & (found.energy < 14)
    assert np.mean((found.density / found.error)[seen] ** 2) < 1 + 4 * np.sqrt(2 / seen.sum())


def test_reversed_baths_reverse_the_current(forward):
    found, flux = flowing(100.0, 500.0, 3)
    assert found.total.value < -20 * found.total.error
    assert flux.mean() < 0
    error = np.hypot(found.total.error, forward[0].total.error)
    assert abs(found.total.value + forward[0].total.value) < 3 * error


def test_the_beginning_is_left_out_by_whole_blocks_and_errors_want_eight(forward):
    found = forward[0]
    later = found.since(2.5 * found.block)
    np.testing.assert_array_equal(later.blocks, found.blocks[3:])
    few = found.since((len(found.blocks) - 4) * found.block)
    assert few.total.error is None
    with pytest.raises(MethodError, match="Spectra after"):
        found.since(1e9)


def test_frames_and_cells_that_do_not_fit_are_refused():
    with pytest.raises(MethodError, match="even segment of 8"):
        CurrentObserver(chain.springs(), 576, 10.0, 7)
    with pytest.raises(MethodError, match="Pairs of 10 atoms"):
        CurrentObserver(chain.springs(), 10, 10.0, 64)
    observer = CurrentObserver(chain.springs(), 576, 10.0, 64)
    with pytest.raises(MethodError, match="Velocities of shape"):
        observer.add(0, np.zeros((576, 3)), np.zeros((4, 3)))
    with pytest.raises(MethodError, match="64 frames or more"):
        observer.result()


def test_of_a_heat_flow_harmonic_forces_carry_a_share(forward):
    flow, found = analyse(trace(1)), forward[0]
    parts = found.carried(flow)
    assert parts["harmonic_flux"].value + parts["anharmonic_flux"].value == pytest.approx(flow.flux.value)
    assert parts["harmonic_share"].value == pytest.approx(found.total.value / flow.flux.value)
    drop = flow.interface.drop
    assert parts["harmonic_conductance"].value == pytest.approx(1e3 * found.total.value / drop.value)
    value, error = found.conductance(Quantity(20.0, 2.0, "K"))
    assert value[5] == pytest.approx(50 * found.density[5])
    assert error[5] == pytest.approx(np.hypot(found.error[5] / found.density[5], 0.1) * abs(value[5]))


@pytest.fixture
def followed(argon, tmp_path):
    """Make the simulation of argon with its spectral current."""

    def make(current: str = "resolution = 7.0", **replaced: str):
        argon()
        text = ARGON
        for key, value in replaced.items():
            before = next(line for line in text.splitlines() if line.startswith(f"{key} ="))
            text = text.replace(before, f"{key} = {value}")
        return parse_simulation(f"{text}\n[current]\n{current}\n", "argon.toml", str(tmp_path))

    return make


@needs_lammps
def test_a_run_that_goes_on_gives_the_spectrum_of_one_that_did_not_stop(followed, tmp_path):
    short, long = followed(production="5000"), followed(production="8000")
    case = cases(long)[1]
    whole, parted, later = (current_observers(long) for _ in range(3))
    run_case(long, case, tmp_path / "whole", observers=whole)
    run_case(short, case, tmp_path / "parted", observers=parted)
    run_case(long, case, tmp_path / "parted", observers=later)
    wanted, found = whole["current"].result(), later["current"].result()
    assert len(wanted.blocks) > len(parted["current"].result().blocks) > 8
    np.testing.assert_array_equal(found.blocks, wanted.blocks)
    ends = whole["current"].state(), later["current"].state()
    assert ends[0].keys() == ends[1].keys()
    assert all(np.array_equal(ends[0][key], ends[1][key]) for key in ends[0])


@pytest.mark.parametrize(
    ("current", "sentence"),
    [
        ("resolution = 0.0", "a resolution above 0 meV"),
        ("displacement = -0.1", "a displacement above 0 A"),
        ("width = 1.0", "unknown key 'width'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(followed, current, sentence):
    with pytest.raises(StudyError, match=sentence):
        followed(current)


@pytest.mark.parametrize(
    ("current", "sentence"),
    [
        ("resolution = 1.0", "A production of 26.82 ps or longer"),
        ("resolution = 7.0\nheight = 2.0", "A cut between the baths"),
    ],
)
def test_a_current_that_cannot_be_followed_is_refused_before_the_run(followed, current, sentence):
    with pytest.raises(MethodError, match=sentence):
        current_observers(followed(current))


@needs_lammps
def test_a_run_in_a_process_of_its_own_leaves_the_same_spectrum(followed, tmp_path):
    simulation = followed()
    case = cases(simulation)[0]
    assert run_cases(simulation, [case], tmp_path / "runs").refused == {}
    observers = run_observers(simulation)
    run_case(simulation, case, tmp_path / "alone", observers=observers)
    found = followed_current(simulation, tmp_path / "runs" / case.name)
    np.testing.assert_array_equal(found.blocks, observers["current"].result().blocks)
    assert found.height == pytest.approx(5.3 * 6 - 5.3 / 4, abs=0.2)


def spectrum(flux: float, seed: int) -> SpectralCurrent:
    """A peak at 10 meV that carries `flux`, GW/m^2, with noise, in blocks of 20 ps."""
    energy = np.linspace(0, 40, 81)
    peak = flux / 3 / np.sqrt(2 * np.pi) * np.exp(-((energy - 10) ** 2) / 18)
    blocks = peak * (1 + 0.1 * np.random.default_rng(seed).standard_normal((40, 1)))
    return SpectralCurrent(energy, blocks, 2e4, 1.0, 50.0)


@pytest.fixture
def both():
    traces = {"forward-600K-seed1": trace(1), "reverse-600K-seed2": trace(2, forward=False)}
    currents = {name: spectrum(sign * 16.0, 1) for name, sign in zip(traces, (1, -1), strict=True)}
    return traces, currents


def test_numbers_curves_and_figure_are_in_the_folder(both, argon, tmp_path):
    traces, currents = both
    summary = summarise(traces)
    folder = save_heat_flow(argon(), traces, summary, tmp_path / "out", currents=currents)
    numbers = json.loads((folder / "results.json").read_text())["current"]
    for name, current in currents.items():
        flow, found = summary.flows[name], numbers[name]
        steady = current.since(flow.steady_from)
        assert found["harmonic_flux"]["value"] == pytest.approx(steady.total.value)
        assert found["harmonic_flux"]["value"] + found["anharmonic_flux"]["value"] == pytest.approx(flow.flux.value)
        assert found["harmonic_share"]["value"] == pytest.approx(0.8, abs=0.1)
        assert found["cut"] == {"value": 5.0, "error": None, "unit": "nm"}
        with (folder / "current" / f"{name}.csv").open() as file:
            rows = list(csv.reader(file))
        assert rows[0][0] == "energy_meV"
        assert len(set(rows[0])) == len(rows[0]) == 7
        table = np.array(rows[1:], dtype=float)
        assert table[-1, 3] == pytest.approx(steady.total.value, rel=1e-5)
        assert table[20, 5] == pytest.approx(1e3 * table[20, 1] / flow.interface.drop.value, rel=1e-4)
    assert (folder / "figures" / "current-600K.svg").stat().st_size > 5000
    page = (folder / "report.html").read_text()
    assert "Harmonic share" in page
    assert page.count("data:image/svg+xml") == 3


def test_the_figure_has_both_directions_beside_their_baths(both):
    traces, currents = both
    flows = {name: analyse(one) for name, one in traces.items()}
    spectra, summed = current_figure({name: (flows[name], currents[name]) for name in traces}).axes
    tops = [line.get_ydata() for line in spectra.get_lines() if len(line.get_xdata()) == 81]
    assert tops[0].max() == pytest.approx(currents["forward-600K-seed1"].density.max())
    assert tops[1].min() == pytest.approx(currents["reverse-600K-seed2"].density.min())
    dashed = [
        line.get_ydata()[0] for line in summed.get_lines() if line.get_linestyle() == "--" and len(line.get_ydata())
    ]
    assert dashed == [pytest.approx(flow.flux.value) for flow in flows.values()]
    assert summed.get_xlim()[1] < 30


@needs_lammps
@pytest.mark.slow
def test_cold_argon_is_harmonic_and_warm_argon_is_not(followed, tmp_path):
    shares = []
    for kelvin in (2.0, 40.0):
        simulation = followed(
            "resolution = 0.5", temperatures=f"[{kelvin}]", difference=f"{kelvin / 2}", production="400000",
            nvt="20000", nve="4000", checkpoint="20000",
        )  # fmt: skip
        observers = run_observers(simulation)
        made = run_case(simulation, cases(simulation)[0], tmp_path / f"{kelvin:g}", observers=observers)
        start = len(made.time) // 4
        given = (made.hot - made.cold)[[start, -1]] / 2
        baths = np.diff(given)[0] / (made.time[-1] - made.time[start]) / made.area * chain.FLUX
        shares.append(observers["current"].result().since(made.time[start]).total.value / baths)
    # both fluctuate by 4 % or so, much of it together; what anharmonic forces carry at 40 K is a fifth
    assert shares[0] == pytest.approx(1, abs=0.1)
    assert shares[1] == pytest.approx(0.8, abs=0.1)
