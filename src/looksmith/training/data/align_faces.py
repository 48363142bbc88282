"""Aligned faces for the recipe ``faces-identity``, from folders of portraits: crops, and what the teacher says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.faces.align import place_of
from looksmith.faces.crop import cut
from looksmith.faces.face import Face, Pose
from looksmith.faces.identity import SIDE, TEMPLATE
from looksmith.training.data.aligned_faces import AlignedFaces
from looksmith.training.data.face_labels import FaceLabels, label_folder
from looksmith.training.data.warp import read_rgb
from looksmith.training.networks.dlib_resnet import CHIP, MESH
from looksmith.training.networks.dlib_resnet import SIDE as CHIP_SIDE

SETS = (
    "faces/identities", "faces/rated", "faces/ages", "faces/generated", "faces/landmarks68", "makeup/bare",
    "makeup/references", "makeup/worn", "makeup/pairs",
)  # fmt: skip
"""Folders of portraits below the data's root; those that are not there are passed over.  Of ``makeup/pairs`` the left
halves."""
HALVES = "makeup/pairs"
MARGIN = 16
"""Pixels of room round the student's crop."""


def align(
    root: Path,
    cache: Path,
    teacher: nn.Module,
    person_of: Callable[[str], str],
    labelled: Callable[..., FaceLabels] = label_folder,
) -> AlignedFaces:
    """Every portrait's largest face.

    Args:
        root: holds the folders of :data:`SETS`.
        cache: where the labels of the mesh's teacher are kept.
        teacher: 128 numbers of chips, N x 3 x 150 x 150 in [0, 1].
        person_of: who a file shows, by its name with folders; nothing for nobody known.

    Raises:
        FileNotFoundError: no folder is there, or a teacher is not installed.
    """
    names, wide, chips = [], [], []
    for name, rgb, mesh in _faces(root, cache, labelled):
        face = Face((0, 0, 1, 1), 1.0, mesh[:468], Pose(0, 0, 0))
        names.append(name)
        wide.append(cut(rgb, place_of(face.five_points, TEMPLATE + MARGIN, SIDE + 2 * MARGIN), SIDE + 2 * MARGIN))
        chips.append(cut(rgb, place_of(mesh[list(MESH), :2], CHIP, CHIP_SIDE), CHIP_SIDE))
    if not names:
        raise FileNotFoundError(f"no portraits below {root}; expected folders such as {SETS[0]}")
    people = [person_of(name) for name in names]
    numbers = {person: number for number, person in enumerate(sorted(set(people) - {""}))}
    stacked = np.stack(chips)
    return AlignedFaces(
        np.array(names),
        np.stack(wide),
        stacked,
        _taught(teacher, stacked),
        np.array([numbers.get(person, -1) for person in people]),
    )


def _faces(
    root: Path, cache: Path, labelled: Callable[..., FaceLabels]
) -> Iterator[tuple[str, NDArray[np.uint8], NDArray[np.float32]]]:
    """Name, picture and mesh of each portrait's largest face."""
    for folder in SETS:
        if not (root / folder).is_dir():
            continue
        crop = (0.0, 0.0, 0.5, 1.0) if folder == HALVES else None
        labels = labelled(root / folder, cache, portraits=True, crop=crop)
        for index, name in enumerate(labels.names):
            meshes = labels.faces_of(index)
            rgb = read_rgb(root / folder / name) if len(meshes) else None
            if rgb is not None:
                largest = max(meshes, key=lambda mesh: float(np.ptp(mesh[:468, 0])))
                yield f"{folder}/{name}" + ("#L" if crop else ""), rgb, largest


@torch.no_grad()
def _taught(teacher: nn.Module, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The mean with the mirrored chip, as dlib's own users do it."""
    found = []
    for first in range(0, len(chips), 32):
        x: Tensor = torch.from_numpy(chips[first : first + 32]).permute(0, 3, 1, 2).float() / 255
        found.append(((teacher(x) + teacher(x.flip(3))) / 2).numpy())
    return np.asarray(np.concatenate(found), np.float32)
