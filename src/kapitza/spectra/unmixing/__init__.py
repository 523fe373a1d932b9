"""What an interface adds to the spectra of the bulk: the residual as published, a joint fit with modes, factors."""

from kapitza.spectra.unmixing.factorisation import Factors, factorise
from kapitza.spectra.unmixing.joint import JointFit, joint_fit
from kapitza.spectra.unmixing.residual import Residual, interface_residual
from kapitza.spectra.unmixing.templates import Mode, Peak, leakage_matrix, mode_templates

__all__ = [
    "Factors",
    "JointFit",
    "Mode",
    "Peak",
    "Residual",
    "factorise",
    "interface_residual",
    "joint_fit",
    "leakage_matrix",
    "mode_templates",
]
