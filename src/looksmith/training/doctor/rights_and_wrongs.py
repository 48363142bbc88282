"""How often each discriminator is right, from the loss terms that it reports or from its scores."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.training.doctor.signs import Look


def discriminators(look: Look) -> dict[str, tuple[float, float]]:
    """Name → share of real pictures taken for real, share of made ones found out.

    Terms ``discriminator….real_right`` and ``….fake_right`` first, as they are means over many steps; else the scores
    of the samples, by the name of the generator.
    """
    found = {}
    for term, value in look.terms.items():
        name, _, last = term.rpartition(".")
        if last == "real_right" and name.startswith("discriminator") and f"{name}.fake_right" in look.terms:
            found[name] = (value, look.terms[f"{name}.fake_right"])
    if found:
        return found
    return {
        view or "discriminator": (numbers["real_right"], numbers["fake_right"])
        for view, numbers in look.views.items()
        if "real_right" in numbers
    }


def adversarial_trend(looks: Sequence[Look]) -> float:
    """How the generators' adversarial terms moved over these looks: below 0 they gain; 0 where there are none."""
    names = [t for t in looks[-1].terms if not t.startswith("discriminator") and "adversarial" in t.rpartition(".")[2]]
    half = len(looks) // 2
    moved = []
    for name in names:
        early = [look.terms[name] for look in looks[:half] if name in look.terms]
        late = [look.terms[name] for look in looks[half:] if name in look.terms]
        if early and late:
            before = sum(early) / len(early)
            moved.append((sum(late) / len(late) - before) / max(1e-6, abs(before)))
    return sum(moved) / len(moved) if moved else 0.0
