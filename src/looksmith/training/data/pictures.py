"""Training pictures held in memory as bytes, cropped as a pure function of (seed, step)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})


def held_out(path: Path, share: float = 0.1) -> bool:
    """Whether a file belongs to the held-out split: a fixed function of its name, never of order."""
    digest = hashlib.sha256(path.name.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < share


def find_pictures(folders: Iterable[Path], share: float = 0.1) -> list[Path]:
    """Every picture below the folders, sorted, without masks and the held-out split; a file stands for itself."""
    found: list[Path] = []
    for folder in folders:
        if not folder.exists():
            raise FileNotFoundError(f"no training folder at {folder}; expected a folder of pictures")
        inside = [folder] if folder.is_file() else folder.rglob("*")
        found += [p for p in inside if p.suffix.lower() in SUFFIXES and ".mask." not in p.name]
    return sorted(p for p in set(found) if not held_out(p, share))


@dataclass
class Pictures:
    """Decoded pictures (uint8 RGB, short side at most ``short_side``) and the names of bad files."""

    arrays: list[NDArray[np.uint8]]
    paths: list[Path]
    unreadable: list[tuple[Path, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.arrays)


def load_pictures(paths: Sequence[Path], short_side: int) -> Pictures:
    """Decode once; shrink so that the short side is at most ``short_side`` pixels.

    Unreadable files are listed, never fatal.
    """
    loaded = Pictures([], [])
    for path in paths:
        try:
            raw = np.fromfile(path, np.uint8)
            bgr = cv2.imdecode(raw, cv2.IMREAD_COLOR)
            if bgr is None:
                raise ValueError("not a picture that can be decoded")
        except (OSError, ValueError, cv2.error) as reason:
            loaded.unreadable.append((path, str(reason)))
            continue
        scale = short_side / min(bgr.shape[:2])
        if scale < 1:
            size = (max(1, round(bgr.shape[1] * scale)), max(1, round(bgr.shape[0] * scale)))
            bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        loaded.arrays.append(np.ascontiguousarray(bgr[..., ::-1]))
        loaded.paths.append(path)
    return loaded


def random_crop(
    rgb: NDArray[np.uint8], size: int, rng: np.random.Generator, zoom: tuple[float, float] = (1.0, 1.4)
) -> NDArray[np.uint8]:
    """A square crop of ``size`` pixels, mirrored half of the time.

    The picture is first scaled so that its short side is ``size`` times a factor drawn from ``zoom``.
    """
    height, width = rgb.shape[:2]
    side = min(height, width) / rng.uniform(*zoom)
    top = rng.uniform(0, height - side)
    left = rng.uniform(0, width - side)
    box = rgb[int(top) : int(top + side), int(left) : int(left + side)]
    shrink = box.shape[0] > size
    out = cv2.resize(box, (size, size), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        out = out[:, ::-1]
    return np.ascontiguousarray(out)
