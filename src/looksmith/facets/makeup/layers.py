"""The layers of a makeup: each a shade, an opacity, a finish and a small map of where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.media.colour import lab_to_rgb, rgb_to_lab

LAYERS = (
    "foundation", "contour", "highlight", "blush", "eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "eyeliner", "lashes",
    "brows", "lipstick", "pattern",
)  # fmt: skip
"""In the order in which they are put on.  ``eyeshadow-1`` lies on the lid, ``-2`` above its fold, ``-3`` round the
outer corner and below the eye; ``pattern`` is free, and has a colour of its own in every place."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "eyeshadow": ("eyeshadow-1", "eyeshadow-2", "eyeshadow-3"),
    "eyes": ("eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "eyeliner", "lashes"),
    "skin": ("foundation", "contour", "highlight", "blush"),
    "lips": ("lipstick",),
}
"""Names for several layers at once."""
FINISHES: Mapping[str, float] = {"matte": 0.0, "satin": 0.5, "gloss": 1.0}
ALSO = {"tone": "shade", "coverage": "opacity", "amount": "opacity"}
"""Other words for the numbers of a layer: those of the foundation, and of the pattern."""
MAP_SIDE, PATTERN_SIDE = 64, 128

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class MakeupState:
    """A makeup in the light of a mean skin: see ``light.py``.

    Attributes:
        shades: 12 x 3 float32, CIELAB of every layer at full opacity; that of the pattern means nothing.
        amounts: 12 x 2 float32 in [0, 1]: opacity, and finish from matte (0) over satin to gloss (1).
        maps: 12 x 64 x 64 uint8: how much of the place that is meant for a layer it covers, over the window of the
            canonical face (``window.py``); that of the pattern means nothing.
        pattern: 128 x 128 x 4 uint8 sRGB and alpha over the same window.
    """

    shades: Floats
    amounts: Floats
    maps: NDArray[np.uint8]
    pattern: NDArray[np.uint8]

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int, ...]]]] = {
        "shades": ("float32", (len(LAYERS), 3)),
        "amounts": ("float32", (len(LAYERS), 2)),
        "maps": ("uint8", (len(LAYERS), MAP_SIDE, MAP_SIDE)),
        "pattern": ("uint8", (PATTERN_SIDE, PATTERN_SIDE, 4)),
    }


@dataclass(frozen=True)
class Layer:
    """One layer in numbers.

    Attributes:
        name: of :data:`LAYERS`.
        shade: ``#rrggbb``; empty for the pattern.
        opacity: in [0, 1].
        finish: in [0, 1].
    """

    name: str
    shade: str
    opacity: float
    finish: float


def empty() -> MakeupState:
    """No makeup: nothing is opaque, and every map is whole."""
    shades = np.zeros((len(LAYERS), 3), np.float32)
    shades[:] = (65, 13, 17)
    maps = np.full((len(LAYERS), MAP_SIDE, MAP_SIDE), 255, np.uint8)
    amounts = np.zeros((len(LAYERS), 2), np.float32)
    return MakeupState(shades, amounts, maps, np.zeros((PATTERN_SIDE, PATTERN_SIDE, 4), np.uint8))


def layers_of(state: MakeupState) -> tuple[Layer, ...]:
    """Every layer of a state, in order; numbers out of range, as a hostile file may hold, are brought into it."""
    shades, amounts = tamed(state)
    return tuple(
        Layer(
            name,
            "" if name == "pattern" else hex_of(shades[k]),
            round(float(amounts[k, 0]), 3),
            round(float(amounts[k, 1]), 3),
        )
        for k, name in enumerate(LAYERS)
    )


def tamed(state: MakeupState) -> tuple[Floats, Floats]:
    """Shades and amounts within their ranges."""
    low, high = np.array([0, -110, -110], np.float32), np.array([100, 110, 110], np.float32)
    shades = np.clip(np.nan_to_num(state.shades), low, high)
    return np.asarray(shades, np.float32), np.asarray(np.clip(np.nan_to_num(state.amounts), 0, 1), np.float32)


