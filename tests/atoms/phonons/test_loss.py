"""Density of states weighted for electrons: its weights, its lines, and the twin and the unmixing that take them."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from kapitza.atoms.phonons import bands, density_of_states, harmonic, lines, loss_spectrum, twin_material
from kapitza.atoms.phonons.loss import species_weights
from kapitza.errors import MethodError
from kapitza.theory.lineshapes import gaussian
from kapitza.twin.model import Material

from .models import rock_salt


@pytest.fixture(scope="module")
def salt():
    return harmonic(*rock_salt(), (3, 3, 3))


@pytest.fixture(scope="module")
def states(salt):
    return density_of_states(salt, (16, 16, 16))


@pytest.fixture(scope="module")
def spectrum(salt, states):
    return loss_spectrum(salt, states, "springs")


def test_a_species_weighs_as_the_form_factor_averaged_over_the_aperture(salt):
    found = species_weights(salt, ("Mg", "O"), beam_energy=60.0, collection=45.0)
    wave_number = 2 * np.pi / 0.04866  # 60 keV electrons, 1/A
    q = np.linspace(0, wave_number * 0.045, 20001)

    def weight(number, mass):
        r = 0.529177 * number ** (-1 / 3)
        factor = number / (q**2 + 1 / r**2)
        return np.sum(q**2 * factor**2 * q) / mass

    magnesium, oxygen = weight(12, 24.305), weight(8, 15.999)
    assert found[1] / found[0] == pytest.approx(oxygen / magnesium, rel=1e-3)


def test_with_a_wide_aperture_weights_go_as_the_square_of_z_over_mass(salt):
    found = species_weights(salt, ("Mg", "O"), beam_energy=60.0, collection=1e6)
    assert found[1] / found[0] == pytest.approx((64 / 15.999) / (144 / 24.305), rel=0.03)


def test_the_spectrum_is_the_partial_states_over_the_energy(salt, states, spectrum):
    weights = species_weights(salt, states.species, 60.0, 45.0)
    above = states.energy > 2
    expected = weights @ states.partial[:, above] / states.energy[above]
    np.testing.assert_allclose(spectrum.weight, expected / expected.sum() / 0.25)
    assert spectrum.weight.sum() * 0.25 == pytest.approx(1)
    assert sum(spectrum.shares.values()) == pytest.approx(1)
    assert spectrum.weight[0] < 0.01 * spectrum.weight.max()
    assert "springs" in spectrum.provenance
    assert "45 mrad at 60 keV" in spectrum.provenance


def test_lines_add_up_to_the_spectrum_at_the_resolution_of_a_microscope(spectrum):
    found = lines(spectrum)
    axis = np.arange(-20.0, spectrum.energy[-1] + 20, 0.25)
    drawn = sum(line.weight * gaussian(axis, line.energy, np.hypot(12.0, line.fwhm)) for line in found)
    wanted = gaussian(axis[:, np.newaxis], spectrum.energy, 12.0) @ spectrum.weight
    drawn, wanted = drawn / drawn.sum(), wanted / wanted.sum()
    assert np.abs(drawn - wanted).max() < 0.02 * wanted.max()
    assert max(line.weight for line in found) == 1


def test_a_twin_takes_the_material(spectrum):
    table = tomllib.loads(twin_material("left", 'MgO "salt"', spectrum))["left"]
    material = Material.model_validate(table)
    assert material.name == 'MgO "salt"'
    assert material.provenance == spectrum.provenance
    assert len(material.modes) == len(lines(spectrum))


def test_bands_to_unmix_with_have_mean_and_spread_of_their_part(spectrum):
    inside = (spectrum.energy >= 30) & (spectrum.energy < 60)
    mean = np.average(spectrum.energy[inside], weights=spectrum.weight[inside])
    band = next(one for one in bands(spectrum, (5, 30, 60, 900, 1000)) if 30 < one.energy < 60)
    assert band.energy == pytest.approx(mean)
    assert len(bands(spectrum, (900, 1000))) == 0
    with pytest.raises(MethodError, match="rising energies are wanted"):
        bands(spectrum, (5.0, 5.0))


def test_what_has_no_meaning_is_refused(salt, states, spectrum):
    with pytest.raises(MethodError, match=r"got imaginary ones down to -3\.00 meV"):
        loss_spectrum(salt, replace(states, lowest=-3.0), "springs")
    with pytest.raises(MethodError, match="A beam energy and an angle above 0"):
        loss_spectrum(salt, states, "springs", collection=0.0)
    with pytest.raises(MethodError, match="A width of lines from"):
        lines(spectrum, fwhm=0.1)
