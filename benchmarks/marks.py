"""How the invisible mark holds: read back after what happens to pictures, how little it shows, how seldom it errs.

    python -m benchmarks.marks [PHOTOS…] [--data FOLDER] [--count 80]

Takes evenly spread photos of the folders (by default content/ and faces/rated/ of the data), at most 1024 pixels long.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks import grid, record
from looksmith.errors import LooksmithError
from looksmith.looks.learn import pictures_of
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import shrink
from looksmith.rights import mark

LONGEST = 1024
Pixels = NDArray[np.uint8]


def saved(pixels: Pixels, format: str, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format, quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def scaled(pixels: Pixels, ratio: float) -> Pixels:
    size = (max(1, round(pixels.shape[1] * ratio)), max(1, round(pixels.shape[0] * ratio)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))


def noisy(pixels: Pixels) -> Pixels:
    noise = np.random.default_rng(0).normal(0, 6, pixels.shape)
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def filtered(pixels: Pixels, kind: Any) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(kind))


ATTACKS: tuple[tuple[str, str, str, Callable[[Pixels], Pixels]], ...] = (
    ("as it was made", "原样", "≥ 98 %", lambda p: p),
    ("JPEG 90", "JPEG 90", "", lambda p: saved(p, "JPEG", 90)),
    ("JPEG 75", "JPEG 75", "≥ 95 %", lambda p: saved(p, "JPEG", 75)),
    ("JPEG 50", "JPEG 50", "", lambda p: saved(p, "JPEG", 50)),
    ("JPEG 30", "JPEG 30", "", lambda p: saved(p, "JPEG", 30)),
    ("WebP 75", "WebP 75", "", lambda p: saved(p, "WEBP", 75)),
    ("halved", "缩小一半", "≥ 95 %", lambda p: scaled(p, 0.5)),
    ("halved, then JPEG 75", "缩小一半再 JPEG 75", "≥ 95 %", lambda p: saved(scaled(p, 0.5), "JPEG", 75)),
    ("a third of the size", "缩小到三分之一", "", lambda p: scaled(p, 1 / 3)),
    ("doubled", "放大一倍", "", lambda p: scaled(p, 2)),
    ("blurred, radius 1", "模糊，半径 1", "", lambda p: filtered(p, ImageFilter.GaussianBlur(1))),
    ("sharpened", "锐化", "", lambda p: filtered(p, ImageFilter.UnsharpMask(2, 120))),
    ("noise, 6 of 255", "噪声，6/255", "", noisy),
    ("brighter by 15 %", "调亮 15 %", "", lambda p: np.clip(p * 1.15, 0, 255).astype(np.uint8)),
    ("grey", "变为灰度", "", lambda p: np.asarray(Image.fromarray(p).convert("L").convert("RGB"))),
    ("mirrored", "左右翻转", "", lambda p: p[:, ::-1]),
    ("cropped by 5 %", "裁剪 5 %", "", lambda p: p[: round(0.95 * p.shape[0]), : round(0.95 * p.shape[1])]),
    ("turned by 1°", "旋转 1°", "", lambda p: np.asarray(Image.fromarray(p).rotate(1, Image.Resampling.BICUBIC))),
)
"""English, Chinese, aim, what is done."""

FOLDERS = ("content", "faces/rated")
"""Of the data, when no folder is named."""


def measure(paths: list[Path]) -> dict[str, Any]:
    """Counts over photos; a photo that has no room for the mark is counted apart."""
    kept = dict.fromkeys((name for name, _, _, _ in ATTACKS), 0)
    decibels, refused, false = [], 0, 0
    rng = np.random.default_rng(0)
    for number, path in enumerate(paths):
        photo = Photo(np.ascontiguousarray(shrink(to_srgb8(read_photo(path)), longest=LONGEST)))
        false += mark.read(photo) is not None
        payload = int(rng.integers(0, 1 << 32))
        marked = mark.embed(photo, payload)
        if marked is None:
            refused += 1
            continue
        decibels.append(mark.psnr_of(photo, marked))
        for name, _, _, attack in ATTACKS:
            attacked: Any = np.ascontiguousarray(attack(marked.pixels))
            found = mark.read(Photo(attacked))
            false += found is not None and found.payload != payload
            kept[name] += found is not None and found.payload == payload
        print(f"{number + 1}/{len(paths)} {path.name}: {decibels[-1]:.1f} dB", file=sys.stderr)
    count = len(decibels)
    rows = [
        {"en": en, "zh": zh, "value": f"{100 * kept[en] / count:.0f} %", "target": aim} for en, zh, aim, _ in ATTACKS
    ]
    rows += [
        {"en": "change, mean PSNR", "zh": "平均 PSNR", "value": f"{np.mean(decibels):.1f} dB", "target": "≥ 40 dB"},
        {"en": "change, worst PSNR", "zh": "最差 PSNR", "value": f"{min(decibels):.1f} dB", "target": "≥ 35 dB"},
        {"en": "photos without room for it", "zh": "放不下的照片", "value": f"{refused} / {len(paths)}", "target": ""},
        {"en": "seen where there is none, or misread", "zh": "误报或误读", "value": str(false), "target": "0"},
    ]
    return {
        "photos": len(paths), "marked": count, "longest side": LONGEST, "read back": kept,
        "psnr": {"mean": round(float(np.mean(decibels)), 2), "worst": round(min(decibels), 2)},
        "refused": refused, "false": false, "rows": rows,
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marks", description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="*", type=Path, help="folders of photos")
    grid.add_data_argument(parser)
    parser.add_argument("--count", type=int, default=80, help="how many photos")
    given = parser.parse_args(arguments)
    try:
        folders = given.photos or [grid.data_folder(given.data) / name for name in FOLDERS]
        found = [path for folder in folders for path in pictures_of(folder)]
        if not found:
            raise LooksmithError("there is no photo", where=", ".join(map(str, folders)), expected="photos")
        step = max(1, len(found) // given.count)
        print(record.write("marks", measure(found[::step][: given.count])))
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
