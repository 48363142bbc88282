"""Whom and what a photo shows, looked at once and only when somebody asks; and where a look acts because of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.faces.parts import REGIONS
from looksmith.faces.people import People
from looksmith.faces.regions import installed
from looksmith.facets.protocol import Mask

EVERYWHERE = "everywhere"
CHOICES = "all, largest, left, right, or a number as looksmith faces shows it"


class Scene(People):
    """The faces and regions of a photo, and which of them words choose."""

    def chosen(self, words: str) -> tuple[int, ...]:
        """Numbers (from 0) of the faces that words choose: ``all``, ``largest``, ``left``, ``right``, ``2``, ``1,3``.

        Raises:
            LooksmithError: the words choose no face.
        """
        across = [face.centre[0] for face in self.faces]
        if not self.faces:
            raise LooksmithError("there is no face in the photo", where=self.photo.source, expected=f"--faces {words}")
        if words in ("all", "largest", "left", "right"):
            one = {"largest": 0, "left": int(np.argmin(across)), "right": int(np.argmax(across))}
            return tuple(range(len(self.faces))) if words == "all" else (one[words],)
        if not re.fullmatch(r"[1-9][0-9]{0,3}(,[1-9][0-9]{0,3})*", words):
            raise LooksmithError("these words choose no face", where="faces", expected=CHOICES, got=repr(words))
        numbers = tuple(sorted({int(word) - 1 for word in words.split(",")}))
        if numbers[-1] >= len(self.faces):
            raise LooksmithError(
                "there is no such face",
                where=self.photo.source,
                expected=f"1 to {len(self.faces)}",
                got=numbers[-1] + 1,
                hint="looksmith faces PHOTO",
            )
        return numbers

    def of_person(self, number: int) -> Mask:
        """Where one person is: all of them where the network of regions is installed, else their face."""
        return self.regions.of("person" if installed() else "face", number)


def where_of(
    scene: Scene, painted: Mask | None, region: str, faces: str, strengths: Mapping[str, float]
) -> Mask | None:
    """The mask in which a look acts.

    Args:
        scene: the photo.
        painted: a mask given from outside, or None.
        region: name of a region, or nothing for everywhere; ``face`` where only ``faces`` is given.
        faces: whose: see :meth:`Scene.chosen`; nothing for everybody's and nobody's.
        strengths: share of the strength that is left in a region.

    Returns:
        H x W in [0, 1], or None for everywhere.

    Raises:
        LooksmithError: a region or a face that is not there.
    """
    name = region or ("face" if faces else EVERYWHERE)
    made = painted
    if faces:
        whose = scene.chosen(faces)
        scope = np.ones(scene.rgb.shape[:2], np.float32) if name == EVERYWHERE else scene.regions.mask(name)
        held = np.isin(scene.regions.owners(), whose)
        made = _both(made, np.asarray(scope * held, np.float32))
    elif name != EVERYWHERE:
        made = _both(made, scene.regions.mask(name))
    for part, share in strengths.items():
        if share < 1:
            made = _both(made, np.asarray(1 - (1 - np.float32(share)) * scene.regions.mask(part), np.float32))
    return made


def check_regions(region: str, strengths: Mapping[str, float]) -> dict[str, float]:
    """Names and shares that a person gave, checked.

    Raises:
        LooksmithError: a name or a share is wrong.
    """
    for name in [*([region] if region else []), *strengths]:
        if name not in REGIONS and not (name == region == EVERYWHERE):
            raise LooksmithError("there is no such region", expected=", ".join([EVERYWHERE, *REGIONS]), got=repr(name))
    for name, share in strengths.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise LooksmithError(
                "the strength of a region is out of range", where=name, expected="0 to 1", got=repr(share)
            )
    return {name: float(strengths[name]) for name in sorted(strengths)}


def parse_strengths(texts: Sequence[str]) -> dict[str, float]:
    """``face=0.4`` … as given on the command line.

    Raises:
        LooksmithError: a text is not of this form.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise LooksmithError(
                "the strength of a region cannot be read", where="region", expected="such as face=0.4", got=repr(text)
            ) from None
    return found


def parse_people(texts: Sequence[str]) -> dict[int, str]:
    """``1=rina.look`` … as given on the command line: number of a face → a look's name or path.

    Raises:
        LooksmithError: a text is not of this form, or names a face twice.
    """
    found: dict[int, str] = {}
    for text in texts:
        number, _, look = text.partition("=")
        if not re.fullmatch(r"[1-9][0-9]{0,3}", number.strip()) or not look.strip() or int(number) in found:
            raise LooksmithError(
                "whose look it is cannot be read",
                where="face",
                expected="such as 1=rina.look, every face once",
                got=repr(text),
            )
        found[int(number)] = look.strip()
    return found


def parse_floor(text: str | None) -> float | Literal["off"] | None:
    """An identity floor as given on the command line: a number, ``off``, or None for the default.

    Raises:
        LooksmithError: it is neither.
    """
    if text is None:
        return None
    if text == "off":
        return "off"
    try:
        return float(text)
    except ValueError:
        raise LooksmithError(
            "the identity floor cannot be read", where="identity floor", expected="-1 to 1, or off", got=repr(text)
        ) from None


def _both(one: Mask | None, other: Mask) -> Mask:
    return other if one is None else np.asarray(one * other, np.float32)
