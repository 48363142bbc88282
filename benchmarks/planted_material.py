"""A creator's folder with things in it that do not belong there, each known: what collecting must find.

Screens, collages and memes are drawn, on other letters and layouts at every seed; nothing is anybody's.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Picture = Image.Image
Draw = np.random.Generator

WORDS = (
    "light morning coffee street shoot outfit today new look golden hour film grain link in bio thanks for all your "
    "messages see you tomorrow at the market weekend plans train home early rain on window colour notes settings "
    "battery saved follow like reply send delete edit share archive"
)

COPIES = ("smaller", "cropped", "light and colour", "signed", "saved again", "mirrored", "framed", "WebP")
"""How a near-duplicate differs from its original; each as often."""
BLURS = ("out of focus", "out of focus", "moved")
SPOILT = ("cut off", "overwritten", "empty", "no picture", "noise")
"""How a file is corrupt."""


@dataclass(frozen=True)
class Item:
    """A file of the folder.

    Attributes:
        name: of the file.
        kind: ``own``, or what was planted.
        how: which sort of it.
        of: name of the original, of a near-duplicate.
    """

    name: str
    kind: str
    how: str = ""
    of: str = ""


def words(draw: Draw, count: int) -> str:
    return " ".join(draw.choice(WORDS.split(), count))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def screenshot(draw: Draw, photo: Picture) -> Picture:
    """A telephone's or a computer's screen: a chat, a post in a feed, a list of settings, an article."""
    wide = bool(draw.random() < 0.25)
    width, height = (1280, 800) if wide else [(720, 1480), (750, 1334), (1080, 2340)][int(draw.integers(3))]
    dark = bool(draw.random() < 0.4)
    ground, ink = ((18, 18, 20), (235, 235, 238)) if dark else ((255, 255, 255), (20, 20, 24))
    accent = tuple(int(v) for v in draw.integers(40, 220, 3))
    screen = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(screen)
    unit = width // (48 if wide else 26)
    pen.text((unit, unit // 3), f"{draw.integers(24)}:{draw.integers(10, 59)}", ink, font(unit))
    pen.rectangle((width - 3 * unit, unit // 2, width - unit, unit * 5 // 4), outline=ink, width=2)
    pen.text((unit * 2, unit * 2), words(draw, 3).title(), ink, font(unit * 3 // 2))
    y, kind = unit * 5, int(draw.integers(4))
    if kind == 0:
        while y < height - 6 * unit:
            mine = bool(draw.random() < 0.5)
            text = words(draw, int(draw.integers(2, 6)))
            long = int(pen.textlength(text, font(unit))) + 2 * unit
            left = width - unit - long if mine else unit
            fill = accent if mine else ((60, 60, 66) if dark else (233, 233, 236))
            pen.rounded_rectangle((left, y, left + long, y + 2 * unit), unit // 2, fill)
            pen.text((left + unit, y + unit // 2), text, (255, 255, 255) if mine else ink, font(unit))
            y += int(2.6 * unit)
    elif kind == 1:
        picture = photo.copy()
        picture = picture.resize((width, round(width * picture.height / picture.width)))
        picture = picture.crop((0, 0, width, min(picture.height, int(height * 0.55))))
        screen.paste(picture, (0, y))
        y += picture.height + unit
        while y < height - 3 * unit:
            pen.text((unit, y), words(draw, int(draw.integers(3, 7))), ink, font(unit))
            y += int(1.7 * unit)
    else:
        while y < height - 3 * unit:
            text = words(draw, int(draw.integers(2, 8) if kind == 2 else 12))
            pen.text((unit * 2, y), text[: int((width - 4 * unit) / (0.5 * unit))], ink, font(unit))
            if kind == 2:
                pen.line((unit, y + 2 * unit, width - unit, y + 2 * unit), (128, 128, 128), 1)
                pen.ellipse((width - 4 * unit, y, width - 3 * unit, y + unit), accent)
            y += int((2.6 if kind == 2 else 1.5) * unit)
    return screen


def collage(draw: Draw, photos: Sequence[Picture]) -> Picture:
    """Two to four photos on one sheet, with a gutter or without."""
    side = int(draw.integers(640, 1081))
    gap = int(draw.choice([0, 0, 6, 14, 24]))
    kind = int(draw.integers(3))
    if kind == 0:
        boxes = [(0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)]
    elif kind == 1:
        boxes = [(0, 0, 0.5, 1), (0.5, 0, 1, 1)]
    else:
        boxes = [(0, 0, 1, 0.34), (0, 0.34, 1, 0.67), (0, 0.67, 1, 1)]
    sheet = Image.new("RGB", (side, side), (255, 255, 255) if draw.random() < 0.7 else (0, 0, 0))
    for box, number in zip(boxes, draw.permutation(len(photos)), strict=False):
        left, top, right, bottom = (round(v * side) for v in box)
        size = (max(8, right - left - gap), max(8, bottom - top - gap))
        sheet.paste(_filled(photos[int(number)], size), (left + gap // 2, top + gap // 2))
    return sheet


def meme(draw: Draw, photo: Picture) -> Picture:
    """A photo with a line over it in a bar of one colour, or in outlined capitals upon it."""
    width = int(draw.integers(600, 1081))
    picture = photo.resize((width, round(width * photo.height / photo.width)))
    text = words(draw, 5)
    if draw.random() < 0.5:
        size = width // 18
        bar = int(size * draw.uniform(2.2, 4.0))
        sheet = Image.new("RGB", (width, picture.height + bar), (255, 255, 255))
        sheet.paste(picture, (0, bar))
        ImageDraw.Draw(sheet).text((size // 2, size // 2), text, (0, 0, 0), font(size))
        return sheet
    size = width // 10
    for y in (size // 3, picture.height - int(1.6 * size)):
        line = words(draw, 3).upper()
        ImageDraw.Draw(picture).text(
            (width // 2, y), line, (255, 255, 255), font(size), anchor="ma", stroke_width=size // 12,
            stroke_fill=(0, 0, 0),
        )  # fmt: skip
    return picture


def near_duplicate(draw: Draw, photo: Picture, how: str) -> bytes:
    """The same photo once more, changed in one of the ways of :data:`COPIES`."""
    picture = photo
    if how == "smaller":
        factor = draw.uniform(0.55, 0.9)
        picture = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    elif how == "cropped":
        cut = draw.uniform(0.01, 0.05, 4) * np.array([*photo.size, *photo.size])
        picture = picture.crop((int(cut[0]), int(cut[1]), int(photo.width - cut[2]), int(photo.height - cut[3])))
    elif how == "light and colour":
        picture = ImageEnhance.Brightness(picture).enhance(draw.uniform(0.8, 1.2))
        picture = ImageEnhance.Color(picture).enhance(draw.uniform(0.6, 1.4))
        picture = ImageEnhance.Contrast(picture).enhance(draw.uniform(0.85, 1.15))
    elif how == "signed":
        picture = picture.copy()
        size = max(10, picture.width // 30)
        ImageDraw.Draw(picture).text((size, picture.height - 2 * size), "@rina", (255, 255, 255), font(size))
    elif how == "mirrored":
        picture = ImageOps.mirror(picture)
    elif how == "framed":
        edge = round(max(picture.size) * draw.uniform(0.03, 0.12))
        ground = (255, 255, 255) if draw.random() < 0.6 else (0, 0, 0)
        picture = ImageOps.expand(picture, (0, edge) if draw.random() < 0.5 else edge, ground)
    return encoded(picture, int(draw.integers(60, 90)), "WEBP" if how == "WebP" else "JPEG")


def blurred(draw: Draw, photo: Picture, how: str) -> Picture:
    """Out of focus by 0.8 to 2 % of the long side, or moved by 4 to 8 %."""
    side = max(photo.size)
    if how == "out of focus":
        return photo.filter(ImageFilter.GaussianBlur(side * draw.uniform(0.008, 0.02)))
    length = int(side * draw.uniform(0.04, 0.08))
    pixels = np.asarray(photo, np.float32)
    angle = draw.uniform(-0.35, 0.35) + (np.pi / 2 if draw.random() < 0.3 else 0)
    total = np.zeros_like(pixels)
    for step in range(length):
        move = (round(step * np.sin(angle)), round(step * np.cos(angle)))
        total += np.roll(pixels, move, (0, 1))
    return Image.fromarray((total / length).astype(np.uint8))


def corrupt(draw: Draw, photo: Picture, how: str) -> bytes:
    """A file that cannot be read, in one of the ways of :data:`SPOILT`."""
    data = bytearray(encoded(photo))
    if how == "cut off":
        return bytes(data[: int(len(data) * draw.uniform(0.1, 0.6))])
    if how == "overwritten":  # its header, by a disk that failed
        data[:512] = bytes(512)
        return bytes(data)
    if how == "empty":
        return b""
    if how == "no picture":
        return b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    return bytes(draw.integers(0, 256, 4096, dtype=np.uint8).tobytes())


def encoded(picture: Picture, quality: int = 92, format: str = "JPEG") -> bytes:
    out = io.BytesIO()
    picture.save(out, format, quality=quality)
    return out.getvalue()


def plant(
    own: Sequence[Picture],
    strangers: Sequence[Picture],
    spare: Sequence[Picture],
    folder: Path,
    counts: Mapping[str, int],
    seed: int,
) -> list[Item]:
    """Write a creator's pictures and the planted items into a folder, under names that tell nothing.

    Args:
        own: the creator's pictures.
        strangers: pictures of other people, each planted.
        spare: further photos; of these are what is not to be taken for a copy of one of the creator's own.
        folder: to write to.
        counts: how many of ``near-duplicate``, ``blurred``, ``screenshot``, ``meme``, ``collage``, ``corrupt``.
        seed: of everything drawn.
    """
    draw = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    total = len(own) + len(strangers) + sum(counts.values())
    names = [f"IMG_{number:04d}" for number in draw.permutation(10_000)[:total]]
    items: list[Item] = []

    def write(data: bytes, kind: str, how: str = "", of: str = "", suffix: str = ".jpg") -> None:
        items.append(Item(names[len(items)] + suffix, kind, how, of))
        (folder / items[-1].name).write_bytes(data)

    for picture in own:
        write(encoded(picture), "own")
    for picture in strangers:
        write(encoded(picture), "foreign")
    for kind, count in counts.items():
        stock = own if kind == "near-duplicate" else spare
        for number, place in enumerate(draw.permutation(len(stock))[:count].tolist()):
            photo = stock[place]
            if kind == "near-duplicate":
                how = COPIES[number % len(COPIES)]
                write(
                    near_duplicate(draw, photo, how), kind, how, items[place].name, ".webp" if how == "WebP" else ".jpg"
                )
            elif kind == "blurred":
                how = BLURS[number % len(BLURS)]
                write(encoded(blurred(draw, photo, how), int(draw.integers(80, 95))), kind, how)
            elif kind == "corrupt":
                how = SPOILT[number % len(SPOILT)]
                write(corrupt(draw, photo, how), kind, how)
            elif kind == "collage":
                others = [spare[int(i)] for i in draw.permutation(len(spare))[:4]]
                write(encoded(collage(draw, others), 90), kind)
            else:
                write(encoded(MAKERS[kind](draw, photo), int(draw.integers(80, 95))), kind)
    return items


MAKERS: Mapping[str, Callable[[Draw, Picture], Picture]] = {"screenshot": screenshot, "meme": meme}


def _filled(photo: Picture, size: tuple[int, int]) -> Picture:
    scale = max(size[0] / photo.width, size[1] / photo.height)
    large = photo.resize((max(size[0], round(photo.width * scale)), max(size[1], round(photo.height * scale))))
    return large.crop((0, 0, *size))
