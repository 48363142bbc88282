"""The tone facet against plain colour transfers, on held-out pairs of photo and reference.

    python -m benchmarks.tone --data FOLDER [--pairs 60] [--sheet PAGE.jpg]
    python -m benchmarks.tone --data FOLDER --sweep          # the settings' curve, on training pictures

Writes results/tone.json: for every method the share of the colour gap that it closes (mean and covariance in CIELAB,
sliced Wasserstein in CIELAB) and the gradient SSIM to the photo; then banding, the .cube file and the time of a photo
of 12 megapixels.  ``--sheet`` writes a page of pairs with the peers beside; it shows pictures of the data and is for
judging by eye, not for publishing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from skimage.exposure import match_histograms

from benchmarks import grid, record
from benchmarks.contact import save, sheet
from looksmith.errors import LooksmithError
from looksmith.evaluation.metrics.gradient_ssim import gradient_ssim
from looksmith.evaluation.metrics.sliced_wasserstein import sliced_wasserstein
from looksmith.facets.grades import GRADES, grade_state
from looksmith.facets.lut import apply_lut, read_cube, sample, write_cube
from looksmith.facets.protocol import Material
from looksmith.facets.tone import Tone, ToneState, to_cube
from looksmith.facets.tone_grade import fit_with, grade_lut
from looksmith.facets.tone_prior import prior
from looksmith.facets.tone_statistics import quantile_table, thumbnail
from looksmith.media.colour import lab_to_rgb, rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.training.data.pictures import find_pictures, load_pictures

Rgb = NDArray[np.uint8]
Array = NDArray[np.float64]
Method = Callable[[Rgb, Rgb], Rgb]

PHOTOS = ("content/photos", "content/street", "content/large", "faces/generated")
REFERENCES = ("content/photos", "content/street", "content/large")
GAPS = ("mean", "covariance", "sliced Wasserstein")
TARGET = {"closed": 0.7, "structure": 0.95, "seconds": 0.5, "cube": 2}
SAMPLES = 5000


@dataclass(frozen=True)
class Pair:
    """A photo and the reference it shall be graded after."""

    names: tuple[str, str]
    photo: Rgb
    reference: Rgb


def reinhard(photo: Rgb, reference: Rgb) -> Rgb:
    """Mean and deviation of each channel of Lab (after Reinhard et al. 2001)."""
    x, y = _lab(photo), _lab(reference)
    return _rgb((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-6) * y.std(axis=0) + y.mean(axis=0), photo)


def monge_kantorovich(photo: Rgb, reference: Rgb) -> Rgb:
    """The linear optimal transport in Lab (Pitie & Kokaram 2007)."""
    x, y = _lab(photo), _lab(reference)
    a, b = (np.cov(v.T) + 1e-3 * np.eye(3) for v in (x, y))
    root = _root(a)
    inverse = np.linalg.inv(root)
    return _rgb((x - x.mean(axis=0)) @ (inverse @ _root(root @ b @ root) @ inverse) + y.mean(axis=0), photo)


def histograms(photo: Rgb, reference: Rgb) -> Rgb:
    """Histogram matching of each channel, as scikit-image has it."""
    return np.asarray(np.rint(match_histograms(photo, reference, channel_axis=-1)), np.uint8)


def ours(photo: Rgb, reference: Rgb, **controls: Any) -> Rgb:
    """Learn from the reference, apply at full strength."""
    facet = Tone(**controls)
    return np.asarray(facet.apply(Photo(photo), facet.learn(Material((Photo(reference),))), 1.0, None).pixels, np.uint8)


METHODS: dict[str, Method] = {
    "Looksmith": ours,
    "Looksmith, fixed table": lambda photo, reference: ours(photo, reference, adaptive=False),
    "Reinhard": reinhard,
    "Monge-Kantorovich": monge_kantorovich,
    "histogram matching": histograms,
}


def pairs(data: Path, count: int) -> list[Pair]:
    """Held-out photos and references of unlike names, in an order that only their names decide."""
    photos = _held_out(data, PHOTOS, count)
    references = _held_out(data, REFERENCES, count + 1)
    chosen = []
    for k in range(count):
        photo, reference = photos[k], references[k]
        if photo == reference:
            reference = references[count]
        names = (photo.relative_to(data).as_posix(), reference.relative_to(data).as_posix())
        chosen.append(Pair(names, *load_pictures([photo, reference], short_side=320).arrays))
    return chosen


def judge(pair: Pair, made: Rgb) -> list[float]:
    """Gaps before and after, and the gradient SSIM: seven numbers."""
    aim, before, after = _lab(pair.reference), _lab(pair.photo), _lab(made)
    some = np.random.default_rng(0).permutation(len(before))[:SAMPLES]
    some_aim = aim[np.random.default_rng(1).permutation(len(aim))[:SAMPLES]]
    row = []
    for lab in (before, after):
        row += [
            float(np.linalg.norm(lab.mean(axis=0) - aim.mean(axis=0))),
            float(np.linalg.norm(np.cov(lab.T) - np.cov(aim.T))),
            sliced_wasserstein(lab[some], some_aim),
        ]
    return [*row, gradient_ssim(pair.photo, made)]


def summary(values: Array) -> dict[str, Any]:
    """Of the seven numbers of each pair: shares closed over all pairs, medians of the pairs, and structure."""
    result: dict[str, Any] = {}
    for k, name in enumerate(GAPS):
        both = values[:, [k, k + 3]]
        result[name] = record.bootstrap(np.arange(len(both)).astype(float), lambda rows, b=both: _closed(b, rows))
        result[f"{name}, median of pairs"] = round(float(np.median(1 - both[:, 1] / both[:, 0])), 4)
    result["gradient SSIM"] = record.bootstrap(values[:, 6])
    result["gradient SSIM, lowest tenth of pairs"] = round(float(np.quantile(values[:, 6], 0.1)), 4)
    return result


def _closed(both: Array, rows: Array) -> float:
    sums = both[rows.astype(int)].sum(axis=0)
    return float(1 - sums[1] / sums[0])


def banding(states: Sequence[ToneState]) -> dict[str, float]:
    """Ramps of grey, 8 and 16 bit, under every state's own table: the largest step between neighbouring levels."""
    levels8 = np.arange(256, dtype=np.uint8)[None, :, None].repeat(2, axis=0).repeat(3, axis=2)
    levels16 = np.linspace(0, 65535, 8192).round().astype(np.uint16)[None, :, None].repeat(3, axis=2)
    steps8, steps16, falls = [], [], [0.0]
    for state in states:
        facet = Tone(adaptive=False)
        eight = facet.apply(Photo(levels8), state).pixels.astype(int)[0]
        sixteen = facet.apply(Photo(levels16), state).pixels.astype(float)[0] / 257
        light = sixteen @ np.array([0.2126, 0.7152, 0.0722])
        falls.append(float(-np.diff(light).min()))
        steps8.append(int(np.abs(np.diff(eight, axis=0)).max()))
        steps16.append(float(np.abs(np.diff(sixteen, n=2, axis=0)).max()))
    return {
        "largest step of an 8-bit ramp": float(max(steps8)),
        "largest change of slope of a 16-bit ramp of 8192 levels, in 8-bit levels": round(max(steps16), 4),
        "largest fall of lightness between neighbours of that ramp": round(max(falls), 4),
    }


