"""Pictures from a network that makes them of noise (recipe ``noise``)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.facets.generator import GeneratorState, conditions_of, session_for
from looksmith.looks.network import look_of_network
from looksmith.media.photo import Photo
from looksmith.rights.labels import Label, Made, with_labels

MOST = 4096
GAP = 2
"""Pixels between the pictures of a grid."""


def sample(
    network: Path,
    count: int = 16,
    *,
    seed: int = 0,
    truncation: float | None = None,
    to: int | None = None,
    styles_of: int | None = None,
    mixed: float = 0.5,
) -> list[Photo]:
    """Pictures that were never taken.

    The first ones are the same for every ``count``.  Each carries its seed, and the label of what is wholly generated.
    The first picture of a seed is what a walk begins or ends with, and what lends its styles.

    Args:
        network: an ONNX file that ``looksmith export`` wrote.
        count: how many, 1 to 4096.
        seed: of the noise.
        truncation: 0 gives the mean picture, 1 all that was learned; less is more usual and better made.  Default what
            the file names.
        to: a walk, from the first picture of ``seed`` to that of this one, on the sphere that noise lies on.
        styles_of: a seed whose picture's styles take over in the finer layers (style mixing).
        mixed: in which share of them, 0 to 1.

    Returns:
        photos, size x size x 3 uint8 sRGB.

    Raises:
        UnreadableError: the file is refused, or makes something else.
        LooksmithError: the network takes a photo, or a number is out of range.
    """
    if not 1 <= count <= MOST:
        raise LooksmithError("the count is out of range", expected=f"1 to {MOST}", got=count)
    if truncation is not None and not 0 <= truncation <= 2:
        raise LooksmithError("truncation is out of range", expected="0 to 2", got=f"{truncation:g}")
    if not 0 <= mixed <= 1:
        raise LooksmithError("the share of mixed layers is out of range", expected="0 to 1", got=f"{mixed:g}")
    look = look_of_network(network)
    state = look.facets["generator"]
    assert isinstance(state, GeneratorState)
    described = state.described
    if described.kind != "noise":
        raise LooksmithError(
            "this network changes photos; it makes none of noise",
            where=network,
            expected="a network of the recipe noise",
            hint=f"looksmith apply {network} photo.jpg -o out.jpg",
        )
    further = conditions_of(described, {})
    if truncation is not None:
        if "truncation" not in further:
            raise LooksmithError("this network knows no truncation", where=network)
        further["truncation"] = np.full_like(further["truncation"], truncation)
    if styles_of is not None:
        if not {"other", "mixed"} <= further.keys():
            raise LooksmithError("this network mixes no styles", where=network)
        further["other"] = _noise(styles_of, 1, described.noise)
        further["mixed"] = np.full_like(further["mixed"], mixed)
    used = float(further["truncation"].flat[0]) if "truncation" in further else 1.0
    label = Made(Label("trainedAlgorithmicMedia"), look.name, hashlib.sha256(state.network.tobytes()).hexdigest())
    session, made = session_for(state), []
    noise = _noise(seed, count, described.noise)
    if to is not None:
        noise = _walk(noise[0], _noise(to, 1, described.noise)[0], count)
    words = f"seed {seed}" + (f" to {to}" if to is not None else "")
    words += f", truncation {used:g}" + (f", styles of {styles_of} in {mixed:g}" if styles_of is not None else "")
    for number, row in enumerate(noise):
        try:
            (picture, *_) = session.run(None, {"noise": row[None], **further})
        except Exception as error:  # what onnxruntime raises has no class of its own
            got = str(error).strip().splitlines()[0][:160]
            raise UnreadableError("the network fails", where=network, got=got) from error
        if picture.shape != (1, 3, described.size, described.size):
            wanted = (1, 3, described.size, described.size)
            raise UnreadableError("the network makes something else", expected=wanted, got=picture.shape)
        values = np.clip(np.nan_to_num(picture[0].transpose(1, 2, 0)), 0, 1)
        photo = Photo(np.ascontiguousarray(np.rint(values * 255).astype(np.uint8)))
        made.append(with_labels(photo, label, {"sample": f"number {number}, {words}"}))
    return made


def _noise(seed: int, count: int, width: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)


def _walk(start: NDArray[np.float32], end: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """``count`` x width along the great circle, lengths between those of the ends (slerp, Shoemake 1985)."""
    long = [float(np.linalg.norm(v)) for v in (start, end)]
    angle = float(np.arccos(np.clip(start @ end / (long[0] * long[1]), -1, 1)))
    steps = np.linspace(0, 1, count)[:, None]
    if angle < 1e-4 or angle > np.pi - 1e-4:
        return np.asarray((1 - steps) * start + steps * end, np.float32)
    way = (np.sin((1 - steps) * angle) * start / long[0] + np.sin(steps * angle) * end / long[1]) / np.sin(angle)
    return np.asarray(way * ((1 - steps) * long[0] + steps * long[1]), np.float32)


def grid(photos: list[Photo], columns: int | None = None) -> Photo:
    """Pictures of one size on one page, row by row, on white; with the labels of the first.

    Args:
        photos: at least one.
        columns: default about as many as rows.
    """
    across = max(1, min(columns or round(len(photos) ** 0.5 + 0.49), len(photos)))
    down = -(-len(photos) // across)
    height, width = photos[0].pixels.shape[:2]
    page = np.full((down * (height + GAP) - GAP, across * (width + GAP) - GAP, 3), 255, np.uint8)
    for place, photo in enumerate(photos):
        top, left = place // across * (height + GAP), place % across * (width + GAP)
        page[top : top + height, left : left + width] = photo.pixels
    return photos[0].with_pixels(page)
