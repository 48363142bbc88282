"""From single looks to signs: how long something has lasted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from looksmith.training.doctor.signs import Level, Look

Numbers = Mapping[str, float]

BETTER = 0.9
"""Under so much of what it was, something gets better."""


def lasting(
    looks: Sequence[Look],
    holds: Callable[[Look], bool],
    enough: int,
    worse: Callable[[Look], float] | None = None,
) -> Level | None:
    """Whether something holds at the last look, and has for ``enough`` looks in a row.

    With ``worse``, a number of 0 or more that says how bad it is, what gets better by a tenth over those looks stays a
    suspicion: a network that is still learning is left alone.
    """
    count = 0
    for look in reversed(looks):
        if not holds(look):
            break
        count += 1
    if count < enough:
        return "suspected" if count else None
    if worse is not None and worse(looks[-1]) < BETTER * worse(looks[-enough]):
        return "suspected"
    return "certain"


def view_names(looks: Sequence[Look]) -> Iterator[str]:
    """The generators of the last look."""
    yield from (looks[-1].views if looks else ())


def of_view(looks: Sequence[Look], view: str) -> Callable[[Look], Numbers]:
    """Reads the numbers of one generator at a look."""
    return lambda look: look.views.get(view, {})


def named(view: str) -> tuple[str, str]:
    """The generator in a sentence, English and Chinese: " of painting", "（painting）"; nothing when there is one."""
    return (f" of {view}", f"（{view}）") if view else ("", "")
