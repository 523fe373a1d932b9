"""From temperature maps to what the interface does: drop, width, gradients, characteristic lengths, resistance."""

from kapitza.interface.combination import combine
from kapitza.interface.drop import interface_drop
from kapitza.interface.global_fit import fit_series
from kapitza.interface.gradient import gradient_field
from kapitza.interface.resistance import interface_resistance
from kapitza.interface.series import interface_series
from kapitza.interface.thickness import corrected_for_thickness

__all__ = [
    "combine",
    "corrected_for_thickness",
    "fit_series",
    "gradient_field",
    "interface_drop",
    "interface_resistance",
    "interface_series",
]
