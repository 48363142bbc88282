"""What is no photo though it is a picture: screenshots, collages, memes; and the bars round a picture that are cut off.

All of it is told from what a camera never makes: areas of exactly one colour with letters in them, and edges that
run straight from one side to the other.  Chosen on one half of a set of photos with planted items; on the other half,
500 files, all of 40 screens and of 19 memes are found and 12 of 18 collages, and four photos are taken for one of them
(``python -m benchmarks.materials``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.media.resize import shrink

Rgb = NDArray[np.uint8]
Layout = Literal["", "screenshot", "collage", "meme"]
Box = tuple[int, int, int, int]

VIEW = 1024
"""Longest side, pixels, at which the layout is looked at: letters on a telephone's screen are 6 pixels high then."""

TILE = 16
INK = 70
"""Levels of 255 between a letter and its ground, at least."""
NEAR = 4
"""Levels within which colours are one: JPEG at quality 75 stays within."""
ROW = 0.55
"""The share of a row that is of one colour in a bar, letters or icons in it included."""

LONE = 0.72
"""By how much more rows change at a half or a third than beside it, in a collage; of 230 photos the most was 0.64."""


@dataclass(frozen=True)
class Arrangement:
    """How a picture is laid out.

    Attributes:
        kind: what it is when it is no photo or painting; else empty.
        box: left, top, right, bottom of what is left without plain bars, pixels of the picture; the whole of it when
            there are none.
        text: the share of tiles that look like letters on a plain ground.
        bars: heights of the bars at the top and at the bottom that have letters in them, as shares of the height.
    """

    kind: Layout
    box: Box
    text: float
    bars: tuple[float, float]


def layout(rgb: Rgb) -> Arrangement:
    """Tell a screenshot, a collage or a meme, and where plain bars end.

    Args:
        rgb: H x W x 3 uint8 sRGB, of any size.
    """
    height, width = rgb.shape[:2]
    whole = (0, 0, width, height)
    if min(height, width) < 4 * TILE:
        return Arrangement("", whole, 0.0, (0.0, 0.0))
    view = shrink(rgb, longest=VIEW)
    share, plain = float(_text_tiles(view).mean()), _plain(view)
    rows, columns = _bars(view), _bars(view.transpose(1, 0, 2))
    top, bottom = rows.written
    kind: Layout = ""
    if (
        (share >= 0.12 and plain >= 0.25)  # a drawing in few colours has no plain ground
        or (share >= 0.04 and plain >= 0.35)
        or (share >= 0.02 and plain >= 0.78)
        or (share >= 0.015 and max(top, bottom) >= 0.4)
        or (min(top, bottom) >= 0.03 and top + bottom >= 0.1)
    ):
        kind = "screenshot"
    else:
        inner = view[rows.begin : rows.end, columns.begin : columns.end]  # the edge of a frame is no seam
        if max(top, bottom) >= 0.07 or _outlined(inner):
            kind = "meme"
        elif _seams(inner) or _seams(inner.transpose(1, 0, 2)):
            kind = "collage"
    scale = height / view.shape[0], width / view.shape[1]
    box = (
        round(columns.begin * scale[1]), round(rows.begin * scale[0]),
        round(columns.end * scale[1]), round(rows.end * scale[0]),
    )  # fmt: skip
    if box[2] - box[0] < width / 4 or box[3] - box[1] < height / 4:  # mostly one colour: that is the picture
        box = whole
    return Arrangement(kind, box, share, (top, bottom))


@dataclass(frozen=True)
class _Bars:
    """Of the rows: those at both ends that are of one colour, and how far those reach that have letters in them."""

    begin: int
    end: int
    written: tuple[float, float]


