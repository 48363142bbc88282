"""How sure each facet of a look is, from how much it learned, and why others were left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.facets import registry
from looksmith.facets.protocol import Material
from looksmith.looks import preview
from looksmith.materials.needs import WORDS, Stuff, need_of
from looksmith.media.colour import rgb_to_lab, to_srgb8
from looksmith.media.photo import Photo

Sure = Literal["sure", "fairly sure", "unsure", "left out"]

FEWEST = 4
"""Pictures from which on two halves are compared."""
MOST = 32
"""Most pictures of a half."""
SURE, FAIRLY = 0.8, 0.6
"""Agreement from which on a facet is sure, and fairly sure."""
SLIGHT = 2.0
"""Colour difference (CIE 1976) under which a change is not seen, and its share means nothing."""


@dataclass(frozen=True)
class Evidence:
    """What stands behind a facet.

    Attributes:
        facet: its name.
        verdict: how sure it is, or ``left out``.
        stuff: what it is learned from.
        count: how much of it there was.
        agreement: in [0, 1], how much two looks agree that were learned from half of the pictures each: 1 less the
            difference of what they make of a drawn picture, over how much they change it.  None where that was not
            measured.
        reason, reason_zh: why it was left out, in English and Chinese; else empty.
    """

    facet: str
    verdict: Sure
    stuff: Stuff
    count: float
    agreement: float | None = None
    reason: str = ""
    reason_zh: str = ""

    def in_words(self) -> str:
        """One line for people, in English."""
        if self.verdict == "left out":
            return f"{self.facet}: left out, {self.reason}"
        told = "" if self.agreement is None else f"; two halves agree to {self.agreement:.0%}"
        return f"{self.facet}: {self.verdict}, from {self.count:g} {WORDS[self.stuff][0]}{told}"


def learn_facets(
    chosen: Sequence[str],
    photos_for: Callable[[str], tuple[Photo, ...]],
    *,
    checked: bool,
    why: Callable[[str], tuple[str, str]] = lambda facet: ("", ""),
) -> tuple[dict[str, Any], list[Evidence]]:
    """Learn facets, each from its own pictures; those without enough are left out.

    Args:
        chosen: names of facets.
        photos_for: gives the pictures of a facet.
        checked: whether to measure how two halves agree, which takes as long again.
        why: gives a better reason than too few pictures why a facet has none, in English and Chinese, or empty texts.

    Returns:
        facet → state, and what stands behind each of ``chosen``.
    """
    states: dict[str, Any] = {}
    told = []
    for facet in chosen:
        need = need_of(facet)
        photos = photos_for(facet)
        if len(photos) < need.least:
            told.append(left_out(facet, len(photos), why(facet)))
            continue
        made = registry.make(facet, {})
        of_faces = "people" in registry.takes(facet)
        try:
            states[facet] = made.learn(Material(photos))
        except LooksmithError as error:  # pictures without faces teach others all the same
            if not of_faces:
                raise
            told.append(left_out(facet, 0, (error.message(), "图片中没有可以学习的人脸")))
            continue
        agreement = halves_agree(made, photos) if checked and not of_faces and len(photos) >= FEWEST else None
        told.append(Evidence(facet, _verdict(len(photos), need.enough, agreement), need.stuff, len(photos), agreement))
    return states, told


def left_out(facet: str, there: float, why: tuple[str, str] = ("", "")) -> Evidence:
    """A facet for which there is too little, or nothing for another reason."""
    need = need_of(facet)
    words, chinese = WORDS[need.stuff]
    have = f"no {words}" if not there else f"only {there:g} {words}"
    haben = f"没有{chinese[1:]}" if not there else f"只有 {there:g} {chinese}"
    return Evidence(
        facet, "left out", need.stuff, there, None,
        why[0] or f"{have}, {need.least} are needed", why[1] or f"{haben}，至少需要 {need.least} {chinese}",
    )  # fmt: skip


def not_yet(amounts: Mapping[Stuff, float], known: Sequence[str], every: Sequence[str]) -> list[Evidence]:
    """Facets that material could be there for and that this version does not learn."""
    found = []
    for facet in every:
        if facet not in known:
            need = need_of(facet)
            there = round(amounts[need.stuff], 1)
            words, chinese = WORDS[need.stuff]
            reason = f"this version does not learn it ({there:g} {words} are there)"
            in_chinese = f"此版本还不能学习（现有 {there:g} {chinese}）"
            found.append(Evidence(facet, "left out", need.stuff, there, None, reason, in_chinese))
    return found


def halves_agree(facet: Any, photos: Sequence[Photo]) -> float | None:
    """How much what is learned from every other picture agrees with what is learned from the rest, in [0, 1].

    None when neither changes the drawn picture.  Facets of faces have nothing to change there and are not asked.
    """
    step = max(1, len(photos) // (2 * MOST))
    spread = photos[::step][: 2 * MOST]
    scene = Photo(preview.scene(128))
    made = [_lab(facet.apply(scene, facet.learn(Material(tuple(spread[i::2]))), 1.0, None)) for i in (0, 1)]
    before = _lab(scene)
    change = float(np.mean([_difference(one, before) for one in made]))
    if change == 0:
        return None
    return round(max(0.0, 1 - _difference(*made) / max(change, SLIGHT)), 3)


def _verdict(count: int, enough: int, agreement: float | None) -> Sure:
    if agreement is None:
        return "fairly sure" if count >= enough else "unsure"
    if agreement < FAIRLY:
        return "unsure"
    return "sure" if agreement >= SURE and count >= enough else "fairly sure"


def _lab(photo: Photo) -> NDArray[np.float32]:
    return rgb_to_lab(to_srgb8(photo))


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Mean colour difference, CIE 1976."""
    return float(np.linalg.norm(one - other, axis=-1).mean())
