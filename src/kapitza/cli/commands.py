"""The commands: what each takes, and its help. Numerics are imported when a command runs: help comes at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import kapitza
from kapitza.cli.atoms import atoms_app
from kapitza.cli.failures import Command
from kapitza.cli.names import AxisName, DenoiseName, FlowName, FreePathName, PresetName
from kapitza.cli.options import Debug, Force, Quiet, Resume, Scheduler

_HELP = """
Temperature maps and interfacial thermal resistance from vibrational STEM-EELS.

A spectrum image recorded while heat flows, with the gain side on the energy axis, goes in; a folder with results.json,
maps.zarr, figures and report.html comes out.
"""

_EPILOG = """
**Begin with** `kapitza demo`: a synthetic experiment, analysed, beside what was put in.

**Your own data:** `kapitza info cube.dm4`, then `kapitza map cube.dm4 -o result`.

**Forward and reverse heat flow:** `kapitza init study.toml --image fwd.dm4 --image rev.dm4`, edit it, then
`kapitza run study.toml -o result`.

**Exit codes:** 0 done; 1 input, study or output is not right (one sentence says what); 2 the command line is not right;
70 an error in kapitza itself; 130 interrupted with Ctrl-C; 141 the reader of the output went away.
"""

app = typer.Typer(
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(atoms_app, name="atoms")


Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")]
PresetOption = Annotated[
    PresetName, typer.Option("--preset", help="recommended: the best estimator known; paper: the published recipe.")
]
Compare = Annotated[bool, typer.Option("--compare/--no-compare", help="Also run the other preset, for comparison.")]
Item = Annotated[str | None, typer.Option("--item", help="Which image, where the file holds several (see info).")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kapitza {kapitza.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command("demo", cls=Command)
def demo(
    output: Output = Path("kapitza-demo"),
    preset: PresetOption = PresetName.recommended,
    scheduler: Scheduler = None,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Synthesise an experiment, analyse it, and show what was recovered beside what was put in.

    AlN on SiC with heat flowing forward, in reverse, and not at all, with drift and noise. The spectrum images and
    their study file go to `DIR-data`, the result to `DIR`.

    Example: `kapitza demo -o demo`
    """
    from kapitza.cli.analyse import Ways
    from kapitza.cli.demo import run_demo

    run_demo(output, preset.value, Ways(scheduler, resume, force, quiet))


@app.command("map", cls=Command)
def map_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Spectrum image: dm4, hspy, ndata1, npy + json, ...")],
    output: Output,
    preset: PresetOption = PresetName.recommended,
    interface: Annotated[
        AxisName | None, typer.Option("--interface", help="Look for an interface across this image axis.")
    ] = None,
    denoise: Annotated[
        DenoiseName | None, typer.Option("--denoise", help="Denoise registered counts; as the preset does if absent.")
    ] = None,
    item: Item = None,
    compare: Compare = True,
    scheduler: Scheduler = None,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Turn one spectrum image into a temperature map with errors and a report.

    Examples:

    `kapitza map cube.dm4 -o result`

    `kapitza map cube.hspy -o result --interface x --preset paper`
    """
    from kapitza.cli.analyse import Ways, analyse
    from kapitza.study import study_for_file

    study = study_for_file(
        file,
        preset=preset.value,
        denoise=None if denoise is None else denoise.value,
        item=item,
        axis=None if interface is None else interface.value,
        compare=compare,
    )
    analyse(study, output, Ways(scheduler, resume, force, quiet))


@app.command("run", cls=Command)
def run(
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="Study file; `kapitza init` writes one.")],
    output: Output,
    preset: Annotated[
        PresetName | None, typer.Option("--preset", help="Use this preset instead of the study's.")
    ] = None,
    compare: Annotated[
        bool | None,
        typer.Option("--compare/--no-compare", help="Also run the other preset; as the study says if absent."),
    ] = None,
    scheduler: Scheduler = None,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Analyse the images of a study: forward, reverse and no heat flow, with an interface.

    Example: `kapitza run study.toml -o result`
    """
    from dataclasses import replace

    from kapitza.cli.analyse import Ways, analyse
    from kapitza.study import read_study

    what = read_study(study)
    if preset is not None:
        what = replace(what, method=replace(what.method, preset=preset.value))
    if compare is not None:
        what = replace(what, compare=compare)
    analyse(what, output, Ways(scheduler, resume, force, quiet))


