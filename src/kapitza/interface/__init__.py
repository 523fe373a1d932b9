"""From temperature maps to what the interface does: drop, width, gradients, characteristic lengths, modes."""

from kapitza.interface.combination import combine
from kapitza.interface.drop import interface_drop
from kapitza.interface.gradient import gradient_field
from kapitza.interface.lead_lag import deviation_decay, expected_shift, lead_lag, mode_profile
from kapitza.interface.modal import modal_temperatures, window_leakage
from kapitza.interface.populations import asymmetry, mode_populations
from kapitza.interface.region_spectra import column_spectra, interface_spectra

__all__ = [
    "asymmetry",
    "column_spectra",
    "combine",
    "deviation_decay",
    "expected_shift",
    "gradient_field",
    "interface_drop",
    "interface_spectra",
    "lead_lag",
    "modal_temperatures",
    "mode_populations",
    "mode_profile",
    "window_leakage",
]