def _text_tiles(view: Rgb) -> NDArray[np.bool_]:
    """Which tiles have letters: most of one exact colour, some far from it, and many changes between both."""
    rows, columns = view.shape[0] // TILE, view.shape[1] // TILE
    light = view[: rows * TILE, : columns * TILE].astype(np.int16) @ np.array([5, 9, 2], np.int16) >> 4
    tiles = light.reshape(rows, TILE, columns, TILE).transpose(0, 2, 1, 3).reshape(rows, columns, TILE * TILE)
    ordered = np.sort(tiles, axis=2)
    window = TILE * TILE * 35 // 100  # the 35 % of the pixels that lie nearest together
    spread = ordered[..., window:] - ordered[..., :-window]
    at = spread.argmin(axis=2)
    tight = np.take_along_axis(spread, at[..., None], 2)[..., 0] <= NEAR
    ground = np.take_along_axis(ordered, (at + window // 2)[..., None], 2)[..., 0]
    ink = np.abs(tiles - ground[..., None]) > INK
    amount = ink.mean(axis=2)
    square = ink.reshape(rows, columns, TILE, TILE)
    across = (square[..., 1:] != square[..., :-1]).sum(axis=(2, 3))
    down = (square[..., 1:, :] != square[..., :-1, :]).sum(axis=(2, 3))
    return np.asarray(tight & (amount > 0.03) & (amount < 0.6) & (across >= 24) & (down >= 14))


def _plain(view: Rgb) -> float:
    """The share of pixels that equal their neighbours to the right and below, within a level."""
    pixels = view.astype(np.int16)
    right = _farthest(pixels[:-1, 1:] - pixels[:-1, :-1])
    below = _farthest(pixels[1:, :-1] - pixels[:-1, :-1])
    return float(((right <= 1) & (below <= 1)).mean())


def _bars(view: Rgb) -> _Bars:
    """Bars of one colour along the first axis, from both ends inwards."""
    height = view.shape[0]
    ends, written = [], []
    for turned in (view, view[::-1]):
        colour = np.median(turned[0].reshape(-1, 3), axis=0).astype(np.int16)
        away = _farthest(turned.astype(np.int16) - colour)
        share = (away <= NEAR).mean(axis=1)
        ends.append(_first(share < 0.985))
        far = _first(share < ROW)  # a bar goes on where letters stand in it; above them nothing stands
        ground = share[3 * far // 4 : far] >= 0.985  # and beneath them the bar shows once more before the photo begins
        is_bar = ends[-1] > 0 and far >= TILE and ground.any() and _letters(away[: far - far // 16])
        written.append(far / height if is_bar else 0.0)
    begin, end = ends[0], height - ends[1]
    if begin + ends[1] < 0.02 * height:
        begin, end = 0, height
    return _Bars(begin, end, (written[0], written[1]))


def _farthest(differences: NDArray[np.int16]) -> NDArray[np.int16]:
    """The largest of the three channels' absolute values; ten times as fast as a maximum along a short last axis."""
    red, green, blue = (np.abs(differences[..., channel]) for channel in range(3))
    return np.maximum(np.maximum(red, green), blue)


def _first(wrong: NDArray[np.bool_]) -> int:
    """The place of the first true value, or the length."""
    return int(np.argmax(wrong)) if wrong.any() else len(wrong)


def _letters(away: NDArray[np.int16]) -> bool:
    """Whether marks on a plain ground are letters: strong, thin and many, where a head or a dress is broad.

    Args:
        away: H x W, how far each pixel is from the ground's colour.
    """
    ink = away > INK
    amount = int(ink.sum())
    if not 0.002 * ink.size <= amount <= 0.3 * ink.size:
        return False
    changes = int((ink[:, 1:] != ink[:, :-1]).sum())
    return changes >= 0.22 * amount and changes >= 120


def _outlined(view: Rgb) -> bool:
    """Whether a line of white letters with a black outline stands in the upper or the lower third."""
    red, green, blue = view[..., 0], view[..., 1], view[..., 2]
    white = (red >= 238) & (green >= 238) & (blue >= 238)
    black = (red <= 26) & (green <= 26) & (blue <= 26)
    letters, lines = white & _near(black), black & _near(white)
    height, third = letters.shape[0], letters.shape[0] // 3
    return any(_is_line(letters[part], lines[part], black[part], height) for part in (np.s_[:third], np.s_[-third:]))


def _near(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where marks are within 4 pixels along a row or a column."""
    near = np.zeros_like(marks)
    for step in (1, 2, 3, 4):
        near[:, step:] |= marks[:, :-step]
        near[:, :-step] |= marks[:, step:]
        near[step:] |= marks[:-step]
        near[:-step] |= marks[step:]
    return near


def _is_line(letters: NDArray[np.bool_], lines: NDArray[np.bool_], black: NDArray[np.bool_], height: int) -> bool:
    """Whether marks lie in one low and wide band, and black is there for their outline: a striped shirt and a shop's
    sign are no letters laid over a photo."""
    if letters.mean() < 0.018:
        return False
    rows, columns = (np.cumsum(letters.sum(axis=axis)) / letters.sum() for axis in (1, 0))
    low, high = np.searchsorted(rows, (0.04, 0.96))
    left, right = np.searchsorted(columns, (0.04, 0.96))
    if high - low > 0.2 * height or right - left < 0.42 * letters.shape[1]:
        return False
    band = slice(int(low), int(high) + 1)
    return bool(lines[band].sum() >= 0.42 * black[band].sum())


def _seams(view: Rgb) -> bool:
    """Whether a thin stripe of one colour, or a straight edge, runs down the whole picture between two others."""
    pixels = np.ascontiguousarray(view).astype(np.int16)
    if _gutter(pixels):
        return True
    jump = _jumps(pixels)
    return _joint(pixels, jump) or _halved(jump, pixels.shape[1])


def _gutter(pixels: NDArray[np.int16]) -> bool:
    """A stripe of one colour from top to bottom, of which both sides differ nearly everywhere."""
    width = pixels.shape[1]
    margin, widest = width // 8, max(3, width // 14)
    middle = np.median(pixels, axis=0)
    alike = (_farthest(pixels - middle.astype(np.int16)) <= 2 * NEAR).mean(axis=0) >= 0.97
    x = margin
    while x < width - margin:
        if not alike[x]:
            x += 1
            continue
        end = x
        while end < width and alike[end] and np.abs(middle[end] - middle[x]).max() <= 2 * NEAR:
            end += 1
        if 2 <= end - x <= widest and x > margin and end < width - margin:
            beside = [pixels[:, max(0, x - 8) : x - 2], pixels[:, end + 2 : end + 8]]
            if all(_differs(side, middle[x]) >= 0.75 and side.std() >= 20 for side in beside):
                return True
        x = end
    return False


def _differs(side: NDArray[np.int16], colour: NDArray[np.float64]) -> float:
    """The share of rows whose mean colour is not this one."""
    return float((np.abs(side.mean(axis=1) - colour).max(axis=1) > 12).mean())


def _halved(jump: NDArray[np.float64], width: int) -> bool:
    """At a half or a third of the width, where collages are joined, a column of change that stands alone."""
    if width < 48:
        return False
    for share in (1 / 2, 1 / 3, 2 / 3):
        first = int(share * width) - 5
        at = first + int(jump[first : first + 9].argmax())
        beside = np.concatenate([jump[max(0, at - 16) : max(0, at - 4)], jump[at + 5 : at + 17]])
        if beside.size and jump[at] - beside.mean() >= LONE:
            return True
    return False


def _jumps(pixels: NDArray[np.int16]) -> NDArray[np.float64]:
    """The share of rows that change at each column; [i]: between the columns i + 1 and i + 2."""
    after, before = (pixels[:, 3:] + pixels[:, 2:-1]) >> 1, (pixels[:, :-3] + pixels[:, 1:-2]) >> 1
    return np.asarray((_farthest(after - before) > 22).mean(axis=0))


def _joint(pixels: NDArray[np.int16], jump: NDArray[np.float64]) -> bool:
    """One column at which nearly every row changes, and next to which few do."""
    width = pixels.shape[1]
    margin = width // 8
    inner = jump[margin : width - margin]
    if not inner.size:
        return False
    at = int(inner.argmax()) + margin
    beside = np.concatenate([jump[max(0, at - 16) : max(0, at - 4)], jump[at + 5 : at + 17]])
    if not beside.size or jump[at] < 0.85 or beside.mean() > 0.5 * jump[at]:
        return False
    after, before = (pixels[:, at + 3] + pixels[:, at + 2]) >> 1, (pixels[:, at] + pixels[:, at + 1]) >> 1
    brighter = (after.sum(axis=1) > before.sum(axis=1)).mean()
    if min(brighter, 1 - brighter) < 0.1:  # a wall or a frame is brighter, or darker, all along
        return False
    sides = pixels[:, max(0, at - 24) : at - 2], pixels[:, at + 5 : at + 29]
    return all(side.size and np.median(side.std(axis=0)) >= 25 for side in sides)  # two pictures, not a frame or a wall
