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
Planes = NDArray[np.int16]
"""Channels x rows x columns: a channel by itself is gone through three times as fast as among the others."""
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


SAMPLED = 48
"""Rows that are looked at first, to tell which columns may be of one colour."""


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
    planes = np.ascontiguousarray(view.transpose(2, 0, 1)).astype(np.int16)
    turned = np.ascontiguousarray(planes.transpose(0, 2, 1))
    share, plain = float(_text_tiles(planes).mean()), _plain(planes)
    rows, columns = _bars(planes), _bars(turned)
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
        down, across = slice(rows.begin, rows.end), slice(columns.begin, columns.end)  # the edge of a frame is no seam
        inside = min(rows.end - rows.begin, columns.end - columns.begin) >= 3 * TILE
        if max(top, bottom) >= 0.07 or (inside and _outlined(view[down, across])):
            kind = "meme"
        elif inside and (_seams(planes[:, down, across]) or _seams(turned[:, across, down])):
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


def _text_tiles(planes: Planes) -> NDArray[np.bool_]:
    """Which tiles have letters: most of one exact colour, some far from it, and many changes between both."""
    rows, columns = planes.shape[1] // TILE, planes.shape[2] // TILE
    red, green, blue = planes[:, : rows * TILE, : columns * TILE]
    light = (5 * red + 9 * green + 2 * blue) >> 4
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


def _plain(planes: Planes) -> float:
    """The share of pixels that equal their neighbours to the right and below, within a level."""
    alike = np.ones((planes.shape[1] - 1, planes.shape[2] - 1), bool)
    for plane in planes:
        alike &= np.abs(plane[:-1, 1:] - plane[:-1, :-1]) <= 1
        alike &= np.abs(plane[1:, :-1] - plane[:-1, :-1]) <= 1
    return float(alike.mean())


def _bars(planes: Planes) -> _Bars:
    """Bars of one colour along the rows, from both ends inwards."""
    height = planes.shape[1]
    ends, written = [], []
    for turned in (planes, planes[:, ::-1]):
        away = _away_until(turned, np.median(turned[:, 0], axis=1).astype(np.int16))
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


def _away_until(planes: Planes, colour: Planes) -> Planes:
    """How far pixels are from a colour, row by row, until few of a row are near: most photos end at the first rows."""
    found = []
    for begin in range(0, planes.shape[1], TILE):
        found.append(_farthest(planes[:, begin : begin + TILE] - colour[:, None, None]))
        if ((found[-1] <= NEAR).mean(axis=1) < ROW).any():
            break
    return np.concatenate(found)


def _farthest(differences: Planes) -> NDArray[np.int16]:
    """The largest of the three channels' absolute values."""
    red, green, blue = (np.abs(plane) for plane in differences)
    return np.asarray(np.maximum(np.maximum(red, green), blue))


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


def _seams(planes: Planes) -> bool:
    """Whether a thin stripe of one colour, or a straight edge, runs down the whole picture between two others."""
    if _gutter(planes):
        return True
    jump = _jumps(planes)
    return _joint(planes, jump) or _halved(jump, planes.shape[2])


def _gutter(planes: Planes) -> bool:
    """A stripe of one colour from top to bottom, of which both sides differ nearly everywhere."""
    width = planes.shape[2]
    margin, widest = width // 8, max(3, width // 14)
    middle, alike = _even_columns(planes)
    x = margin
    while x < width - margin:
        if not alike[x]:
            x += 1
            continue
        end = x
        while end < width and alike[end] and np.abs(middle[:, end] - middle[:, x]).max() <= 2 * NEAR:
            end += 1
        if 2 <= end - x <= widest and x > margin and end < width - margin:
            beside = [planes[:, :, max(0, x - 8) : x - 2], planes[:, :, end + 2 : end + 8]]
            if all(_differs(side, middle[:, x]) >= 0.75 and side.std() >= 20 for side in beside):
                return True
        x = end
    return False


def _even_columns(planes: Planes) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The median colour of every column that is of one colour from top to bottom, and which those are.

    A few rows tell which columns may be: of an even one seven in ten of them are near each other.
    """
    _, height, width = planes.shape
    few = np.sort(planes[:, :: max(1, height // SAMPLED)], axis=1)
    low, high = round(0.15 * (few.shape[1] - 1)), round(0.85 * (few.shape[1] - 1))
    likely = np.flatnonzero((few[:, high] - few[:, low] <= 4 * NEAR).all(axis=0))
    middle, alike = np.zeros((3, width)), np.zeros(width, bool)
    if likely.size:
        columns = planes[:, :, likely]
        middle[:, likely] = np.median(columns, axis=1)
        away = _farthest(columns - middle[:, None, likely].astype(np.int16))
        alike[likely] = (away <= 2 * NEAR).mean(axis=0) >= 0.97
    return middle, alike


def _differs(side: Planes, colour: NDArray[np.float64]) -> float:
    """The share of rows whose mean colour is not this one."""
    return float((np.abs(side.mean(axis=2) - colour[:, None]).max(axis=0) > 12).mean())


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


def _jumps(planes: Planes) -> NDArray[np.float64]:
    """The share of rows that change at each column; [i]: between the columns i + 1 and i + 2."""
    changed = np.zeros((planes.shape[1], planes.shape[2] - 3), bool)
    for plane in planes:
        pairs = (plane[:, 1:] + plane[:, :-1]) >> 1
        changed |= np.abs(pairs[:, 2:] - pairs[:, :-2]) > 22
    return np.asarray(changed.mean(axis=0))


def _joint(planes: Planes, jump: NDArray[np.float64]) -> bool:
    """One column at which nearly every row changes, and next to which few do."""
    width = planes.shape[2]
    margin = width // 8
    inner = jump[margin : width - margin]
    if not inner.size:
        return False
    at = int(inner.argmax()) + margin
    beside = np.concatenate([jump[max(0, at - 16) : max(0, at - 4)], jump[at + 5 : at + 17]])
    if not beside.size or jump[at] < 0.85 or beside.mean() > 0.5 * jump[at]:
        return False
    after, before = (planes[..., at + 3] + planes[..., at + 2]) >> 1, (planes[..., at] + planes[..., at + 1]) >> 1
    brighter = (after.sum(axis=0) > before.sum(axis=0)).mean()
    if min(brighter, 1 - brighter) < 0.1:  # a wall or a frame is brighter, or darker, all along
        return False
    sides = planes[:, :, max(0, at - 24) : at - 2], planes[:, :, at + 5 : at + 29]
    return all(side.size and np.median(side.std(axis=1)) >= 25 for side in sides)  # two pictures, not a frame or a wall
