"""A loss that runs away."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from looksmith.training.doctor.signs import Look, RollBack, Sign

NAME = "exploding"
TITLE = {"en": "A loss that runs away", "zh": "损失爆炸"}
LOOKS = 2
TIMES = 20.0
"""A loss so many times its median, and more than 1, is running away."""
CURES = ((RollBack(0.5),), (RollBack(0.5),), (RollBack(0.25),))


def examine(looks: Sequence[Look]) -> list[Sign]:
    """Certain when a total stays ``TIMES`` its own median for ``LOOKS`` looks; needs four looks before.

    A total of exactly 0 is of a network that did not move then, and says nothing of what is usual.
    """
    if len(looks) < LOOKS + 4:
        return []
    signs = []
    before = looks[:-LOOKS]
    for name in (term for term in looks[-1].terms if term.rpartition(".")[2] == "total"):
        seen = [abs(look.terms[name]) for look in before if look.terms.get(name)]
        if len(seen) < 4:
            continue
        usual = median(seen)
        high = [abs(look.terms.get(name, 0.0)) > max(1.0, TIMES * usual) for look in looks[-LOOKS:]]
        if high[-1]:
            value = looks[-1].terms[name]
            words = {
                "en": f"The loss {name} runs away: {value:.3g}, where {usual:.3g} was usual.",
                "zh": f"损失 {name} 失控：现在 {value:.3g}，平时约 {usual:.3g}。",
            }
            signs.append(
                Sign(NAME, "certain" if all(high) else "suspected", words, {"now": value, "usual": usual}, view="")
            )
    return signs[:1]
