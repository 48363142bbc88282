"""What each facet is learned from, how much of it there must be, and how much is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Stuff = Literal["pictures", "faces", "figures", "seconds", "captions"]

WORDS: Mapping[Stuff, tuple[str, str]] = MappingProxyType(
    {
        "pictures": ("pictures", "张图片"),
        "faces": ("pictures of the creator's face", "张创作者的脸部照片"),
        "figures": ("full-body pictures", "张全身照片"),
        "seconds": ("seconds of voice", "秒人声"),
        "captions": ("captions", "条文案"),
    }
)


@dataclass(frozen=True)
class Need:
    """What a facet needs.

    Attributes:
        stuff: what it is learned from.
        least: under which it is not learned.
        enough: from which on more changes little.
    """

    stuff: Stuff
    least: int
    enough: int


NEEDS: Mapping[str, Need] = MappingProxyType(
    {
        "tone": Need("pictures", 1, 20),
        "texture": Need("pictures", 1, 5),
        "makeup": Need("faces", 1, 20),
        "hair": Need("faces", 1, 20),
        "retouch": Need("faces", 5, 20),
        "wardrobe": Need("figures", 8, 40),
        "voice": Need("seconds", 30, 180),
        "words": Need("captions", 20, 100),
    }
)
"""Facet → what it needs.

``enough`` of tone and texture is measured (``python -m benchmarks.materials``): of the way to a creator's other
pictures that 100 pictures go, one goes 81 to 90 %, five 96 to 98, 20 99.  That of the others is an estimate.
"""

OTHERS = Need("pictures", 1, 20)
"""For facets of other packages."""


def need_of(facet: str) -> Need:
    """What a facet needs."""
    return NEEDS.get(facet, OTHERS)


def verdict(need: Need, there: float) -> Literal["none", "weak", "good"]:
    """Whether there is enough."""
    return "none" if there < need.least else "weak" if there < need.enough else "good"
