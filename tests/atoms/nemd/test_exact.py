"""Heat flow of which everything is known: cold argon moves as on springs, and theory says what these carry."""

from pathlib import Path

import numpy as np
import pytest

from kapitza.atoms.nemd import analyse, cases, run_case

from .conftest import needs_lammps

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def harmonic(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import harmonic

    return harmonic


def test_springs_between_equal_baths_are_as_warm_as_these(harmonic):
    found = harmonic.steady_state(harmonic.crystal(), 2.0, 2.0)
    assert found.temperature == pytest.approx(2.0, abs=1e-6)
    assert abs(found.power) < 1e-12


@needs_lammps
def test_baths_give_what_the_springs_carry(harmonic, tmp_path):
    simulation = harmonic.simulation(tmp_path, 80.0, [1])
    trace = run_case(simulation, cases(simulation)[0], tmp_path / "run")
    wanted = harmonic.steady_state(harmonic.crystal(), 0.075, 0.025).power
    given = (trace.hot - trace.cold)[[19, -1]] / 2
    # over 60 ps it scatters by a tenth
    assert np.diff(given)[0] / (trace.time[-1] - trace.time[19]) == pytest.approx(wanted, rel=0.3)


@needs_lammps
@pytest.mark.slow
def test_cold_argon_resists_as_its_springs_do(harmonic, tmp_path):
    simulation = harmonic.simulation(tmp_path, 1600.0, [1])
    trace = run_case(simulation, cases(simulation)[0], tmp_path / "run")
    flow = analyse(trace)
    for mine, true in zip(
        (flow.flux, flow.interface.drop, flow.resistance), harmonic.exactly(trace, flow), strict=True
    ):
        assert mine.error < 0.03 * true
        assert abs(mine.value - true) < 3 * mine.error
