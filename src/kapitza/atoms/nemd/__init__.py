"""Non-equilibrium molecular dynamics: heat through an interface atom by atom, its resistance and its errors."""

from kapitza.atoms.nemd.analysis import HeatFlow, analyse, steady_start
from kapitza.atoms.nemd.averages import BlockAverage, block_average, drift, joint_average, steady_from
from kapitza.atoms.nemd.bins import Bins, choose_bins, fit_ranges
from kapitza.atoms.nemd.combining import Extrapolated, Mean, long_limit, quantum_ratio, rectification, weighted_mean
from kapitza.atoms.nemd.current import CurrentObserver, SpectralCurrent
from kapitza.atoms.nemd.driver import Observer, run_case
from kapitza.atoms.nemd.following import (
    current_observers,
    followed_current,
    followed_modes,
    mode_observers,
    run_observers,
)
from kapitza.atoms.nemd.gpumd import read_gpumd, write_gpumd
from kapitza.atoms.nemd.many import Traces, run_cases
from kapitza.atoms.nemd.settings import Case, Simulation, cases, parse_simulation, read_simulation
from kapitza.atoms.nemd.springs import CutSprings, cut_springs
from kapitza.atoms.nemd.summary import AtTemperature, Summary, summarise
from kapitza.atoms.nemd.system import System, build_system
from kapitza.atoms.nemd.trace import Trace, load_trace, save_trace

__all__ = [
    "AtTemperature",
    "Bins",
    "BlockAverage",
    "Case",
    "CurrentObserver",
    "CutSprings",
    "Extrapolated",
    "HeatFlow",
    "Mean",
    "Observer",
    "Simulation",
    "SpectralCurrent",
    "Summary",
    "System",
    "Trace",
    "Traces",
    "analyse",
    "block_average",
    "build_system",
    "cases",
    "choose_bins",
    "current_observers",
    "cut_springs",
    "drift",
    "fit_ranges",
    "followed_current",
    "followed_modes",
    "joint_average",
    "load_trace",
    "long_limit",
    "mode_observers",
    "parse_simulation",
    "quantum_ratio",
    "read_gpumd",
    "read_simulation",
    "rectification",
    "run_case",
    "run_cases",
    "run_observers",
    "save_trace",
    "steady_from",
    "steady_start",
    "summarise",
    "weighted_mean",
    "write_gpumd",
]
