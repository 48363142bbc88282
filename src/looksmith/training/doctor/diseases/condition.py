"""A generator that ignores its condition: another label or style code gives the same picture."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting, named, of_view, view_names
from looksmith.training.doctor.signs import Look, RollBack, Sign, Turn

NAME = "ignores-condition"
TITLE = {"en": "The condition is ignored", "zh": "忽略条件"}
LOOKS = 5
LEAST = 0.5 / 255
"""Mean change that another condition must make, of full scale."""
FALLEN = 0.1
"""Of its largest effect so far; under it the condition has been lost."""
SLOW = 4
CURES = (
    (Turn(("condition", "diversity"), 2.0),),
    (RollBack(1.0), Turn(("condition", "diversity"), 2.0)),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """By the mean difference between pictures of the same input under two conditions."""
    signs = []
    for view in view_names(looks):
        numbers = of_view(looks, view)
        effects = [numbers(look)["condition"] for look in looks if "condition" in numbers(look)]
        if not effects or "condition" not in numbers(looks[-1]):
            continue
        largest = max(effects)

        def ignored(look: Look) -> bool:
            effect = numbers(look).get("condition", 1.0)  # noqa: B023
            return effect < LEAST or effect < min(FALLEN * largest, 2 / 255)  # noqa: B023

        enough = LOOKS if largest > 3 * LEAST else SLOW * LOOKS
        level = lasting(looks, ignored, enough, lambda look: 4 * LEAST - numbers(look)["condition"])  # noqa: B023
        if level:
            effect = effects[-1]
            of, zh = named(view)
            words = {
                "en": f"The generator{of} ignores its condition: another label or code changes the picture by only "
                f"{255 * effect:.2f} of 255.",
                "zh": f"生成器{zh}忽略了条件：换一个标签或风格码，图片只改变 {255 * effect:.2f}（满分 255）。",
            }
            signs.append(Sign(NAME, level, words, {"effect": effect, "largest": largest}, view))
    return signs
