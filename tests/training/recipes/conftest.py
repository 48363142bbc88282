"""Generated pictures for the recipes: coloured discs and their outlines, two domains, with labels and captions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SIDE = 36


def disc(number: int, warm: bool) -> np.ndarray:
    """A disc on a ground, warm or cool; its place, size and colours belong to the number."""
    rng = np.random.default_rng(number)
    y, x = np.mgrid[:SIDE, :SIDE]
    centre, radius = rng.uniform(10, SIDE - 10, 2), rng.uniform(6, 11)
    inside = 1 / (1 + np.exp(np.hypot(y - centre[0], x - centre[1]) - radius))
    ground = np.array([0.15, 0.2, 0.35]) + 0.1 * rng.random(3)
    colour = (np.array([0.9, 0.5, 0.2]) if warm else np.array([0.2, 0.6, 0.9])) + 0.1 * rng.random(3)
    picture = ground + inside[..., None] * (colour - ground)
    return (picture.clip(0, 1) * 255).round().astype(np.uint8)


def outline(picture: np.ndarray) -> np.ndarray:
    """Dark lines where a picture's light changes, on white."""
    light = picture.astype(float).mean(2) / 255
    slope = np.hypot(*np.gradient(light))
    return (255 * (1 - np.clip(6 * slope, 0, 1))[..., None].repeat(3, 2)).round().astype(np.uint8)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``labelled/warm``, ``labelled/cool`` (captions beside), ``paired/photo``, ``paired/sketch``, ``style.png``."""
    root = tmp_path_factory.mktemp("workshop")
    for number in range(12):
        for label in ("warm", "cool"):
            made = disc(number, label == "warm")
            for name, picture in (
                (f"labelled/{label}", made),
                ("paired/photo", made),
                ("paired/sketch", outline(made)),
            ):
                path = root / name / f"{label}{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(picture).save(path)
            (root / f"labelled/{label}/{label}{number}.txt").write_text(f"a {label} disc on blue", "utf-8")
    stripes = np.zeros((48, 64, 3), np.uint8)
    stripes[:, ::6] = (250, 180, 40)
    stripes[::8] = (30, 60, 200)
    Image.fromarray(stripes).save(root / "style.png")
    return root
