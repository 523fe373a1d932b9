"""A scenario held against twins whose modes follow it, and against twins whose modes do not; and its numbers."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kapitza.quantity import Quantity
from kapitza.report import save
from kapitza.settings import InterfaceSettings
from kapitza.study import ImageEntry, Study, run
from kapitza.study.model import ModeEntry
from kapitza.study.scenario.comparison import Comparison, apart
from kapitza.study.scenario.entries import Aperture, Channels, Elastic, PartnerEntry, Scenario
from kapitza.study.scenario.running import study_scenario
from kapitza.study.scenario.together import together
from kapitza.theory.mismatch import ALN, SIC, conductance
from kapitza.twin import read_twin, write_twin

MODES = (ModeEntry("alpha", 75.0, 6.0), ModeEntry("beta", 90.0, 6.0))
NEAREST = (PartnerEntry("alpha", 83.0, "left"), PartnerEntry("beta", 98.0, "right"))
CHANNELS = Channels(0.125, 0.125, 3.0, 3.0, 30.0, 380.0)
ELASTIC = Elastic(3.258, 10.92, 6.18, 95.7, 3.216, 13.04, 7.03, 96.6)
TWIN = Path(__file__).resolve().parents[2] / "examples" / "twin.toml"
DOSE = 100.0
"""Times the example's: modes are then known within some kelvin."""


def measured(folder, offsets):
    """The study of a forward and a reverse twin whose modes are off their surroundings by so much (K, forward)."""
    base = read_twin(TWIN)
    own = tuple(
        mode.model_copy(update={"flow_offset": offset})
        for mode, offset in zip(base.interface.modes, offsets, strict=True)
    )
    for number, flow in enumerate(("forward", "reverse")):
        changed = {
            "twin": base.twin.model_copy(update={"name": flow, "seed": base.twin.seed + number}),
            "temperature": base.temperature.model_copy(update={"heat_flow": flow}),
            "interface": base.interface.model_copy(update={"modes": own}),
            "dose": base.dose.model_copy(update={"zero_loss_counts": DOSE * base.dose.zero_loss_counts}),
            "detector": base.detector.model_copy(update={"gain_pattern": 0.0}),
        }
        write_twin(base.model_copy(update=changed), folder / f"{flow}.hspy")
    images = tuple(ImageEntry(flow, folder / f"{flow}.hspy", heat_flow=flow) for flow in ("forward", "reverse"))
    settings = InterfaceSettings(conductivity_left=(35.0, 3.0), conductivity_right=(31.3, 3.0))
    scenario = Scenario(split=10.0, partners=NEAREST)
    return run(Study(images, interface=settings, compare=False, modes=MODES, scenario=scenario))


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """Twins whose modes have the temperatures of the scenario."""
    return measured(tmp_path_factory.mktemp("followed"), (19.6, -19.3))


@pytest.fixture(scope="module")
def ignored(tmp_path_factory):
    """Twins whose modes are in equilibrium with their surroundings."""
    return measured(tmp_path_factory.mktemp("ignored"), (0.0, 0.0))


def beside(result, scenario, settings=None):
    """A scenario held against a result that is there, and its notes."""
    study = replace(result.study, scenario=scenario, interface=settings or result.study.interface)
    pair = (result.images["forward"], result.images["reverse"])
    return study_scenario(study, result.combined, pair, result.modes)


def of(scenario, *path) -> Comparison:
    return {line.path: line for line in scenario.comparisons}[path]


def partners(nearest, other_upper, lower):
    return tuple(
        partner
        for partner in (
            PartnerEntry("alpha", 83.0, "left", nearest),
            PartnerEntry("alpha", 98.0, "right", other_upper),
            PartnerEntry("alpha", 68.0, "left", lower),
            PartnerEntry("alpha", 70.0, "right", lower),
            PartnerEntry("beta", 98.0, "right", nearest),
            PartnerEntry("beta", 83.0, "left", lower),
            PartnerEntry("beta", 74.0, "right", lower),
        )
        if partner.strength
    )


