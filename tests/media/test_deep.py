"""Sixteen bits to the last one: files of other writers, every PNG filter and interlacing, and what we write read back
by OpenCV, which decodes 16 bits itself."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import warnings
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from looksmith.errors import UnreadableError
from looksmith.media import png
from looksmith.media.photo import Photo
from looksmith.media.read import photo_from_array, read_photo
from looksmith.media.write import encode_photo

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
"""Adam7: first column, first row, and the steps along columns and rows (PNG specification, section 8.2)."""


def filtered(rows: np.ndarray, pixel: int, kinds: Iterator[int]) -> bytes:
    """Rows of bytes as PNG stores them, each with the next filter (section 9.2)."""
    above, out = np.zeros(rows.shape[1], int), []
    for row in rows.astype(int):
        left = np.concatenate([np.zeros(pixel, int), row])[: len(row)]
        corner = np.concatenate([np.zeros(pixel, int), above])[: len(row)]
        kind = next(kinds)
        guess = left + above - corner
        da, db, dc = abs(guess - left), abs(guess - above), abs(guess - corner)
        paeth = np.where((da <= db) & (da <= dc), left, np.where(db <= dc, above, corner))
        predicted = [0 * row, left, above, (left + above) // 2, paeth][kind]
        out.append(bytes([kind]) + ((row - predicted) & 255).astype(np.uint8).tobytes())
        above = row
    return b"".join(out)


def png16(values: np.ndarray, colour_type: int, seed: int = 0, *, interlaced: bool = False) -> bytes:
    """A 16-bit PNG with a filter by chance for each row."""
    height, width, channels = values.shape
    rng = np.random.default_rng(seed)
    kinds = iter(rng.integers(0, 5, 8 * height + 8).tolist())
    grids = [values]
    if interlaced:
        grids = [values[y::dy, x::dx] for x, y, dx, dy in PASSES]
    data = b""
    for grid in grids:
        if grid.size:
            rows = np.frombuffer(grid.astype(">u2").tobytes(), np.uint8).reshape(grid.shape[0], -1)
            data += filtered(rows, 2 * channels, kinds)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, int(interlaced))
    packed = zlib.compress(data)
    half = len(packed) // 2
    body = [(b"IHDR", header), (b"IDAT", packed[:half]), (b"IDAT", packed[half:]), (b"IEND", b"")]
    return png.SIGNATURE + b"".join(chunk(*each) for each in body)


@pytest.mark.parametrize("colour_type", CHANNELS)
@pytest.mark.parametrize("interlaced", [False, True])
@given(height=st.integers(1, 19), width=st.integers(1, 19), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_every_filter_and_interlacing_of_png(
    colour_type: int, interlaced: bool, height: int, width: int, seed: int
) -> None:
    channels = CHANNELS[colour_type]
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 65536, (height, width, channels)) >> rng.integers(0, 12)
    values = values.astype(np.uint16)
    photo = read_photo(png16(values, colour_type, seed, interlaced=interlaced))
    rgb = values[..., :3] if channels >= 3 else np.repeat(values[..., :1], 3, -1)
    assert photo.pixels.dtype == np.uint16 and np.array_equal(photo.pixels, rgb)
    assert photo.alpha is None if channels in (1, 3) else np.array_equal(photo.alpha, values[..., -1])


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (57, 83), (700, 901)])
def test_opencv_reads_what_we_write(depth: type, channels: int, shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).integers(0, np.iinfo(depth).max + 1, (*shape, channels)).astype(depth)
    turned = cv2.imdecode(np.frombuffer(encode_photo(photo_from_array(values), "png"), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(turned, values[..., [2, 1, 0, 3][:channels]])


@pytest.mark.parametrize("compression", [1, 5, 8, 32773])  # none, LZW, deflate, PackBits (TIFF 6.0)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiff_of_opencv_in_every_compression(compression: int, channels: int, picture: np.ndarray) -> None:
    deep = picture.astype(np.uint16) * 251 + np.arange(150, dtype=np.uint16)[:, None]
    values = np.dstack([deep, deep[..., 1] // 2])[..., :channels]
    if channels == 1:
        values = deep[..., 0]
    turned = values if channels == 1 else np.ascontiguousarray(values[..., [2, 1, 0, 3][:channels]])
    done, data = cv2.imencode(".tif", turned, [cv2.IMWRITE_TIFF_COMPRESSION, compression])
    assert done
    photo = read_photo(data.tobytes())
    rgb = np.repeat(values[..., None], 3, -1) if channels == 1 else values[..., :3]
    assert photo.pixels.dtype == np.uint16 and np.array_equal(photo.pixels, rgb)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("predictor", [False, True])
@pytest.mark.parametrize("tile", [None, (32, 48)])
def test_tiff_with_differences_tiles_and_both_byte_orders(
    byteorder: str, predictor: bool, tile: tuple[int, int] | None, picture: np.ndarray
) -> None:
    values = (picture.astype(np.uint16) << 8) | np.random.default_rng(0).integers(0, 256, picture.shape, np.uint16)
    file = io.BytesIO()
    options = {"tile": tile, "compression": "zlib", "predictor": predictor}
    tifffile.imwrite(file, values, photometric="rgb", byteorder=byteorder, **options)
    assert np.array_equal(read_photo(file.getvalue()).pixels, values)


def whole() -> dict[str, bytes]:
    values = np.random.default_rng(0).integers(0, 65536, (40, 56, 4)).astype(np.uint16)
    found = {f"PNG {kind} {int(i)}": png16(values[..., :n], kind, interlaced=i)
             for kind, n in CHANNELS.items() for i in (False, True)}  # fmt: skip
    for order in "<>":
        for name, options in (("plain", {}), ("tiles", {"tile": (16, 16)}), ("zlib", {"compression": "zlib"})):
            file = io.BytesIO()
            tifffile.imwrite(file, values, photometric="rgb", byteorder=order, extrasamples=["unassalpha"], **options)
            found[f"TIFF {name} {order}"] = file.getvalue()
    turned = np.ascontiguousarray(values[..., [2, 1, 0]])
    found["TIFF lzw"] = cv2.imencode(".tif", turned, [cv2.IMWRITE_TIFF_COMPRESSION, 5])[1].tobytes()
    return found


WHOLE = whole()


@given(st.sampled_from(sorted(WHOLE)), st.booleans(), st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damage_gives_a_picture_or_the_one_error(name: str, mended: bool, data: st.DataObject) -> None:
    """Any bytes changed, also with every PNG checksum made right again, so that the decoder itself meets the damage."""
    damaged = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(1, len(damaged) - 1)) :]
    if mended and name.startswith("PNG"):
        at = 8
        while at + 12 <= len(damaged):
            length = int.from_bytes(damaged[at : at + 4], "big")
            if at + 12 + length > len(damaged):
                break
            checksum = zlib.crc32(damaged[at + 4 : at + 8 + length])
            damaged[at + 8 + length : at + 12 + length] = struct.pack(">I", checksum)
            at += 12 + length
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            photo = read_photo(bytes(damaged), max_pixels=1_000_000)
        except UnreadableError as error:
            assert error.what and error.hint and "Traceback" not in str(error)
        else:
            assert photo.pixels.ndim == 3 and photo.pixels.shape[2] == 3


def test_a_bomb_behind_an_honest_header_swells_no_further_than_its_picture() -> None:
    """A few rows promised, and a stream that would go on to a hundred million bytes."""
    swollen = zlib.compressobj(9)
    stream = b"".join(swollen.compress(bytes(1 << 20)) for _ in range(100)) + swollen.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    for kind in CHANNELS:
        header = struct.pack(">IIBBBBB", 8, 8, 16, kind, 0, 0, 0)
        data = png.SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")
        tracemalloc.start()
        start = time.process_time()
        photo = read_photo(data)
        assert time.process_time() - start < 1
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()
        assert photo.pixels.shape == (8, 8, 3)


def test_a_megapixel_of_sixteen_bits_takes_a_moment_and_little_memory() -> None:
    rng = np.random.default_rng(0)
    photo = Photo((np.add.outer(np.arange(1000), np.arange(1000))[..., None] * [9, 8, 7]).astype(np.uint16))
    photo.pixels[:] += rng.integers(0, 64, photo.pixels.shape, np.uint16)
    for format in ("png", "tiff"):
        start = time.process_time()
        data = encode_photo(photo, format)
        middle = time.process_time()
        tracemalloc.start()
        back = read_photo(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert np.array_equal(back.pixels, photo.pixels)
        assert middle - start < 2 and time.process_time() - middle < 2  # measured: 0.1 s each
        assert peak < 4 * photo.pixels.nbytes
