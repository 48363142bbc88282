"""A creator's folder with things in it that do not belong there, each known: what collecting must find.

Screens, collages and memes are drawn, on other letters and layouts at every seed; nothing is anybody's.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Picture = Image.Image
Draw = np.random.Generator

WORDS = [
    "light",
    "morning",
    "coffee",
    "street",
    "shoot",
    "outfit",
    "today",
    "new",
    "look",
    "golden",
    "hour",
    "film",
    "grain",
    "link",
    "in",
    "bio",
    "thanks",
    "for",
    "all",
    "your",
    "messages",
    "see",
    "you",
    "tomorrow",
    "at",
    "the",
    "market",
    "weekend",
    "plans",
    "train",
    "home",
    "early",
    "rain",
    "on",
    "the",
    "window",
    "colour",
    "notes",
    "settings",
    "battery",
    "saved",
    "follow",
    "like",
    "reply",
    "send",
    "delete",
    "edit",
    "share",
    "archive",
    "今天",
    "出门",
    "穿搭",
    "分享",
    "咖啡",
    "周末",
    "你好",
    "谢谢",
    "一起",
    "拍照",
]


def words(draw: Draw, count: int) -> str:
    return " ".join(draw.choice(WORDS, count))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _latin(text: str) -> str:
    """The words that the font inside Pillow can draw."""
    return " ".join(word for word in text.split() if word.isascii()) or "look"


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
    pen.text((unit * 2, unit * 2), _latin(words(draw, 3)).title(), ink, font(unit * 3 // 2))
    y, kind = unit * 5, int(draw.integers(4))
    if kind == 0:
        while y < height - 6 * unit:
            mine = bool(draw.random() < 0.5)
            text = _latin(words(draw, int(draw.integers(2, 6))))
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
            pen.text((unit, y), _latin(words(draw, int(draw.integers(3, 7)))), ink, font(unit))
            y += int(1.7 * unit)
    else:
        while y < height - 3 * unit:
            text = _latin(words(draw, int(draw.integers(2, 8) if kind == 2 else 12)))
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
    text = _latin(words(draw, 5))
    if draw.random() < 0.5:
        size = width // 18
        bar = int(size * draw.uniform(2.2, 4.0))
        sheet = Image.new("RGB", (width, picture.height + bar), (255, 255, 255))
        sheet.paste(picture, (0, bar))
        ImageDraw.Draw(sheet).text((size // 2, size // 2), text, (0, 0, 0), font(size))
        return sheet
    size = width // 10
    for y in (size // 3, picture.height - int(1.6 * size)):
        line = _latin(words(draw, 3)).upper()
        ImageDraw.Draw(picture).text(
            (width // 2, y), line, (255, 255, 255), font(size), anchor="ma", stroke_width=size // 12,
            stroke_fill=(0, 0, 0),
        )  # fmt: skip
    return picture


def near_duplicate(draw: Draw, photo: Picture) -> Picture:
    """The same photo once more: smaller, cropped a little, lighter, warmer, framed, signed, or mirrored not at all."""
    picture = photo
    kind = int(draw.integers(5))
    if kind == 0:
        factor = draw.uniform(0.5, 0.9)
        picture = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    elif kind == 1:
        x, y = (draw.uniform(0.0, 0.05, 2) * side for side in photo.size)
        picture = picture.crop((int(x[0]), int(y[0]), int(photo.width - x[1]), int(photo.height - y[1])))
    elif kind == 2:
        picture = ImageEnhance.Brightness(picture).enhance(draw.uniform(0.85, 1.15))
        picture = ImageEnhance.Color(picture).enhance(draw.uniform(0.7, 1.3))
    elif kind == 3:
        picture = picture.copy()
        size = max(10, picture.width // 30)
        ImageDraw.Draw(picture).text((size, picture.height - 2 * size), "@rina", (255, 255, 255), font(size))
    return _resaved(picture, int(draw.integers(60, 90)))


def blurred(draw: Draw, photo: Picture) -> Picture:
    """Out of focus by 0.8 to 2 % of the long side, or moved by 4 to 8 %."""
    side = max(photo.size)
    if draw.random() < 0.7:
        return photo.filter(ImageFilter.GaussianBlur(side * draw.uniform(0.008, 0.02)))
    length = int(side * draw.uniform(0.04, 0.08))
    pixels = np.asarray(photo, np.float32)
    angle = draw.uniform(-0.35, 0.35) + (np.pi / 2 if draw.random() < 0.3 else 0)
    total = np.zeros_like(pixels)
    for step in range(length):
        move = (round(step * np.sin(angle)), round(step * np.cos(angle)))
        total += np.roll(pixels, move, (0, 1))
    return Image.fromarray((total / length).astype(np.uint8))


def corrupt(draw: Draw, photo: Picture) -> bytes:
    """A file that is cut off, overwritten in its middle, empty, or no picture at all."""
    data = bytearray(encoded(photo))
    kind = int(draw.integers(4))
    if kind == 0:
        return bytes(data[: int(len(data) * draw.uniform(0.1, 0.6))])
    if kind == 1:
        return b""
    if kind == 2:
        return b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    return bytes(draw.integers(0, 256, 4096, dtype=np.uint8).tobytes())


def encoded(picture: Picture, quality: int = 92) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


MAKERS: dict[str, Callable[[Draw, Picture], Picture]] = {
    "near-duplicate": near_duplicate, "blurred": blurred, "screenshot": screenshot, "meme": meme,
}  # fmt: skip


def plant(photos: Sequence[Path], folder: Path, counts: dict[str, int], seed: int = 0) -> dict[str, str]:
    """Write the photos and the planted items into a folder, under names that tell nothing.

    Args:
        photos: the creator's own, each kept.
        folder: to write to.
        counts: how many of ``near-duplicate``, ``blurred``, ``screenshot``, ``meme``, ``collage``, ``corrupt``.
        seed: of everything drawn.

    Returns:
        file name → what it is; ``own`` for the creator's own photos, ``near-duplicate of NAME`` for copies.
    """
    draw = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    truth: dict[str, str] = {}
    items: list[tuple[str, Path | None]] = [("own", path) for path in photos]
    for kind, count in counts.items():
        items += [(kind, photos[int(i)]) for i in draw.permutation(len(photos))[:count]]
    names = {path: f"IMG_{number:04d}.jpg" for number, path in enumerate(photos)}
    for number, (kind, path) in enumerate(items):
        assert path is not None
        photo = Image.open(path).convert("RGB")
        name = names[path] if kind == "own" else f"IMG_{number:04d}.jpg"
        truth[name] = f"{kind} of {names[path]}" if kind == "near-duplicate" else kind
        if kind == "own":
            data = path.read_bytes()
        elif kind == "corrupt":
            data = corrupt(draw, photo)
        elif kind == "collage":
            others = [Image.open(photos[int(i)]).convert("RGB") for i in draw.permutation(len(photos))[:4]]
            data = encoded(collage(draw, others), 90)
        else:
            data = encoded(MAKERS[kind](draw, photo), int(draw.integers(80, 95)))
        (folder / name).write_bytes(data)
    return truth


def _filled(photo: Picture, size: tuple[int, int]) -> Picture:
    scale = max(size[0] / photo.width, size[1] / photo.height)
    large = photo.resize((max(size[0], round(photo.width * scale)), max(size[1], round(photo.height * scale))))
    return large.crop((0, 0, *size))


def _resaved(photo: Picture, quality: int) -> Picture:
    return Image.open(io.BytesIO(encoded(photo, quality)))
