"""A pair: the null test, every number in its place, and what the numbers mean in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.data import astronaut, coffee

from looksmith.errors import LooksmithError
from looksmith.evaluation.artefacts.detect import Artefact
from looksmith.evaluation.features import shipped
from looksmith.evaluation.metrics.ssim import ssim
from looksmith.evaluation.pair import PairScores, measure_pair
from looksmith.evaluation.verdict import verdict

PHOTO = np.ascontiguousarray(astronaut()[:192, 130:322])
STYLE = np.ascontiguousarray(coffee()[100:260, 200:400])
NET = shipped().name


class Judge:
    """Says what it is told."""

    name = "told"
    same_person = 0.6

    def __init__(self, value: float | None) -> None:
        self.value = value

    def distance(self, picture: object, photo: object) -> float | None:
        return self.value


@pytest.fixture(scope="module")
def itself() -> PairScores:
    return measure_pair(PHOTO, content=PHOTO, style=PHOTO, where=np.zeros((192, 192)), judge=Judge(0.0))


def test_a_picture_against_itself_is_perfect(itself: PairScores) -> None:
    numbers = dict(itself.numbers)
    assert numbers.pop("psnr") is None
    for name in ("ssim", "ms-ssim", "structure-kept", "edges-kept"):
        assert numbers.pop(name) == pytest.approx(1, abs=1e-9)
    assert set(numbers) == {
        f"unit-feature-distance[{NET}]", f"content-distance[{NET}]", "colour-drift-ciede2000",
        "colour-drift-ciede2000-overall", "changed-outside-share", "changed-outside-largest", "identity-distance[told]",
        f"gram-distance[{NET}]", f"moment-distance[{NET}]", "palette-distance-cielab",
    }  # fmt: skip
    assert all(value == pytest.approx(0, abs=1e-6) for value in numbers.values())
    assert not any(artefact.found for artefact in itself.artefacts)
    assert {finding.kind for finding in verdict(itself)} <= {"good", "note"}


def test_numbers_are_the_functions_and_worsen() -> None:
    blurred = gaussian_filter(PHOTO, (2, 2, 0))
    found = measure_pair(blurred, content=PHOTO, style=STYLE)
    assert found.numbers["ssim"] == ssim(blurred, PHOTO)
    assert 0.05 < (found.numbers[f"content-distance[{NET}]"] or 0) < 0.6
    assert set(found.unchanged_style) == {f"gram-distance[{NET}]", f"moment-distance[{NET}]", "palette-distance-cielab"}
    assert found.unchanged_style["palette-distance-cielab"] == pytest.approx(
        measure_pair(PHOTO, style=STYLE).numbers["palette-distance-cielab"]
    )
    assert set(found.higher_is_better) == set(found.numbers)
    small = measure_pair(blurred[:100, :100], content=PHOTO[:100, :100])
    assert "ms-ssim" not in small.numbers and "ssim" in small.numbers


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(LooksmithError, match="nothing to compare"):
        measure_pair(PHOTO)
    with pytest.raises(LooksmithError, match="192 x 100 pixels"):
        measure_pair(PHOTO[:100], content=PHOTO)
    with pytest.raises(LooksmithError, match="mask does not fit"):
        measure_pair(PHOTO, content=PHOTO, where=np.zeros((3, 3)))
    with pytest.raises(LooksmithError, match="too small"):
        measure_pair(PHOTO[:20, :20], style=STYLE)


def made_up(**numbers: float | None) -> PairScores:
    named = {key.replace("__", "-"): value for key, value in numbers.items()}
    before = {"gram-distance[x]": 1.0, "palette-distance-cielab": 10.0}
    return PairScores(named, dict.fromkeys(named, False), (), unchanged_style=before, same_person=0.6)


@pytest.mark.parametrize(
    ("numbers", "about", "kind", "turn"),
    [
        ({"content-distance[x]": 0.3, "psnr": 20.0}, "content", "good", None),
        ({"content-distance[x]": 0.6, "psnr": 20.0}, "content", "note", None),
        ({"content-distance[x]": 0.9, "psnr": 20.0}, "content", "wrong", "--strength"),
        ({"psnr": None, "content-distance[x]": 0.0}, "content", "note", None),
        ({"gram-distance[x]": 0.4}, "style", "good", None),
        ({"gram-distance[x]": 0.8}, "style", "note", None),
        ({"gram-distance[x]": 0.95}, "style", "wrong", "--method gatys"),
        ({"gram-distance[x]": 2.0}, "style", "wrong", "--strength"),
        ({"palette-distance-cielab": 4.0}, "colour", "good", None),
        ({"palette-distance-cielab": 9.5}, "colour", "note", "--color match"),
        ({"colour-drift-ciede2000-overall": 8.0}, "colour", "note", "--color keep"),
        ({"changed-outside-share": 0.0}, "region", "good", None),
        ({"changed-outside-share": 0.0001}, "region", "wrong", "PNG"),
        ({"identity-distance[j]": 0.2}, "person", "good", None),
        ({"identity-distance[j]": 0.5}, "person", "note", None),
        ({"identity-distance[j]": 0.61}, "person", "wrong", "--where"),
        ({"identity-distance[j]": None}, "face", "note", None),
    ],
)
def test_words(numbers: dict[str, float | None], about: str, kind: str, turn: str | None) -> None:
    found = [finding for finding in verdict(made_up(**numbers)) if finding.about == about]
    assert [finding.kind for finding in found] == [kind]
    assert set(found[0].words) == {"en", "zh"} and found[0].words["en"] != found[0].words["zh"]
    if turn is None:
        assert found[0].turn is None
    else:
        assert found[0].turn is not None and turn in found[0].turn["en"] and turn in found[0].turn["zh"]


def test_artefacts_in_words_and_those_of_the_style_are_notes() -> None:
    scores = made_up(psnr=20.0)
    marked = replace(scores, artefacts=(Artefact("blown", 3, 1, True), Artefact("haloes", 0, 1, False)))
    assert [(f.kind, f.about) for f in verdict(marked)] == [("wrong", "blown")]
    assert [f.kind for f in verdict(replace(marked, in_style=("blown",)))] == ["note"]
    assert [(f.kind, f.about) for f in verdict(scores)] == [("good", "artefacts")]


def test_a_cast_towards_the_style_is_a_note() -> None:
    cast = (Artefact("colour-cast", 3, 1, True),)
    for palette, kind in ((4.0, "note"), (9.5, "wrong")):
        scores = replace(made_up(**{"palette-distance-cielab": palette}), artefacts=cast)
        assert [f.kind for f in verdict(scores) if f.about == "colour-cast"] == [kind]


def test_what_is_wrong_comes_first() -> None:
    numbers = {"content-distance[x]": 0.3, "psnr": 20.0, "identity-distance[j]": 0.9, "gram-distance[x]": 0.8}
    kinds = [finding.kind for finding in verdict(made_up(**numbers))]
    assert kinds == sorted(kinds, key=["wrong", "note", "good"].index) and len(set(kinds)) == 3
