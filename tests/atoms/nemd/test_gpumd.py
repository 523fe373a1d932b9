"""GPUMD: the input that is written, and output with the documented columns read into the same analysis."""

import numpy as np
import pytest
from ase.io import read

from kapitza.atoms.nemd import analyse, build_system, cases, read_gpumd, write_gpumd
from kapitza.errors import InputError, MethodError

from .conftest import STANDIN, write_output


def test_the_input_says_what_the_simulation_file_says(carbide, tmp_path):
    forward, reverse = write_gpumd(carbide, tmp_path / "decks")
    lines = (forward / "run.in").read_text().splitlines()
    assert lines[:3] == ["potential nep.txt", "velocity 600 seed 1", "time_step 0.5"]
    assert lines[3] == "ensemble npt_scr 600 600 200 0 0 0 0 0 0 300 300 300 100 100 100 2000"
    assert lines[4:9] == ["run 2000", "ensemble nvt_lan 600 600 200", "run 1000", "ensemble nve", "run 1000"]
    assert lines[9:11] == ["ensemble heat_lan 600 200 50 1 5", "fix 0"]
    assert lines[11:] == ["compute 1 20 100 temperature", "dump_thermo 2000", "dump_restart 20000", "run 1600000"]
    assert "heat_lan 600 200 50 1 5" in (reverse / "run.in").read_text()
    assert (forward / "nep.txt").read_bytes() == STANDIN.read_bytes()


def test_the_atoms_are_in_their_groups_and_bins(carbide, tmp_path):
    forward, reverse = (read(place / "model.xyz") for place in write_gpumd(carbide, tmp_path / "decks"))
    system = build_system(carbide)
    header = (tmp_path / "decks" / cases(carbide)[0].name / "model.xyz").read_text().splitlines()[1]
    assert "Properties=species:S:1:pos:R:3:mass:R:1:group:I:2" in header
    assert np.array_equal(forward.arrays["group"][:, 0], system.groups)
    swapped = {1: 5, 5: 1}
    assert np.array_equal(reverse.arrays["group"][:, 0], [swapped.get(one, one) for one in system.groups])
    bins = forward.arrays["group"][:, 1]
    assert np.array_equal(np.unique(bins), np.arange(bins.max() + 1))
    assert set(bins[system.groups == 0]) == {bins.max()}
    heights = [system.positions[bins == number, 2].mean() for number in range(bins.max())]
    assert np.all(np.diff(heights) > 0)


def test_its_output_gives_the_resistance_that_was_put_in(carbide, tmp_path):
    write_gpumd(carbide, tmp_path / "decks")
    write_output(carbide, tmp_path / "decks")
    traces = read_gpumd(carbide, tmp_path / "decks")
    system = build_system(carbide)
    area = 1.01**2 * np.linalg.norm(np.cross(*system.cell[:2]))
    for name, trace in traces.items():
        flow = analyse(trace)
        assert trace.area == pytest.approx(area)
        assert trace.hot[-1] > 0 > trace.cold[-1]
        flux = 0.5 / 1000 / area * 1.602176634e7 * (1 if name.startswith("forward") else -1)
        assert flow.flux.value == pytest.approx(flux, abs=4 * flow.flux.error)
        # the cell has grown by 1 %, and the gradient with it
        assert flow.interface.drop.value == pytest.approx(np.sign(flux) * 40, abs=4 * flow.interface.drop.error)
        assert flow.resistance.value == pytest.approx(40 / abs(flux), abs=4 * flow.resistance.error)
        assert flow.conductivity_left.value == pytest.approx(
            abs(flux) / 10 * 1.01, abs=4 * flow.conductivity_left.error
        )


def test_output_that_does_not_fit_is_refused(carbide, tmp_path):
    write_gpumd(carbide, tmp_path / "decks")
    with pytest.raises(InputError, match="run gpumd in its folder first"):
        read_gpumd(carbide, tmp_path / "decks")
    write_output(carbide, tmp_path / "decks", rows=50)
    file = tmp_path / "decks" / cases(carbide)[0].name / "compute.out"
    whole = file.read_text()
    file.write_text(whole + "600 60")
    with pytest.raises(InputError, match="remove its last line"):
        read_gpumd(carbide, tmp_path / "decks")
    file.write_text("1 2 3\n4 5 6\n")
    with pytest.raises(InputError, match="columns are wanted"):
        read_gpumd(carbide, tmp_path / "decks")


def test_a_wall_through_which_the_baths_feel_each_other_is_refused(carbide, tmp_path):
    atoms = read(tmp_path / "carbide.xyz")
    group, z = atoms.arrays["group"], atoms.positions[:, 2]
    # baths up to 3 A beside the edge of the cell; the model reaches 4 A
    group[(group == 0) & (z > 1.5) & (z < 30)] = 1
    group[(group == 0) & (z < atoms.cell[2, 2] - 1.5) & (z > 30)] = 5
    atoms.write(tmp_path / "carbide.xyz", format="extxyz")
    with pytest.raises(MethodError, match="reach of the potential, 4 A"):
        build_system(carbide)


def test_what_gpumd_cannot_do_is_refused(argon, carbide, tmp_path):
    with pytest.raises(MethodError, match="pair style"):
        write_gpumd(argon(), tmp_path / "decks")
    atoms = read(tmp_path / "carbide.xyz")
    atoms.pbc[2] = False
    atoms.write(tmp_path / "carbide.xyz")
    with pytest.raises(MethodError, match="tilted cell that is periodic"):
        write_gpumd(carbide, tmp_path / "decks")
