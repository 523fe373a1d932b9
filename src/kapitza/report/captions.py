"""Captions as a paper's: each says what is drawn and names the number that it supports."""

from __future__ import annotations

from kapitza.data import InterfaceResult
from kapitza.plots.words import pixels_text
from kapitza.plots.words import quantity_text as text_of
from kapitza.report.results import gradient_magnitude, median_error
from kapitza.study.result import ImageResult, StudyResult

GREY = "Grey pixels have no temperature; the pointer says why."


def flows(result: StudyResult) -> str:
    """Of the profiles of all images together."""
    text = "Temperature profiles of all images with their bulk lines; error bars are one standard error of the mean. "
    text += "What changes sign with the heat flow is real; what keeps its sign is an artefact of the spectra."
    drops = [f"{text_of(i.interface.drop)} ({name})" for name, i in result.images.items() if i.interface]
    return f"{text} The drops are {listed(drops)}."


def combined(interface: InterfaceResult) -> str:
    """Of the half-difference of forward and reverse."""
    return (
        "Half the difference of the forward and the reverse profile, in which artefacts that keep their sign cancel, "
        "about the mean temperature of both. "
        f"The bulk lines, fitted in the shaded ranges and extrapolated (dashed) to {text_of(interface.position)}, "
        f"are {text_of(interface.drop)} apart. Bands and error bars are one standard error."
    )


def temperature(image: ImageResult, factor: int) -> str:
    """Of the temperature map with its error map."""
    tmap = image.map
    counts = tmap.pixel_counts()
    if not counts["ok"]:
        return "No pixel has a temperature; the table below says why."
    text = (
        f"Temperature of every pixel, and its standard error. The mean of {pixels_text(counts['ok'])} is "
        f"{text_of(tmap.temperature_mean)}; the median error of one pixel is {text_of(median_error(tmap))}. "
        "The map's error is statistical: counting noise, with all that is free at each pixel."
    )
    if tmap.common_error is not None:
        text += (
            f" A further error of {tmap.common_error:.2g} K is shared by all pixels and is not in the map of errors."
        )
    if factor > 1:
        text += f" For this page means over {factor} × {factor} pixels are drawn; maps.zarr holds every pixel."
    return f"{text} {GREY if counts['failed'] else 'Every pixel has a temperature.'}" + interface_note(image)


def interface_note(image: ImageResult) -> str:
    """Where the dashed line of a map stands."""
    if image.interface is None or image.interface.position.value is None:
        return ""
    return f" The dashed line marks the interface at {text_of(image.interface.position)}."


def isotherms(image: ImageResult) -> str:
    """Of isotherms and arrows."""
    known = image.map.step is not None
    under = "the survey image" if image.survey is not None else "the smoothed temperature"
    mean = gradient_magnitude(image.gradient, known)
    text = f"Isotherms and gradient arrows over {under}. "
    if mean.value is not None:
        number = f"{mean.value:.3g} {mean.unit.replace('um', 'µm')}"
        text += f"The mean gradient of the whole image, any interface included, is {number}. "
    radius = f"{image.gradient.smoothing:.3g} {'nm' if known else 'pixels'}"
    text += (
        f"Planes fitted within {radius} of each pixel give temperature and gradient; arrows point to the hotter side "
    )
    return text + "and are drawn where the gradient is more than twice its standard error."


def profile(interface: InterfaceResult) -> str:
    """Of one image's profile."""
    text = (
        "Mean temperature along the interface against the position across it. Lines fitted in the shaded bulk ranges "
        f"and extrapolated (dashed) to {text_of(interface.position)} end at {text_of(interface.temperature_left)} "
        f"and {text_of(interface.temperature_right)}: a drop of {text_of(interface.drop)}. "
        f"Gradients: {text_of(interface.gradient_left)} (left), {text_of(interface.gradient_right)} (right). "
        f"The drop is {text_of(interface.width_10_90)} wide (10–90 %)"
    )
    if interface.composition is not None:
        text += f", the composition below changes over {text_of(interface.composition_width_10_90)}"
    text += ". Bands and error bars are one standard error; statistical only"
    if interface.scatter is not None and interface.scatter > 1:
        text += f", widened by the scatter within columns ({interface.scatter:.2f})"
    if interface.common_error:
        text += ". The errors of the two temperatures hold what all pixels share, too"
    return text + "."


def spectra(image: ImageResult) -> str:
    """Of the spectra at chosen places."""
    found = [f"{text_of(fit.temperature)} ({fit.label})" for fit in image.spectra]
    return (
        "Left: averaged spectra with the zero-loss background; what is shaded is fitted; loss and gain "
        "above it are compared in the blue ones. Right: the logarithm of their ratio with the line E/kT at the "
        f"temperature that was found: {listed(found)}; these errors are statistical only. Where there is a curve, it "
        "is what a finite energy resolution makes of that line, and the points belong to it."
    )


def residuals(image: ImageResult) -> str:
    """Of the histogram of residuals."""
    text = (
        "Differences between neighbouring pixels over their standard error. Where the errors are honest and the "
        "temperature is smooth, the histogram follows the unit Gaussian"
    )
    if image.map.scatter is None:
        return f"{text}; there are too few pixels for a number."
    verdict = (
        "larger than stated" if image.map.scatter > 1.15 else "as stated" if image.map.scatter > 0.85 else "smaller"
    )
    return f"{text}: the scatter over the stated error is {image.map.scatter:.2f}, {verdict}."


def listed(texts: list[str]) -> str:
    """Texts in a sentence: a, b and c."""
    return ", ".join(texts[:-1]) + " and " + texts[-1] if len(texts) > 1 else "".join(texts)
