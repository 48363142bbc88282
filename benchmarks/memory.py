"""Peak memory of restyling one large photo, measured in a process of its own.

    python -m benchmarks.memory 4096 [--whole]

Prints JSON.  ``--whole`` repaints the photo once in tiles and once as a whole and gives their greatest difference
(that takes far more memory, which is why it is asked for).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.methods import Ours
from looksmith.facets.painting import TILE, paint, painter
from looksmith.media.read import photo_from_array


def peak_mb() -> float:
    """Greatest resident memory of this process so far, in MB (10⁶ bytes).

    Linux: VmHWM, which begins anew with the program.  ``getrusage`` does not: a child that was started by
    fork or vfork inherits the peak of its parent, so it is only what remains elsewhere.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def sample(side: int) -> NDArray[np.uint8]:
    """A photo of side x side: scikit-image's astronaut, tiled with mirrors so that it has detail at any size."""
    from skimage.data import astronaut

    tile = np.asarray(astronaut(), np.uint8)
    row = np.concatenate([tile, tile[:, ::-1]], axis=1)
    block = np.concatenate([row, row[::-1]])
    count = -(-side // block.shape[0])
    return np.ascontiguousarray(np.tile(block, (count, count, 1))[:side, :side])


def sample_style() -> NDArray[np.uint8]:
    """A style for measuring time and memory, which do not depend on it."""
    from skimage.data import coffee

    return np.asarray(cv2.resize(np.asarray(coffee(), np.uint8), (512, 512), interpolation=cv2.INTER_AREA), np.uint8)


def measure(side: int, whole: bool) -> dict[str, Any]:
    """Peak before and after, seconds; or, with ``whole``, the greatest difference of tiles and whole."""
    import looksmith

    ours = Ours()
    look = ours.look(sample_style())
    photo = photo_from_array(sample(side))
    if whole:
        rgb = np.asarray(photo.pixels, np.uint8)
        state = look.facets["texture"]
        network = painter(state.vector, state.mean, state.covariance)
        tiled = paint(rgb, network, np.eye(3), np.zeros(3))
        at_once = paint(rgb, network, np.eye(3), np.zeros(3), tile=1 << 20)
        apart = np.abs(tiled.astype(np.int16) - at_once)
        return {
            "side": side,
            "tile": TILE,
            "tiled": side > TILE,
            "greatest difference": int(apart.max()),
            "share that differs": float((apart > 0).mean()),
        }
    looksmith.apply(look, photo_from_array(sample(256)), only="texture")
    before, begin = peak_mb(), time.perf_counter()
    done = looksmith.apply(look, photo, only="texture")
    seconds = time.perf_counter() - begin
    if np.array_equal(done.pixels, photo.pixels):
        raise RuntimeError("nothing was changed: this is no measurement")
    return {
        "side": side,
        "photo_mb": round(photo.pixels.nbytes / 1e6, 1),
        "before_mb": round(before, 1),
        "peak_mb": round(peak_mb(), 1),
        "seconds": round(seconds, 3),
    }


def in_own_process(side: int, whole: bool = False) -> dict[str, Any]:
    """:func:`measure`, in a fresh interpreter."""
    command = [sys.executable, "-m", "benchmarks.memory", str(side), *(["--whole"] if whole else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("side", type=int)
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    print(json.dumps(measure(given.side, given.whole)))
