"""A discriminator that has lost for good: it guesses, though what is made is plainly not what is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting
from looksmith.training.doctor.rights_and_wrongs import discriminators
from looksmith.training.doctor.signs import Look, Rate, Sign

NAME = "discriminator-losing"
TITLE = {"en": "The discriminator has lost", "zh": "判别器失效"}
LOOKS = 8
RIGHT = 0.53
"""Mean share of right answers that is no better than guessing."""
GAP = 0.12
"""Difference of simple statistics between made and wanted pictures that a discriminator ought to see."""
CURES = (
    (Rate("discriminator", 2.0), Rate("generator", 0.5)),
    (Rate("discriminator", 2.0), Rate("generator", 0.5)),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """Guessing for ``LOOKS`` looks while made pictures differ from those that are wanted."""
    signs = []
    for name in discriminators(looks[-1]):

        def guesses(look: Look) -> bool:
            real, fake = discriminators(look).get(name, (1.0, 1.0))  # noqa: B023
            gaps = [n["moment_gap"] for n in look.views.values() if "moment_gap" in n]
            return (real + fake) / 2 <= RIGHT and (not gaps or max(gaps) > GAP)

        level = lasting(looks, guesses, LOOKS)
        if level:
            real, fake = discriminators(looks[-1])[name]
            words = {
                "en": f"The {name} only guesses: right about {real:.0%} of the real and {fake:.0%} of the made "
                "pictures, though these still differ plainly. The generator learns nothing from it.",
                "zh": f"判别器（{name}）只是在猜：真实图片 {real:.0%}、生成图片 {fake:.0%} 判断正确，"
                "而两者仍明显不同，生成器学不到东西。",
            }
            signs.append(Sign(NAME, level, words, {"real_right": real, "fake_right": fake}, name))
    return signs
