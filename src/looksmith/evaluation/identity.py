"""Whether it is still the same person: what a judge of faces is, and the one of the evaluate extra.

The judge must have had no part in training what it judges.  dlib's is a ResNet that gives a face 128 numbers, 99.4 %
right on Labeled Faces in the Wild (King 2017, "High quality face recognition with deep metric learning").
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError

LANDMARKS = "shape_predictor_5_face_landmarks.dat"
EMBEDDING = "dlib_face_recognition_resnet_model_v1.dat"
VARIABLE = "LOOKSMITH_FACE_MODELS"
INSTALL = "pip install --no-deps dlib-bin face_recognition_models"
Rgb = NDArray[np.uint8]
_KEPT = 512


class FaceJudge(Protocol):
    """Compares the face of a picture with the one of the photo that it was made of.

    Attributes:
        name: what its numbers are called after, such as ``dlib-resnet-v1``.
        same_person: the distance up to which two faces are usually one person's.
    """

    name: str
    same_person: float

    def distance(self, picture: Rgb, photo: Rgb) -> float | None:
        """0 for the same face; None when the photo shows none.  Both H x W x 3 uint8 sRGB of one size."""
        ...


class DlibJudge:
    """Euclidean distance of dlib's embeddings; 0.6 is the usual limit of "the same person".

    The face is looked for in the photo alone, and the picture is judged at that place: a stylised face that no
    detector finds is judged like any other.  It keeps the faces of the photos that it saw.
    """

    name = "dlib-resnet-v1"
    same_person = 0.6

    def __init__(self, folder: Path | None = None) -> None:
        models = find_models(folder)
        import dlib

        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(models / LANDMARKS))
        self._embedding = dlib.face_recognition_model_v1(str(models / EMBEDDING))
        self._faces: OrderedDict[bytes, tuple[Any, NDArray[np.float64]] | None] = OrderedDict()

    def found(self, photo: Rgb) -> bool:
        """Whether there is a face in the photo."""
        return self._face(photo) is not None

    def distance(self, picture: Rgb, photo: Rgb) -> float | None:
        """Distance of the face at the photo's place in ``picture`` from the one in ``photo``; None without a face.

        Raises:
            ValueError: the sizes differ.
        """
        if picture.shape != photo.shape:
            raise ValueError(f"identity: expected pictures of one shape, got {picture.shape} and {photo.shape}")
        face = self._face(photo)
        return None if face is None else float(np.linalg.norm(self._embed(picture, face[0]) - face[1]))

    def embedding(self, photo: Rgb) -> NDArray[np.float64] | None:
        """128 numbers of the largest face in the photo; None without one."""
        face = self._face(photo)
        return None if face is None else face[1]

    def box(self, photo: Rgb) -> tuple[int, int, int, int] | None:
        """Left, top, right and bottom of the largest face in the photo, in pixels, brows to chin; None without one."""
        face = self._face(photo)
        if face is None:
            return None
        rectangle = face[0].rect
        return rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom()

    def _face(self, photo: Rgb) -> tuple[Any, NDArray[np.float64]] | None:
        pixels = np.ascontiguousarray(photo)
        key = hashlib.blake2b(pixels.tobytes(), digest_size=16, salt=str(pixels.shape[0]).encode()).digest()
        if key not in self._faces:
            boxes = self._detector(pixels, 0) or self._detector(pixels, 1)
            if boxes:
                shape = self._landmarks(pixels, max(boxes, key=lambda box: box.area()))
                self._faces[key] = (shape, self._embed(photo, shape))
            else:
                self._faces[key] = None
            while len(self._faces) > _KEPT:
                self._faces.popitem(last=False)
        return self._faces[key]

    def _embed(self, picture: Rgb, shape: Any) -> NDArray[np.float64]:
        return np.array(self._embedding.compute_face_descriptor(np.ascontiguousarray(picture), shape), np.float64)


@cache
def judge() -> FaceJudge | None:
    """The judge of the evaluate extra, or None where it is not installed."""
    try:
        return DlibJudge()
    except (LooksmithError, ImportError):
        return None


def find_models(folder: Path | None = None) -> Path:
    """The folder with dlib's two files: as given, else of LOOKSMITH_FACE_MODELS, else of the installed package.

    The package ``face_recognition_models`` is located and not imported: its ``__init__`` needs ``pkg_resources``.

    Raises:
        LooksmithError: the files are not there.
    """
    named = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is None:
        spec = importlib.util.find_spec("face_recognition_models")
        if spec is not None and spec.origin is not None:
            named = Path(spec.origin).parent / "models"
    if named is None or not all((named / name).is_file() for name in (LANDMARKS, EMBEDDING)):
        raise LooksmithError(
            "the face models for judging identity were not found",
            where=named or "face_recognition_models",
            expected=f"a folder with {LANDMARKS} and {EMBEDDING}",
            hint=f"{INSTALL}, or set {VARIABLE} to the folder",
        )
    return named
