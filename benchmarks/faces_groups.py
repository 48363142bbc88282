"""Faces by group: found, mesh, identity and regions, on held-out portraits of the sets whose labels tell groups.

    python -m benchmarks.faces_groups --data FOLDER [--labels FOLDER] [--portraits 300]

``faces/generated`` names sex and group in its files, ``faces/rated`` has its four groups, ``faces/ages`` tells age, sex
and group.  Nobody drew masks on these portraits and none of them shows a person twice.  So mesh and regions are set
beside their teachers (attention mesh; and selfie segmentation for the person), and of identity the chance is told that
two people of one group are taken for one, by ours and by dlib's embedding at its usual limit.  Detector and mesh are
told on the tenth of files that they never saw, identity and regions on the fifth that these never saw.
Writes results/faces-groups.json.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import record
from looksmith.evaluation.identity import DlibJudge
from looksmith.faces import identity
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.landmarks import EYE_CORNERS, LEFT_EYE, LIPS_OUTER, POINTS, RIGHT_EYE
from looksmith.faces.regions import regions
from looksmith.training.data.face_labels import label_folder
from looksmith.training.data.region_labels import inside_of
from looksmith.training.data.splits import share_of
from looksmith.training.data.warp import read_rgb
from looksmith.training.teachers.selfie import SelfieSegmentation

RATED = {"AF": "Asian women", "AM": "Asian men", "CF": "Caucasian women", "CM": "Caucasian men"}
RACES = ("white", "black", "Asian", "Indian", "others")
SETS = ("faces/generated", "faces/rated", "faces/ages")
FIFTH, TENTH = 0.2, 0.1
"""Share of names that identity and regions, and that detector and mesh never saw."""
REGIONS = ("person", "lips and mouth", "eyes")
TAKEN = ("taken for one person", "taken for one person by dlib")
CHINESE = {
    "Asian women": "亚裔女性", "Asian men": "亚裔男性", "Caucasian women": "白人女性", "Caucasian men": "白人男性",
    "female": "女性", "male": "男性", "white": "白人", "black": "黑人", "asian": "亚裔", "latino": "拉丁裔",
    "Asian": "亚裔", "Indian": "印度裔", "others": "其他",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Seen:
    """What was measured of one portrait.

    Attributes:
        groups: that it belongs to.
        fresh: whether detector and mesh never saw it.
        found: whether its face was.
        embedding: of it, or None.
        judged: dlib's embedding, or None.
        mesh: error to the teacher over the distance of the eyes' outer corners, or None.
        overlaps: with the teachers' regions, in the order of :data:`REGIONS`, or None.
    """

    groups: tuple[str, ...]
    fresh: bool
    found: bool
    embedding: NDArray[np.float32] | None
    judged: NDArray[np.float64] | None
    mesh: float | None
    overlaps: tuple[float, ...] | None


def groups_of(folder: str, name: str) -> tuple[str, ...]:
    """The groups that a file's name tells, in words; none where it tells none."""
    stem = Path(name).stem
    if folder == "faces/rated":
        return (RATED[stem[:2]],) if stem[:2] in RATED else ()
    if folder == "faces/generated":
        sex, group, *_ = [*stem.split("-"), "", ""]
        return (sex, group) if sex in ("female", "male") else ()
    parts = stem.split("_")
    if folder != "faces/ages" or len(parts) < 3 or not all(part.isdigit() for part in parts[:3]):
        return ()
    age, sex_number, race = (int(part) for part in parts[:3])
    band = f"{age // 20 * 20} to {age // 20 * 20 + 19}" if age < 80 else "80 and more"
    return (band, ("male", "female")[sex_number % 2], *RACES[race : race + 1])


