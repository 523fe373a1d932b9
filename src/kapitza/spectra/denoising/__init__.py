"""Denoising of registered spectrum images: BM3D, its volume variant, and principal components.

`denoise` is the way in. `bm3d` filters one picture; `matching`, `collaborative` and `stages` are its parts.
"""

from kapitza.spectra.denoising.anscombe import Anscombe
from kapitza.spectra.denoising.bm3d import bm3d
from kapitza.spectra.denoising.low_rank import low_rank
from kapitza.spectra.denoising.sigma import noise_sigma, published_sigma
from kapitza.spectra.denoising.spectrum_image import denoise
from kapitza.spectra.denoising.volume import block_matched_volume

__all__ = ["Anscombe", "block_matched_volume", "bm3d", "denoise", "low_rank", "noise_sigma", "published_sigma"]
