"""Makeup taken off: a plausible bare face under it.

By the network where it is installed; else colours go, where makeup was found, to what the plain skin lets one expect
there, and the detail of the picture stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import wrap
from looksmith.faces.people import People
from looksmith.facets.makeup import bare
from looksmith.facets.makeup.extract import Looked, extract, look_at
from looksmith.facets.makeup.facet import changed_part
from looksmith.facets.makeup.free import free_of, in_front
from looksmith.facets.makeup.layers import LAYERS
from looksmith.facets.makeup.lips import edge_of_lips
from looksmith.facets.makeup.window import SIDE, laid_out
from looksmith.facets.protocol import Mask
from looksmith.media.blend import mix
from looksmith.media.colour import lab_to_rgb, rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.media.smooth import gaussian, smoothed

TAKEN = {
    "contour": 1.0, "highlight": 1.0, "blush": 1.0, "eyeshadow-1": 1.0, "eyeshadow-2": 1.0, "eyeshadow-3": 1.0,
    "eyeliner": 0.5,
}  # fmt: skip
"""Layers that are taken off in the texture, and how much of them: lashes, brows and skin are the person's own, and of
dark lines along the lids half may be.  Lips are looked for in the photo."""

Floats = NDArray[np.float32]


def remove(people: People, strength: float = 1.0, where: Mask | None = None) -> Photo:
    """The photo of ``people`` without makeup on its faces.

    Args:
        people: of the photo.
        strength: 0 (the photo, bit for bit) to 1.
        where: H x W in [0, 1], or None for everywhere.
    """
    subject = people.photo
    if strength == 0 or subject.pixels.size == 0 or not people.faces:
        return subject
    front = in_front(people)
    pixels: Any = subject.pixels.copy()
    for face in people.faces:
        looked = look_at(people.rgb, face, front)
        values, coverage, (top, left) = wrap(laid_out(_change(looked)), face, *people.rgb.shape[:2])
        if coverage.size == 0:
            continue
        part_of = slice(top, top + coverage.shape[0]), slice(left, left + coverage.shape[1])
        weight = coverage * free_of(face, people.rgb.shape, front, part_of)
        part: Any = pixels[part_of]
        change = np.asarray(values * weight[..., None], np.float32)
        if not bare.installed():
            given = people.rgb[part_of].astype(np.float32) / np.float32(255)
            change += _lips(looked, given, edge_of_lips(given, face, part_of) * weight)
        made = changed_part(subject, part, change)
        pixels[part_of] = mix(part, made, strength, None if where is None else where[part_of])
    return subject.with_pixels(pixels)


def _change(face: Looked) -> Floats:
    """What is added to sRGB values in [0, 1] of the texture."""
    rim = bare.places_seen()["pattern"] * face.visible
    if bare.installed():
        return np.asarray(bare.change(lab_to_rgb(face.lab) * face.light) * rim[..., None], np.float32)
    found = extract(face)
    cover = np.zeros((SIDE, SIDE), np.float32)
    for name, share in TAKEN.items():
        row = LAYERS.index(name)
        worn = resize(found.maps[row].astype(np.float32) / 255, SIDE, SIDE, enlarge="linear")
        full = share * float(np.clip(found.amounts[row, 0] / 0.3, 0, 1))
        cover = np.maximum(cover, full * np.clip(1.6 * worn, 0, 1) * bare.places_seen()[name])
    window = gaussian(4, 1.6)
    low = np.stack([smoothed(np.ascontiguousarray(face.lab[..., c]), window) for c in range(3)], axis=-1)
    made = face.lab + (cover * rim)[..., None] * (face.bare - low)
    before = lab_to_rgb(face.lab)
    return np.asarray((lab_to_rgb(made.astype(np.float32)) - before) * face.light, np.float32)


def _lips(face: Looked, given: Floats, lips: Floats) -> Floats:
    """What is added to lips so that their mean colour is the one that the plain skin lets one expect.

    Args:
        face: it was looked at.
        given: h x w x 3 sRGB in [0, 1], a part of the photo.
        lips: h x w in [0, 1], how much of every pixel is lips.
    """
    opacity = float(extract(face).amounts[LAYERS.index("lipstick"), 0])
    if opacity == 0 or lips.sum() < 6:
        return np.zeros_like(given)
    place = bare.places_seen()["lipstick"]
    aim = lab_to_rgb(np.einsum("yxc,yx->c", face.bare, place)[None] / place.sum())[0] * face.light
    rows, columns = np.nonzero(lips > 0)
    box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    lab, mask = rgb_to_lab(given[box]), lips[box]
    mean = (lab * mask[..., None]).sum(axis=(0, 1)) / mask.sum()
    step = (rgb_to_lab(np.clip(aim, 0, 1)[None])[0] - mean) * min(1.0, opacity / 0.3)
    change = np.zeros_like(given)
    change[box] = lab_to_rgb(lab + mask[..., None] * step) - lab_to_rgb(lab)
    return np.asarray(change, np.float32)