def edited(state: MakeupState, values: Mapping[str, str | float]) -> MakeupState:
    """A state with other numbers: ``{"lipstick.shade": "#b11b3c", "eyes.opacity": 0}``.

    Args:
        state: as it was.
        values: ``layer.number`` to its value.  Layers are those of :data:`LAYERS`, or a name of :data:`GROUPS`; numbers
            are ``shade`` (``#rrggbb``), ``opacity`` and ``finish`` (0 to 1, or matte, satin, gloss).  A layer that
            was not worn and is given a shade alone gets an opacity of 0.6 with it.

    Raises:
        LooksmithError: there is no such layer or number, or the value is not one of its kind.
    """
    shades, amounts = (array.copy() for array in tamed(state))
    set_apart = {
        key.rpartition(".")[0] for key in values if key.rpartition(".")[2] in ("opacity", "coverage", "amount")
    }
    for key, value in values.items():
        whose, _, number = key.rpartition(".")
        number = ALSO.get(number, number)
        for name in named(whose or key, key):
            row = LAYERS.index(name)
            if number == "shade" and name != "pattern":
                shades[row] = shade_of(value, key)
                if amounts[row, 0] == 0 and whose not in set_apart:
                    amounts[row, 0] = 0.6
            elif number == "opacity":
                amounts[row, 0] = _share(value, key)
            elif number == "finish" and name != "pattern":
                amounts[row, 1] = (
                    FINISHES[value] if isinstance(value, str) and value in FINISHES else _share(value, key)
                )
            else:
                raise LooksmithError(
                    "a layer has no such number", where=key, got=repr(number),
                    expected="opacity" if name == "pattern" else "shade, opacity or finish",
                )  # fmt: skip
    return replace(state, shades=shades, amounts=amounts)


def joined(base: MakeupState, others: Sequence[tuple[MakeupState, Sequence[str]]]) -> MakeupState:
    """A makeup with some layers of others: the eyes of one, the lips of another.

    Args:
        base: what the other layers are of.
        others: states, and the names of the layers (or groups) that are taken from each; later ones come last.

    Raises:
        LooksmithError: there is no such layer.
    """
    shades, amounts, maps, pattern = (getattr(base, field).copy() for field in MakeupState.ARRAYS)
    for state, names in others:
        for name in dict.fromkeys(layer for word in names for layer in named(word, word)):
            row = LAYERS.index(name)
            shades[row], amounts[row], maps[row] = state.shades[row], state.amounts[row], state.maps[row]
            if name == "pattern":
                pattern = state.pattern.copy()
    return MakeupState(shades, amounts, maps, pattern)


def named(word: str, where: str) -> tuple[str, ...]:
    """The layers that a word names.

    Raises:
        LooksmithError: none.
    """
    if word in LAYERS:
        return (word,)
    if word in GROUPS:
        return GROUPS[word]
    raise LooksmithError(
        "there is no such layer of makeup", where=where, expected=", ".join([*LAYERS, *GROUPS]), got=repr(word)
    )


def hex_of(lab: Floats) -> str:
    """CIELAB as ``#rrggbb``."""
    red, green, blue = np.rint(lab_to_rgb(np.asarray(lab, np.float32)[None])[0] * 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def shade_of(value: str | float, where: str) -> Floats:
    """``#rrggbb`` as CIELAB.

    Raises:
        LooksmithError: it is none.
    """
    text = value.strip().removeprefix("#") if isinstance(value, str) else ""
    if len(text) != 6 or any(letter not in "0123456789abcdefABCDEF" for letter in text):
        raise LooksmithError("this is no shade", where=where, expected="#rrggbb, such as #b11b3c", got=repr(value))
    rgb = np.frombuffer(bytes.fromhex(text), np.uint8)
    return np.asarray(rgb_to_lab(rgb[None])[0], np.float32)


def _share(value: str | float, where: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if isinstance(value, bool) or not 0 <= number <= 1:
        raise LooksmithError("out of range", where=where, expected="0 to 1", got=repr(value))
    return number
