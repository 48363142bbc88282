"""Losses, gradients or weights that are not finite."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.signs import Clip, Look, RollBack, Sign

NAME = "non-finite"
TITLE = {"en": "Numbers that are not finite", "zh": "数值溢出（NaN）"}
LOOKS = 1
FEW = 3
"""So many updates left out between two looks are no accident."""
CURES = ((RollBack(0.5), Clip(0.5)), (RollBack(0.5), Clip(0.5)), (RollBack(0.25), Clip(0.5)))


def examine(looks: Sequence[Look]) -> list[Sign]:
    """Certain when weights are spoiled, or ``FEW`` updates were left out; suspected at the first."""
    last = looks[-1]
    if last.spoiled:
        words = {
            "en": f"Weights of {last.spoiled} are not finite: every picture from here on would be black or noise.",
            "zh": f"{last.spoiled} 的权重出现 NaN 或无穷大，之后的图片都会是黑色或噪声。",
        }
        return [Sign(NAME, "certain", words, {"skipped": last.skipped})]
    if not last.skipped:
        return []
    level = "certain" if last.skipped >= FEW else "suspected"
    words = {
        "en": f"A loss or gradient was not finite {last.skipped} times; those updates were left out.",
        "zh": f"损失或梯度有 {last.skipped} 次不是有限数，这些更新已跳过。",
    }
    return [Sign(NAME, level, words, {"skipped": last.skipped})]  # type: ignore[arg-type]
