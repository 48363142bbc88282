"""Faces: found beside BlazeFace and dlib, the mesh beside its teacher and people's points, and how long it takes.

    python -m benchmarks.faces --data FOLDER [--labels FOLDER] [--pictures 150] [--quick]

Only held-out pictures (``training.data.pictures.held_out``).  Every method gets the same arrays.

*Found*: a portrait is scaled so that its face has a given size, turned by a given angle, and laid over a photo of
640 x 480 without faces; a face counts as found when a box's middle lies within half a face of the true one and its size
is within a factor of 2.5.  The true boxes are those of the 68 points that people set, or of the teacher's mesh.
*False faces*: boxes in photos in which no teacher sees a face at its usual bound, and no person who looks at them.
*Mesh*: mean distance of points over that of the outer corners of the eyes, to the teacher on the native pictures (by
how far the head is turned), and to the 68 points of people, ours and the teacher's own.
Writes results/faces.json.  Needs the teachers of the recipes ``faces-detector`` and ``faces-mesh``, and dlib.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray

from benchmarks import record
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.crop import Place
from looksmith.faces.detect import detect
from looksmith.faces.landmarks import EYE_CORNERS, IBUG_68, POINTS
from looksmith.faces.pose import pose_of
from looksmith.training.data.face_labels import FaceLabels, FaceTeacher, label_folder
from looksmith.training.data.pictures import held_out
from looksmith.training.data.warp import inside, read_rgb, resized, warped
from looksmith.training.teachers.blazeface import BlazeFace

Rgb = NDArray[np.uint8]
Boxes = NDArray[np.float32]

PORTRAITS = ("faces/landmarks68", "faces/generated", "faces/ages", "faces/rated", "faces/identities")
SIZES = (24, 32, 48, 96, 200)
ANGLES = (0, 30, 45)
NOT_FREE = frozenset({"n03000247_chain_mail.jpg", "n02111129_Leonberg.jpg"})
"""Photos in which the teachers see no face, and a person who looks at them one each: half of one, and a small one."""
TARGETS = {"recall": 0.97, "false": 1 / 200, "frontal": 0.025, "turned": 0.04, "human": 1.1, "portrait_ms": 25}


def methods() -> dict[str, Callable[[Rgb], Boxes]]:
    """Each gives boxes (n, 4) of a picture."""
    import dlib

    full, short = BlazeFace("full"), BlazeFace("short")
    hog = dlib.get_frontal_face_detector()

    def ours(rgb: Rgb) -> Boxes:
        return np.array([face.box for face in analyse_pixels(rgb)], np.float32).reshape(-1, 4)

    def dlib_hog(rgb: Rgb) -> Boxes:
        found = [(r.left(), r.top(), r.right(), r.bottom()) for r in hog(rgb, 1)]
        return np.array(found, np.float32).reshape(-1, 4)

    return {
        "Looksmith": ours,
        "BlazeFace, full range": lambda rgb: full(rgb)[:, 1:5],
        "BlazeFace, short range": lambda rgb: short(rgb)[:, 1:5],
        "dlib HOG": dlib_hog,
    }


def is_found(true: Boxes, boxes: Boxes) -> bool:
    """Whether one of the boxes is the face."""
    if not len(boxes):
        return False
    size = float((true[2:] - true[:2]).max())
    off = np.hypot(*((boxes[:, :2] + boxes[:, 2:] - true[:2] - true[2:]) / 2).T)
    ratio = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) / size
    return bool(((off < 0.5 * size) & (ratio > 0.4) & (ratio < 2.5)).any())


def laid(picture: Rgb, box: Boxes, photo: Rgb, size: float, angle: float) -> tuple[Rgb, Boxes]:
    """A portrait over a photo of 640 x 480, its face of a size, turned; and where the face is."""
    canvas = resized(photo, 640, 480)
    scale = size / float((box[2:] - box[:2]).max())
    step = max(1, int(1 / scale))
    small = resized(picture, max(1, picture.shape[1] // step), max(1, picture.shape[0] // step))
    shrunk = small.shape[1] / picture.shape[1]
    middle = (box[:2] + box[2:]) / 2 * shrunk
    matrix = Place(0, 0, shrunk / scale, -np.radians(angle)).from_photo(1)
    matrix[:, 2] = np.array([320, 240]) - matrix[:, :2] @ middle
    piece, mask = warped(small, matrix, (640, 480)), inside(small.shape, matrix, (640, 480))
    canvas = np.where(mask[..., None] > 0, piece, canvas)
    return np.ascontiguousarray(canvas), np.array([320, 240] * 2, np.float32) + np.float32(size / 2) * np.array(
        [-1, -1, 1, 1], np.float32
    )


def found_by(
    tools: dict[str, Callable[[Rgb], Boxes]],
    faces: Sequence[tuple[Rgb, Boxes, str]],
    photos: Sequence[Rgb],
    sizes: Sequence[int],
    angles: Sequence[int],
) -> dict[str, Any]:
    """Recall by size and angle, and by set at 96 pixels upright."""
    out: dict[str, Any] = {name: {} for name in tools}
    for size in sizes:
        for angle in angles:
            if angle and size not in (48, 96):
                continue
            hits: dict[str, list[bool]] = {name: [] for name in tools}
            for number, (picture, box, _) in enumerate(faces):
                sign = 1 if number % 2 else -1
                scene, true = laid(picture, box, photos[number % len(photos)], size, sign * angle)
                for name, tool in tools.items():
                    hits[name].append(is_found(true, tool(scene)))
            for name, seen in hits.items():
                out[name][f"{size} px, {angle}°"] = record.bootstrap(np.array(seen, float)[:, None])
    for name, tool in tools.items():
        by_set: dict[str, list[bool]] = {}
        for picture, box, group in faces:
            by_set.setdefault(group, []).append(is_found(box, tool(picture)))
        out[name]["native"] = {key: {"recall": float(np.mean(v)), "faces": len(v)} for key, v in by_set.items()}
    return out


def mesh_errors(labels: Sequence[FaceLabels], people: dict[str, NDArray[np.float32]], most: int) -> dict[str, Any]:
    """Our mesh to the teacher's, and both to the points of people."""
    outer = [corners[0] for corners in EYE_CORNERS]
    to_teacher: list[tuple[float, float, str]] = []
    human: list[tuple[float, float, float, float]] = []
    missed = 0
    for folder in labels:
        indices = [k for k in sorted(set(folder.which.tolist())) if held_out(folder.folder / folder.names[k])]
        for index in indices[:most]:
            rgb = read_rgb(folder.folder / folder.names[index])
            truth = folder.faces_of(index)[0]
            if rgb is None:
                continue
            faces = analyse_pixels(rgb)
            middle = truth[:POINTS, :2].mean(axis=0)
            near = [f for f in faces if np.hypot(*(np.array(f.centre) - middle)) < 0.5 * f.size]
            if not near:
                missed += 1
                continue
            made = near[0].landmarks
            unit = float(np.linalg.norm(truth[outer[0]] - truth[outer[1]]))
            off = float(np.linalg.norm(made[:, :2] - truth[:POINTS, :2], axis=1).mean()) / unit
            to_teacher.append((abs(pose_of(truth).yaw), off, folder.folder.name))
            points = people.get(folder.names[index]) if folder.folder.name == "landmarks68" else None
            if points is not None:
                across = float(np.linalg.norm(points[36] - points[45]))
                each = [np.linalg.norm(m[list(IBUG_68), :2] - points, axis=1) / across for m in (made, truth)]
                human.append((each[0].mean(), each[1].mean(), each[0][17:].mean(), each[1][17:].mean()))
    yaw, error = (np.array([row[k] for row in to_teacher]) for k in (0, 1))
    sides = {"frontal": yaw < 20, "turned": (yaw >= 20)}
    told = np.array(human)
    by_set = {s: float(np.mean([e for _, e, name in to_teacher if name == s])) for s in {n for *_, n in to_teacher}}
    return {
        "missed": missed,
        **{
            side: {**record.bootstrap(error[which][:, None]), "faces": int(which.sum())}
            for side, which in sides.items()
            if which.any()
        },
        "by set": by_set,
        "human 68": _means(told, 0),
        "human 51, without the jaw": _means(told, 2),
    }