@pytest.mark.parametrize(
    ("chosen", "split", "kelvin", "ratio"),
    [
        (NEAREST, 10.0, (619.7, 580.8, 580.4, 619.3), 1.297),
        (partners(1.0, 0.3, 0.3), 10.0, (607.1, 590.6, 592.9, 609.5), 1.118),
        (partners(1.0, 1.0, 1.0), 10.0, (600.9, 597.9, 599.2, 602.2), 1.021),
        (partners(0.0, 0.0, 1.0), 10.0, (597.3, 606.0, 602.7, 594.0), 0.943),
        (partners(1.0, 0.3, 0.3), 0.0, (602.8, 596.5, 597.4, 603.7), 1.044),
        (partners(1.0, 0.3, 0.3), 50.0, (622.1, 565.5, 573.1, 631.2), 1.475),
    ],
)
def test_modes_between_aluminium_nitride_and_silicon_carbide(ignored, chosen, split, kelvin, ratio):
    scenario, _ = beside(ignored, Scenario(mean=600.0, drop=15.0, split=split, partners=chosen))
    found = [
        of(scenario, "modes", "temperatures", flow, mode).theory
        for flow in ("forward", "reverse")
        for mode in ("alpha", "beta")
    ]
    np.testing.assert_allclose([quantity.value for quantity in found], kelvin, atol=0.06)
    assert of(scenario, "modes", "occupation_ratio").theory.value == pytest.approx(ratio, abs=6e-4)
    assert of(scenario, "modes", "gain").theory.value == pytest.approx(np.log(ratio), abs=6e-4)
    assert [quantity.error for quantity in found] == [0.0] * 4
    assert scenario.drop == Quantity(15.0, 0.0, "K")


def test_modes_that_follow_the_scenario_agree_with_it(followed):
    assert all(line.word == "agrees" for line in followed.scenario.comparisons)
    ratio = of(followed.scenario, "modes", "occupation_ratio")
    assert ratio.theory.value == pytest.approx(1.297, abs=3 * ratio.theory.error)
    assert ratio.null_apart > 3
    assert followed.scenario.together.word == "agrees"
    assert "agrees with the scenario, and not with that" in followed.scenario.together.sentence()
    assert "they agree. If the heat did nothing it would be 1" in ratio.sentence()
    assert not [code for code, _ in followed.warnings if code.startswith("scenario")]


def test_modes_in_equilibrium_speak_against_it(ignored):
    ratio = of(ignored.scenario, "modes", "occupation_ratio")
    assert ratio.apart > 4
    assert ratio.word == "disagrees"
    start = "Occupation of alpha over beta, forward over reverse: the scenario gives 1."
    assert ratio.sentence().startswith(start)
    assert "the measurement speaks against the scenario. If the heat did nothing it would be 1" in ratio.sentence()
    assert ignored.scenario.together.chance < 1e-3
    assert ignored.scenario.together.null_chance > 0.05
    (sentence,) = [text for code, text in ignored.warnings if code == "scenario_disagrees"]
    assert sentence.startswith("scenario: Loss over gain of alpha and beta together, forward against reverse: chance")
    assert "in less than 0.1 % of cases" in sentence


def test_a_scenario_that_does_little_cannot_be_told_from_nothing(ignored):
    scenario, notes = beside(ignored, Scenario(split=0.0, partners=partners(1.0, 1.0, 1.0)))
    assert of(scenario, "modes", "occupation_ratio").word == scenario.together.word == "cannot tell"
    assert [code for code, _ in notes] == ["scenario_undecided"]


def test_a_mode_alone_has_no_ratio(ignored):
    scenario, _ = beside(ignored, Scenario(split=10.0, partners=NEAREST[:1]))
    assert [line.path[1:] for line in scenario.comparisons] == [
        ("temperatures", "forward", "alpha"),
        ("temperatures", "reverse", "alpha"),
        ("log_ratio_change", "alpha"),
    ]
    alone, change = scenario.together, of(scenario, "modes", "log_ratio_change", "alpha")
    assert alone.modes == ("alpha",)
    assert alone.chi_squared == pytest.approx(change.apart**2)
    assert alone.null_chi_squared == pytest.approx(change.null_apart**2)
    assert alone.word == change.word


def test_loss_over_gain_of_both_is_what_the_asymmetry_has(ignored):
    changes = [of(ignored.scenario, "modes", "log_ratio_change", mode) for mode in ("alpha", "beta")]
    index = of(ignored.scenario, "modes", "gain_over_loss")
    for which in ("measured", "theory"):
        one, other = (getattr(line, which).value for line in changes)
        assert getattr(index, which).value == pytest.approx(other - one)


