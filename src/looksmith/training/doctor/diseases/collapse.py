"""Mode collapse: whatever goes in, nearly the same picture comes out."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting, named, of_view, view_names
from looksmith.training.doctor.signs import Look, RollBack, Sign, Turn

NAME = "collapse"
TITLE = {"en": "Mode collapse", "zh": "模式坍塌"}
LOOKS = 4
SHARE = 0.25
"""Of the diversity that is wanted; under it the pictures count as alike."""
SLOW = 4
"""A generator that was never diverse is given so many times longer: at the beginning all are alike."""
CURES = (
    (RollBack(0.7), Turn(("diversity", "r1", "augment"), 2.0)),
    (RollBack(0.5), Turn(("diversity", "r1", "augment"), 2.0)),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """By the mean distance between two outputs beside that between two pictures that are wanted (or two inputs)."""
    signs = []
    for view in view_names(looks):
        numbers = of_view(looks, view)

        def ratio(look: Look) -> float:
            n = numbers(look)  # noqa: B023
            wanted = n.get("diversity_wanted", n.get("diversity_input", 0.0))
            return n["diversity"] / wanted if wanted > 1e-3 and "diversity" in n else 1.0

        was_diverse = any(ratio(look) > 2 * SHARE for look in looks)
        enough = LOOKS if was_diverse else SLOW * LOOKS
        level = lasting(looks, lambda look: ratio(look) < SHARE, enough, lambda look: SHARE - ratio(look) + 0.02)
        if level:
            share = ratio(looks[-1])
            of, zh = named(view)
            words = {
                "en": f"The pictures{of} have collapsed to nearly one: they differ from each other by only {share:.0%} "
                "of what those of the data do.",
                "zh": f"图片{zh}几乎都变成同一张：彼此的差异只有数据的 {share:.0%}。",
            }
            signs.append(Sign(NAME, level, words, {"ratio": share, "diversity": numbers(looks[-1])["diversity"]}, view))
    return signs