@app.command("thickness", cls=Command)
def thickness(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Low-loss image, recorded on axis up to 50 eV or more.")],
    output: Output,
    model: Annotated[
        FreePathName, typer.Option(help="Of the mean free path: after Iakoubovskii or Malis.")
    ] = FreePathName.iakoubovskii,
    density: Annotated[float | None, typer.Option(metavar="G/CM3", help="Of the sample; t/λ alone without.")] = None,
    atomic_number: Annotated[
        float | None, typer.Option(metavar="Z", help="Effective atomic number of the sample, for malis.")
    ] = None,
    beam_energy: Annotated[float | None, typer.Option(metavar="KEV", help="Where the file does not say.")] = None,
    convergence: Annotated[float | None, typer.Option(metavar="MRAD", help="Semi-angle; likewise.")] = None,
    collection: Annotated[float | None, typer.Option(metavar="MRAD", help="Semi-angle; likewise.")] = None,
    item: Item = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Turn a low-loss image into a map of the foil's thickness.

    Example: `kapitza thickness low-loss.dm4 -o thickness --density 3.26`
    """
    from kapitza.cli.thickness import show_thickness
    from kapitza.settings import ThicknessSettings

    settings = ThicknessSettings(
        model=model.value,
        density_left=density,
        atomic_number_left=atomic_number,
        beam_energy=beam_energy,
        convergence=convergence,
        collection=collection,
    )
    show_thickness(file, output, settings, item, force=force, quiet=quiet)


@app.command("beam", cls=Command)
def beam(
    current: Annotated[float, typer.Option(metavar="NA", help="Probe current.")],
    conductivity: Annotated[float, typer.Option(metavar="W/MK", help="Thermal conductivity of the foil.")],
    stopping: Annotated[
        float | None, typer.Option(metavar="EV/NM", help="Energy that an electron leaves in the sample.")
    ] = None,
    density: Annotated[
        float | None, typer.Option(metavar="G/CM3", help="Instead: an upper bound by Bethe's formula.")
    ] = None,
    beam_energy: Annotated[float, typer.Option(metavar="KEV", help="For Bethe's formula.")] = 60.0,
    beam_radius: Annotated[float | None, typer.Option(metavar="NM", help="Of the probe, for a foil.")] = None,
    foil_radius: Annotated[
        float | None, typer.Option(metavar="NM", help="From the beam to where the foil's temperature is held.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Say how much the electron beam warms the sample.

    Example: `kapitza beam --current 0.1 --conductivity 100 --stopping 0.1`
    """
    from kapitza.cli.beam import show_beam
    from kapitza.settings import BeamSettings

    show_beam(BeamSettings(current, stopping, (conductivity, 0.0), beam_radius, foil_radius), density, beam_energy)


@app.command("info", cls=Command)
def info(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Spectrum image.")],
    item: Item = None,
    debug: Debug = False,
) -> None:
    """Show what a file holds and what kapitza would do with it.

    Example: `kapitza info cube.dm4`
    """
    from kapitza.cli.inform import show_info

    show_info(file, item)


@app.command("init", cls=Command)
def init(
    file: Annotated[Path, typer.Argument(metavar="[STUDY.toml]", help="Study file to write.")] = Path("study.toml"),
    image: Annotated[
        list[Path] | None, typer.Option("--image", metavar="FILE", help="Fill in this image; repeat.")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write a commented study file to edit.

    Example: `kapitza init study.toml --image fwd.dm4 --image rev.dm4`
    """
    from kapitza.cli.template import study_template
    from kapitza.cli.writing import write_text
    from kapitza.study.model import require_files

    images = image or []
    require_files(images)
    write_text(file, study_template(file, images), force=force)
    if not quiet:
        typer.echo(f"{file} is written: edit it, then  kapitza run {file} -o result")


@app.command("twin", cls=Command)
def twin(
    file: Annotated[Path, typer.Argument(metavar="TWIN.toml", help="Every parameter of the synthetic experiment.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.hspy", help="Spectrum image to write.")],
    heat_flow: Annotated[
        FlowName | None, typer.Option(help="Direction of the heat, instead of the file's; the noise is then another.")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Synthesise a spectrum image with known temperatures, drift and noise.

    Examples:

    `kapitza twin experiment.toml -o experiment.hspy`

    `kapitza twin experiment.toml --heat-flow reverse -o reverse.hspy`
    """
    from kapitza.cli.synthesise import write_experiment

    write_experiment(file, output, None if heat_flow is None else heat_flow.value, force=force, quiet=quiet)


@app.command("plan", cls=Command)
def plan(
    twin: Annotated[
        Path | None, typer.Argument(metavar="[TWIN.toml]", help="Plan with this synthetic experiment's true spectra.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Plan with a short test measurement.")
    ] = None,
    item: Item = None,
    recorded_dwell: Annotated[
        float | None, typer.Option(metavar="S", help="Seconds per pixel of FILE, where it does not say.")
    ] = None,
    temperature_error: Annotated[float | None, typer.Option(metavar="K", help="Wanted, of a temperature.")] = 5.0,
    drop_error: Annotated[float | None, typer.Option(metavar="K", help="Wanted, of the drop.")] = 1.5,
    width_error: Annotated[float | None, typer.Option(metavar="NM", help="Wanted, of the drop's 10-90 width.")] = 0.5,
    dwell: Annotated[float | None, typer.Option(metavar="S", help="Seconds per pixel planned (else 1.4).")] = None,
    pixels: Annotated[int, typer.Option(metavar="N", help="Pixels averaged for a temperature.")] = 1,
    rows: Annotated[int | None, typer.Option(metavar="N", help="Pixels along the interface (else 30).")] = None,
    columns: Annotated[int | None, typer.Option(metavar="N", help="Pixels across the interface (else 61).")] = None,
    step: Annotated[float | None, typer.Option(metavar="NM", help="Distance between pixels (else 0.5).")] = None,
    drop: Annotated[float | None, typer.Option(metavar="K", help="Drop that is expected (else 15).")] = None,
    width: Annotated[float | None, typer.Option(metavar="NM", help="10-90 width that is expected (else 2).")] = None,
    temperature: Annotated[float | None, typer.Option(metavar="K", help="Without a file: 600.")] = None,
    current: Annotated[float | None, typer.Option(metavar="PA", help="Without a file: probe current; 100.")] = None,
    probability: Annotated[
        float | None,
        typer.Option(metavar="P", help="Without a file: counted phonon losses per electron of the probe; 1e-4."),
    ] = None,
    background: Annotated[
        float | None, typer.Option(metavar="R", help="Without a file: background over phonon loss; 0.33.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PICTURE", help="Figure to write, .png or .svg.")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say how long to measure, and how many pixels, for a wanted error of temperature, drop and width.

    What is not given comes from the twin or the file, else it is the number in the help.

    Examples:

    `kapitza plan --current 30 --drop-error 1`

    `kapitza plan --from test.hspy --rows 50 -o plan.png`
    """
    from kapitza.cli.plan import Choices, show_plan
    from kapitza.study.planning import Wanted

    model = {"temperature": temperature, "current": current, "probability": probability, "background": background}
    choices = Choices(twin, file, item, recorded_dwell, dwell, rows, columns, step, drop, width, pixels, model)
    wanted = Wanted(temperature_error, drop_error, width_error)
    show_plan(choices, wanted, output, force=force, quiet=quiet)