def test_deviations_of_all_modes_together_follow_their_covariance():
    rng = np.random.default_rng(1)
    spread, slack = np.array([[4.0, 1.5], [1.5, 1.0]]), np.array([[1.0, -0.3], [-0.3, 0.5]])
    given = np.array([3.0, -2.0])
    found = given + rng.multivariate_normal(np.zeros(2), spread + slack, 2000)
    chances = [together(("a", "b"), (one, spread), (given, slack)).chance for one in found]
    assert np.mean(np.array(chances) < 0.1) == pytest.approx(0.1, abs=0.02)


def test_the_theory_takes_the_errors_of_mean_and_drop(ignored):
    scenario = ignored.scenario
    mean, drop, step = scenario.mean, scenario.drop, 1e-3

    def alpha(mean, drop):
        moved, _ = beside(ignored, Scenario(mean=mean, drop=drop, split=10.0, partners=NEAREST))
        return of(moved, "modes", "temperatures", "forward", "alpha").theory.value

    by_mean = (alpha(mean.value + step, drop.value) - alpha(mean.value - step, drop.value)) / (2 * step)
    by_drop = (alpha(mean.value, drop.value + step) - alpha(mean.value, drop.value - step)) / (2 * step)
    found = of(scenario, "modes", "temperatures", "forward", "alpha").theory
    assert found.error == pytest.approx(np.hypot(by_mean * mean.error, by_drop * drop.error), rel=1e-4)
    assert drop.error == pytest.approx(ignored.combined.drop.error)


def test_heat_that_flows_to_the_left_is_hotter_on_the_right(ignored):
    there, _ = beside(ignored, Scenario(mean=600.0, drop=15.0, split=10.0, partners=NEAREST))
    back, _ = beside(ignored, Scenario(mean=600.0, drop=-15.0, split=10.0, partners=NEAREST))
    for mode in ("alpha", "beta"):
        forward = of(there, "modes", "temperatures", "forward", mode).theory.value
        assert of(back, "modes", "temperatures", "reverse", mode).theory.value == pytest.approx(forward)


def test_channels_give_drop_resistance_and_the_splits_of_the_modes(ignored):
    scenario, notes = beside(ignored, Scenario(partners=NEAREST, channels=CHANNELS))
    drop, resistance = of(scenario, "channels", "drop"), of(scenario, "channels", "resistance")
    assert (drop.word, resistance.word) == ("agrees", "agrees")
    assert not notes or notes[0][0] == "scenario_undecided"
    assert resistance.theory.value == pytest.approx(1e3 / 410, rel=0.01)
    assert drop.theory.value == pytest.approx(resistance.theory.value * scenario.flux.value)
    assert (
        of(scenario, "channels", "split_left").theory.value > 0 > of(scenario, "channels", "split_right").theory.value
    )
    assert of(scenario, "channels", "optical_drop").word == "not measured"
    split = of(scenario, "channels", "split_left").theory.value / 2
    alike, _ = beside(ignored, Scenario(split=split, partners=NEAREST))
    # Off the line by 0.875 and 0.125 of the split, not by half of it on either side: less than a kelvin.
    one, other = (of(s, "modes", "temperatures", "forward", "alpha").theory.value for s in (scenario, alike))
    assert one == pytest.approx(other, abs=1.0)


def test_the_flux_is_that_of_both_sides(ignored):
    scenario, _ = beside(ignored, Scenario(channels=CHANNELS))
    assert scenario.flux.value == pytest.approx(5.95, abs=3 * scenario.flux.error)
    interface, settings = ignored.combined, ignored.study.interface
    for side in ("left", "right"):
        gradient, (kappa, error) = getattr(interface, f"gradient_{side}"), getattr(settings, f"conductivity_{side}")
        alone = 1e-3 * np.hypot(kappa * gradient.error, error * gradient.value)
        assert 0.5 * alone < scenario.flux.error < alone
    without, _ = beside(ignored, Scenario(elastic=ELASTIC), InterfaceSettings())
    assert without.flux is None


def test_elastic_limits_stand_beside_the_resistance(ignored):
    scenario, notes = beside(ignored, Scenario(mean=600.0, elastic=ELASTIC))
    for model in ("acoustic", "diffuse", "radiation"):
        line = of(scenario, "elastic", model)
        assert line.theory.value == pytest.approx(1e3 / float(conductance(ALN, SIC, 600.0, model)))
        assert line.measured.value == pytest.approx(2.5, abs=3 * line.measured.error)
    assert of(scenario, "elastic", "diffuse").word == "disagrees"
    assert of(scenario, "elastic", "radiation").word == "within"
    assert notes == []
    alone, _ = beside(ignored, Scenario(elastic=ELASTIC), InterfaceSettings())
    assert of(alone, "elastic", "radiation").word == "not measured"


