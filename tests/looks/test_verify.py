"""``verify`` says what is proven and what is not: outputs as they were written, compressed, cropped, painted."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from looksmith.errors import RightsWarning
from looksmith.looks import shelf
from looksmith.looks.apply import apply
from looksmith.looks.look import Look
from looksmith.looks.sheet import sheet
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize
from looksmith.media.write import encode_photo
from looksmith.rights import credentials
from looksmith.rights.explain import explain
from looksmith.rights.labels import SOURCE_TYPES, read_labels
from looksmith.rights.ledger import ledger
from looksmith.rights.provenance import read_recipe
from looksmith.rights.terms import make_terms
from looksmith.rights.verify import Verdict, verify


def judged(data: bytes, **options: Any) -> Verdict:
    return verify(data, read_photo(data), **options)


def states(verdict: Verdict) -> dict[str, str]:
    return {finding.about: finding.state for finding in verdict.findings}


@pytest.fixture
def saved(make_look: Any) -> Look:
    return Look.load(make_look().to_bytes())


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_a_lossless_output_is_proven_to_the_pixel(saved: Look, astronaut: Photo, format: str) -> None:
    verdict = judged(encode_photo(apply(saved, astronaut), format))
    told = states(verdict)
    assert verdict.sound and verdict.labelled
    assert (told["signature"], told["pixels"], told["recipe"]) == ("proven", "proven", "stated")
    assert told["source type"] == told["AIGC"] == "stated" and told["mark"] == "absent"


@pytest.mark.parametrize(("format", "quality"), [("JPEG", 92), ("JPEG", 40), ("WEBP", 80), ("AVIF", 60), ("HEIF", 60)])
def test_a_compressed_output_is_stated_not_proven(saved: Look, astronaut: Photo, format: str, quality: int) -> None:
    verdict = judged(encode_photo(apply(saved, astronaut), format, quality=quality))
    assert verdict.sound and states(verdict)["pixels"] == "stated" and states(verdict)["signature"] == "proven"
    assert any("compressed since" in finding.words for finding in verdict.findings)


def test_a_resized_one_too_and_a_cropped_or_painted_one_is_told(saved: Look, astronaut: Photo) -> None:
    made = apply(saved, astronaut)
    smaller: Any = resize(made.pixels, 70, 70)
    verdict = judged(encode_photo(made.with_pixels(smaller), "JPEG"))
    assert verdict.sound and any("at 128 x 128, now at 70 x 70" in f.words for f in verdict.findings)
    cropped = np.ascontiguousarray(made.pixels[40:, 50:])
    assert not judged(encode_photo(made.with_pixels(cropped), "PNG")).sound
    painted = made.pixels.copy()
    painted[:90] = 255
    assert not judged(encode_photo(made.with_pixels(painted), "PNG")).sound
    touched = made.pixels.copy()
    touched[10:50, 10:50] = 0
    verdict = judged(encode_photo(made.with_pixels(touched), "PNG"))
    assert states(verdict)["pixels"] == "stated" and any("was changed since" in f.words for f in verdict.findings)


def test_a_photo_of_nobody_says_nothing(astronaut: Photo) -> None:
    verdict = judged(encode_photo(astronaut, "JPEG"))
    assert verdict.sound and not verdict.labelled and verdict.recipe is None
    assert set(states(verdict).values()) == {"absent"}


def test_everything_together(saved: Look, astronaut: Photo, home: Path) -> None:
    large = Photo(np.asarray(Image.fromarray(astronaut.pixels).resize((512, 512), Image.Resampling.BICUBIC)))
    made = apply(saved, large, mark=True, badge="bottom-right")
    data = encode_photo(made, "JPEG")
    if credentials.installed():
        uri = SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
        data = credentials.with_manifest(data, "JPEG", read_recipe(made), uri, credentials.credential())
    shelf.install(saved)
    verdict = judged(data, named=shelf.named_by_mark)
    assert verdict.sound, [finding.words for finding in verdict.findings]
    words = " ".join(finding.words for finding in verdict.findings)
    assert f"invisible mark of the look {saved.digest[:8]} (warm)" in words
    if credentials.installed():
        assert states(verdict)["C2PA"] == "stated" and "development certificate" in words
    told = " ".join(finding.words for finding in explain(read_recipe(made)))
    assert "the look warm by Rina" in told and "invisible mark" in told and "private use" in told
    bare = Image.open(io.BytesIO(data))
    stripped = io.BytesIO()
    bare.save(stripped, "JPEG", quality=75)  # as a website does: every label gone, the mark stays
    verdict = judged(stripped.getvalue(), named=shelf.named_by_mark)
    assert states(verdict)["mark"] == "stated" and states(verdict)["recipe"] == "absent"


def test_the_mark_of_another_look_is_told(saved: Look, make_look: Any, astronaut: Photo) -> None:
    large = Photo(np.asarray(Image.fromarray(astronaut.pixels).resize((512, 512), Image.Resampling.BICUBIC)))
    marked = apply(saved, large, mark=True)
    other = apply(make_look("cold", (1.0, 1.0, 1.02)), dataclasses.replace(marked, xmp=None))
    verdict = judged(encode_photo(other, "PNG"))
    assert not verdict.sound and states(verdict)["mark"] == "contradicted"


def test_the_mark_keeps_to_its_region_in_apply(saved: Look, astronaut: Photo) -> None:
    large = Photo(np.asarray(Image.fromarray(astronaut.pixels).resize((512, 512), Image.Resampling.BICUBIC)))
    where = np.zeros((512, 512), np.float32)
    where[:300] = 1
    made = apply(saved, large, where=where, mark=True)
    assert np.array_equal(made.pixels[300:], large.pixels[300:])
    plain = apply(saved, large, where=where)
    assert not np.array_equal(made.pixels[:300], plain.pixels[:300])
    with pytest.warns(UserWarning, match="no room for the invisible mark"):
        small = apply(saved, astronaut, mark=True)
    assert np.array_equal(small.pixels, apply(saved, astronaut).pixels)


def test_a_home_that_cannot_be_written_stops_nothing(
    saved: Look, astronaut: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOOKSMITH_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr("looksmith.rights.record._told", set())
    bound = dataclasses.replace(saved.consent, terms=make_terms(["private"], until="2999-01-01"))
    with pytest.warns(RightsWarning) as told:
        made = apply(saved, astronaut)
        apply(dataclasses.replace(saved, consent=bound), astronaut)
    words = " ".join(str(warning.message) for warning in told)
    assert (
        "not recorded in the ledger" in words and "outputs are not signed" in words and "the clock cannot be" in words
    )
    assert states(judged(encode_photo(made, "PNG")))["signature"] == "absent"


def test_a_sheet_of_looks_is_labelled(saved: Look, astronaut: Photo) -> None:
    page = sheet(astronaut, [saved], cell=64)
    labels = read_labels(read_photo(encode_photo(page, "JPEG")).xmp)
    assert labels.source_type == "compositeWithTrainedAlgorithmicMedia" and labels.aigc is not None
    assert list(ledger().entries()) == [], "a page to choose from is no output"
