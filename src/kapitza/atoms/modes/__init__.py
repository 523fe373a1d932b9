"""The temperature of every phonon mode from molecular dynamics, along an interface and on it."""

from kapitza.atoms.modes.basis import Basis, mode_basis
from kapitza.atoms.modes.blocks import Blocks, block_correlation, block_error
from kapitza.atoms.modes.bound import (
    BoundSettings,
    InterfaceModes,
    in_run,
    interface_files,
    interface_modes,
    load_interface_modes,
)
from kapitza.atoms.modes.density import DensityObserver, LayerDensity
from kapitza.atoms.modes.junction import ALL_BOUND, BoundObserver, BoundTemperatures, find_junction
from kapitza.atoms.modes.observing import ModeObserver, WindowObserver, branch, energy_window, standard_averages
from kapitza.atoms.modes.projection import Windows, freedom, projected, whole
from kapitza.atoms.modes.sides import (
    InterfaceObserver,
    InterfaceTemperatures,
    ModeSettings,
    SideTemperatures,
    branch_name,
    modal_temperatures,
    window_name,
)
from kapitza.atoms.modes.sites import Region, find_region
from kapitza.atoms.modes.slab import Junction, LocalMode, SlabModes, local_modes, slab_harmonic, slab_modes
from kapitza.atoms.modes.temperatures import ModalTemperatures, WindowTemperatures
from kapitza.atoms.modes.trajectory import Frame, read_frames

__all__ = [
    "ALL_BOUND",
    "Basis",
    "Blocks",
    "BoundObserver",
    "BoundSettings",
    "BoundTemperatures",
    "DensityObserver",
    "Frame",
    "InterfaceModes",
    "InterfaceObserver",
    "InterfaceTemperatures",
    "Junction",
    "LayerDensity",
    "LocalMode",
    "ModalTemperatures",
    "ModeObserver",
    "ModeSettings",
    "Region",
    "SideTemperatures",
    "SlabModes",
    "WindowObserver",
    "WindowTemperatures",
    "Windows",
    "block_correlation",
    "block_error",
    "branch",
    "branch_name",
    "energy_window",
    "find_junction",
    "find_region",
    "freedom",
    "in_run",
    "interface_files",
    "interface_modes",
    "load_interface_modes",
    "local_modes",
    "modal_temperatures",
    "mode_basis",
    "projected",
    "read_frames",
    "slab_harmonic",
    "slab_modes",
    "standard_averages",
    "whole",
    "window_name",
]
