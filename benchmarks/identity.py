"""An independent judge of identity: dlib's face embedding (99.4 % on LFW), no part of our training.

The face is found in the *original* photo (HOG detector, five landmarks); the same place of the restyled
picture is cut out and embedded.  So a picture whose face no detector finds any more is judged as well.
Distance: Euclidean, of 128-number embeddings; 0.6 is the usual limit of "the same person".
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError

LANDMARKS = "shape_predictor_5_face_landmarks.dat"
EMBEDDING = "dlib_face_recognition_resnet_model_v1.dat"
VARIABLE = "LOOKSMITH_FACE_MODELS"
Rgb = NDArray[np.uint8]


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
            hint=f"pip install --no-deps dlib-bin face_recognition_models, or set {VARIABLE} to the folder",
        )
    return named


class IdentityJudge:
    """Distances of faces; one judge keeps the faces of its photos for a whole run."""

    def __init__(self, folder: Path | None = None) -> None:
        import dlib

        models = find_models(folder)
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(models / LANDMARKS))
        self._embedding = dlib.face_recognition_model_v1(str(models / EMBEDDING))
        self._faces: dict[Hashable, tuple[Any, NDArray[np.float64]] | None] = {}

    def found(self, key: Hashable, photo: Rgb) -> bool:
        """Whether there is a face in the photo."""
        return self._face(key, photo) is not None

    def __call__(self, picture: Rgb, photo: tuple[Hashable, Rgb]) -> float | None:
        """Distance of the face in ``picture`` from the one of ``photo`` (key and pixels), None without a face."""
        face = self._face(*photo)
        if face is None:
            return None
        if picture.shape != photo[1].shape:
            raise ValueError(f"identity: expected pictures of one shape, got {picture.shape} and {photo[1].shape}")
        return float(np.linalg.norm(self._embed(picture, face[0]) - face[1]))

    def _face(self, key: Hashable, photo: Rgb) -> tuple[Any, NDArray[np.float64]] | None:
        if key not in self._faces:
            pixels = np.ascontiguousarray(photo)
            boxes = self._detector(pixels, 0) or self._detector(pixels, 1)
            if boxes:
                shape = self._landmarks(pixels, max(boxes, key=lambda box: box.area()))
                self._faces[key] = (shape, self._embed(photo, shape))
            else:
                self._faces[key] = None
        return self._faces[key]

    def _embed(self, picture: Rgb, shape: Any) -> NDArray[np.float64]:
        return np.array(self._embedding.compute_face_descriptor(np.ascontiguousarray(picture), shape), np.float64)
