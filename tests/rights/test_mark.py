"""The invisible mark: read back after JPEG 75 and halving, hardly seen, inside its region only."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data

from looksmith.media.photo import Photo
from looksmith.rights import code, mark

PAYLOAD = 0xC0FFEE42


@pytest.fixture(scope="module")
def astronaut() -> Photo:
    return Photo(np.ascontiguousarray(data.astronaut()))


@pytest.fixture(scope="module")
def marked(astronaut: Photo) -> Photo:
    made = mark.embed(astronaut, PAYLOAD)
    assert made is not None
    return made


def jpeg(photo: Photo, quality: int) -> Photo:
    file = io.BytesIO()
    Image.fromarray(photo.pixels).save(file, "JPEG", quality=quality)
    return Photo(np.asarray(Image.open(file)))


def scaled(photo: Photo, ratio: float) -> Photo:
    size = (round(photo.width * ratio), round(photo.height * ratio))
    return Photo(np.asarray(Image.fromarray(photo.pixels).resize(size, Image.Resampling.BICUBIC)))


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**31))
@settings(max_examples=25)
def test_the_code_mends_a_noisy_word(payload: int, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.6, code.LENGTH)
    assert code.decode(code.encode(payload) + noise) == payload


def test_noise_is_no_code_word() -> None:
    rng = np.random.default_rng(0)
    assert all(code.decode(rng.normal(size=code.LENGTH)) is None for _ in range(200))
    with pytest.raises(ValueError, match="payload"):
        code.encode(1 << 32)


def test_the_checksum_is_that_of_openpgp() -> None:
    crc = 0xB704CE  # written another way: bit by bit over the message, as in RFC 9580
    for bit in "".join(f"{byte:08b}" for byte in (0x12345678).to_bytes(4, "big")):
        top = crc >> 23 ^ int(bit)
        crc = crc << 1 & 0xFFFFFF ^ (0x864CFB if top else 0)
    assert code._checksum(0x12345678) == crc


def test_it_is_read_back_and_hardly_seen(astronaut: Photo, marked: Photo) -> None:
    found = mark.read(marked)
    assert found is not None and found.payload == PAYLOAD and found.agreement > 0.6
    assert mark.psnr_of(astronaut, marked) > 38
    assert np.abs(astronaut.pixels.astype(int) - marked.pixels).max() <= 24


@pytest.mark.parametrize(
    ("name", "attack"),
    [
        ("jpeg 75", lambda photo: jpeg(photo, 75)),
        ("halved", lambda photo: scaled(photo, 0.5)),
        ("halved, jpeg 75", lambda photo: jpeg(scaled(photo, 0.5), 75)),
        ("doubled", lambda photo: scaled(photo, 2)),
        ("brighter", lambda photo: Photo(np.clip(photo.pixels * 1.1 + 6, 0, 255).astype(np.uint8))),
        ("grey", lambda photo: Photo(np.asarray(Image.fromarray(photo.pixels).convert("L").convert("RGB")))),
    ],
)
def test_it_survives(marked: Photo, name: str, attack: object) -> None:
    found = mark.read(attack(marked))  # type: ignore[operator]
    assert found is not None and found.payload == PAYLOAD, name


def test_it_is_not_found_where_there_is_none(astronaut: Photo) -> None:
    for photo in (astronaut, Photo(np.ascontiguousarray(data.coffee())), Photo(np.zeros((256, 256, 3), np.uint8))):
        assert mark.read(photo) is None


def test_outside_its_region_not_one_byte_changes(astronaut: Photo) -> None:
    where = np.zeros((512, 512), np.float32)
    where[:, :320] = 1
    made = mark.embed(astronaut, PAYLOAD, where)
    assert made is not None
    assert np.array_equal(made.pixels[:, 320:], astronaut.pixels[:, 320:])
    found = mark.read(made)
    assert found is not None and found.payload == PAYLOAD


def test_where_there_is_no_room_there_is_no_mark(astronaut: Photo) -> None:
    small = np.zeros((512, 512), np.float32)
    small[:100, :100] = 1
    assert mark.embed(astronaut, PAYLOAD, small) is None
    assert mark.embed(Photo(np.ascontiguousarray(astronaut.pixels[:150])), PAYLOAD) is None


def test_sixteen_bits_alpha_and_repetition(astronaut: Photo) -> None:
    deep = Photo(
        astronaut.pixels.astype(np.uint16) * 257, alpha=np.arange(512 * 512, dtype=np.uint16).reshape(512, 512)
    )
    made = mark.embed(deep, PAYLOAD)
    assert made is not None and made.pixels.dtype == np.uint16 and made.alpha is deep.alpha
    found = mark.read(made)
    assert found is not None and found.payload == PAYLOAD
    again = mark.embed(deep, PAYLOAD)
    assert again is not None and np.array_equal(again.pixels, made.pixels)
