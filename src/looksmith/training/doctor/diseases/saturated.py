"""Pictures that run into black or white."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting, named, of_view, view_names
from looksmith.training.doctor.signs import Look, Rate, RollBack, Sign

NAME = "saturated"
TITLE = {"en": "Saturated to black or white", "zh": "饱和成黑或白"}
LOOKS = 3
SHARE, MORE = 0.5, 0.3
"""Share of black and white that is too much, and by how much more than in the pictures that are wanted."""
CURES = ((RollBack(0.5),), (RollBack(0.5),), (Rate("all", 0.5),))


def examine(looks: Sequence[Look]) -> list[Sign]:
    """By the share of values at either end, beside the share in the pictures that are wanted."""
    signs = []
    for view in view_names(looks):
        numbers = of_view(looks, view)

        def saturated(look: Look) -> bool:
            n = numbers(look)  # noqa: B023
            return any(
                n.get(end, 0.0) > SHARE and n.get(end, 0.0) > n.get(f"{end}_wanted", 0.0) + MORE
                for end in ("black", "white")
            ) or n.get("black", 0.0) + n.get("white", 0.0) > 0.9 + 0.1 * (
                n.get("black_wanted", 0.0) + n.get("white_wanted", 0.0)
            )

        level = lasting(looks, saturated, LOOKS, lambda look: numbers(look)["black"] + numbers(look)["white"])  # noqa: B023
        if level:
            n = numbers(looks[-1])
            of, zh = named(view)
            words = {
                "en": f"The pictures{of} are saturated: {n['black']:.0%} of the values are black, {n['white']:.0%} "
                f"white; gradients no longer pass there.",
                "zh": f"图片{zh}已饱和：{n['black']:.0%} 的数值是纯黑，{n['white']:.0%} 是纯白，梯度无法通过。",
            }
            signs.append(Sign(NAME, level, words, {"black": n["black"], "white": n["white"]}, view))
    return signs
