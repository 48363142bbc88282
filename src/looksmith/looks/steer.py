"""Ask a trained network that takes more than a photo for something: one of its labels, or the style of a picture."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.facets.generator import GeneratorState
from looksmith.looks.look import Look
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.models.foreign import Condition


def steered(look: Look, *, domain: str | None = None, like: Photo | None = None) -> Look:
    """The look of a network (recipe ``conditional``), asked for a label, or for the style of a reference picture.

    Args:
        look: of an exported network, or one with such a network in it.
        domain: one of the labels that the network was trained with; with ``like``, the reference's own label.
        like: the reference; its middle square is looked at.

    Raises:
        LooksmithError: the look has no such network, or the network no such label.
    """
    state = look.facets.get("generator")
    if not isinstance(state, GeneratorState):
        raise LooksmithError(
            "this look cannot be asked for anything",
            where=look.name,
            expected="a network of the recipe conditional",
            hint="looksmith export RUN",
        )
    takes = {c.name: c for c in state.described.conditions}
    asked = dict(state.asked)
    if like is not None:
        if "reference" not in takes:
            raise LooksmithError(
                "this network takes no reference picture",
                where=look.name,
                expected="the other network of the same run",
                hint="looksmith export RUN --network reference",
            )
        if domain is None and "condition" in takes and takes["condition"].entries:
            labels = ", ".join(takes["condition"].entries)
            raise LooksmithError(
                "which label has the reference picture?", where=look.name, expected=labels, hint="--domain LABEL"
            )
        asked["reference"] = _seen(like, takes["reference"])
    if domain is not None:
        labelled = takes.get("condition")
        if labelled is None or not labelled.entries:
            raise LooksmithError(
                "this network has no labels",
                where=look.name,
                expected="a network trained with --condition labels",
                hint="--like PICTURE" if "reference" in takes else "looksmith recipes",
            )
        if domain not in labelled.entries:
            labels = ", ".join(labelled.entries)
            raise LooksmithError("the network knows no such label", where=look.name, expected=labels, got=domain)
        asked["condition"] = [float(entry == domain) for entry in labelled.entries]
    return replace(look, facets={**look.facets, "generator": GeneratorState(state.network, asked)})


def _seen(like: Photo, reference: Condition) -> list[float]:
    """The middle square as the network takes it: 3 x side x side in [0, 1], in a row."""
    side = math.isqrt(len(reference.default) // 3)
    rgb = to_srgb8(like)
    height, width = rgb.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    small = resize(np.ascontiguousarray(rgb[top : top + short, left : left + short]), side, side)
    return [round(float(v), 4) for v in (small.transpose(2, 0, 1) / 255).ravel()]