def cube_parity(states: Sequence[ToneState], photo: Rgb) -> dict[str, Any]:
    """The largest difference of the product's own output to its .cube, by our reading of it and by ffmpeg."""
    program = shutil.which("ffmpeg") or _bundled_ffmpeg()
    own, theirs = 0, 0
    for state in states:
        made = Tone(adaptive=False).apply(Photo(photo), state).pixels.astype(int)
        text = to_cube(state)
        read = np.rint(sample(read_cube(text), photo / 255) * 255).astype(int)
        own = max(own, int(np.abs(read - made).max()))
        if program:
            theirs = max(theirs, int(np.abs(through_ffmpeg(program, text, photo).astype(int) - made).max()))
    return {"own reading": own, "ffmpeg": theirs if program else None}


def through_ffmpeg(program: str, cube: str, photo: Rgb) -> Rgb:
    """A picture through ffmpeg's filter lut3d with its default interpolation."""
    height, width = photo.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "look.cube").write_text(cube, encoding="ascii")
        raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
        command = [program, "-v", "error", *raw, "-s", f"{width}x{height}", "-i", "-", "-vf", "lut3d=look.cube"]
        done = subprocess.run(
            [*command, *raw, "-"], input=photo.tobytes(), stdout=subprocess.PIPE, check=True, cwd=folder
        )
    return np.frombuffer(done.stdout, np.uint8).reshape(height, width, 3)


