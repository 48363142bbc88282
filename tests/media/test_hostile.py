"""Files that are empty, cut off, damaged, huge or no pictures: one clear error each, and nothing allocated first."""

from __future__ import annotations

import io
import struct
import tracemalloc
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media import limits
from looksmith.media.photo import Photo
from looksmith.media.read import photo_from_array, read_photo
from looksmith.media.write import encode_photo

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged EXIF

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"]


def encoded(format: str, depth: type = np.uint8) -> bytes:
    rng = np.random.default_rng(0)
    full = np.iinfo(depth).max
    return encode_photo(photo_from_array(rng.integers(0, full + 1, (48, 64, 3)).astype(depth)), format)


WHOLE = {format: encoded(format) for format in FORMATS} | {"PNG16": encoded("PNG", np.uint16)}
WHOLE["TIFF16"] = encoded("TIFF", np.uint16)


def explained(error: LooksmithError) -> bool:
    """What, where, and what to do next."""
    return bool(error.what and error.where and error.hint and "Traceback" not in str(error))


@pytest.mark.parametrize("name", sorted(WHOLE))
@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.95])
def test_a_file_that_is_cut_off_is_told(name: str, part: float, tmp_path: Path) -> None:
    path = tmp_path / f"假 {name}.jpg"
    path.write_bytes(WHOLE[name][: int(len(WHOLE[name]) * part)])
    with pytest.raises(UnreadableError) as caught:
        read_photo(path)
    assert explained(caught.value) and caught.value.where == str(path)


@pytest.mark.parametrize("size", [1, 2, 3, 8, 12, 20, 33])
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_first_few_bytes_alone_are_told(name: str, size: int) -> None:
    with pytest.raises(UnreadableError):
        read_photo(WHOLE[name][:size])


@given(st.sampled_from(sorted(WHOLE)), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damage_anywhere_gives_a_picture_or_the_one_error(name: str, data: st.DataObject) -> None:
    damaged = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            photo = read_photo(bytes(damaged), max_pixels=1_000_000)
        except UnreadableError as error:
            assert explained(error)
        else:
            assert photo.pixels.ndim == 3 and photo.pixels.shape[2] == 3


@given(st.binary(max_size=300), st.sampled_from([b"", *(data[:40] for data in WHOLE.values())]))
@settings(max_examples=300, deadline=None)
def test_noise_is_told(noise: bytes, head: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_photo(head + noise)


def test_any_byte_changed_in_a_png_is_noticed() -> None:
    for name in ("PNG", "PNG16"):
        damaged = bytearray(WHOLE[name])
        damaged[len(damaged) // 2] ^= 1
        with pytest.raises(UnreadableError, match="checksum"):
            read_photo(bytes(damaged))


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b"GIF89a" + bytes(50), "GIF"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04" + bytes(50), r"\.look"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        ("只是文字,不是图片".encode(), "text"),
        (bytes(range(128, 228)), "something else"),
        (b"II+\0" + bytes(40), "BigTIFF"),
    ],
)
def test_other_kinds_of_file_are_named(data: bytes, got: str) -> None:
    with pytest.raises(UnreadableError, match=got) as caught:
        read_photo(data)
    assert explained(caught.value)


def test_empty_missing_and_folders_are_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    for source, word in ((empty, "empty"), (b"", "empty"), (io.BytesIO(), "empty"), (tmp_path, "folder")):
        with pytest.raises(UnreadableError, match=word):
            read_photo(source)
    with pytest.raises(UnreadableError, match="no such file"):
        read_photo(tmp_path / "none.jpg")
    with pytest.raises(UnreadableError, match="cannot be opened"):
        read_photo(str(tmp_path / "a\0b.jpg"))


def promised(format: str, width: int, height: int) -> bytes:
    """A file of a few bytes whose header promises a picture of this size."""
    data = bytearray(WHOLE[format])
    if format == "PNG":
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif format == "JPEG":
        frame = data.index(b"\xff\xc0")
        data[frame + 5 : frame + 9] = struct.pack(">HH", min(height, 65535), min(width, 65535))
    elif format == "WEBP":
        body = b"VP8X" + struct.pack("<I", 10) + bytes(4)
        if not width:
            body = b"VP8 " + struct.pack("<I", 10) + bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 0, height)
            return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body + bytes(8)
        body += (min(width, 1 << 24) - 1).to_bytes(3, "little") + (min(height, 1 << 24) - 1).to_bytes(3, "little")
        data = bytearray(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body)
    elif format == "TIFF":
        first = struct.unpack_from("<I", data, 4)[0]
        for i in range(struct.unpack_from("<H", data, first)[0]):
            entry = first + 2 + 12 * i
            tag = struct.unpack_from("<H", data, entry)[0]
            if tag in (256, 257):
                struct.pack_into("<HII", data, entry + 2, 4, 1, width if tag == 256 else height)
    else:
        at = 0  # every ispe box (ISO/IEC 23008-12, 6.5.3)
        while (at := data.find(b"ispe", at + 1)) > 0:
            data[at + 8 : at + 16] = struct.pack(">II", width, height)
    return bytes(data)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [(60_000, 50_000), (2_000_000, 400), (0, 64), (20_000, 20_000)])
def test_a_bomb_is_refused_before_it_goes_off(format: str, size: tuple[int, int]) -> None:
    data = promised(format, *size)
    tracemalloc.start()
    with pytest.raises(UnreadableError) as caught:
        read_photo(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert explained(caught.value)
    assert peak < 20 << 20


@pytest.mark.parametrize("format", FORMATS)
def test_the_limit_is_the_callers_to_set(format: str) -> None:
    with pytest.raises(UnreadableError, match="too large") as caught:
        read_photo(WHOLE[format], max_pixels=48 * 64 - 1)
    assert "64 x 48" in str(caught.value)
    assert read_photo(WHOLE[format], max_pixels=48 * 64).width == 64


def test_a_picture_larger_than_pillows_own_limit_is_read_without_a_warning() -> None:
    side = 9_600  # 92 megapixels; Pillow warns from 89 on
    out = io.BytesIO()
    Image.new("L", (side, side)).save(out, "PNG")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_photo(out.getvalue()).width == side


def test_a_stream_without_end_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("looksmith.media.read.MAX_BYTES", 1000)
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 1001
            self.given += size
            return b"\xff" * size

    with pytest.raises(UnreadableError, match="too large"):
        read_photo(Endless())  # type: ignore[arg-type]


def test_text_and_profiles_that_swell_are_left_out(picture: np.ndarray) -> None:
    big = b"\0" * (limits.MAX_METADATA + 1)
    png = encode_photo(Photo(picture), "png")

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    swollen = zlib.compress(big, 9)
    extra = chunk(b"iCCP", b"p\0\0" + swollen) + chunk(b"zTXt", b"Title\0\0" + swollen)
    extra += chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + swollen)
    photo = read_photo(png[:33] + extra + png[33:])
    assert np.array_equal(photo.pixels, picture)
    assert photo.icc is None and photo.xmp is None and not photo.text


@pytest.mark.parametrize("bad", [np.zeros((2, 2)), np.zeros((2, 2, 3)), np.zeros((2, 2, 2), np.uint8)])
def test_an_array_that_is_no_picture_is_told(bad: np.ndarray) -> None:
    with pytest.raises(UnreadableError, match="not a picture"):
        photo_from_array(bad)
    with pytest.raises(UnreadableError, match="no pixels"):
        photo_from_array(np.zeros((0, 3, 3), np.uint8))
