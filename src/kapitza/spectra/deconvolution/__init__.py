"""Richardson-Lucy deconvolution: spectra as a finer instrument would have counted them, by the zero-loss peak."""

from kapitza.spectra.deconvolution.bootstrap import bootstrap_band, redrawn
from kapitza.spectra.deconvolution.iteration import discrepancy_iterations, richardson_lucy
from kapitza.spectra.deconvolution.kernel import zero_loss_kernel

__all__ = ["bootstrap_band", "discrepancy_iterations", "redrawn", "richardson_lucy", "zero_loss_kernel"]
