"""Bags of n-grams: the same on every machine, near for near texts, Chinese too."""

import zlib

import numpy as np
import pytest

from looksmith.training.data.text_bag import text_bag


def test_one_word_by_hand() -> None:
    wanted = np.zeros(64)
    for piece in ("old", "<ol", "old", "ld>"):
        code = zlib.crc32(piece.encode())
        wanted[code % 64] += 1 if code >= 2**31 else -1
    np.testing.assert_allclose(text_bag("Old", 64), wanted / np.linalg.norm(wanted), rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("a smiling young woman", "young women smiling", "an old man with a beard"),
        ("赛博朋克城市夜景", "城市的夜景", "清新森系人像"),
    ],
)
def test_near_texts_are_near(text: str, near: str, far: str) -> None:
    a, b, c = (text_bag(t) for t in (text, near, far))
    assert a @ b > a @ c + 0.2


def test_length_and_silence() -> None:
    bag = text_bag("sunset at the beach 2024")
    assert bag.dtype == np.float32 and bag.shape == (512,)
    assert float(np.linalg.norm(bag)) == pytest.approx(1, abs=1e-6)
    assert not text_bag("!?… 😀").any()
    assert np.array_equal(text_bag("Sunset, AT the beach — 2024!"), bag), "case and signs do not matter"
