"""What is read from CP2K's output, and what is refused."""

import numpy as np
import pytest

from kapitza.atoms.dft.outputs import BOHR, GPA, HARTREE, parse_output, read_output
from kapitza.errors import InputError, MethodError


def test_a_real_output(stored_output):
    result = parse_output(stored_output, "sic")
    assert result.energy == pytest.approx(-153.875921877050473 * 27.211386245988)
    assert result.forces.shape == (32, 3)
    np.testing.assert_allclose(result.forces[0], np.array([0.00971771, 0.05067261, -0.03577121]) * HARTREE / BOHR)
    assert np.abs(result.forces.sum(axis=0)).max() < 0.01
    assert (result.steps, result.version) == (11, "2023.1")
    np.testing.assert_allclose(result.stress, result.stress.T)


def test_the_sign_and_unit_of_stress_and_virial(stored_output):
    """CP2K prints 3 to 5 GPa, above 0 as for a cell that is compressed: rattled atoms push outwards."""
    result = parse_output(stored_output, "sic")
    assert pytest.approx(1 / 160.21766, rel=1e-6) == GPA
    printed = [line.split() for line in stored_output.splitlines() if line.startswith(" STRESS|      x")]
    np.testing.assert_allclose(result.stress[0] / GPA, -np.array(printed[0][2:], float))
    assert np.trace(result.virial(300.0)) > 0
    np.testing.assert_allclose(result.virial(300.0), -result.stress * 300)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda text: text.replace("run converged in", "run NOT converged in"), MethodError, "sic: a converged"),
        (lambda text: text[: len(text) // 2], InputError, "breaks off"),
        (lambda text: text.replace("PROGRAM ENDED AT", ""), InputError, "breaks off"),
        (lambda text: text.replace("ATOMIC FORCES", ""), InputError, "the forces are wanted"),
        (lambda text: text.replace("STRESS|", ""), InputError, "the stress are wanted"),
        (lambda text: text.replace("ENERGY|", ""), InputError, "the energy are wanted"),
    ],
)
def test_what_is_not_whole_or_not_converged_is_refused(stored_output, change, kind, words):
    with pytest.raises(kind, match=words):
        parse_output(change(stored_output), "sic")


def test_a_warning_of_cp2k_that_it_did_not_converge_is_heeded_though_it_ends_well(stored_output):
    text = stored_output.replace("*** SCF run converged in    11 steps ***", "*** WARNING SCF run NOT converged ***")
    assert "PROGRAM ENDED AT" in text
    with pytest.raises(MethodError, match="leave the structure out"):
        parse_output(text, "sic")


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_output(tmp_path / "none.out")
