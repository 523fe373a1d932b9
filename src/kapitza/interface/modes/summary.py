"""What a study tells of the modes at an interface: every image's populations, their asymmetry, and its null tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kapitza.data import SpectrumImage, TemperatureMap
from kapitza.interface.modes.nulls import doubts, shifted, swapped_references, zero_flow
from kapitza.interface.modes.populations import Asymmetry, Populations, asymmetry, mode_populations
from kapitza.interface.modes.region_spectra import RegionSpectra, column_spectra, interface_spectra, strip_half_width
from kapitza.settings import Window
from kapitza.spectra.unmixing import Mode

_SHOWN = 15.0
"""nm on either side of the interface that the picture of its spectra shows."""


@dataclass(frozen=True)
class ModeSummary:
    """The modes of one image.

    populations : of every mode. spectra : summed at the interface and beside it. columns : along the heat flow, near
    the interface. position : nm, of the interface. rows_compared : the asymmetry between its even and its odd rows;
    None where it was not asked for.
    """

    populations: Populations
    spectra: RegionSpectra
    columns: RegionSpectra
    position: float
    rows_compared: Asymmetry | None


@dataclass(frozen=True)
class ModeComparison:
    """Forward beside reverse. nulls : the same indices where the heat does nothing. checks : where the analysis should
    not matter. notes : what speaks against a claim, as (code, sentence) pairs."""

    asymmetry: Asymmetry
    nulls: Mapping[str, Asymmetry] = field(default_factory=dict)
    checks: Mapping[str, Asymmetry] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()


def mode_summary(
    image: SpectrumImage,
    tmap: TemperatureMap,
    position: float,
    modes: tuple[Mode, ...],
    axis: str = "x",
    *,
    compare_rows: bool = False,
) -> ModeSummary:
    """The modes of one image, with regions that fit its pitch.

    Parameters
    ----------
    image, tmap : the image and its map of preset `recommended`. position : nm along `axis`, of the interface.
    modes : lines of the interface. compare_rows : whether the first two modes are compared between even and odd rows,
        for an image without heat flow.

    Raises
    ------
    MethodError
        if the map was made with preset `paper`, or a region holds no good pixel.
    """
    assert tmap.step is not None
    pitch = tmap.step["yx".index(axis)]
    half = strip_half_width(tmap, axis)
    spectra = interface_spectra(image, tmap, position, axis=axis, half_width=half)
    span: Window = (position - _SHOWN - pitch, position + _SHOWN + pitch)
    columns = column_spectra(image, tmap, axis=axis, span=span)
    parallel = image.shape["xy".index(axis)]
    compared = None
    if compare_rows and len(modes) > 1 and parallel > 1:
        compared = zero_flow(image, tmap, position, modes, axis=axis, half_width=half)
    return ModeSummary(mode_populations(spectra, modes), spectra, columns, position, compared)


def mode_comparison(forward: ModeSummary, reverse: ModeSummary, none: ModeSummary | None = None) -> ModeComparison:
    """How the first two modes differ between forward and reverse, with every null test that the images allow.

    Parameters
    ----------
    none : of an image without heat flow, whose even and odd rows are compared.

    Raises
    ------
    MethodError
        if there are fewer than two modes, or the images have different dispersions.
    """
    modes = forward.populations.fit.modes
    claim = asymmetry(forward.populations, reverse.populations, modes[0].name, modes[1].name)
    up, down = shifted(forward.spectra, reverse.spectra, modes)
    checks = {
        "bulk spectra exchanged": swapped_references(forward.spectra, reverse.spectra, modes),
        "shifted by +0.3 meV": up,
        "shifted by -0.3 meV": down,
    }
    nulls = {} if none is None or none.rows_compared is None else {"no heat flow": none.rows_compared}
    return ModeComparison(claim, nulls, checks, doubts(claim, nulls))
