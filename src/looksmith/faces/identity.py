"""Who is who: 128 numbers a face, and whether two faces are one person's."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.align import place_of
from looksmith.faces.crop import Place, cut
from looksmith.faces.face import Face
from looksmith.models.load import records, session

NETWORK = "faces-identity"
SIDE = 112
TEMPLATE = np.array([(38, 51), (74, 51), (56, 70), (42, 91), (70, 91)], np.float64)
"""Where the eyes, the tip of the nose and the corners of the mouth stand in the crop, in the order of
:attr:`Face.five_points <looksmith.faces.face.Face.five_points>`."""
VIEWS = ((1.14, 0.0), (1.0, 0.08), (1.0, -0.08))
"""How a face is looked at, each view and its mirrored one: side of the crop over that of the template, and radians by
which it is turned.  Their mean tells people apart better than one view does."""
REACH = max(side * (math.cos(turn) + math.sin(abs(turn))) for side, turn in VIEWS) / 2
"""How far from the middle of the template's square the views reach, in its sides."""
_AT_ONCE = 16

Embedding = NDArray[np.float32]
Verdict = Literal["same", "unsure", "different"]


@dataclass(frozen=True)
class Thresholds:
    """Similarities as calibrated on people whom training never saw; they belong to the network and come with it.

    Attributes:
        same: from here on surely one person: only one of 1,000 pairs of different people reaches it.
        different: below surely two: only one of 100 pairs of one person falls so low.
    """

    same: float
    different: float


def installed() -> bool:
    """Whether the network is there."""
    return NETWORK in records()


def network_digest() -> str:
    """SHA-256 (hex) of the installed network, which names the space of its embeddings.

    Raises:
        LooksmithError: it is not there.
    """
    _needed()
    return records()[NETWORK].sha256


@cache
def thresholds() -> Thresholds:
    """Of the shipped network.

    Raises:
        LooksmithError: it is not there.
    """
    _needed()
    held = json.loads(session(NETWORK).get_modelmeta().custom_metadata_map["thresholds"])
    return Thresholds(float(held["same"]), float(held["different"]))


def embed(rgb: NDArray[np.uint8], faces: Sequence[Face]) -> list[Embedding]:
    """An embedding for every face.

    Args:
        rgb: H x W x 3 sRGB.
        faces: found in it, or in the photo of the same size that it was made of.

    Returns:
        for each face (128,) float32 of length 1.

    Raises:
        LooksmithError: the network is not there.
    """
    _needed()
    crops = [crop for face in faces for crop in views(rgb, place_of(face.five_points, TEMPLATE, SIDE))]
    found: list[Embedding] = []
    for first in range(0, len(crops), _AT_ONCE):
        found += list(embed_crops(np.stack(crops[first : first + _AT_ONCE])))
    if not faces:
        return []
    of_views = np.asarray(found, np.float32).reshape(len(faces), len(VIEWS), -1)
    return list(_of_length_one(of_views.sum(axis=1)))


def embed_crops(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Embeddings of aligned crops: N x 112 x 112 x 3 uint8 sRGB to N x 128; mirrored crops are looked at too.

    Raises:
        LooksmithError: the network is not there.
    """
    _needed()
    values = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32) / np.float32(255)
    network = session(NETWORK)
    found = sum(
        np.asarray(network.run(None, {"face": v})[0]) for v in (values, np.ascontiguousarray(values[..., ::-1]))
    )
    return _of_length_one(np.asarray(found, np.float32))


def views(rgb: NDArray[np.uint8], place: Place) -> list[NDArray[np.uint8]]:
    """Crops of a face, one for each of :data:`VIEWS`.

    Args:
        rgb: H x W x 3.
        place: the square in which the face stands as the template wants it.
    """
    turned = [replace(place, side=side * place.side, angle=place.angle + turn) for side, turn in VIEWS]
    return [cut(rgb, each, SIDE) for each in turned]


def aligned(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The crop in which the face stands as the template wants it, 112 x 112 x 3."""
    return cut(rgb, place_of(face.five_points, TEMPLATE, SIDE), SIDE)


def similarity(one: Embedding, other: Embedding) -> float:
    """Cosine of two embeddings: 1 for one face, about 0 for two people."""
    return float(np.clip(np.dot(one, other), -1, 1))


def verdict(alike: float) -> Verdict:
    """What a similarity means.

    Raises:
        LooksmithError: the network is not there, so that nothing was calibrated.
    """
    limits = thresholds()
    return "same" if alike >= limits.same else "different" if alike < limits.different else "unsure"


def _of_length_one(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-6), np.float32)


def _needed() -> None:
    if not installed():
        raise LooksmithError(
            "the network that tells people apart is not installed",
            where=NETWORK,
            hint="pip install --upgrade looksmith",
        )
