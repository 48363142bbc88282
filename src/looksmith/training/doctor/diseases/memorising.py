"""A discriminator that learns its pictures by heart: real ones that it never saw look made to it."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting, named, of_view, view_names
from looksmith.training.doctor.signs import Look, Rate, Sign, Turn

NAME = "memorising"
TITLE = {"en": "The discriminator learns by heart", "zh": "判别器过拟合"}
LOOKS = 4
SHARE = 0.5
CURES = (
    (Turn(("augment", "r1"), 2.0), Rate("discriminator", 0.7)),
    (Turn(("augment", "r1"), 2.0), Rate("discriminator", 0.7)),
    (Turn(("r1", "augment"), 2.0), Rate("discriminator", 0.5)),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """By where held-out pictures score between those trained on and those made."""
    signs = []
    for view in view_names(looks):
        numbers = of_view(looks, view)
        level = lasting(looks, lambda look: numbers(look).get("memorised", 0.0) > SHARE, LOOKS)  # noqa: B023
        if level:
            share = numbers(looks[-1])["memorised"]
            of, zh = named(view)
            words = {
                "en": f"The discriminator{of} learns its pictures by heart: real ones that it never saw score "
                f"{share:.0%} of the way towards made ones.",
                "zh": f"判别器{zh}在死记训练图片：没见过的真实图片的得分已有 {share:.0%} 偏向生成图片。",
            }
            signs.append(Sign(NAME, level, words, {"memorised": share}, view))
    return signs
