"""A contact sheet: one photo in many looks, on one page."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from looksmith.errors import LooksmithError
from looksmith.looks.apply import LookLike, apply, resolve
from looksmith.looks.look import Look
from looksmith.looks.shelf import entries
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.resize import shrink
from looksmith.rights.labels import Label, Made, with_labels

_PAPER, _INK, _FAINT = (250, 249, 246), (34, 34, 34), (128, 126, 120)
_CJK = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "NotoSerifCJK-Regular.ttc", "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc",
    "msyh.ttc", "simsun.ttc",
)  # fmt: skip

_OVERSIZE = 2


def sheet(
    photo: Photo,
    looks: Sequence[LookLike] | None = None,
    *,
    cell: int = 320,
    columns: int | None = None,
    language: Literal["en", "zh"] = "en",
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> Photo:
    """One photo in many looks, with the photo itself first and a label under each.

    Labels in English are drawn with the font that Pillow brings.  It has no Chinese: for ``zh`` a Chinese font
    of the system is used, and where there is none the labels fall back to English.

    Args:
        photo: any size; looks are applied at twice the size of the cells and then made smaller, so that strokes
            look as fine as they do on a photo.
        looks: looks, names, paths or pictures; default the whole shelf, without what cannot be read.
        cell: longest side of one picture on the sheet, pixels.
        columns: pictures in a row; default makes the sheet about 4:3.
        language: of the labels, ``en`` or ``zh``.
        progress: called with (done so far, in all).
        options: as in :func:`looksmith.apply`.

    Returns:
        an 8-bit sRGB photo, labelled as altered.

    Raises:
        LooksmithError: there is no look, an option is wrong, or a look cannot be read.
    """
    chosen: Sequence[LookLike] = _whole_shelf() if looks is None else looks
    if not chosen:
        raise LooksmithError("there is no look to show", hint="looksmith learn PICTURES -o NAME.look")
    if not 48 <= cell <= 2048 or len(chosen) > 400:
        raise LooksmithError("the sheet would be too large", expected="cells of 48 to 2048 px, at most 400 looks")
    if columns is not None and columns < 1:
        raise LooksmithError("a sheet needs columns", expected="1 or more", got=columns)
    canvas = _smaller(photo, _OVERSIZE * cell)
    font, speaks = _font(language, max(11, cell // 22))
    tiles = [(to_srgb8(_smaller(canvas, cell)), "Photo" if speaks == "en" else "原图")]
    named = ""
    for number, look in enumerate(chosen):
        resolved = resolve(look)
        shown = _smaller(apply(resolved, canvas, **{"recorded": False, **options}), cell)
        tiles.append((to_srgb8(shown), _label(resolved, speaks, font)))
        named += resolved.digest
        if progress is not None:
            progress(number + 1, len(chosen))
    made = Made(Label("compositeWithTrainedAlgorithmicMedia"), "sheet", hashlib.sha256(named.encode()).hexdigest())
    return with_labels(Photo(_laid_out(tiles, columns, font)), made)


def _whole_shelf() -> list[LookLike]:
    """Every look on the shelf that can be read; of the others a warning tells."""
    looks: list[LookLike] = []
    for entry in entries():
        try:
            looks.append(entry.load())
        except LooksmithError as error:
            warnings.warn(f"left out: {error}", stacklevel=3)
    return looks


def _laid_out(tiles: list[tuple[Any, str]], columns: int | None, font: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    height, width = tiles[0][0].shape[:2]
    gap, caption = max(8, width // 24), int(font.size * 2)
    if columns is None:
        columns = max(1, round(math.sqrt(len(tiles) * (height + caption + gap) * 4 / 3 / (width + gap))))
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    page = Image.new("RGB", (gap + columns * (width + gap), gap + rows * (height + caption + gap)), _PAPER)
    draw = ImageDraw.Draw(page)
    for number, (pixels, label) in enumerate(tiles):
        left, top = gap + number % columns * (width + gap), gap + number // columns * (height + caption + gap)
        page.paste(Image.fromarray(pixels), (left, top))
        colour = _FAINT if number == 0 else _INK
        draw.text((left, top + height + caption // 4), _fitting(label, font, width), font=font, fill=colour)
    return np.asarray(page)


def _label(look: Look, language: str, font: Any) -> str:
    """The look's title in a language that the font has, or its name."""
    for text in (look.title.get(language), look.title.get("en"), look.name):
        if text and (language == "zh" or text.isascii() or not _has_cjk(text)):
            return text
    return ascii(look.name).strip("'")


def _has_cjk(text: str) -> bool:
    return any(ord(letter) > 0x2E7F for letter in text)


def _fitting(text: str, font: Any, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _font(language: str, size: int) -> tuple[Any, str]:
    """A font, and the language that it can write."""
    if language not in ("en", "zh"):
        raise LooksmithError("unknown language", expected="en or zh", got=repr(language))
    if language == "zh":
        for name in _CJK:
            try:
                return ImageFont.truetype(name, size), "zh"
            except OSError:
                continue
    return ImageFont.load_default(size), "en"


def _smaller(photo: Photo, cell: int) -> Photo:
    pixels = to_srgb8(photo)
    return Photo(shrink(pixels, longest=cell))
