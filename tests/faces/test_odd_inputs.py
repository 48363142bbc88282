"""Hostile and odd pictures: each gives sensible faces or a clear error, through the door that people use."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut, coffee

from looksmith.errors import LooksmithError
from looksmith.faces.analyse import analyse
from looksmith.faces.regions import regions
from looksmith.looks.apply import apply
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo

PICTURE = np.ascontiguousarray(astronaut())
HEAD = np.ascontiguousarray(PICTURE[:256, 96:352])
CENTRE = (226.0, 121.0)
"""Of the face in the whole picture."""


def _centres(photo: Photo) -> np.ndarray:
    return np.array([face.centre for face in analyse(photo)]).reshape(-1, 2)


def _is_there(photo: Photo, scale: float = 1.0) -> bool:
    centres = _centres(photo)
    return len(centres) == 1 and bool(np.hypot(*(centres[0] / scale - CENTRE)) < 12)


def test_no_face() -> None:
    flat = np.full((300, 400, 3), 128, np.uint8)
    ramp = np.broadcast_to(np.linspace(0, 255, 400).astype(np.uint8)[None, :, None], (300, 400, 3))
    for pixels in (flat, np.ascontiguousarray(ramp)):
        assert analyse(Photo(pixels)) == ()


def test_sixty_faces() -> None:
    small = np.asarray(Image.fromarray(HEAD).resize((128, 128), Image.Resampling.LANCZOS))
    crowd = np.ascontiguousarray(np.tile(small, (6, 10, 1)))
    centres = _centres(Photo(crowd))
    cells = {(int(y // 128), int(x // 128)) for x, y in centres}
    assert len(cells) >= 54 and len(centres) <= 70


def test_a_painting() -> None:
    painted = apply("starry-night", Photo(HEAD), identity_floor="off", features=0, recorded=False)
    assert len(analyse(painted)) <= 1
    again = apply("noir", painted, faces="largest", recorded=False) if analyse(painted) else painted
    assert again.pixels.shape == HEAD.shape


def test_upside_down() -> None:
    centres = _centres(Photo(np.ascontiguousarray(PICTURE[::-1, ::-1])))
    assert len(centres) <= 2  # such faces are not looked for: nothing, or something, but no mistake


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3)])
def test_hardly_any_pixels(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 200, np.uint8)
    assert analyse(Photo(pixels)) == ()
    assert apply("noir", Photo(pixels), recorded=False).pixels.shape == pixels.shape
    parts = regions(pixels, ())
    assert all(parts.mask(name).shape == shape for name in ("person", "hair", "background"))


def test_cmyk(tmp_path: Path) -> None:
    Image.fromarray(PICTURE).convert("CMYK").save(tmp_path / "print.jpg", quality=95)
    try:
        photo = read_photo(tmp_path / "print.jpg")
    except LooksmithError as error:
        assert "CMYK" in str(error)
    else:
        assert _is_there(photo)


def test_animated(tmp_path: Path) -> None:
    frames = [Image.fromarray(PICTURE), Image.fromarray(np.roll(PICTURE, 40, axis=1))]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:], duration=100)
    try:
        photo = read_photo(tmp_path / "moving.webp")
    except LooksmithError as error:
        assert "frame" in str(error) or "animat" in str(error)
    else:
        assert _is_there(photo)


def test_grey_sixteen_bits_and_transparency() -> None:
    grey = np.repeat(PICTURE.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert _is_there(Photo(grey))
    deep = Photo(PICTURE.astype(np.uint16) * np.uint16(257))
    clear = dataclasses.replace(Photo(PICTURE), alpha=np.zeros(PICTURE.shape[:2], np.uint8))
    assert _is_there(deep) and _is_there(clear)


def test_a_long_panorama() -> None:
    wide = np.zeros((512, 3000, 3), np.uint8)
    wide[:, 1200:1712] = PICTURE
    centres = _centres(Photo(wide))
    assert 1 <= len(centres) <= 3 and np.hypot(centres[:, 0] - 1426, centres[:, 1] - 121).min() < 15


def test_noise_and_damage(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    assert len(analyse(Photo(noise))) == 0
    Image.fromarray(coffee()).save(tmp_path / "cut.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "cut.jpg").read_bytes()[:900])
    with pytest.raises(LooksmithError):
        analyse(read_photo(tmp_path / "cut.jpg"))


def test_a_blurred_face_is_of_less_quality() -> None:
    soft = np.asarray(Image.fromarray(PICTURE).resize((128, 128)).resize((512, 512)))
    sharp, blurred = (analyse(Photo(np.ascontiguousarray(x)))[0].quality for x in (PICTURE, soft))
    assert sharp is not None and blurred is not None and 0 <= blurred < sharp - 0.1 and sharp > 0.5
