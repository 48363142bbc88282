"""The teacher of outlines of whole figures: its squares, there and back, with another network in its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from looksmith.training.teachers import pose


class _Network:
    """Says that what is bright is a person, whose hips are at a place of the square, and how sure it is."""

    def __init__(self, sure: tuple[float, float], blind: bool) -> None:
        self.sure, self.blind, self.squares = list(sure), blind, []

    def get_input_details(self) -> list[dict[str, Any]]:
        return [{"index": 0}]

    def get_output_details(self) -> list[dict[str, Any]]:
        shapes = ((1, 195), (1, 1), (1, 256, 256, 1))
        return [{"index": k, "shape": np.array(shape)} for k, shape in enumerate(shapes)]

    def set_tensor(self, index: int, value: np.ndarray) -> None:
        self.squares.append(value[0])

    def invoke(self) -> None:
        pass

    def get_tensor(self, index: int) -> np.ndarray:
        if index == 1:
            return np.array([[self.sure[len(self.squares) - 1]]], np.float32)
        if index == 2:
            bright = 40 * (self.squares[-1][..., :1] - 0.5)
            return np.asarray(bright if len(self.squares) == 1 or not self.blind else 0 * bright - 40)[None]
        points = np.zeros((39, 5), np.float32)
        points[33, :2], points[34, :2] = (128, 128), (128, 90)
        return points.reshape(1, 195)


@pytest.mark.parametrize(
    ("sure", "blind", "found"), [((0.9, 0.95), False, True), ((0.9, 0.95), True, False), ((0.9, 0.5), True, True)]
)
def test_an_outline_comes_back_to_where_the_figure_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, sure: tuple[float, float], blind: bool, found: bool
) -> None:
    network = _Network(sure, blind)  # the second look sees nothing where it is blind, and counts where it is sure
    monkeypatch.setattr(pose, "mesh_folder", lambda: tmp_path)
    monkeypatch.setattr(pose, "interpreter", lambda path: network)
    rgb = np.zeros((300, 200, 3), np.uint8)
    rgb[120:180, 80:120] = 255
    teacher = pose.PoseOutline()
    made = teacher(rgb)
    assert made.shape == (300, 200) and made.dtype == np.float32 and made.min() >= 0 and made.max() <= 1
    assert made[:110].max() < 0.1 and made[:, 130:].max() < 0.1
    assert made[125:175, 85:115].min() > 0.9 if found else made.max() < 0.1
    wide, close = ((square[..., 0] > 0.5).sum() for square in network.squares)
    radius = 38 * 315 / 256  # of the circle, in pixels of the picture
    assert wide == pytest.approx(60 * 40 * (256 / 315) ** 2, rel=0.1)
    assert close == pytest.approx(60 * 40 * (256 / (2.5 * radius)) ** 2, rel=0.1)
    network.squares.clear()
    assert teacher.presence(rgb) == pytest.approx(sure[0])
