"""Plateau: the loss has stopped falling while the learning rate is still high."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, stdev

from looksmith.training.doctor.signs import Look, Rate, Sign

NAME = "plateau"
TITLE = {"en": "Plateau", "zh": "停滞"}
LOOKS = 24
GAIN = 0.01
"""A loss that fell by less than this share, or by less than its noise, over the looks stands still."""
CURES = ((Rate("all", 0.5),), (Rate("all", 0.5),), (Rate("all", 0.5),))
_GAME = ("adversarial", "total", "right", "penalty", "r1", "augment")
"""Words of terms that do not fall as a network gets better."""


def examine(looks: Sequence[Look]) -> list[Sign]:
    """The later half of ``LOOKS`` looks beside the earlier, of every loss that ought to fall: all must stand still.

    In adversarial training only terms beside the game count (cycle, identity, perceptual, L1).  Not once the recipe's
    own schedule has let the learning rate down to a fifth.
    """
    if len(looks) < LOOKS or looks[-1].rate < 0.2 * max(look.rate for look in looks):
        return []
    last = looks[-LOOKS:]
    alternating = any("." in term for term in last[-1].terms)
    terms = [t for t in last[-1].terms if _falls(t, alternating)]
    if not terms or not all(_stands(last, term) for term in terms):
        return []
    shown = ", ".join(f"{t} {last[-1].terms[t]:.4g}" for t in terms[:3])
    steps = last[-1].step - last[0].step
    words = {
        "en": f"No progress for {steps} steps ({shown}) at a learning rate that is still high.",
        "zh": f"{steps} 步没有进展（{shown}），而学习率仍然较高。",
    }
    return [Sign(NAME, "certain", words, {t: last[-1].terms[t] for t in terms[:3]})]


def _falls(term: str, alternating: bool) -> bool:
    if not alternating:
        return term == "total"
    update, _, name = term.rpartition(".")
    return not update.startswith("discriminator") and not any(word in name for word in _GAME)


def _stands(looks: Sequence[Look], term: str) -> bool:
    values = [look.terms[term] for look in looks if term in look.terms]
    if len(values) < len(looks):
        return False
    half = len(values) // 2
    early, late = values[:half], values[half:]
    fell = mean(early) - mean(late)
    noise = (stdev(early) ** 2 / len(early) + stdev(late) ** 2 / len(late)) ** 0.5
    return bool(fell < max(GAIN * abs(mean(early)), noise))
