"""A face taken out of its pose into a flat texture, changed there, and put back.

The texture is the mean face laid flat from a cylinder; the map between it and a photo is affine in each of the mesh's
triangles.  What is put back is the *change* of the texture, so that a texture nobody touched gives the photo back bit
for bit, detail finer than a texel stays, and outside the mesh nothing moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Face
from looksmith.faces.triangles import drawn

SIDE = 256
"""Texels of a texture's side."""
_TURNED = 0.12
"""Area of a triangle in the photo over that in the texture, both over the face's, below which it is seen too flat."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Canonical:
    """The mean face.

    Attributes:
        geometry: float32 (468, 3); the middle of the eyes' outer corners at 0, one unit between them, y down, z away.
        uv: float32 (468, 2) in [0, 1]: where a point is in a texture, x right, y down.
        triangles: int (898, 3), all turning the same way seen from the front.
        mirror: int (468,), for each point the one on the other side.
    """

    geometry: Floats
    uv: Floats
    triangles: NDArray[np.int64]
    mirror: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Texture:
    """A face without its pose.

    Attributes:
        pixels: float32 S x S x C; values as in the picture that it was taken from (uint8 stays in 0 to 255).
        visible: float32 S x S in [0, 1]: 0 outside the face and where the head is turned away.
    """

    pixels: Floats
    visible: Floats

    @property
    def side(self) -> int:
        return int(self.pixels.shape[0])


@cache
def canonical() -> Canonical:
    """The mean face that ships."""
    with (files(__package__) / "canonical.npz").open("rb") as file, np.load(file) as held:
        return Canonical(
            held["geometry"], held["uv"], held["triangles"].astype(np.int64), held["mirror"].astype(np.int64)
        )


def unwrap(picture: NDArray[np.uint8] | Floats, face: Face, side: int = SIDE) -> Texture:
    """The texture of a face in a picture.

    Args:
        picture: H x W or H x W x C, uint8 or float32.
        face: its mesh is in pixels of the picture.
        side: of the texture.
    """
    planes = picture[..., None] if picture.ndim == 2 else picture
    inside = _texels(side)[0] >= 0
    pixels = np.zeros((side, side, planes.shape[2]), np.float32)
    visible = np.zeros((side, side), np.float32)
    pixels[inside], visible[inside] = unwrapped(planes, face, inside)
    return Texture(pixels[..., 0] if picture.ndim == 2 else pixels, visible)


def unwrapped(picture: NDArray[np.uint8] | Floats, face: Face, where: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Some texels of the texture of a face in a picture.

    Args:
        picture: H x W x C, uint8 or float32.
        face: its mesh is in pixels of the picture.
        where: S x S, which texels; none outside the face.

    Returns:
        values (n, C) and how well they are seen (n,), in the order of the texels.
    """
    all_triangles, all_weights = _texels(len(where))
    triangle = all_triangles[where]
    corners = canonical().triangles[triangle]
    places = np.einsum("nk,nkd->nd", all_weights[where], face.landmarks[:, :2][corners])
    height, width = picture.shape[:2]
    within = ((places >= 0) & (places <= (width, height))).all(axis=1)
    return _sampled(picture, places), np.asarray(_facing(face)[triangle] * within, np.float32)


def wrap(texture: Floats, face: Face, height: int, width: int) -> tuple[Floats, Floats, tuple[int, int]]:
    """A texture laid onto a face in a photo.

    Args:
        texture: S x S or S x S x C.
        face: its mesh is in pixels of the photo.
        height, width: of the photo.

    Returns:
        values h x w (x C) and coverage h x w (0 or 1) of a part of the photo, and its (top, left).  Where triangles
        hide each other, the nearest is seen; those that look away are not.
    """
    triangle, (top, left) = _drawn(face, height, width)
    rows, columns = np.nonzero(triangle >= 0)
    planes = texture[..., None] if texture.ndim == 2 else texture
    places = _carried(
        triangle[rows, columns], columns + 0.5, rows + 0.5, face.landmarks[:, :2] - (left, top),
        canonical().uv * planes.shape[0],
    )  # fmt: skip
    values = np.zeros((*triangle.shape, planes.shape[2]), np.float32)
    values[rows, columns] = _sampled(planes, places)
    coverage = (triangle >= 0).astype(np.float32)
    return values[..., 0] if texture.ndim == 2 else values, coverage, (top, left)


def put_back(picture: NDArray[np.uint8], face: Face, before: Texture, after: Floats) -> NDArray[np.uint8]:
    """The picture with the change from one texture to another.

    Args:
        picture: H x W x 3 uint8, that ``before`` was taken from.
        face: as for :func:`unwrap`.
        before: the texture as it was.
        after: S x S x 3, changed.

    Returns:
        a new picture; outside the mesh, and where nothing was changed, every byte is as it was.
    """
    change = (np.asarray(after, np.float32) - before.pixels) * before.visible[..., None]
    values, coverage, (top, left) = wrap(change, face, *picture.shape[:2])
    made = picture.copy()
    height, width = coverage.shape
    part = made[top : top + height, left : left + width]
    part[...] = np.clip(np.rint(part + values * coverage[..., None]), 0, 255).astype(np.uint8)
    return made


