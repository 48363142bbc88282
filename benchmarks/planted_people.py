"""Pictures of one person in many places: cut out of a clip's frames and put before photos.

The person comes from a clip, so that the face is a real one in many poses; place, size, tilt and light are drawn.  The
cut is made by the product's own network of regions, which the sorting of faces does not use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from looksmith.errors import LooksmithError
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.regions import regions
from looksmith.materials.clips import library

SIDE = 640
"""Longest side of the pictures."""


def pictures_of(clip: Path, before: Sequence[Path], seed: int) -> Iterator[Image.Image]:
    """One picture for each photo in ``before``: the clip's person in front of it.

    Args:
        clip: MP4 of one person.
        before: photos to stand before.
        seed: of place, size, tilt and light.
    """
    draw = np.random.default_rng(seed)
    for frame, path in zip(_spread(clip, len(before)), before, strict=True):
        mask = regions(frame, analyse_pixels(frame)).mask("person")
        person = Image.fromarray(np.dstack([frame, (mask * 255).astype(np.uint8)]), "RGBA")
        ground = Image.open(path).convert("RGB")
        ground = ground.resize((SIDE, round(SIDE * ground.height / ground.width)))
        if draw.random() < 0.5:  # as a lens blurs what is behind
            ground = ground.filter(ImageFilter.GaussianBlur(draw.uniform(1, 4)))
        height = int(ground.height * draw.uniform(0.5, 0.95))
        person = person.resize((round(height * person.width / person.height), height), Image.Resampling.LANCZOS)
        person = person.rotate(draw.uniform(-7, 7), Image.Resampling.BICUBIC, expand=False)
        left = int(draw.uniform(-0.1, 1.1) * max(1, ground.width - person.width))
        ground.paste(person, (left, ground.height - height), person)
        ground = ImageEnhance.Brightness(ground).enhance(draw.uniform(0.75, 1.2))
        yield ImageEnhance.Color(ground).enhance(draw.uniform(0.6, 1.3))


def _spread(clip: Path, count: int) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Frames of a clip, evenly spread."""
    with library().open(str(clip)) as container:
        wanted = set(np.linspace(0, container.streams.video[0].frames - 1, count).astype(int).tolist())
        frames = enumerate(container.decode(video=0))
        found = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for place, frame in frames if place in wanted]
    if len(found) != count:
        raise LooksmithError("the clip is too short", where=clip, expected=f"{count} frames", got=len(found))
    return found
