"""Parts told once more by the colours that a photo's people have."""

from __future__ import annotations

import numpy as np
import pytest

from looksmith.faces.by_colour import by_colour
from looksmith.faces.parts import PARTS

SKIN, COAT, WALL = (205, 150, 125), (40, 60, 130), (120, 125, 115)
BODY, CLOTHES, FACE = (PARTS.index(name) for name in ("body", "clothes", "skin"))


def figure() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parts, picture, and where an arm is that the network takes for a sleeve, a little."""
    rng = np.random.default_rng(1)
    rgb = np.empty((200, 120, 3), np.float32)
    rgb[:] = WALL
    parts = np.full((len(PARTS), 200, 120), 0.01, np.float32)
    parts[0] = 0.9
    arm = np.zeros((200, 120), bool)
    arm[70:120, 85:92] = True
    for where, colour, part, sure in (
        (np.s_[20:50, 50:75], SKIN, FACE, 0.9),
        (np.s_[50:180, 40:85], COAT, CLOTHES, 0.9),
        (np.s_[70:120, 85:92], SKIN, CLOTHES, 0.55),
    ):
        rgb[where] = colour
        parts[(slice(None), *where)] = 0.01
        parts[(part, *where)] = sure
    parts[BODY][arm] = 0.3
    parts /= parts.sum(axis=0)
    return parts, np.clip(rgb + rng.normal(0, 4, rgb.shape), 0, 255).astype(np.uint8), arm


def test_a_bare_arm_is_skin_since_it_looks_like_the_face() -> None:
    parts, rgb, arm = figure()
    made = by_colour(parts, rgb)
    assert (parts[CLOTHES][arm] > parts[BODY][arm]).all()
    assert (made[BODY][arm] > made[CLOTHES][arm]).mean() > 0.95
    assert made.sum(axis=0) == pytest.approx(np.ones((200, 120)), abs=1e-4)
    sure = parts.max(axis=0) > 0.85
    assert (made.argmax(axis=0) == parts.argmax(axis=0))[sure].all()


def test_parts_of_one_colour_keep_their_shares() -> None:
    parts, rgb, arm = figure()
    made = by_colour(parts, rgb)
    before, after = (p[BODY][arm] / p[FACE][arm] for p in (parts, made))
    assert after == pytest.approx(before, rel=1e-3)


def test_nothing_changes_where_nobody_is_or_nothing_is_asked_for() -> None:
    parts, rgb, _ = figure()
    assert by_colour(parts, rgb, 0.0) == pytest.approx(parts, abs=1e-6)
    nobody = np.zeros_like(parts)
    nobody[0] = 1
    assert (by_colour(nobody, rgb) == nobody).all()


def test_far_from_everybody_nothing_is_looked_at() -> None:
    parts, rgb, _ = figure()
    wide = np.concatenate([parts, np.broadcast_to(parts[:, :, :1], (len(PARTS), 200, 400))], axis=2)
    photo = np.concatenate([rgb, np.full((200, 400, 3), SKIN, np.uint8)], axis=1)
    assert (by_colour(wide, photo)[:, :, 300:] == wide[:, :, 300:]).all()
