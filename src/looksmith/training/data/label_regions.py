"""Pictures and what is known of their parts, for the recipe ``faces-regions``: masks that people drew, and teachers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.faces.face import Face, Pose
from looksmith.faces.parts import PARTS
from looksmith.training.data.face_labels import FaceLabels, label_folder
from looksmith.training.data.region_labels import Labelled, Sets, one_of, sets_of_mesh, sets_of_parsed, sets_of_worn
from looksmith.training.data.warp import read_rgb

PARSED, WORN, WORN_LABELS = "makeup/parsed", "fashion/street", "fashion/street-labels.json"
LOOSE = {
    "faces/generated": 1500, "faces/rated": 700, "faces/landmarks68": 700, "makeup/worn": 300, "makeup/bare": 60,
    "makeup/references": 60,
}  # fmt: skip
"""Portraits that a mesh and an outline tell of, and how many of each folder at most."""
BARE_EYED = frozenset({"faces/generated", "makeup/worn", "makeup/bare", "makeup/references"})
"""Of these, in which hardly anybody wears glasses; where they were possible in all, brows would be taken for some."""
NOBODY = {"content/photos": 300}
"""Photos, and how many at most of those in which no teacher sees a face, nor the outline's or the pose's a person."""
UNLIKELY = 0.05
"""Likelihood of somebody in a photo below which it shows nobody, whatever looks like an outline."""
OUTLINED = {"content/street": 150}
"""Photos of one whole figure each, of which an outline tells, and a mesh where the face is seen; at most so many."""
Person = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def label(
    root: Path,
    cache: Path,
    person: Person,
    labelled: Callable[..., FaceLabels] = label_folder,
    figure: Person | None = None,
    anybody: Callable[[NDArray[np.uint8]], float] | None = None,
) -> list[Labelled]:
    """Every picture of the sets below a root; those that are not there are passed over.

    Args:
        root: holds the folders.
        cache: where the labels of the mesh's teacher are kept.
        person: the outline's teacher.
        figure: that of whole figures from afar; without it photos of such are passed over.

        anybody: how likely somebody is in a photo; without it the outline alone says where nobody is.

    Raises:
        FileNotFoundError: no folder is there, or a teacher is not installed.
    """
    made = [*_drawn(root, cache, labelled), *_told(root, cache, person, labelled)]
    made += _nobody(root, cache, person, labelled, anybody)
    made += _outlined(root, cache, figure, labelled) if figure is not None else ()
    if not made:
        raise FileNotFoundError(f"no pictures below {root}; expected folders such as {PARSED}")
    return made


def _drawn(root: Path, cache: Path, labelled: Callable[..., FaceLabels]) -> Iterator[Labelled]:
    """Pictures with a mask beside them."""
    for folder in (PARSED, WORN):
        if not (root / folder).is_dir():
            continue
        words = json.loads((root / WORN_LABELS).read_text(encoding="utf-8")) if folder == WORN else []
        labels = labelled(root / folder, cache, portraits=folder == PARSED)
        for index, name in enumerate(labels.names):
            path, rgb = (root / folder / name).with_suffix(".mask.png"), read_rgb(root / folder / name)
            if rgb is None or not path.is_file():
                continue
            mask = np.asarray(Image.open(path).resize(rgb.shape[1::-1], Image.Resampling.NEAREST))
            sets: Sets = sets_of_worn(mask, words) if folder == WORN else sets_of_parsed(mask)
            yield Labelled(f"{folder}/{name}", rgb, sets, _points(labels.faces_of(index)))


def _told(root: Path, cache: Path, person: Person, labelled: Callable[..., FaceLabels]) -> Iterator[Labelled]:
    """Portraits of which mesh and outline tell something."""
    for folder, most in LOOSE.items():
        if not (root / folder).is_dir():
            continue
        labels = labelled(root / folder, cache, portraits=True)
        seen = [index for index in range(len(labels.names)) if len(labels.faces_of(index)) == 1]
        for index in seen[:: max(1, len(seen) // most)][:most]:
            rgb = read_rgb(root / folder / labels.names[index])
            if rgb is None:
                continue
            meshes = labels.faces_of(index)
            sets = sets_of_mesh(meshes[0], rgb.shape[0], rgb.shape[1], person(rgb), rgb)
            if folder in BARE_EYED:
                sets &= ~np.uint16(one_of("glasses"))
            yield Labelled(f"{folder}/{labels.names[index]}", rgb, sets, _points(meshes))


def _outlined(root: Path, cache: Path, figure: Person, labelled: Callable[..., FaceLabels]) -> Iterator[Labelled]:
    """Whole figures of which an outline tells, and the mesh of the largest face on them; they may wear glasses."""
    for folder, most in OUTLINED.items():
        if not (root / folder).is_dir():
            continue
        labels = labelled(root / folder, cache, portraits=False)
        for index, name in enumerate(labels.names[:most]):
            rgb = read_rgb(root / folder / name)
            if rgb is None:
                continue
            outline, meshes = figure(rgb), labels.faces_of(index)
            height, width = outline.shape
            middles = np.rint(meshes[:, :468, :2].mean(axis=1)).astype(int).clip(0, (width - 1, height - 1))
            meshes = meshes[outline[middles[:, 1], middles[:, 0]] > 0.5]
            sets: Sets = np.zeros((height, width), np.uint16)
            sets[outline < 0.1], sets[outline > 0.9] = one_of("background"), one_of(*PARTS[1:])
            if len(meshes):
                sets = sets_of_mesh(_largest(meshes), height, width, outline, rgb)
                sets[(sets & one_of("eyes")) != 0] |= one_of("glasses")
            yield Labelled(f"{folder}/{name}", rgb, sets, _points(meshes))


def _nobody(
    root: Path,
    cache: Path,
    person: Person,
    labelled: Callable[..., FaceLabels],
    anybody: Callable[[NDArray[np.uint8]], float] | None,
) -> Iterator[Labelled]:
    """Photos without people: all background."""
    for folder, most in NOBODY.items():
        if not (root / folder).is_dir():
            continue
        labels, found = labelled(root / folder, cache, portraits=False), 0
        for index in labels.without_faces():
            rgb = read_rgb(root / folder / labels.names[index])
            if rgb is None or found == most:
                continue
            outlined = float((person(rgb) > 0.5).mean()) > 0.005  # of many animals and things too
            if outlined and (anybody is None or anybody(rgb) >= UNLIKELY):
                continue
            found += 1
            sets = np.full(rgb.shape[:2], one_of("background"), np.uint16)
            yield Labelled(f"{folder}/{labels.names[index]}", rgb, sets, None)


def _points(meshes: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The five points of the largest face."""
    if not len(meshes):
        return None
    return Face((0, 0, 1, 1), 1.0, _largest(meshes)[:468], Pose(0, 0, 0)).five_points


def _largest(meshes: NDArray[np.float32]) -> NDArray[np.float32]:
    return max(meshes, key=lambda mesh: float(np.ptp(mesh[:468, 0])))
