"""A look measured over photos: numbers that are true, groups that are told apart, a page that stands alone."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import looksmith
from looksmith.errors import LooksmithError
from looksmith.evaluation.features import shipped
from looksmith.evaluation.metrics.colour_drift import colour_drift
from looksmith.evaluation.scorecard import Scorecard, scorecard
from looksmith.evaluation.scorecard_page import found_words, scorecard_json, scorecard_page
from looksmith.media.colour import lab_to_rgb
from looksmith.media.read import read_photo

ROOT = str(Path(__file__).parents[2])


def sample(name: str, side: int = 128) -> Image.Image:
    spec = find_spec("skimage")
    assert spec is not None and spec.submodule_search_locations
    picture = Image.open(Path(spec.submodule_search_locations[0]) / "data" / name).convert("RGB")
    picture.thumbnail((side, side))
    return picture


class Marked:
    """Finds the face where the pictures of this test have one: everywhere, unless they are green."""

    name = "marked"
    same_person = 0.5

    def box(self, photo: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
        if photo[..., 1].mean() > photo[..., 0].mean():
            return None
        return 0, 0, photo.shape[1], photo.shape[0]

    def distance(self, picture: NDArray[np.uint8], photo: NDArray[np.uint8]) -> float | None:
        return float(np.abs(picture.astype(float) - photo).mean() / 255)


@pytest.fixture(scope="module")
def look() -> looksmith.Look:
    picture = read_photo_of(sample("coffee.png"))
    return looksmith.learn(picture, name="warm", only="tone", medium="photograph", title={"en": "Warm", "zh": "暖"})


def read_photo_of(picture: Image.Image) -> looksmith.Photo:
    return looksmith.Photo(np.asarray(picture))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Faces of plain skin, light and dark, with grain; one green picture without a face; one that is broken."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for name, lab in (("light-1", (70, 10, 15)), ("light-2", (68, 11, 16)), ("dark-1", (30, 12, 14)),
                      ("dark-2", (32, 12, 15)), ("leaf", (50, -40, 30))):  # fmt: skip
        values = np.array(lab) + rng.normal(0, 1.5, (64, 64, 3))
        Image.fromarray(np.rint(lab_to_rgb(values) * 255).astype(np.uint8)).save(folder / f"{name}.png")
    (folder / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def card(look: looksmith.Look, photos: list[Path]) -> Scorecard:
    groups = {"light-1.png": "a", "dark-1.png": "b", "light-2.png": "b"}
    judge = Marked()
    return scorecard(look, photos, backbone=shipped(), judge=judge, finder=judge, groups=groups)


def test_the_numbers_are_those_of_the_pictures(card: Scorecard, look: looksmith.Look, photos: list[Path]) -> None:
    assert [case.photo.stem for case in card.cases] == ["dark-1", "dark-2", "leaf", "light-1", "light-2"]
    drifts = []
    for case in card.cases:
        before = read_photo(case.photo).pixels
        drift = colour_drift(looksmith.apply(look, case.photo, recorded=False).pixels, before).mean
        assert case.row["numbers"]["colour-drift-ciede2000"] == pytest.approx(drift, rel=1e-4)
        drifts.append(drift)
    assert card.summary["numbers"]["colour-drift-ciede2000"]["value"] == pytest.approx(np.mean(drifts), rel=1e-4)
    assert card.summary["pictures"] == 5


def test_findings_have_words_in_both_languages(card: Scorecard) -> None:
    for kind, about, count in card.findings:
        english, chinese = found_words(kind, about)
        assert english != about and english != chinese and 1 <= count <= 5


def test_a_broken_photo_is_told_and_ends_nothing(card: Scorecard) -> None:
    assert [path.name for path, _ in card.failed] == ["torn.jpg"]


def test_skin_tones_are_those_that_were_painted(card: Scorecard) -> None:
    tones = {case.photo.stem: case.tone for case in card.cases}
    assert tones == {"light-1": "light", "light-2": "light", "dark-1": "dark", "dark-2": "dark", "leaf": None}
    assert next(c.angle for c in card.cases if c.photo.stem == "light-1") == pytest.approx(53.1, abs=2)


def test_groups_are_sliced_with_warnings(card: Scorecard) -> None:
    kinds = {(sliced.kind, sliced.number) for sliced in card.by_group}
    assert {("skin tone", "identity-distance[marked]"), ("declared", "colour-drift-ciede2000")} <= kinds
    sliced = next(s for s in card.by_group if s.kind == "skin tone" and s.number == "colour-drift-ciede2000")
    assert [(one.group, one.mean.n, one.small) for one in sliced.slices] == [("light", 2, True), ("dark", 2, True)]
    by_hand = [c.row["numbers"]["colour-drift-ciede2000"] for c in card.cases if c.tone == "dark"]
    assert sliced.slices[1].mean.value == pytest.approx(np.mean(by_hand))
    assert sliced.gap is not None and sliced.gap.small


def test_a_cast_is_the_looks_own_when_no_style_is_named(card: Scorecard) -> None:
    assert not any(kind == "wrong" and about == "colour-cast" for kind, about, _ in card.findings)
    assert any(kind == "good" and about == "content" for kind, about, _ in card.findings)


def test_the_page_stands_alone_in_both_languages(card: Scorecard) -> None:
    page = scorecard_page(card)
    assert page.count("<figure>") == 5 and page.count("data:image/jpeg;base64,") == 10
    assert "http" not in page and "$" not in page
    assert page.count('<span lang="en"') == page.count('<span lang="zh"')
    for word in ("Warm", "暖", "torn.jpg", "⚠", "肤色"):
        assert word in page


def test_the_data_can_be_read_by_anybody(card: Scorecard) -> None:
    told = json.loads(json.dumps(scorecard_json(card), allow_nan=False))
    assert told["look"]["digest"] == card.look.digest and len(told["photos"]) == 5
    assert told["photos"][0]["skin_tone"] == "dark" and told["failed"][0]["photo"] == "torn.jpg"
    assert str(card.cases[0].photo.parent) not in json.dumps(told), "no folders of this computer"


def test_without_judge_and_finder_those_numbers_are_left_out(look: looksmith.Look, photos: list[Path]) -> None:
    card = scorecard(look, photos[:2], backbone=shipped(), strength=0.0)
    assert card.by_group == () and not any("identity" in name for name in card.summary["numbers"])
    assert card.summary["numbers"]["colour-drift-ciede2000"]["value"] == 0, "strength 0 is the photo"
    assert card.summary["numbers"]["noise-gain"]["value"] == 1, "and lets its noise through"


def test_nothing_to_measure_is_told(look: looksmith.Look, photos: list[Path]) -> None:
    with pytest.raises(LooksmithError, match="there is no photo"):
        scorecard(look, [], backbone=shipped())
    with pytest.raises(LooksmithError, match=r"torn\.jpg"):
        scorecard(look, [photos[-1]], backbone=shipped())


@pytest.mark.slow
def test_the_page_fits_a_telephone(card: Scorecard, tmp_path: Path) -> None:
    """In a real browser: nothing runs out of the side, every number is in view, and the slider uncovers the photo."""
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    from tools.chromium import Browser, find_chromium

    if find_chromium() is None:
        pytest.skip("no Chromium; apt-get install chromium")
    (tmp_path / "card.html").write_text(scorecard_page(card), encoding="utf-8")
    try:
        browser = Browser(390, 844, phone=True, language="zh")
    except (OSError, TimeoutError) as error:
        pytest.skip(f"Chromium does not start here: {error}")
    with browser:
        browser.go((tmp_path / "card.html").as_uri())
        browser.wait("[...document.images].every(picture => picture.complete && picture.naturalWidth > 0)")
        assert browser.run("document.documentElement.scrollWidth <= innerWidth")
        assert browser.run("document.images.length") == 10
        seen = "[...document.querySelectorAll('tbody td:nth-child(2)')].map(cell => cell.getBoundingClientRect())"
        assert browser.run(f"{seen}.every(box => box.width > 0 && box.left >= 0 && box.right <= innerWidth)")
        assert browser.run(f"{seen}.length") == len(card.summary["numbers"])
        assert "按人群" in browser.run("document.body.innerText")
        assert "By group of people" not in browser.run("document.body.innerText")
        at = "getComputedStyle(document.querySelector('.pair .before')).clipPath"
        before = browser.run(at)
        browser.run("(i => { i.value = 90; i.dispatchEvent(new Event('input', {bubbles: true})); })"
                    "(document.querySelector('.pair input'))")  # fmt: skip
        assert browser.run(at) != before
        assert browser.problems == []
        assert all(request["url"].startswith(("file:", "data:")) for request in browser.requests), "nothing is fetched"
