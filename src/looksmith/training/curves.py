"""Loss curves as SVG: one panel a term, the line smoothed over its own noise, notes marked where they were made."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM = 360, 150, 44, 18
MOST_POINTS = 300
LOG_RANGE = 30.0
"""A term whose largest value is so many times its smallest is drawn on a logarithmic scale."""


def panels(lines: Sequence[Mapping[str, Any]], steps: int, marks: Sequence[int] = ()) -> list[tuple[str, str]]:
    """Name and SVG of each term of the log, in the order in which the terms appear.

    Args:
        lines: of ``log.jsonl``.
        steps: of the whole run: the right edge.
        marks: steps to mark.
    """
    skip = {"step", "seconds", "rate", "skipped"}
    names = list(dict.fromkeys(name for line in lines for name in line if name not in skip))
    found = []
    for name in names:
        points = [(int(line["step"]), float(line[name])) for line in lines if _finite(line.get(name))]
        if points:
            found.append((name, panel(points, steps, marks)))
    return found


def panel(points: Sequence[tuple[int, float]], steps: int, marks: Sequence[int] = ()) -> str:
    """One curve: the values faint, their running mean strong."""
    points = thinned(points)
    values = [value for _, value in points]
    low, high = min(values), max(values)
    logarithmic = low > 0 and high / low > LOG_RANGE
    shape = math.log10 if logarithmic else float
    a, b = shape(low), shape(high)
    if b - a < 1e-9:
        a, b = a - 0.5 * (abs(a) or 1), b + 0.5 * (abs(b) or 1)
    margin = 0.06 * (b - a)
    a, b = a - margin, b + margin
    last = max(steps, points[-1][0], 1)

    def x(step: float) -> float:
        return LEFT + (WIDTH - LEFT - 8) * step / last

    def y(value: float) -> float:
        return 8 + (HEIGHT - BOTTOM - 8) * (1 - (shape(value) - a) / (b - a))

    grid = "".join(
        f'<line class="g" x1="{LEFT}" x2="{WIDTH - 8}" y1="{y(t):.1f}" y2="{y(t):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y(t) + 4:.1f}" text-anchor="end">{html.escape(short(t))}</text>'
        for t in (ticks_log(low, high) if logarithmic else ticks(10**a if logarithmic else a, b))
        if a <= shape(t) <= b
    )
    marked = "".join(
        f'<line class="m" x1="{x(s):.1f}" x2="{x(s):.1f}" y1="8" y2="{HEIGHT - BOTTOM}"/>' for s in marks if s <= last
    )
    raw = " ".join(f"{x(s):.1f},{y(v):.1f}" for s, v in points)
    mean = " ".join(f"{x(s):.1f},{y(v):.1f}" for s, v in smoothed(points, positive=logarithmic))
    edges = (
        f'<text x="{LEFT}" y="{HEIGHT - 4}">0</text>'
        f'<text x="{WIDTH - 8}" y="{HEIGHT - 4}" text-anchor="end">{short(last)}</text>'
    )
    note = f'<text class="scale" x="{WIDTH - 12}" y="18" text-anchor="end">log</text>' if logarithmic else ""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{grid}{marked}<polyline class="raw" points="{raw}"/>'
        f'<polyline class="mean" points="{mean}"/>{edges}{note}</svg>'
    )


def thinned(points: Sequence[tuple[int, float]], most: int = MOST_POINTS) -> list[tuple[int, float]]:
    """At most ``most`` points: means of neighbours."""
    if len(points) <= most:
        return list(points)
    made = []
    for k in range(most):
        part = points[k * len(points) // most : (k + 1) * len(points) // most]
        made.append((part[-1][0], sum(value for _, value in part) / len(part)))
    return made


def smoothed(points: Sequence[tuple[int, float]], *, positive: bool = False) -> list[tuple[int, float]]:
    """An exponential running mean over about a twelfth of the points, without a lag at the beginning."""
    keep = 1 - 1 / max(1.0, len(points) / 12)
    total = weight = 0.0
    made = []
    for step, value in points:
        total = keep * total + (math.log(value) if positive else value)
        weight = keep * weight + 1
        made.append((step, math.exp(total / weight) if positive else total / weight))
    return made


def ticks(low: float, high: float) -> list[float]:
    """Two to four round numbers between."""
    span = high - low
    step = 10 ** math.floor(math.log10(span / 2))
    for factor in (5, 2):
        if span / (factor * step) >= 2:
            step *= factor
            break
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def ticks_log(low: float, high: float) -> list[float]:
    """Powers of ten between, widened by one when there is none."""
    return [10.0**k for k in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def short(value: float) -> str:
    """A number in few signs: 12000 → 12k, 0.000123 → 1.2e-4."""
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:.3g}M"
    if size >= 1e4:
        return f"{value / 1e3:.3g}k"
    if size == 0 or size >= 1e-3:
        return f"{value:.4g}"
    return f"{value:.1e}".replace("e-0", "e-")


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
