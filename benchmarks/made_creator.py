"""A creator of our own making: pictures in coloured chalk that a program draws, so that nobody has rights in them.

A scene (hills, sun, houses, trees, or a table with fruit) is drawn flat, then covered with short strokes that run along
its edges, in a palette of few colours on toned paper; after Hertzmann's painterly rendering (SIGGRAPH 1998), with one
size of stroke.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Draw = np.random.Generator
Rgb = NDArray[np.uint8]

SIDE = 640
PAPER = (236, 222, 196)
PALETTE = np.array(
    [(34, 40, 92), (24, 104, 132), (92, 150, 128), (214, 164, 58), (206, 82, 48), (238, 196, 172), (120, 44, 72),
     (246, 236, 206), (28, 26, 36)], np.int32,
)  # fmt: skip
"""Indigo, petrol, sage, ochre, vermilion, blush, plum, cream, soot: all that this creator has in the box."""


def scene(draw: Draw) -> Image.Image:
    """Something to draw: outdoors or on a table, laid out anew every time."""
    picture = Image.new("RGB", (SIDE, int(SIDE * draw.choice([0.75, 1.0, 1.25]))))
    return _table(draw, picture) if draw.random() < 0.35 else _country(draw, picture)


def drawn(flat: Image.Image, draw: Draw) -> Image.Image:
    """A picture in chalk strokes."""
    soft = flat.filter(ImageFilter.GaussianBlur(3))
    rgb = np.asarray(soft, np.int32)
    light = np.asarray(soft.convert("L").filter(ImageFilter.GaussianBlur(4)), np.float32)
    down, across = (np.asarray(slope, np.float32) for slope in np.gradient(light))
    height, width = light.shape
    paper = np.asarray(PAPER) + draw.normal(0, 5, (height, width, 1))
    sheet = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(sheet)
    for _ in range(width * height // 38):
        x, y = int(draw.integers(width)), int(draw.integers(height))
        if draw.random() < 0.12:  # paper stays to be seen
            continue
        angle = np.arctan2(down[y, x], across[y, x]) + np.pi / 2 + draw.normal(0, 0.25)
        if np.hypot(down[y, x], across[y, x]) < 0.25:
            angle = 0.7 + draw.normal(0, 0.3)  # the hand's own slant where there is no edge
        colour = rgb[y, x] + draw.normal(0, 22, 3)
        chalk = PALETTE[np.abs(PALETTE - colour).sum(axis=1).argmin()]
        length = draw.uniform(5, 11)
        step = np.array([np.cos(angle), np.sin(angle)]) * length
        ends = (x - step[0], y - step[1], x + step[0], y + step[1])
        pen.line(ends, tuple(int(v) for v in chalk), int(draw.integers(2, 5)))
    return sheet


def picture(number: int) -> Image.Image:
    """One of this creator's pictures; the same number gives the same picture."""
    draw = np.random.default_rng([7, number])
    return drawn(scene(draw), draw)


def _colour(draw: Draw) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in PALETTE[int(draw.integers(len(PALETTE)))])
    return red, green, blue


def _country(draw: Draw, picture: Image.Image) -> Image.Image:
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    above, below = np.array(_colour(draw)), np.array(_colour(draw))
    for row in range(height):
        share = row / height
        pen.line((0, row, width, row), tuple(int(v) for v in above * (1 - share) + below * share))
    x, y, radius = draw.uniform(0.1, 0.9) * width, draw.uniform(0.1, 0.35) * height, draw.uniform(0.04, 0.12) * width
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), _colour(draw))
    horizon = draw.uniform(0.4, 0.65)
    for layer in range(int(draw.integers(2, 5))):
        base, wave = (horizon + 0.12 * layer) * height, draw.uniform(0.02, 0.12) * height
        phase, rate = draw.uniform(0, 6), draw.uniform(1, 4)
        ridge = [(c, base + wave * np.sin(phase + rate * c / width * 3)) for c in range(0, width + 8, 8)]
        pen.polygon([*ridge, (width, height), (0, height)], _colour(draw))
        for _ in range(int(draw.integers(0, 5))):
            _house(draw, pen, draw.uniform(0, width), base + wave, draw.uniform(0.05, 0.13) * width)
        for _ in range(int(draw.integers(0, 7))):
            _tree(draw, pen, draw.uniform(0, width), base + wave * 1.2, draw.uniform(0.05, 0.16) * height)
    return picture


def _house(draw: Draw, pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    wall = size * draw.uniform(0.6, 1.1)
    pen.rectangle((x, y - wall, x + size, y), _colour(draw))
    pen.polygon([(x - size * 0.1, y - wall), (x + size / 2, y - wall - size * 0.5), (x + size * 1.1, y - wall)],
                _colour(draw))  # fmt: skip
    pen.rectangle((x + size * 0.38, y - wall * 0.5, x + size * 0.62, y), _colour(draw))


def _tree(draw: Draw, pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    pen.line((x, y, x, y - size), _colour(draw), max(2, int(size * 0.08)))
    crown = size * draw.uniform(0.35, 0.6)
    pen.ellipse((x - crown, y - size - crown, x + crown, y - size + crown), _colour(draw))


def _table(draw: Draw, picture: Image.Image) -> Image.Image:
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    edge = draw.uniform(0.5, 0.7) * height
    pen.rectangle((0, 0, width, edge), _colour(draw))
    pen.rectangle((0, edge, width, height), _colour(draw))
    for _ in range(int(draw.integers(1, 4))):  # jars
        x, size = draw.uniform(0.05, 0.8) * width, draw.uniform(0.1, 0.2) * width
        foot, tall = edge + draw.uniform(0.02, 0.2) * height, size * draw.uniform(1.2, 2.2)
        pen.rounded_rectangle((x, foot - tall, x + size, foot), size * 0.3, _colour(draw))
        pen.rectangle((x + size * 0.3, foot - tall * 1.2, x + size * 0.7, foot - tall * 0.95), _colour(draw))
    for _ in range(int(draw.integers(3, 9))):  # fruit
        x, y = draw.uniform(0.05, 0.95) * width, edge + draw.uniform(0.05, 0.35) * height
        size = draw.uniform(0.04, 0.09) * width
        pen.ellipse((x - size, y - size, x + size, y + size), _colour(draw))
    return picture
