"""From temperature maps to what the interface does: drop, width, gradients, lengths, resistance, and its modes."""

from kapitza.interface.combination import combine
from kapitza.interface.currents.global_fit import fit_series
from kapitza.interface.currents.series import interface_series
from kapitza.interface.drop import interface_drop
from kapitza.interface.gradient import gradient_field
from kapitza.interface.modes.decay import deviation_decay
from kapitza.interface.modes.deviation import band_deviations
from kapitza.interface.modes.lead_lag import expected_shift, lead_lag, mode_profile
from kapitza.interface.modes.modal import modal_temperatures, window_leakage
from kapitza.interface.modes.populations import asymmetry, mode_populations
from kapitza.interface.modes.region_spectra import column_spectra, interface_spectra
from kapitza.interface.resistance import interface_resistance
from kapitza.interface.thickness import corrected_for_thickness

__all__ = [
    "asymmetry",
    "band_deviations",
    "column_spectra",
    "combine",
    "corrected_for_thickness",
    "deviation_decay",
    "expected_shift",
    "fit_series",
    "gradient_field",
    "interface_drop",
    "interface_resistance",
    "interface_series",
    "interface_spectra",
    "lead_lag",
    "modal_temperatures",
    "mode_populations",
    "mode_profile",
    "window_leakage",
]