def test_a_resistance_below_every_elastic_one_is_said(ignored):
    slow = replace(ELASTIC, longitudinal_left=1.5, transverse_left=0.8, atoms_left=5.0)
    scenario, notes = beside(ignored, Scenario(elastic=slow))
    assert of(scenario, "elastic", "radiation").word == "beyond"
    assert "standard errors below" in notes[0][1]


def test_an_aperture_makes_a_false_temperature_that_turns_with_the_flow(ignored):
    scenario, _ = beside(ignored, Scenario(mean=600.0, drop=0.0, aperture=Aperture(83.0, 5.0, -5.0)))
    left = of(scenario, "aperture", "false_temperature_left").theory
    gradient = ignored.combined.gradient_left
    assert left.value == pytest.approx(1.502 * 5.0 * 1e-3 * gradient.value, rel=1e-3)
    assert left.error == pytest.approx(1.502 * 5.0 * 1e-3 * gradient.error, rel=1e-3)
    drop = of(scenario, "aperture", "false_drop")
    right = of(scenario, "aperture", "false_temperature_right").theory.value
    assert drop.theory.value == pytest.approx(left.value - right)
    assert drop.apart == pytest.approx(abs(drop.theory.value) / ignored.combined.drop.error)
    assert drop.word == "matters"
    change = of(scenario, "aperture", "mean_change")
    assert change.theory.value == pytest.approx(left.value + right)
    assert change.word in ("agrees", "cannot tell")


def test_partners_without_a_stationary_state_leave_a_sentence(ignored):
    hopeless = (PartnerEntry("alpha", 200.0, "left"), PartnerEntry("beta", 98.0, "right"))
    scenario, notes = beside(ignored, Scenario(mean=600.0, drop=1100.0, split=500.0, partners=hopeless))
    assert scenario is None
    assert notes[0][0] == "scenario_failed"


def test_the_folder_holds_numbers_page_and_figure(followed, tmp_path):
    every = Scenario(
        split=10.0, partners=NEAREST, channels=CHANNELS, elastic=ELASTIC, aperture=Aperture(83.0, 5.0, 5.0)
    )
    scenario, _ = beside(followed, every)
    folder = save(replace(followed, scenario=scenario), tmp_path / "result")
    numbers = json.loads((folder / "results.json").read_text())["scenario"]
    assert set(numbers) == {"mean", "drop", "flux", "verdicts", "modes", "channels", "elastic", "aperture"}
    ratio = numbers["modes"]["occupation_ratio"]
    assert set(ratio) == {"measured", "theory", "standard_errors", "verdict"}
    assert ratio["verdict"] == "agrees"
    assert set(numbers["modes"]["temperatures"]["reverse"]["beta"]["theory"]) == {"value", "error", "unit"}
    assert numbers["channels"]["optical_drop"]["measured"] == {"value": None, "error": None, "unit": "K"}
    assert len(numbers["verdicts"]) == 5
    assert numbers["modes"]["together"]["verdict"] == "agrees"
    page = (folder / "report.html").read_text()
    assert "The scenario beside the measurement" in page
    assert "occupation of alpha over beta, forward over reverse" in page
    assert (folder / "figures" / "scenario.svg").is_file()


def quantity(value, error, interval=None):
    return Quantity(value, error, "", interval)


@pytest.mark.parametrize(
    ("measured", "theory", "ratio", "expected"),
    [
        (quantity(1.0, 0.3), quantity(2.0, 0.4), False, 2.0),
        (quantity(1.0, 0.3, (0.9, 1.5)), quantity(2.0, 0.0), False, 2.0),
        (quantity(1.0, 0.3, (0.9, 1.5)), quantity(0.8, 0.0), False, 2.0),
        (quantity(1.0, 0.3, (0.5, 2.0)), quantity(4.0, 0.0), True, 2.0),
        (quantity(1.0, 0.3, (0.5, None)), quantity(4.0, 0.0), True, None),
        (quantity(None, None), quantity(4.0, 0.0), False, None),
        (quantity(-1.0, 0.1), quantity(4.0, 0.0), True, None),
        (quantity(1.0, None), quantity(4.0, 0.0), False, None),
    ],
)
def test_numbers_are_as_far_apart_as_their_nearer_errors_say(measured, theory, ratio, expected):
    found = apart(measured, theory, ratio=ratio)
    assert found is None if expected is None else found == pytest.approx(expected)