def measured(data: Path, labels: Path, folder: str, most: int) -> Iterator[Seen]:
    """The held-out portraits of a set in which the teacher sees one face."""
    told = label_folder(data / folder, labels, portraits=True)
    outline, referee = SelfieSegmentation(), DlibJudge()
    kept = [k for k, name in enumerate(told.names) if share_of(name) < FIFTH and len(told.faces_of(k)) == 1]
    for index in kept[:: max(1, len(kept) // most)][:most]:
        name = told.names[index]
        rgb = read_rgb(data / folder / name)
        if rgb is None:
            continue
        truth, size = told.faces_of(index)[0], rgb.shape[:2]
        middle = truth[:POINTS, :2].mean(axis=0)
        all_faces = analyse_pixels(rgb)
        faces = [f for f in all_faces if np.hypot(*(np.array(f.centre) - middle)) < 0.5 * f.size][:1]
        error = overlaps = embedding = None
        if faces:
            unit = float(np.linalg.norm(truth[EYE_CORNERS[0][0]] - truth[EYE_CORNERS[1][0]]))
            off = np.linalg.norm(faces[0].landmarks[:, :2] - truth[:POINTS, :2], axis=1)
            error = float(off.mean()) / unit
            embedding = identity.embed(rgb, faces)[0]
        if faces and folder != "faces/ages":  # those are cut too tightly for the outline
            made = regions(rgb, all_faces)
            mouth = np.maximum(made.mask("lips"), made.mask("mouth"))
            pairs = (
                (made.mask("person"), outline(rgb) >= 0.5),
                (mouth, inside_of(truth, (LIPS_OUTER,), *size)),
                (made.mask("eyes"), inside_of(truth, (RIGHT_EYE, LEFT_EYE), *size)),
            )
            overlaps = tuple(_overlap(one >= 0.5, other) for one, other in pairs)
        judged = referee.embedding(rgb)
        yield Seen(groups_of(folder, name), share_of(name) < TENTH, bool(faces), embedding, judged, error, overlaps)


def of_group(seen: Sequence[Seen]) -> dict[str, Any]:
    """The numbers of one group."""
    fresh = [one for one in seen if one.fresh]
    errors = [one.mesh for one in fresh if one.mesh is not None]
    vectors = [one.embedding for one in seen if one.embedding is not None]
    result: dict[str, Any] = {
        "portraits": len(seen),
        "never seen by detector and mesh": len(fresh),
        "found": round(float(np.mean([one.found for one in fresh])), 4) if fresh else None,
        "mesh": round(float(np.mean(errors)), 4) if errors else None,
    }
    if len(vectors) > 1:
        one, two = np.triu_indices(len(vectors), 1)
        pairs = (np.stack(vectors) @ np.stack(vectors).T)[one, two]
        result["pairs of two people"] = len(pairs)
        result["taken for one person"] = round(float((pairs >= identity.thresholds().same).mean()), 5)
    judged = [one.judged for one in seen if one.judged is not None]
    if len(judged) > 1:
        one, two = np.triu_indices(len(judged), 1)
        far = np.linalg.norm(np.stack(judged)[one] - np.stack(judged)[two], axis=1)
        result["taken for one person by dlib"] = round(float((far <= DlibJudge.same_person).mean()), 5)
    overlaps = [one.overlaps for one in seen if one.overlaps is not None]
    if overlaps:
        result["overlap"] = dict(zip(REGIONS, np.mean(overlaps, axis=0).round(4).tolist(), strict=True))
    return result


def rows_of(groups: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """What the table of the documentation shows: of each group one line."""
    rows = []
    for folder, of in groups.items():
        for group, told in of.items():
            parts = [
                f"{told['portraits']}",
                "–" if told["found"] is None else f"{100 * told['found']:.0f} %",
                "–" if told["mesh"] is None else f"{100 * told['mesh']:.1f} %",
                *(f"{100 * told[key]:.1f} %" if key in told else "–" for key in TAKEN),
                ", ".join(f"{value:.2f}" for value in told["overlap"].values()) if "overlap" in told else "–",
            ]
            name = folder.partition("/")[2]
            rows.append(
                {
                    "en": f"{name}: {group}",
                    "zh": f"{name}：{CHINESE.get(group, group.replace(' to ', '–').replace(' and more', '+'))}",
                    "value": " · ".join(parts),
                    "target": "",
                }
            )
    return rows


def _overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    either = int((one | other).sum())
    return int((one & other).sum()) / either if either else 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path("checkpoints/faces-labels"), help="of the mesh's teacher")
    parser.add_argument("--portraits", type=int, default=300, help="of each set at most")
    chosen = parser.parse_args(arguments)
    groups: dict[str, dict[str, Any]] = {}
    for folder in SETS:
        seen = list(measured(chosen.data, chosen.labels, folder, chosen.portraits))
        names = sorted({group for one in seen for group in one.groups})
        groups[folder] = {name: of_group([one for one in seen if name in one.groups]) for name in names}
    rows = rows_of(groups)
    for row in rows:
        print(f"{row['en']:40} {row['value']}")
    print(record.write("faces-groups", {"groups": groups, "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