def _means(told: NDArray[np.float64], first: int) -> dict[str, float]:
    if not len(told):
        return {}
    ours, teacher = told[:, first].mean(), told[:, first + 1].mean()
    return {"ours": float(ours), "teacher": float(teacher), "ratio": float(ours / teacher), "faces": len(told)}


def milliseconds(rgb: Rgb, call: Callable[[Rgb], Any], rounds: int) -> dict[str, float]:
    """Median wall-clock and processor time of a call, and the least wall-clock time, warm."""
    wall, work = [], []
    for turn in range(rounds + 3):
        began, worked = time.perf_counter(), time.process_time()
        call(rgb)
        if turn >= 3:
            wall.append(1000 * (time.perf_counter() - began))
            work.append(1000 * (time.process_time() - worked))
    return {"wall": float(np.median(wall)), "least": min(wall), "processor": float(np.median(work))}


def people_points(path: Path) -> dict[str, NDArray[np.float32]]:
    """The 68 points of each file."""
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return {row[0]: np.array(row[1:137], np.float32).reshape(68, 2) for row in rows}


def face_free(data: Path, cache: Path) -> list[Rgb]:
    """Held-out photos in which the teachers, at their usual bound, see no face."""
    teacher, photos = FaceTeacher(), []
    for name in ("content/photos", "content/street", "fashion/garments"):
        folder = label_folder(data / name, cache, portraits=False)
        for index, file in enumerate(folder.names):
            if not held_out(folder.folder / file) or len(folder.faces_of(index)) or file in NOT_FREE:
                continue
            rgb = read_rgb(folder.folder / file)
            if rgb is not None and not len(teacher.far(rgb, 0.5)) and not len(teacher.near(rgb, 0.5)):
                photos.append(rgb)
    return photos


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path("checkpoints/faces-labels"))
    parser.add_argument("--pictures", type=int, default=150, help="portraits of each set at most")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(arguments)
    most = 12 if chosen.quick else chosen.pictures
    labels = [label_folder(chosen.data / name, chosen.labels, portraits=True) for name in PORTRAITS]
    people = people_points(chosen.data / "faces/landmarks68/landmarks68.csv")
    photos = face_free(chosen.data, chosen.labels)
    tools = methods()
    faces = _portraits(labels, people, most // 4)
    found = found_by(tools, faces, photos, SIZES[1:4:2] if chosen.quick else SIZES, ANGLES)
    false = {name: sum(len(tool(photo)) for photo in photos) for name, tool in tools.items()}
    mesh = mesh_errors(labels, people, most)
    portrait = resized(faces[len(faces) // 2][0], 512, 512)
    wide, _ = laid(*faces[0][:2], photos[0], 200, 0)
    wide = resized(wide, 1920, 1080)
    speed = {
        "portrait 512": milliseconds(portrait, analyse_pixels, chosen.rounds),
        "portrait 512, detector": milliseconds(portrait, detect, chosen.rounds),
        "1080p, one face": milliseconds(wide, analyse_pixels, chosen.rounds),
    }
    result: dict[str, Any] = {
        "faces": len(faces),
        "face-free photos": len(photos),
        "found": found,
        "false faces": false,
        "mesh": mesh,
        "milliseconds": speed,
        "targets": TARGETS,
    }
    rows = rows_of(result)
    path = record.write("faces", result | {"rows": rows})
    for row in rows:
        print(f"{row['en']:60} {row['value']:>12} {row['target']}")
    print(path)
    return 0


def _portraits(
    labels: Sequence[FaceLabels], people: dict[str, NDArray[np.float32]], most: int
) -> list[tuple[Rgb, Boxes, str]]:
    """Held-out portraits with their true box: of people's points where there are any, else of the teacher's mesh."""
    found = []
    for folder in labels:
        indices = [k for k in sorted(set(folder.which.tolist())) if held_out(folder.folder / folder.names[k])]
        for index in indices[:most]:
            rgb = read_rgb(folder.folder / folder.names[index])
            if rgb is None:
                continue
            mesh = folder.faces_of(index)[0][:POINTS, :2]
            points = people.get(folder.names[index]) if folder.folder.name == "landmarks68" else None
            box = np.concatenate([mesh.min(axis=0), mesh.max(axis=0)])
            if points is not None:  # people set no points on the forehead: brows to chin, as high again as to the eyes
                low, high = points.min(axis=0), points.max(axis=0)
                box = np.concatenate([[low[0], low[1] - 0.25 * (high[1] - low[1])], high])
            found.append((rgb, box.astype(np.float32), folder.folder.name))
    return found


def rows_of(result: dict[str, Any]) -> list[dict[str, str]]:
    """What the tables of the documentation show."""
    rows = []

    def row(english: str, chinese: str, value: str, target: str = "") -> None:
        rows.append({"en": english, "zh": chinese, "value": value, "target": target})

    for name, seen in result["found"].items():
        for key, value in seen.items():
            if key != "native":
                target = "≥ 97 %" if name == "Looksmith" and not key.startswith("24") else ""
                row(f"{name}: recall at {key}", f"{name}：召回率 {key}", f"{100 * value['value']:.1f} %", target)
    for name, count in result["false faces"].items():
        photos = result["face-free photos"]
        target = "≤ 1 in 200" if name == "Looksmith" else ""
        row(f"{name}: false faces in {photos} photos", f"{name}：{photos} 张无脸照片中的误检", str(count), target)
    mesh = result["mesh"]
    for side, chinese, target in (("frontal", "正面", "≤ 2.5 %"), ("turned", "侧转", "≤ 4 %")):
        if side in mesh:
            value = f"{100 * mesh[side]['value']:.2f} %"
            row(f"mesh to the teacher, {side}", f"网格与教师的误差，{chinese}", value, target)
    if mesh["human 68"]:
        value = f"{mesh['human 68']['ratio']:.2f} ×"
        row("68 points of people: error over the teacher's", "人工 68 点：误差与教师之比", value, "≤ 1.1 ×")
    for key, limit in (("portrait 512", "≤ 25 ms"), ("1080p, one face", "≤ 60 ms")):
        value = f"{result['milliseconds'][key]['processor']:.0f} ms"
        row(f"{key}: processor time", f"{key}：处理器时间", value, limit)
    return rows


if __name__ == "__main__":
    sys.exit(main())
