"""Zero-loss backgrounds under the phonons, one method per file, listed in `METHODS`.

Every method is a module with three functions: `prepare` works out from the image's mean spectrum what all pixels share,
`evaluate` gives the background of single spectra, `variants` lists what `prepare` might have found within its error.
"""

from types import ModuleType

from kapitza.spectra.backgrounds import published, symmetric, two_window

METHODS: dict[str, ModuleType] = {"two_window": two_window, "published": published, "symmetric": symmetric}
