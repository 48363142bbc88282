"""The canonical face: what ``faces/canonical.npz`` is made of, from meshes of frontal faces.

``python -m looksmith.training.canonical PICTURES... --out canonical.npz`` finds faces with the shipped networks and
computes it again; no geometry of others is used.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError

Geometry = NDArray[np.float64]
ROUNDS = 4
"""Of alignment to the mean: it does not move any more."""
BEHIND = 0.9
"""Depth of the axis of the unfolding cylinder behind the eyes, in distances of the eyes' outer corners."""


def mean_geometry(meshes: Sequence[NDArray[np.floating]]) -> Geometry:
    """The mean of meshes after turning, scaling and moving them onto it (generalised Procrustes; Gower 1975).

    Args:
        meshes: (468, 3) each, pixels, x right, y down, z away from the viewer.

    Returns:
        (468, 3), mirror-symmetric, the middle of the eyes' outer corners at 0 and one unit between them.

    Raises:
        LooksmithError: there is no mesh.
    """
    if not meshes:
        raise LooksmithError("there is no frontal face", expected="meshes to take the mean of")
    centred = [np.asarray(mesh, np.float64) - np.mean(mesh, axis=0) for mesh in meshes]
    scaled = [mesh / np.sqrt(np.square(mesh).sum()) for mesh in centred]
    mean = np.mean(scaled, axis=0)
    for _ in range(ROUNDS):
        mean = np.mean([_turned(mesh, mean) for mesh in scaled], axis=0)
        mean /= np.sqrt(np.square(mean).sum())
    mean = _upright(mean)
    other = mirror(mean)
    even = (mean + mean[other] * (-1, 1, 1)) / 2
    return _upright(even)


def mirror(geometry: Geometry) -> NDArray[np.int64]:
    """For every point the one on the other side of the face.

    Raises:
        LooksmithError: the points do not pair up.
    """
    from scipy.optimize import linear_sum_assignment

    distances = np.square((geometry * (-1, 1, 1))[:, None] - geometry[None]).sum(axis=2)
    other = linear_sum_assignment(distances + distances.T)[1]
    if not (other[other] == np.arange(len(other))).all():
        raise LooksmithError("the mesh is not symmetric enough to pair its points", expected="frontal faces")
    return np.asarray(other, np.int64)


def unfolded(geometry: Geometry) -> NDArray[np.float64]:
    """The face on a cylinder behind it, cut open and laid flat: (468, 2) in [0, 1], a margin of 2 % all round."""
    depth = BEHIND - geometry[:, 2]
    flat = np.stack([np.arctan2(geometry[:, 0], depth), geometry[:, 1] / BEHIND], axis=1)
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle, reach = (low + high) / 2, float((high - low).max())
    return np.asarray(0.5 + 0.96 * (flat - middle) / reach)


def triangulated(uv: NDArray[np.float64]) -> NDArray[np.int16]:
    """Delaunay's triangles on the unfolded points, all turning the same way; slivers along the rim are left out."""
    from scipy.spatial import Delaunay

    corners = Delaunay(uv).simplices
    a, b, c = (uv[corners[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    longest = np.maximum.reduce([np.linalg.norm(p - q, axis=1) for p, q in ((a, b), (b, c), (c, a))])
    corners = np.where((area < 0)[:, None], corners[:, [0, 2, 1]], corners)
    kept = corners[np.abs(area) > 0.04 * np.square(longest)]
    return np.asarray(kept[np.lexsort(kept.T[::-1])], np.int16)


def write(geometry: Geometry, path: Path) -> Path:
    """``canonical.npz``: geometry, uv, triangles, mirror."""
    uv = unfolded(geometry)
    np.savez_compressed(
        path,
        geometry=geometry.astype(np.float32),
        uv=uv.astype(np.float32),
        triangles=triangulated(uv),
        mirror=mirror(geometry).astype(np.int16),
    )
    return path


def _turned(mesh: Geometry, aim: Geometry) -> Geometry:
    """A mesh turned onto another (Kabsch 1976), and scaled."""
    u, s, vt = np.linalg.svd(mesh.T @ aim)
    sign = np.sign(np.linalg.det(u @ vt))
    turn = u @ np.diag([1, 1, sign]) @ vt
    return np.asarray(mesh @ turn * (s * (1, 1, sign)).sum())


def _upright(mesh: Geometry) -> Geometry:
    """Eyes level and at 0, one unit apart; the nose neither up nor down: forehead and chin equally deep."""
    right, left = mesh[33], mesh[263]
    across = (left - right) / np.linalg.norm(left - right)
    down = mesh[152] - mesh[10]
    down = down - across * (down @ across)
    down /= np.linalg.norm(down)
    axes = np.stack([across, down, np.cross(across, down)])
    placed = (mesh - (right + left) / 2) @ axes.T
    return np.asarray(placed / np.linalg.norm(left - right))


def main(arguments: Sequence[str] | None = None) -> None:
    from looksmith.faces.analyse import analyse
    from looksmith.media.read import read_photo

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    meshes = []
    for path in given.pictures:
        for face in analyse(read_photo(path))[:1]:
            if abs(face.pose.yaw) < 8 and abs(face.pose.pitch) < 10:
                meshes.append(face.landmarks)
    write(mean_geometry(meshes), given.out)


if __name__ == "__main__":
    main()
