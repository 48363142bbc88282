"""Screens, memes and collages are told from photos, and from drawings in few colours."""

import io

import numpy as np
import pytest
from benchmarks.made_creator import picture
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from looksmith.materials.layout import layout

Rgb = NDArray[np.uint8]


def screen(dark: bool) -> Rgb:
    ground, ink = ((18, 18, 20), (235, 235, 238)) if dark else ((255, 255, 255), (20, 20, 24))
    page = Image.new("RGB", (1280, 800), ground)
    pen = ImageDraw.Draw(page)
    for line in range(12):
        pen.text((60, 40 + 60 * line), "settings light morning battery saved reply", ink, ImageFont.load_default(26))
    return np.asarray(page)


@pytest.mark.parametrize("dark", [False, True])
def test_a_screen(dark: bool) -> None:
    assert layout(screen(dark)).kind == "screenshot"


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
def test_photos_are_photos(name: str) -> None:
    assert layout(getattr(data, name)()).kind == ""


def test_two_photos_side_by_side_are_a_collage() -> None:
    one, other = (np.asarray(Image.fromarray(p).resize((360, 640))) for p in (data.coffee(), data.chelsea()))
    assert layout(np.concatenate([one, other], 1)).kind == "collage"


def test_a_line_on_a_white_bar_is_a_meme_and_a_frame_is_cut_off() -> None:
    photo = Image.fromarray(data.chelsea())
    sheet = Image.new("RGB", (photo.width, photo.height + 60), "white")
    sheet.paste(photo, (0, 60))
    plain = layout(np.asarray(sheet))
    assert plain.kind == "" and plain.box[1] == pytest.approx(60, abs=2)
    ImageDraw.Draw(sheet).text((10, 14), "when the light is golden", "black", ImageFont.load_default(30))
    assert layout(np.asarray(sheet)).kind == "meme"


@pytest.mark.parametrize("number", [0, 3])
def test_strokes_in_few_colours_on_paper_are_no_screen(number: int) -> None:
    saved = io.BytesIO()
    picture(number).save(saved, "JPEG", quality=93)
    assert layout(np.asarray(Image.open(saved).convert("RGB"))).kind == ""


def test_a_picture_of_one_colour_is_no_meme() -> None:
    """Its bars meet, and there is nothing between them to look at: once that was taken for letters."""
    sheet = np.full((300, 400, 3), 250, np.uint8)
    assert layout(sheet).kind == "" and layout(sheet).box == (0, 0, 400, 300)