@cache
def _texels(side: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """For each texel its triangle (-1: none) and the weights of the corners."""
    held = canonical()
    uv = held.uv.astype(np.float64) * side
    triangle = drawn(uv[held.triangles], np.arange(len(held.triangles)), side, side)
    y, x = np.mgrid[:side, :side] + 0.5
    weights = np.zeros((side, side, 3))
    inside = triangle >= 0
    weights[inside] = _weights(np.stack([x[inside], y[inside]], axis=1), uv[held.triangles[triangle[inside]]])
    return triangle, weights


def _drawn(face: Face, height: int, width: int) -> tuple[NDArray[np.int32], tuple[int, int]]:
    """For each pixel round a face the triangle that is seen there (-1: none), and where the part begins."""
    held = canonical()
    xy = face.landmarks[:, :2].astype(np.float64)
    left, top = np.clip(np.floor(xy.min(axis=0)), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(xy.max(axis=0)), 0, (width, height)).astype(int)
    if right <= left or bottom <= top:
        return np.full((0, 0), -1, np.int64), (0, 0)
    depth = face.landmarks[:, 2][held.triangles].mean(axis=1)
    seen = np.flatnonzero(_facing(face) > 0)
    order = seen[np.argsort(-depth[seen], kind="stable")]  # far ones first
    return drawn((xy - (left, top))[held.triangles[order]], order, bottom - top, right - left), (int(top), int(left))


def _weights(at: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Barycentric weights of points (n, 2) in triangles (n, 3, 2), none below 0, of sum 1."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    (ux, uy), (vx, vy), (px, py) = (b - a).T, (c - a).T, (at - a).T
    area = ux * vy - uy * vx
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    second, third = (px * vy - py * vx) / area, (ux * py - uy * px) / area
    weights = np.clip(np.stack([1 - second - third, second, third], axis=1), 0, 1)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _carried(
    chosen: NDArray[np.integer], x: NDArray[np.floating], y: NDArray[np.floating], start: NDArray[np.floating],
    end: Floats,
) -> NDArray[np.float64]:  # fmt: skip
    """Where points of one flat mesh are in another, (n, 2).

    Args:
        chosen: for each point the triangle that it lies in.
        x, y: (n,).
        start, end: (468, 2), the points of the two meshes.
    """
    corners = canonical().triangles
    (a, b, c), (a_to, b_to, c_to) = (mesh.astype(np.float64)[corners].transpose(1, 2, 0) for mesh in (start, end))
    (ux, uy), (vx, vy) = b - a, c - a
    area = ux * vy - uy * vx
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    u, v = b_to - a_to, c_to - a_to
    across, down = (u * vy - v * uy) / area, (v * ux - u * vx) / area
    still = a_to - across * a[0] - down * a[1]
    low, high = (np.take(limit([a_to, b_to, c_to], axis=0), chosen, axis=1) for limit in (np.min, np.max))
    across, down, still = (step.take(chosen, axis=1) for step in (across, down, still))
    return np.asarray(np.clip(across * x + down * y + still, low, high).T)


def _facing(face: Face) -> Floats:
    """For each triangle how well it is seen: 0 turned away, 1 like in the texture or better."""
    held = canonical()
    size = face.inter_ocular**2
    seen = _areas(face.landmarks[:, :2].astype(np.float64), held.triangles) / max(size, 1e-6)
    whole = _areas(held.uv.astype(np.float64), held.triangles)
    flat = held.uv[[33, 263]]
    whole = whole / float(np.square(flat[1] - flat[0]).sum())
    return np.asarray(np.clip((seen / whole - _TURNED / 2) / _TURNED, 0, 1), np.float32)


def _areas(xy: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Twice the signed areas."""
    a, b, c = (xy[triangles[:, k]] for k in range(3))
    return np.asarray((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])


def _sampled(planes: NDArray[np.uint8] | Floats, places: NDArray[np.float64]) -> Floats:
    """Bilinear values (n, C) of H x W x C at places (n, 2); beyond the rim the nearest pixel."""
    height, width, count = planes.shape
    x, y = (np.clip(places[:, k] - 0.5, 0, limit - 1) for k, limit in ((0, width), (1, height)))
    left, top = np.minimum(x.astype(np.int64), max(0, width - 2)), np.minimum(y.astype(np.int64), max(0, height - 2))
    fx, fy = (x - left).astype(np.float32)[:, None], (y - top).astype(np.float32)[:, None]
    across, down = int(width > 1), width * int(height > 1)
    flat, first = planes.reshape(-1, count), top * width + left

    def between(start: NDArray[np.int64]) -> Floats:
        near: Floats = flat.take(start, axis=0) * (1 - fx)
        near += flat.take(start + across, axis=0) * fx
        return near

    values, below = between(first), between(first + down)
    below -= values
    below *= fy
    values += below
    return values
