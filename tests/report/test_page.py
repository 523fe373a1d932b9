"""The page holds all it shows, asks the network for nothing, and obeys no name."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest
from plotly.offline import get_plotlyjs

from kapitza.plots.words import quantity_text
from kapitza.report.folder import write_text
from kapitza.report.page import page
from kapitza.report.results import results


class Reader(HTMLParser):
    """The tags of a page with their attributes, and the text outside scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(text)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style", "title"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data):
        if not self.open:
            self.words.append(data.replace("\u00a0", " "))


def made(study):
    return page(study, results(study))


@pytest.fixture(scope="module")
def study(synthetic):
    return synthetic.full()


@pytest.fixture(scope="module")
def html(study):
    return made(study)


@pytest.fixture(scope="module")
def reader(html):
    return Reader(html)


def test_nothing_is_asked_of_the_network(reader, html):
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    for tag, attributes in reader.tags:
        assert not ({"src", "srcset", "data", "action"} & set(attributes)), tag
        assert attributes.get("href", "#").startswith("#"), tag
    assert "@import" not in html.replace(get_plotlyjs(), "")
    assert "url(" not in html.replace(get_plotlyjs(), "")


def test_plotly_is_embedded_once_and_unchanged(html, tmp_path):
    assert html.count(get_plotlyjs()) == 1
    write_text(tmp_path / "page", html)
    assert get_plotlyjs() in (tmp_path / "page").read_text(encoding="utf-8")


def test_the_numbers_stand_at_the_top_beside_what_was_put_in(reader, study):
    drop = quantity_text(study.combined.drop).replace("\u00a0", " ")
    assert reader.text.index(drop) < reader.text.index("Figure 1.")
    assert "put in: 16 K, 0.4 standard errors away" in reader.text
    for name in ("gradient_left", "characteristic_length_right", "position", "width_10_90"):
        assert quantity_text(getattr(study.combined, name)).replace("\u00a0", " ") in reader.text
    assert "107 (92 to unbounded) nm" in reader.text


def test_both_presets_warnings_flags_settings_and_hashes_are_told(reader, study):
    for text in (
        "recommended (this report)",
        "forward: The gain side ends at -190 meV, so the far window was cut there.",
        "the zero-loss background fit did not converge",
        "method.preset",
        "rosettasciio",
        study.inputs[0].sha256,
    ):
        assert text in reader.text


def test_every_chart_has_its_own_place_and_a_numbered_caption(reader, html):
    charts = [a["id"] for tag, a in reader.tags if a.get("class") == "plotly-graph-div"]
    captions = [tag for tag, _ in reader.tags if tag == "figcaption"]
    assert len(charts) == len(set(charts)) == len(captions) == 17
    numbers = [int(n) for n in re.findall(r"Figure (\d+)\.", reader.text)]
    assert numbers == list(range(1, 18))


def test_captions_name_their_numbers(reader, study):
    forward = study.images["forward"]
    mean = quantity_text(forward.map.temperature_mean).replace("\u00a0", " ")
    assert f"The mean of 470 pixels is {mean}" in reader.text
    assert "a drop of 16.4 ± 1.1 K" in reader.text
    assert "the scatter over the stated error is 1.04, as stated" in reader.text
    assert "statistical only" in reader.text


def test_names_that_look_like_markup_are_shown_not_obeyed(synthetic):
    html = made(synthetic.hostile())
    reader = Reader(html)
    assert "<script>alert" not in html
    assert "<img" not in html.replace(get_plotlyjs(), "")
    assert "img" not in {tag for tag, _ in reader.tags}
    assert "<script>alert(1)</script>" in reader.text
    assert '<img src="https://example.org/x.png"> Å &amp; é' in unescape(html)


def test_names_in_charts_are_shown_not_obeyed(synthetic):
    study = synthetic.full()
    images = dict(study.images)
    images["<b>bold</b>"] = images.pop("forward")
    named = replace(study.images["forward"].spectra[0], label="<i>left</i>")
    images["<b>bold</b>"] = replace(images["<b>bold</b>"], spectra=(named,))
    scripts = made(replace(study, images=images)).replace(get_plotlyjs(), "")
    for text in ("b\\u003ebold", "i\\u003eleft"):
        assert f"\\u003c{text}" not in scripts
        assert f"&lt;{text.replace(chr(92) + 'u003e', '&gt;')}" in scripts


@pytest.mark.parametrize("kind", ["single", "one_pixel", "line_scan", "all_failed"])
def test_pages_of_odd_studies_have_no_empty_words(synthetic, kind):
    text = Reader(made(getattr(synthetic, kind)())).text
    assert not re.search(r"\b(None|nan|inf|Undefined)\b(?!\.)", text)
    assert ("The two presets" in text) == (kind != "one_pixel")
    assert "No pixel has a temperature" in text or kind != "all_failed"


def test_large_maps_are_coarsened_and_the_caption_says_so(synthetic):
    study = synthetic.full(shape=(256, 256), keep=False)
    html = made(study)
    assert len(html.encode()) < 8e6
    assert "means over 2 × 2 pixels are drawn; maps.zarr holds every pixel" in Reader(html).text


def test_the_page_is_the_same_every_time(study, html):
    assert made(study) == html


def test_a_single_image_with_an_interface_gives_the_headline(synthetic):
    study = synthetic.result({"only": synthetic.image("only", "forward")}, truth=synthetic.TRUTH)
    text = Reader(made(study)).text
    assert "From the image only, beside what the synthetic experiment put in:" in text
    assert "put in: 16 K" in text


def test_no_residuals_no_histogram(synthetic):
    study = synthetic.single()
    image = replace(study.images["line"], residuals=np.empty(0))
    assert "unit Gaussian" not in made(replace(study, images={"line": image})).replace(get_plotlyjs(), "")
