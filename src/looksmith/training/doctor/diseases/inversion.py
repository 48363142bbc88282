"""Colours turned round: what was light is dark, as in a negative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from looksmith.training.doctor.lasting import lasting, named, of_view, view_names
from looksmith.training.doctor.signs import Look, RollBack, Sign, Turn

NAME = "inversion"
TITLE = {"en": "Inverted colours", "zh": "颜色反转"}
LOOKS = 4
LIGHT, CHANNEL = -0.25, -0.4
"""Correlations with the input under which light and dark, or one channel, count as turned round."""
CURES = (
    (RollBack(0.7), Turn(("identity", "cycle"), 2.0)),
    (RollBack(0.7), Turn(("identity", "cycle"), 2.0)),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """By the correlation with the input, unless the targets themselves are turned round."""
    signs = []
    for view in view_names(looks):
        numbers = of_view(looks, view)

        def turned(look: Look) -> bool:
            n = numbers(look)  # noqa: B023  (called at once)
            if "light" not in n or n.get("light_wanted", 1.0) < 0:
                return False
            return n["light"] < LIGHT or _least(n) < CHANNEL

        level = lasting(looks, turned, LOOKS, lambda look: max(0.0, -_least(numbers(look))))  # noqa: B023
        if level:
            n = numbers(looks[-1])
            worst = min(("red", "green", "blue"), key=lambda c: n[c])
            of, zh = named(view)
            words = {
                "en": f"The colours{of} are inverted, as in a negative: light and dark correlate with the input by "
                f"{n['light']:.2f}, {worst} by {n[worst]:.2f}.",
                "zh": f"颜色{zh}反转，像底片一样：明暗与输入的相关系数为 {n['light']:.2f}，"
                f"{worst} 通道为 {n[worst]:.2f}。",
            }
            signs.append(Sign(NAME, level, words, {"light": n["light"], worst: n[worst]}, view))
    return signs


def _least(numbers: Mapping[str, float]) -> float:
    return min(numbers["red"], numbers["green"], numbers["blue"])
