"""What a hair look remembers, and shades by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.media.colour import lab_to_rgb, rgb_to_lab

Lab = NDArray[np.float32]

SHADES: Mapping[str, str] = MappingProxyType(
    {
        "black": "#1c1817", "espresso": "#2f211b", "dark-brown": "#3b2a20", "chestnut": "#55331f",
        "brown": "#5e4230", "light-brown": "#7d5b41", "caramel": "#96673c", "auburn": "#6b2c1c", "copper": "#9c4f26",
        "ginger": "#b0622f", "honey-blonde": "#a67c4e", "golden-blonde": "#b8935f", "ash-blonde": "#a5937b",
        "platinum": "#d9cdb8", "silver": "#b3b3b3", "grey": "#7f7d7b", "burgundy": "#4f1a25", "red": "#7e1d1a",
        "rose-gold": "#c58e80", "pink": "#cf7f97", "violet": "#5a3566", "blue": "#2e4170", "green": "#3e6048",
    }
)  # fmt: skip
"""Mean colour of hair of each shade in even light, sRGB."""


@dataclass(frozen=True)
class HairState:
    """The colours of hair.

    Attributes:
        colours: float32 (3, 3), CIELAB at the roots, half way, and at the tips.
        highlight: float32 (3,), CIELAB of the lighter strands.
        highlights: 0 to 1, how much of the strands is lighter.
        contrast: 0 to 1, how far strands differ; 0.5 as hair of this shade mostly does.
        shine: 0 to 1; 0.5 as the wearer's own.
        roots: 0 to 1, how much the wearer's own colour stays at the roots.
    """

    colours: Lab
    highlight: Lab
    highlights: float = 0.0
    contrast: float = 0.5
    shine: float = 0.5
    roots: float = 0.0

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int, ...]]]] = {
        "colours": ("float32", (3, 3)),
        "highlight": ("float32", (3,)),
    }

    def __post_init__(self) -> None:
        for name in AMOUNTS:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise LooksmithError("an amount is out of range", where=name, expected="0 to 1", got=repr(value))

    @property
    def sane(self) -> tuple[Lab, Lab]:
        """Colours and highlight as far as they are colours at all."""
        low, high = np.array([0, -100, -100], np.float32), np.array([100, 100, 100], np.float32)
        return np.clip(self.colours, low, high), np.clip(self.highlight, low, high)


AMOUNTS = ("highlights", "contrast", "shine", "roots")


def lab_of(shade: str) -> Lab:
    """A shade's colour: a name of :data:`SHADES`, or ``#rrggbb``.

    Returns:
        float32 (3,) CIELAB.

    Raises:
        LooksmithError: it is neither.
    """
    text = SHADES.get(shade.strip().lower().replace(" ", "-"), shade.strip())
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise LooksmithError(
            "there is no such shade", where="shade", expected=f"#rrggbb, or {', '.join(SHADES)}", got=repr(shade)
        )
    rgb = np.frombuffer(bytes.fromhex(text[1:]), np.uint8)
    return np.asarray(rgb_to_lab(rgb.reshape(1, 1, 3))[0, 0])


def hex_of(lab: Lab) -> str:
    """A colour as ``#rrggbb``."""
    rgb = np.rint(np.clip(lab_to_rgb(np.asarray(lab, np.float32).reshape(1, 1, 3))[0, 0], 0, 1) * 255).astype(int)
    return "#" + "".join(f"{value:02x}" for value in rgb.tolist())


def dyed(
    shade: str,
    *,
    tips: str | None = None,
    highlights: str | None = None,
    share: float = 0.5,
    contrast: float = 0.5,
    shine: float = 0.5,
    roots: float = 0.0,
) -> HairState:
    """Hair of one shade, or of several.

    Args:
        shade: of all of it, or of its upper part where ``tips`` is given: a name, or ``#rrggbb``.
        tips: of the lower part (ombre).
        highlights: of lighter strands.
        share: 0 to 1, how much of the strands that is.
        contrast, shine, roots: as of :class:`HairState`.

    Raises:
        LooksmithError: there is no such shade, or an amount is out of range.
    """
    above = lab_of(shade)
    below = above if tips is None else lab_of(tips)
    colours = np.stack([above, (above + below) / 2, below]).astype(np.float32)
    light = above if highlights is None else lab_of(highlights)
    amount = 0.0 if highlights is None else share
    return HairState(colours, light.astype(np.float32), amount, contrast, shine, roots)


def nearest_shade(lab: Lab) -> str:
    """The name of the shade that a colour is nearest to."""
    return min(SHADES, key=lambda name: float(np.linalg.norm(lab_of(name) - lab)))


def mean_of(states: Sequence[HairState], weights: Sequence[float]) -> HairState:
    """The weighted mean; the order does not matter, and one alone is itself.

    Raises:
        LooksmithError: no states, or weights that do not fit or do not add up to more than 0.
    """
    total = float(sum(sorted(weights)))
    if not states or len(states) != len(weights) or min(weights) < 0 or not total > 0:
        raise LooksmithError("cannot blend", where="weights", expected="one each, not negative, one positive")
    parts = [(state, weight / total) for state, weight in zip(states, weights, strict=True) if weight > 0]
    if len(parts) == 1:
        return parts[0][0]
    parts.sort(key=lambda part: (part[1], part[0].colours.tobytes(), part[0].highlight.tobytes()))
    mixed: dict[str, Any] = {}
    for field in fields(HairState):
        summed = sum(weight * np.asarray(getattr(state, field.name), np.float64) for state, weight in parts)
        whole = np.asarray(summed, np.float32)
        mixed[field.name] = whole if field.name in HairState.ARRAYS else round(min(1.0, max(0.0, float(whole))), 6)
    return HairState(**mixed)
