"""Contact sheets: photo, style, peer, ours side by side, to judge by eye."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Rgb = NDArray[np.uint8]
GAP = 6
HEAD = 26


def sheet(columns: Sequence[str], rows: Sequence[Sequence[Rgb]], side: int = 320) -> Rgb:
    """A white page: a word above each column, one row of pictures (resized to side x side) each."""
    width = GAP + len(columns) * (side + GAP)
    page = Image.new("RGB", (width, HEAD + len(rows) * (side + GAP)), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(16)
    for c, word in enumerate(columns):
        draw.text((GAP + c * (side + GAP), 4), word, fill="black", font=font)
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
            page.paste(Image.fromarray(np.asarray(small, np.uint8)), (GAP + c * (side + GAP), HEAD + r * (side + GAP)))
    return np.asarray(page, np.uint8)


def save(page: Rgb, path: Path) -> None:
    """Write a page, beside then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.stem}.partial{path.suffix}")
    Image.fromarray(page).save(beside, quality=90)
    beside.replace(path)
