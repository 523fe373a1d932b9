"""Denoising of registered spectrum images: BM3D and its volume variant.

`bm3d` filters one picture; `matching`, `collaborative` and `stages` are its parts.
"""

from kapitza.spectra.denoising.bm3d import bm3d
from kapitza.spectra.denoising.volume import block_matched_volume

__all__ = ["block_matched_volume", "bm3d"]
