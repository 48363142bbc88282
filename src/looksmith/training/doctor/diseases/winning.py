"""A discriminator that has won for good: it is always right, and the generator gains nothing any more."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.lasting import lasting
from looksmith.training.doctor.rights_and_wrongs import adversarial_trend, discriminators
from looksmith.training.doctor.signs import Look, Rate, Sign, Turn

NAME = "discriminator-winning"
TITLE = {"en": "The discriminator has won", "zh": "判别器压倒生成器"}
LOOKS = 8
RIGHT = 0.985
GAIN = -0.05
"""A generator whose adversarial loss falls by more than this share over the looks still gains."""
CURES = (
    (Rate("discriminator", 0.5), Turn(("r1", "augment"), 2.0)),
    (Rate("discriminator", 0.5), Turn(("augment", "r1"), 2.0)),
    (Rate("discriminator", 0.5), Rate("generator", 1.5)),
)


def examine(looks: Sequence[Look]) -> list[Sign]:
    """Both shares over ``RIGHT`` for ``LOOKS`` looks, without a gain of the generator."""
    signs = []
    for name, (real, fake) in discriminators(looks[-1]).items():

        def always(look: Look) -> bool:
            return min(discriminators(look).get(name, (0.0, 0.0))) >= RIGHT  # noqa: B023

        level = lasting(looks, always, LOOKS)
        if level == "certain" and adversarial_trend(looks[-LOOKS:]) < GAIN:
            level = None
        if level:
            words = {
                "en": f"The {name} has won: it is right about {real:.1%} of the real and {fake:.1%} of the made "
                "pictures, and the generator no longer gains on it.",
                "zh": f"判别器（{name}）已压倒生成器：对真实图片的判断正确率 {real:.1%}，对生成图片 {fake:.1%}，"
                "生成器不再进步。",
            }
            signs.append(Sign(NAME, level, words, {"real_right": real, "fake_right": fake}, name))
    return signs
