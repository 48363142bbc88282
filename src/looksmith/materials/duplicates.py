"""Near-duplicates: one picture saved again, made smaller, cropped, toned, signed or mirrored; shots of one moment.

Every pair is compared by a thumbnail's correlation, the perceptual hash and the style vector, which are products of
matrices; what is near by any of them is compared once more with the thumbnails moved and enlarged against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.materials.seen import THUMB, Seen
from looksmith.materials.together import Sets
from looksmith.media.colour import rgb_to_lab
from looksmith.media.resize import resize

Floats = NDArray[np.float32]

SURE, LIKELY, POSSIBLE = 0.955, 0.94, 0.88
"""Correlations of aligned thumbnails from which on two pictures are one: by themselves, and when few bits of the
perceptual hash differ.  Of portraits of 80 people in one pose the most was 0.935; see :func:`aligned`."""
FEW, SOME = 8, 16
MOMENT, LEAST = 0.93, 0.85
"""From which on they may be shots of one moment, which a split never separates: by itself, and with few bits."""
CANDIDATE = 0.6
"""Correlation of thumbnails as they are that is worth aligning them: a crop by a tenth lowers it so far."""
HASH = 14
"""Bits of the perceptual hash that are worth it."""
AT_ONCE = 1024
NEIGHBOURS = 12
"""Most candidates of one picture, the likeliest first."""
_SIDES = (THUMB, THUMB - 1, THUMB - 2, THUMB - 3)
"""Sides at which the other thumbnail is looked at: what was cropped shows things larger."""
_INNER = 18
"""Side of the middle of a thumbnail that is moved over the other."""


@dataclass(frozen=True)
class Groups:
    """Which pictures belong together, by their places in the list.

    Attributes:
        same: for each picture the first place of its group of near-duplicates.
        moment: for each picture the first place of its group of shots of one moment, which holds the former.
    """

    same: tuple[int, ...]
    moment: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """Two pictures that resemble each other.

    Attributes:
        one, other: their places.
        alike: correlation of their aligned thumbnails.
        bits: of the perceptual hash that differ.
    """

    one: int
    other: int
    alike: float
    bits: int

    @property
    def one_picture(self) -> bool:
        """Whether they are near-duplicates."""
        return (
            self.alike >= SURE
            or (self.alike >= LIKELY and self.bits <= SOME)
            or (self.alike >= POSSIBLE and self.bits <= FEW)
        )

    @property
    def one_moment(self) -> bool:
        """Whether they may be of one moment; near-duplicates are."""
        return self.alike >= MOMENT or self.bits <= FEW + 2


def group(pictures: Sequence[Seen]) -> Groups:
    """Find near-duplicates and shots of one moment among pictures.

    Args:
        pictures: in a fixed order; the outcome does not depend on it but for the names of the groups.
    """
    same, moment = Sets(len(pictures)), Sets(len(pictures))
    for pair in pairs(pictures):
        if pair.one_picture:
            same.join(pair.one, pair.other)
        if pair.one_moment:
            moment.join(pair.one, pair.other)
    return Groups(same.firsts(), moment.firsts())


def pairs(pictures: Sequence[Seen]) -> list[Pair]:
    """Pairs of pictures that may be one, or of one moment."""
    if len(pictures) < 2:
        return []
    thumbs = np.stack([_lab(picture) for picture in pictures])
    flat = _standard(thumbs)
    mirrored = _standard(thumbs[:, :, ::-1])
    hashes = np.stack([_signs(int(picture.hash, 16)) for picture in pictures])
    styles = np.stack([picture.vector for picture in pictures])
    styles = styles / np.maximum(np.linalg.norm(styles, axis=1, keepdims=True), 1e-6)
    found = []
    for begin in range(0, len(pictures), AT_ONCE):
        rows = slice(begin, begin + AT_ONCE)
        as_is, turned = flat[rows] @ flat.T, flat[rows] @ mirrored.T
        bits = (64 - hashes[rows] @ hashes.T) / 2
        worth = np.maximum(as_is, turned) + 0.1 * (
            styles[rows] @ styles.T
        )  # the style breaks ties in a feed of one kind
        worth[(np.maximum(as_is, turned) < CANDIDATE) & (bits > HASH)] = -1
        for row in range(len(worth)):
            one = begin + row
            worth[row, : one + 1] = -1
            near = np.argsort(-worth[row], kind="stable")[:NEIGHBOURS]
            for other in near[worth[row, near] > -1].tolist():
                alike = aligned(thumbs[one], thumbs[other], mirrored=bool(turned[row, other] > as_is[row, other]))
                if alike >= LEAST:
                    found.append(Pair(one, other, alike, round(float(bits[row, other]))))
    return found


def aligned(one: Floats, other: Floats, mirrored: bool = False) -> float:
    """How alike two thumbnails are when one is moved, and a little enlarged, to fit the other best.

    The correlation of lightness and colour over the middle of one, as cut out of the other, and the other way about;
    nothing is gained by a picture without contrast.

    Args:
        one, other: 24 x 24 x 3 CIELAB.
        mirrored: whether to mirror the other first.

    Returns:
        -1 to 1.
    """
    if mirrored:
        other = other[:, ::-1]
    best = -1.0
    for small, large in ((one, other), (other, one)):
        pieces = _pieces(small)
        for side in _SIDES:
            seen = large if side == THUMB else resize(np.ascontiguousarray(large), side, side)
            windows = np.lib.stride_tricks.sliding_window_view(seen, (_INNER, _INNER), axis=(0, 1))
            stack = _standard(windows.reshape(-1, 3, _INNER, _INNER).transpose(0, 2, 3, 1))
            best = max(best, float((stack @ pieces.T).max()))
    return best


def _pieces(thumb: Floats) -> Floats:
    """The middle of a thumbnail, standardised."""
    edge = (THUMB - _INNER) // 2
    return _standard(thumb[None, edge : edge + _INNER, edge : edge + _INNER])


def _lab(picture: Seen) -> Floats:
    """CIELAB with lightness as heavy as both colours, so that a change of saturation weighs little."""
    return rgb_to_lab(picture.small) * np.array([1.0, 0.7, 0.7], np.float32)


def _standard(thumbs: Floats) -> Floats:
    """Rows of mean 0 in each channel and length 1; all but 0 where there is no contrast."""
    centred = thumbs - thumbs.mean(axis=(1, 2), keepdims=True)
    flat = centred.reshape(len(thumbs), -1).astype(np.float32)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1.0), np.float32)


def _signs(value: int) -> Floats:
    """64 bits as -1 and 1, so that a product counts those that agree."""
    bits = np.unpackbits(np.frombuffer(value.to_bytes(8, "big"), np.uint8))
    return bits.astype(np.float32) * 2 - 1
