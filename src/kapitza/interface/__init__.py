"""From temperature maps to what the interface does: drop, width, gradients, characteristic lengths."""

from kapitza.interface.combination import combine
from kapitza.interface.drop import interface_drop
from kapitza.interface.gradient import gradient_field

__all__ = ["combine", "gradient_field", "interface_drop"]
