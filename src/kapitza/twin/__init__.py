"""The synthetic experiment: a spectrum image whose temperatures are known, from a file that names every parameter."""

from kapitza.twin.injection import inject_step
from kapitza.twin.io import demo_twins, low_loss_path, read_twin, twin_to_toml, write_twin
from kapitza.twin.low_loss import synthesise_low_loss
from kapitza.twin.model import Twin
from kapitza.twin.random import random_twin
from kapitza.twin.series import flowing, series_twins
from kapitza.twin.synthesis import synthesise, truth_numbers

__all__ = [
    "Twin",
    "demo_twins",
    "flowing",
    "inject_step",
    "low_loss_path",
    "random_twin",
    "read_twin",
    "series_twins",
    "synthesise",
    "synthesise_low_loss",
    "truth_numbers",
    "twin_to_toml",
    "write_twin",
]