def speed(state: ToneState, photo: Rgb, rounds: int = 7) -> dict[str, Any]:
    """A whole apply on 12 megapixels, 8 and 16 bit: median seconds, and of processor time."""
    large = cv2.resize(photo, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    found: dict[str, Any] = {}
    for name, pixels in (("8 bit", large), ("16 bit", large.astype(np.uint16) * 257)):
        facet, subject = Tone(), Photo(pixels)
        facet.apply(subject, state)
        wall, processor = [], []
        for _ in range(rounds if name == "8 bit" else 3):
            begin, began = time.perf_counter(), time.process_time()
            facet.apply(subject, state)
            wall.append(time.perf_counter() - begin)
            processor.append(time.process_time() - began)
        found[name] = {
            "seconds": round(statistics.median(wall), 3),
            "quickest": round(min(wall), 3),
            "processor seconds": round(statistics.median(processor), 3),
        }
    return found


def sweep(data: Path, count: int) -> list[dict[str, Any]]:
    """How far and how true to structure, for weights of the detail, on pairs of training pictures."""
    paths = find_pictures([data / folder for folder in REFERENCES])
    order = np.random.default_rng(5).permutation(len(paths))[: 2 * count]
    arrays = load_pictures([paths[k] for k in order], short_side=320).arrays
    chosen = [Pair(("", ""), arrays[2 * k], arrays[2 * k + 1]) for k in range(count)]
    tables = [quantile_table(thumbnail(pair.reference).reshape(-1, 3)) for pair in chosen]
    curve = []
    for changes in SWEEP:
        known = replace(prior(), settings=replace(prior().settings, **changes))
        rows = []
        for pair, table in zip(chosen, tables, strict=True):
            lut = grade_lut(fit_with(known, pair.photo, None, table))
            rows.append(judge(pair, np.asarray(apply_lut(lut, pair.photo), np.uint8)))
        sums = np.asarray(rows).sum(axis=0)
        closed = 1 - sums[3:6] / sums[:3]
        point = {**changes, **dict(zip(GAPS, closed.round(4).tolist(), strict=True))}
        point["gradient SSIM"] = round(float(sums[6]) / count, 4)
        Console(stderr=True).print(point)
        curve.append(point)
    return curve


SWEEP: tuple[dict[str, float], ...] = (
    *({"light": light, "floor": floor} for floor in (1.0, 2.0, 4.0) for light in (100.0, 200.0, 400.0, 800.0)),
    *({"even": even} for even in (0.002, 0.03, 0.1)),
    *({"chroma": chroma} for chroma in (0.5, 20.0, 100.0)),
    *({"smooth": smooth} for smooth in (0.01, 0.3)),
)


def _bundled_ffmpeg() -> str | None:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        return None
    try:
        return str(get_ffmpeg_exe())
    except RuntimeError:
        return None


def _held_out(data: Path, folders: Sequence[str], count: int) -> list[Path]:
    """Pictures of the folders in turn, each as often as the others as far as it has any."""
    shelves = []
    for folder in folders:
        for wanted in range(count, 0, -1):
            try:
                shelves.append(grid.choose(data, folder, wanted))
                break
            except LooksmithError:
                continue
    found = [shelf[k] for k in range(count) for shelf in shelves if k < len(shelf)]
    if len(found) < count:
        raise LooksmithError("too few held-out pictures", where=data, expected=count, got=len(found))
    kept = found[:count]
    return sorted(kept, key=lambda path: hashlib.sha256((folders[-1] + path.name).encode()).hexdigest())


def _lab(rgb: Rgb) -> Array:
    return np.asarray(rgb_to_lab(rgb.reshape(-1, 3)), np.float64)


def _rgb(lab: Array, like: Rgb) -> Rgb:
    return np.rint(lab_to_rgb(lab.astype(np.float32)) * 255).astype(np.uint8).reshape(like.shape)


def _root(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the result, say how it stands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    grid.add_data_argument(parser)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--sweep", action="store_true")
    given = parser.parse_args(arguments)
    try:
        data = grid.data_folder(given.data)
        if given.sweep:
            record.write("tone-sweep", {"curve": sweep(data, min(given.pairs, 40))})
            return 0
        chosen = pairs(data, given.pairs)
    except LooksmithError as error:
        Console(stderr=True).print(f"error: {error}")
        return 1
    values: dict[str, list[list[float]]] = {name: [] for name in METHODS}
    rows: list[list[Rgb]] = []
    for pair in track(chosen, "judging pairs", console=Console(stderr=True)):
        made = {name: method(pair.photo, pair.reference) for name, method in METHODS.items()}
        for name, picture in made.items():
            values[name].append(judge(pair, picture))
        rows.append([pair.photo, pair.reference, *made.values()])
    if given.sheet:
        page = [[grid.square(picture, 200) for picture in row] for row in rows[:24]]
        save(sheet(["photo", "reference", *METHODS], page, side=200), given.sheet)
    methods = {name: summary(np.asarray(rows)) for name, rows in values.items()}
    facet = Tone()
    learned = [facet.learn(Material((Photo(pair.reference),))) for pair in chosen[:12]]
    states = [*learned, *(grade_state(name) for name in GRADES)]
    result: dict[str, Any] = {
        "targets": TARGET,
        "pairs": [
            {"photo": pair.names[0], "reference": pair.names[1], **{n: record.rounded(values[n][k]) for n in METHODS}}
            for k, pair in enumerate(chosen)
        ],
        "columns": [*(f"{gap} before" for gap in GAPS), *(f"{gap} after" for gap in GAPS), "gradient SSIM"],
        "methods": methods,
        "banding": banding(states),
        "cube": cube_parity(states, chosen[0].photo),
        "cube bytes": len(write_cube(grade_lut(states[0].coefficients), "Looksmith")),
        "12 megapixels": speed(learned[0], chosen[0].photo),
    }
    result["rows"] = _rows(result, len(chosen))
    path = record.write("tone", result)
    Console().print({name: {gap: m[gap] for gap in (*GAPS, "gradient SSIM")} for name, m in methods.items()})
    Console().print({key: result[key] for key in ("banding", "cube", "12 megapixels")}, f"-> {path}")
    return 0


def _rows(result: dict[str, Any], count: int) -> list[dict[str, str]]:
    """What README and docs show."""
    zh = {"mean": "均值", "covariance": "协方差", "sliced Wasserstein": "切片 Wasserstein 距离"}
    own = result["methods"]["Looksmith"]
    linear = result["methods"]["Monge-Kantorovich"]
    rows = [
        {
            "en": f"colour gap closed, {gap} in CIELAB, {count} pairs (linear transport: {linear[gap]['value']:.0%})",
            "zh": f"缩小的颜色差距：CIELAB {zh[gap]}，{count} 对（线性传输：{linear[gap]['value']:.0%}）",
            "value": f"{own[gap]['value']:.0%}",
            "target": f"≥ {TARGET['closed']:.0%}",
        }
        for gap in GAPS
    ]
    rows.append(
        {
            "en": f"gradient SSIM to the photo (linear transport: {linear['gradient SSIM']['value']:.3f})",
            "zh": f"与原照片的梯度 SSIM（线性传输：{linear['gradient SSIM']['value']:.3f}）",
            "value": f"{own['gradient SSIM']['value']:.3f}",
            "target": f"≥ {TARGET['structure']}",
        }
    )
    seconds = result["12 megapixels"]["8 bit"]["seconds"]
    rows.append(
        {"en": "12 megapixels", "zh": "1200 万像素", "value": f"{seconds:.2f} s", "target": f"≤ {TARGET['seconds']} s"}
    )
    largest = max(v for v in result["cube"].values() if v is not None)
    rows.append(
        {
            "en": ".cube against our own output, largest difference",
            "zh": ".cube 与自身输出的最大差别",
            "value": f"{largest}/255",
            "target": f"≤ {TARGET['cube']}/255",
        }
    )
    return rows


if __name__ == "__main__":
    sys.exit(main())
