"""A makeup in words."""

from __future__ import annotations

from looksmith.facets.makeup.layers import FINISHES, LAYERS, MakeupState, layers_of
from looksmith.facets.protocol import Card

SEEN = 0.05
"""Opacity from which on a layer is told of."""
_WORDS = {"lipstick": "lips", "eyeshadow-1": "lids", "eyeshadow-2": "fold", "eyeshadow-3": "corner"}


def describe_makeup(state: MakeupState) -> Card:
    """The layers that are worn, their shades, and every opacity."""
    layers = layers_of(state)
    worn = [layer for layer in layers if layer.opacity >= SEEN]
    told = []
    for layer in worn:
        name = _WORDS.get(layer.name, layer.name)
        finish = f" {finish_of(layer.finish)}" if layer.name in ("lipstick", "foundation") else ""
        told.append(f"{name}{f' {layer.shade}' if layer.shade else ''}{finish} {layer.opacity:.0%}")
    return Card(
        words=", ".join(told) or "no makeup",
        swatches=tuple(layer.shade for layer in worn if layer.shade),
        numbers={layer.name: layer.opacity for layer in layers},
    )


def finish_of(finish: float) -> str:
    """The word that is nearest to a finish."""
    return min(FINISHES, key=lambda word: abs(FINISHES[word] - finish))


def is_worn(state: MakeupState) -> bool:
    """Whether any layer can be seen."""
    return any(layer.opacity > 0 for layer in layers_of(state) if layer.name in LAYERS)
