"""The badge is as high as the standard asks, where it was asked for, and changes nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo
from looksmith.rights.badge import SHARE, WORDS, make_badge, with_badge


def drawn(photo: Photo, made: Photo) -> np.ndarray:
    return (photo.pixels != made.pixels).any(axis=2)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(200, 320), (640, 480), (1500, 1000)])
def test_words_are_at_least_a_twentieth_of_the_shorter_side_high(language: str, size: tuple[int, int]) -> None:
    photo = Photo(np.full((*size, 3), 128, np.uint8))
    made = with_badge(photo, make_badge("bottom-right", language))
    bright = (made.pixels > 180).all(axis=2)
    rows, columns = (np.flatnonzero(bright.any(axis=axis)) for axis in (1, 0))
    assert rows[-1] - rows[0] + 1 >= SHARE * min(size)
    # the first letter is an A, a capital: it alone must be that high
    first = columns[0]
    letter = np.flatnonzero(bright[:, first : first + round(SHARE * min(size))].any(axis=1))
    assert letter[-1] - letter[0] + 1 >= SHARE * min(size) - 2  # its edges are smoothed
    assert "AI" in WORDS[language] and ("generated" in WORDS[language] or "生成" in WORDS[language])


@pytest.mark.parametrize("position", ["top-left", "top-right", "bottom-left", "bottom-right"])
def test_it_stands_in_its_corner_and_nothing_else_changes(position: str) -> None:
    photo = Photo(np.random.default_rng(1).integers(60, 200, (300, 400, 3), dtype=np.uint8))
    changed = drawn(photo, with_badge(photo, make_badge(position)))
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    assert (rows[-1] < 150) == position.startswith("top") and (rows[0] > 150) == position.startswith("bottom")
    assert (columns[0] < 30) == position.endswith("left") or (columns[-1] > 370) == position.endswith("right")
    assert 0.01 < changed.mean() < 0.1
    inside = changed[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert inside.mean() > 0.95


def test_the_chinese_signs_have_their_strokes() -> None:
    """生 has its long upright stroke in the middle, and its three bars reach across."""
    photo = Photo(np.zeros((1000, 1000, 3), np.uint8))
    ink = with_badge(photo, make_badge("top-left", "zh")).pixels[..., 0] > 128
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    side = 60
    sign = ink[rows[0] : rows[0] + side + 2, columns[-1] - 2 * side - 8 : columns[-1] - side - 8]
    share = sign.mean(axis=1)
    assert (share > 0.55).sum() >= 6, "bars"
    assert (sign.mean(axis=0) > 0.8).sum() >= 3, "the upright"


def test_depth_and_alpha() -> None:
    pixels = np.full((300, 300, 3), 30_000, np.uint16)
    made = with_badge(Photo(pixels, alpha=np.zeros((300, 300), np.uint16)), make_badge("top-left"))
    assert made.pixels.dtype == np.uint16 and made.pixels.max() > 60_000
    assert made.alpha is not None and set(np.unique(made.alpha)) == {0, 65535}


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(LooksmithError, match="too small"):
        with_badge(Photo(np.zeros((90, 500, 3), np.uint8)), make_badge("top-left"))
    for size in ((96, 96), (2000, 96), (96, 2000), (101, 97)):
        photo = Photo(np.full((*size, 3), 9, np.uint8))
        assert drawn(photo, with_badge(photo, make_badge("bottom-right"))).any(), "the smallest have room for it"
    with pytest.raises(LooksmithError, match="corner"):
        make_badge("middle")
    with pytest.raises(LooksmithError, match="language"):
        make_badge("top-left", "fr")
