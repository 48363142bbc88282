"""Faces drawn over their photo, to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from looksmith.faces.face import Face
from looksmith.faces.landmarks import CLOSED, GROUPS
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo

_MESH, _BOX, _TEXT = (255, 255, 255), (255, 196, 0), (255, 255, 255)
_LINES = {
    "lips_outer": (255, 64, 96),
    "lips_inner": (255, 128, 144),
    "right_eye": (64, 208, 255),
    "left_eye": (64, 208, 255),
    "right_brow": (160, 224, 96),
    "left_brow": (160, 224, 96),
    "face_oval": (255, 255, 255),
    "nose_bridge": (255, 196, 0),
    "nose_base": (255, 196, 0),
}


def draw(photo: Photo, faces: Sequence[Face]) -> Photo:
    """A new 8-bit sRGB photo with boxes, meshes, contours and poses; numbers count from 1, as faces are told."""
    image = Image.fromarray(to_srgb8(photo).copy())
    pen = ImageDraw.Draw(image, "RGB")
    for number, face in enumerate(faces, start=1):
        _draw_face(pen, face, number)
    return Photo(np.asarray(image))


def _draw_face(pen: ImageDraw.ImageDraw, face: Face, number: int) -> None:
    width = max(1, round(face.size / 160))
    pen.rectangle(face.box, outline=_BOX, width=width)
    if face.size >= 60:
        dot = max(0.4, face.size / 420)
        for x, y in face.landmarks[:, :2].tolist():
            pen.ellipse((x - dot, y - dot, x + dot, y + dot), fill=_MESH)
    for name, group in GROUPS.items():
        line = [tuple(point) for point in face.points(group).tolist()]
        pen.line([*line, line[0]] if name in CLOSED else line, fill=_LINES[name], width=width)
    for iris in face.irises if face.irises is not None else ():
        (x, y), radius = iris[0], float(np.linalg.norm(iris[1:] - iris[0], axis=1).mean())
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=(64, 208, 255), width=width)
    yaw, pitch, roll = face.pose.degrees
    text = f"{number}  {face.score:.2f}  {yaw:+.0f} {pitch:+.0f} {roll:+.0f}"
    size = float(np.clip(face.size / 12, 10, 40))
    pen.text((face.box[0], face.box[1] - 1.3 * size), text, fill=_TEXT, font_size=size, stroke_width=1, stroke_fill=0)
