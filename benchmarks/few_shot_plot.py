"""The few-shot curves as one SVG: a panel a creator, the mean with its interval, and where the unchanged photos lie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksmith.training.curves import short, ticks

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 300, 210, 46, 30, 34
TITLES = {"painter": "a painter of scrolls", "street": "a street-fashion account", "portraits": "a portrait account"}
DISTANCES = {"texture": "style", "tone": "colour"}
"""What each facet moves, by the name of the distance."""
STYLE = (
    "text{font:11px sans-serif;fill:#556}.t{font-weight:600;fill:#223}.g{stroke:#e2e2ea}.u{stroke:#b77;"
    "stroke-dasharray:4 3}.w{stroke:#36c}.c{fill:none;stroke:#36c;stroke-width:2}circle{fill:#36c}"
)


def plot(curves: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Write it."""
    panels = "".join(
        f'<g transform="translate({number * WIDTH} 0)">{panel(name, curve)}</g>'
        for number, (name, curve) in enumerate(curves.items())
    )
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(curves) * WIDTH} {HEIGHT}">'
        f'<rect width="100%" height="100%" fill="#fff"/><style>{STYLE}</style>{panels}</svg>\n',
        encoding="utf-8",
    )


def panel(name: str, curve: Mapping[str, Any]) -> str:
    """One creator's: the distance that the facet moves, by the number of pictures on a logarithmic scale."""
    metric = DISTANCES[curve["facet"]]
    points = [(point["pictures"], point[metric]) for point in curve["curve"]]
    unchanged = curve["unchanged"][metric]
    top = max([unchanged, *(p["high"] for _, p in points)]) * 1.05
    low = min(p["low"] for _, p in points) * 0.9
    last = math.log(points[-1][0])

    def x(count: float) -> float:
        return LEFT + 12 + (WIDTH - LEFT - 36) * math.log(count) / last

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (top - low))

    drawn = [f'<text class="t" x="{LEFT}" y="16">{TITLES[name]}: {metric} distance</text>']
    for tick in ticks(low, top):
        drawn.append(
            f'<line class="g" x1="{LEFT}" x2="{WIDTH - 12}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{short(tick)}</text>'
        )
    drawn.append(
        f'<line class="u" x1="{LEFT}" x2="{WIDTH - 12}" y1="{y(unchanged):.1f}" y2="{y(unchanged):.1f}"/>'
        f'<text x="{WIDTH - 12}" y="{y(unchanged) - 4:.1f}" text-anchor="end">unchanged photo</text>'
    )
    line = " ".join(f"{x(count):.1f},{y(point['value']):.1f}" for count, point in points)
    drawn.append(f'<polyline class="c" points="{line}"/>')
    for count, point in points:
        at = x(count)
        drawn.append(
            f'<line class="w" x1="{at:.1f}" x2="{at:.1f}" y1="{y(point["low"]):.1f}" y2="{y(point["high"]):.1f}"/>'
            f'<circle cx="{at:.1f}" cy="{y(point["value"]):.1f}" r="3.2"/>'
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{count}</text>'
        )
    drawn.append(f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 4}" text-anchor="middle">pictures</text>')
    return "".join(drawn)
