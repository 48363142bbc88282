"""A face in a photo: where it is, its dense mesh, where it looks, and what others measure of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.landmarks import EYE_CORNERS, MOUTH_CORNERS, NOSE_TIP

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Pose:
    """How a head is turned, degrees; all zero for a face that looks straight into the camera.

    The rotation is Rz(roll) Ry(yaw) Rx(pitch): yaw and pitch are those of the photo turned back by the roll.

    Attributes:
        yaw: positive when the nose points to the right side of the photo (the person's own left).
        pitch: positive when the face looks up.
        roll: positive when the head leans clockwise in the photo, towards its right side.
    """

    yaw: float
    pitch: float
    roll: float

    @property
    def degrees(self) -> tuple[float, float, float]:
        """(yaw, pitch, roll)."""
        return self.yaw, self.pitch, self.roll


@dataclass(frozen=True, eq=False)
class Face:
    """One face, in pixels of the upright photo: x to the right, y down, (0, 0) the corner of the first pixel.

    Pixel ``[row, column]`` has its centre at (column + 0.5, row + 0.5).

    Attributes:
        box: (x0, y0, x1, y1), from brows to chin and ear to ear; it may reach out of the photo.
        score: how sure it is that this is a face, by detector and mesh together, in [0, 1].
        landmarks: float32 (468, 3), the mesh in the topology of the MediaPipe face mesh.  z has the scale of x and is
            0 at the depth of the head's middle, negative towards the viewer.  See ``faces.landmarks`` for names.
        pose: how the head is turned.
        presence: how sure the mesh is that it lies on a face, in [0, 1].
        irises: float32 (2, 5, 2), the person's right iris and the left one: centre, then four points of its rim, or
            None where they were not measured.
        embedding: float32 (d,), of length 1, for "same person?"; None where it was not measured.
        quality: in [0, 1], how well the face can be worked on and recognised; None where it was not measured.
    """

    box: tuple[float, float, float, float]
    score: float
    landmarks: Points
    pose: Pose
    presence: float = 1.0
    irises: Points | None = None
    embedding: Points | None = None
    quality: float | None = None

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def size(self) -> float:
        """The longer side of the box, pixels."""
        return max(self.width, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        """Of the box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    @property
    def five_points(self) -> Points:
        """float32 (5, 2): right eye, left eye, nose tip, right and left corner of the mouth (the person's own sides).

        In a photo that is not mirrored the order is that of ArcFace: the eye on the left comes first.
        """
        right, left = EYE_CORNERS
        xy = self.landmarks[:, :2]
        parts = [xy[list(right)].mean(axis=0), xy[list(left)].mean(axis=0), xy[NOSE_TIP], *xy[list(MOUTH_CORNERS)]]
        return np.stack(parts).astype(np.float32)

    @property
    def inter_ocular(self) -> float:
        """Distance of the outer corners of the eyes, pixels, in space, so that turning the head keeps it."""
        (right, _), (left, _) = EYE_CORNERS
        return float(np.linalg.norm(self.landmarks[right] - self.landmarks[left]))

    def points(self, group: Sequence[int]) -> Points:
        """float32 (n, 2): the points of a group of ``faces.landmarks``, in its order."""
        return np.ascontiguousarray(self.landmarks[list(group), :2])
