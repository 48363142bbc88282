"""A text as a vector of fixed length: the hashed bag of its words and n-grams (Weinberger et al. 2009)."""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

BUCKETS = 512
_WORD = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+")


def text_bag(text: str, buckets: int = BUCKETS) -> NDArray[np.float32]:
    """float32 (``buckets``,) of length 1 (0 for a text without letters): the same on every machine.

    Counted are words, and the trigrams of each word with its ends marked, so that a word of another ending, or one
    misspelt, is still near; in scripts without spaces, characters and pairs of them.  Each is counted at the bucket of
    its CRC-32, with a sign from another bit of it, so that collisions cancel on average.
    """
    bag = np.zeros(buckets, np.float32)
    for word in _WORD.findall(text.lower()):
        for piece in _pieces(word):
            code = zlib.crc32(piece.encode())
            bag[code % buckets] += 1.0 if code >> 31 else -1.0
    length = float(np.linalg.norm(bag))
    return bag / np.float32(length) if length else bag


def _pieces(word: str) -> list[str]:
    if word[0].isascii():
        marked = f"<{word}>"
        return [word, *(marked[k : k + 3] for k in range(len(marked) - 2))]
    if any("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" for c in word):
        return [*word, *(word[k : k + 2] for k in range(len(word) - 1))]
    return [word, *(f"<{word}>"[k : k + 3] for k in range(len(word)))]
