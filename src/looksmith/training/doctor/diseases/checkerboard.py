"""Checkerboard: a regular grid over every picture, from upsampling by transposed convolution."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting, named, of_view, view_names
from looksmith.training.doctor.signs import EvenOut, Look, RollBack, Sign, Turn

NAME = "checkerboard"
TITLE = {"en": "Checkerboard", "zh": "棋盘格伪影"}
LOOKS = 5
RATIO, MORE, AMPLITUDE = 20.0, 5.0, 1.0 / 255
"""How far the grid stands out of the spectrum, how many times further than in the data, and how strong it is."""
CURES = (
    (EvenOut(), Turn(("variation",), 2.0)),
    (EvenOut(), Turn(("variation",), 2.0)),
    (RollBack(0.7), EvenOut()),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """By the peaks of the spectrum at periods of 2 and 4 pixels."""
    signs = []
    for view in view_names(looks):
        numbers = of_view(looks, view)

        def gridded(look: Look) -> bool:
            n = numbers(look)  # noqa: B023
            natural = n.get("grid_natural", 2.0)
            return n.get("grid", 0.0) > max(RATIO, MORE * natural) and n.get("grid_amplitude", 0.0) > AMPLITUDE

        level = lasting(looks, gridded, LOOKS, lambda look: numbers(look)["grid_amplitude"])  # noqa: B023
        if level:
            n = numbers(looks[-1])
            of, zh = named(view)
            natural, strong = n.get("grid_natural", 1.0), 255 * n["grid_amplitude"]
            words = {
                "en": f"A checkerboard lies over the pictures{of}: a grid of 2 or 4 pixels stands {n['grid']:.0f} "
                f"times out of the spectrum ({natural:.1f} in the data), {strong:.1f} "
                "of 255 strong.",
                "zh": f"图片{zh}上有棋盘格：2 或 4 像素的网格在频谱中高出 {n['grid']:.0f} 倍"
                f"（数据中为 {natural:.1f}），强度 {strong:.1f}（满分 255）。",
            }
            signs.append(Sign(NAME, level, words, {"grid": n["grid"], "amplitude": n["grid_amplitude"]}, view))
    return signs
