"""The sliders of retouching: their names, ranges and natural settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, ClassVar

from looksmith.errors import LooksmithError

SKIN = ("smooth", "blemish", "moles", "redness", "under_eye", "shine")
"""Sliders of skin, 0 to 1."""
FEATURES = ("eyes", "teeth")
"""Sliders of what is brightened, 0 to 1."""
SHAPE = ("eye_size", "jaw", "nose", "lips")
"""Sliders of shape, -1 to 1: less and more of it."""


@dataclass(frozen=True)
class RetouchState:
    """How far each slider is moved; all at 0 changes nothing.

    Attributes:
        smooth: blotches and bumps of skin evened; pores, lines and moles stay.
        blemish: small red or dark spots taken away; moles and freckles stay.
        moles: moles taken away too.
        redness: skin redder than the rest of it calmed.
        under_eye: shadows under the eyes lightened.
        shine: gloss on skin dulled.
        eyes: whites and irises brightened.
        teeth: yellow taken from teeth, and a little light added.
        eye_size, jaw, nose, lips: larger or wider above 0, smaller or narrower below; small by their nature.
    """

    smooth: float = 0.0
    blemish: float = 0.0
    moles: float = 0.0
    redness: float = 0.0
    under_eye: float = 0.0
    shine: float = 0.0
    eyes: float = 0.0
    teeth: float = 0.0
    eye_size: float = 0.0
    jaw: float = 0.0
    nose: float = 0.0
    lips: float = 0.0

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int, ...]]]] = {}

    def __post_init__(self) -> None:
        for name, value in self.values().items():
            low = least(name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= 1:
                raise LooksmithError("a slider is out of range", where=name, expected=f"{low:g} to 1", got=repr(value))

    def values(self) -> dict[str, float]:
        """Slider → how far."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def colours(self) -> bool:
        """Whether anything but shape changes."""
        return any(getattr(self, name) for name in SKIN + FEATURES)

    @property
    def shapes(self) -> bool:
        """Whether parts of the face move."""
        return any(getattr(self, name) for name in SHAPE)


NAMES: tuple[str, ...] = tuple(field.name for field in fields(RetouchState))

NATURAL: Mapping[str, float] = MappingProxyType(
    {
        "smooth": 0.4, "blemish": 0.8, "redness": 0.35, "under_eye": 0.4, "shine": 0.4, "eyes": 0.3, "teeth": 0.4,
    }
)  # fmt: skip
"""What is hardly noticed as retouching; no shape."""


def natural() -> RetouchState:
    """The natural settings."""
    return RetouchState(**NATURAL)


def least(name: str) -> float:
    """Where a slider begins."""
    return -1.0 if name in SHAPE else 0.0


def moved(state: RetouchState, wishes: Mapping[str, float]) -> RetouchState:
    """A state with some sliders elsewhere.

    Raises:
        LooksmithError: there is no such slider, or it does not go so far.
    """
    for name in wishes:
        if name not in NAMES:
            raise LooksmithError("there is no such slider", expected=", ".join(NAMES), got=repr(name))
    return replace(state, **{name: float(value) for name, value in wishes.items()})


def parse_wishes(texts: Sequence[str]) -> dict[str, float]:
    """``smooth=0.6`` … as given on the command line; hyphens count as underscores.

    Raises:
        LooksmithError: a text is not of this form.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name.strip().replace("-", "_")] = float(value)
        except ValueError:
            raise LooksmithError(
                "a slider cannot be read", where="set", expected="such as smooth=0.6", got=repr(text)
            ) from None
    return found


def mean_of(states: Sequence[RetouchState], weights: Sequence[float]) -> RetouchState:
    """The weighted mean of states; their order does not matter, and one alone is itself.

    Raises:
        LooksmithError: no states, or weights that do not fit or do not add up to more than 0.
    """
    total = float(sum(sorted(weights)))
    if not states or len(states) != len(weights) or min(weights) < 0 or not total > 0:
        raise LooksmithError("cannot blend", where="weights", expected="one each, not negative, one positive")
    parts = [(state, weight) for state, weight in zip(states, weights, strict=True) if weight > 0]
    if len(parts) == 1:
        return parts[0][0]
    mixed: dict[str, Any] = {}
    for name in NAMES:
        summed = sum(sorted(weight / total * getattr(state, name) for state, weight in parts))
        mixed[name] = min(1.0, max(least(name), round(summed, 6)))
    return RetouchState(**mixed)
