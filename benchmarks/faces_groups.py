"""Identity and regions by group, on held-out portraits of the sets whose labels tell groups.

``faces/generated`` names sex and group in its files, ``faces/rated`` has its four groups, ``faces/ages`` tells age, sex
and group.  None of them shows a person twice, so that of identity the chance is told that two people of one group are
taken for one; and of regions how well they agree with the teachers (attention mesh and selfie segmentation), since
nobody drew masks on these portraits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.faces import identity
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.landmarks import LEFT_EYE, LIPS_OUTER, RIGHT_EYE
from looksmith.faces.regions import regions
from looksmith.training.data.face_labels import label_folder
from looksmith.training.data.region_labels import inside_of
from looksmith.training.data.splits import share_of
from looksmith.training.data.warp import read_rgb
from looksmith.training.teachers.selfie import SelfieSegmentation

RATED = {"AF": "Asian women", "AM": "Asian men", "CF": "Caucasian women", "CM": "Caucasian men"}
RACES = ("white", "black", "Asian", "Indian", "others")
SETS = ("faces/generated", "faces/rated", "faces/ages")
HELD_OUT = 0.2
"""Share of names that the recipes of identity and regions keep aside."""


def groups_of(folder: str, name: str) -> tuple[str, ...]:
    """The groups that a file's name tells, in words; none where it tells none."""
    stem = Path(name).stem
    if folder == "faces/rated":
        return (RATED[stem[:2]],) if stem[:2] in RATED else ()
    if folder == "faces/generated":
        sex, group, *_ = [*stem.split("-"), "", ""]
        return (sex, group) if sex in ("female", "male") else ()
    parts = stem.split("_")
    if len(parts) < 3 or not all(part.isdigit() for part in parts[:3]):
        return ()
    age, sex_number, race = (int(part) for part in parts[:3])
    band = f"{age // 20 * 20} to {age // 20 * 20 + 19} years" if age < 80 else "80 years and more"
    return (band, ("male", "female")[sex_number % 2], *RACES[race : race + 1])


def held_out_portraits(data: Path, folder: str, most: int) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Name and pixels of the portraits that neither recipe saw."""
    names = [p.name for p in sorted((data / folder).glob("*.jpg")) if share_of(p.name) < HELD_OUT]
    for name in names[:: max(1, len(names) // most)][:most]:
        rgb = read_rgb(data / folder / name)
        if rgb is not None:
            yield name, rgb


def identity_by_group(data: Path, most: int) -> dict[str, Any]:
    """Found, and pairs of two people of one group that are taken for one."""
    limits, result = identity.thresholds(), {}
    for folder in SETS:
        vectors, groups, seen = [], [], []
        for name, rgb in held_out_portraits(data, folder, most):
            faces = analyse_pixels(rgb)
            seen.append((groups_of(folder, name), bool(faces)))
            if faces:
                vectors.append(identity.embed(rgb, faces[:1])[0])
                groups.append(groups_of(folder, name))
        if not vectors:
            continue
        cosines = np.stack(vectors) @ np.stack(vectors).T
        of_set = {}
        for group in sorted({g for row in groups for g in row}):
            chosen = np.array([group in row for row in groups])
            one, two = np.triu_indices(int(chosen.sum()), 1)
            pairs = cosines[np.ix_(chosen, chosen)][one, two]
            found = [hit for row, hit in seen if group in row]
            of_set[group] = {
                "portraits": len(found),
                "found": round(float(np.mean(found)), 4),
                "pairs": len(pairs),
                "taken for one person": round(float((pairs >= limits.same).mean()), 5) if len(pairs) else None,
                "similarity, median": round(float(np.median(pairs)), 4) if len(pairs) else None,
            }
        result[folder] = of_set
    return result


def regions_by_group(data: Path, labels: Path, most: int) -> dict[str, Any]:
    """Intersection over union with what the teachers say of person, lips with mouth, and eyes, pictures taken alike."""
    outline, result = SelfieSegmentation(), {}
    for folder in SETS[:2]:
        told = label_folder(data / folder, labels, portraits=True)
        index = {name: k for k, name in enumerate(told.names)}
        rows: list[tuple[tuple[str, ...], tuple[float, ...]]] = []
        for name, rgb in held_out_portraits(data, folder, most):
            meshes = told.faces_of(index[name])
            if len(meshes) != 1:
                continue
            made, size = regions(rgb, analyse_pixels(rgb)), rgb.shape[:2]
            lips = inside_of(meshes[0], (LIPS_OUTER,), *size)
            eyes = inside_of(meshes[0], (RIGHT_EYE, LEFT_EYE), *size)
            mouth = np.maximum(made.mask("lips"), made.mask("mouth"))
            pairs = ((made.mask("person"), outline(rgb) >= 0.5), (mouth, lips), (made.mask("eyes"), eyes))
            rows.append((groups_of(folder, name), tuple(_overlap(a >= 0.5, b) for a, b in pairs)))
        result[folder] = {
            group: {
                "portraits": len(chosen := np.array([values for groups, values in rows if group in groups])),
                **dict(zip(("person", "lips and mouth", "eyes"), chosen.mean(axis=0).round(4).tolist(), strict=True)),
            }
            for group in sorted({g for groups, _ in rows for g in groups})
        }
    return result


def _overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    either = int((one | other).sum())
    return int((one & other).sum()) / either if either else 1.0
