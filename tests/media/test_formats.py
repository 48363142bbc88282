"""Every format in and out: what is kept exactly, what nearly, checked with other readers and writers."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo
from looksmith.media.read import photo_from_array, read_photo
from looksmith.media.write import SUFFIXES, encode_photo, write_photo

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"]
EXACT = ["PNG", "TIFF"]
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description made="by us \xc3\xa9"/></rdf:RDF></x:xmpmeta>'


def png16(values: np.ndarray, colour_type: int, *extra: tuple[bytes, bytes]) -> bytes:
    """A 16-bit PNG written from the specification."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values.reshape(height, -1))
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_round_trip(picture: np.ndarray, p3: bytes, format: str, depth: type, with_alpha: bool) -> None:
    scale = 257 if depth == np.uint16 else 1
    ramp = np.linspace(0, 255, picture.shape[0] * picture.shape[1]).reshape(picture.shape[:2]).astype(np.uint8)
    alpha = ramp.astype(depth) * depth(scale) if with_alpha else None
    photo = Photo(picture.astype(depth) * depth(scale), alpha=alpha, icc=p3)
    back = read_photo(encode_photo(photo, format, quality=98, xmp=XMP))
    assert back.format == format and back.icc == p3 and back.xmp == XMP
    deep = depth == np.uint16 and format in ("PNG", "TIFF", "HEIF")
    assert back.pixels.dtype == (np.uint16 if deep else np.uint8)
    if format in EXACT:
        assert np.array_equal(back.pixels, photo.pixels)
        assert (back.alpha is None) if alpha is None else np.array_equal(back.alpha, alpha)
        return
    ours = back.pixels.astype(float) * (255 / back.full_scale)
    if with_alpha and format == "JPEG":
        assert back.alpha is None
        over = 255 - (255 - picture) * (ramp[..., None] / 255)
        assert np.abs(ours - over).mean() < 2
        return
    seen = slice(None) if alpha is None else ramp > 128  # an encoder may do as it likes where nobody sees it
    assert np.abs(ours - picture)[seen].mean() < 3
    if with_alpha:
        assert back.alpha is not None
        assert np.abs(back.alpha.astype(float) * (255 / back.full_scale) - ramp).mean() < 2


@given(
    hnp.arrays(
        st.sampled_from([np.uint8, np.uint16]), st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3, 4]))
    ),
    st.sampled_from(EXACT),
)
@settings(deadline=None)
def test_png_and_tiff_hold_any_pixels_exactly(values: np.ndarray, format: str) -> None:
    photo = photo_from_array(values)
    back = read_photo(encode_photo(photo, format))
    assert back.pixels.dtype == values.dtype
    assert np.array_equal(back.pixels, values[..., :3])
    assert (back.alpha is None) == (values.shape[2] == 3)
    assert back.alpha is None or np.array_equal(back.alpha, values[..., 3])


@pytest.mark.parametrize("format", FORMATS)
def test_a_single_pixel_and_odd_sizes(format: str) -> None:
    for height, width in ((1, 1), (1, 7), (5, 1), (3, 3)):
        photo = photo_from_array(np.full((height, width, 3), (200, 100, 50), np.uint8))
        back = read_photo(encode_photo(photo, format))
        assert back.pixels.shape == (height, width, 3)
        assert np.abs(back.pixels.astype(int) - photo.pixels).max() <= 8


def test_sixteen_bit_png_of_every_colour_type_is_read_to_the_last_bit() -> None:
    rng = np.random.default_rng(0)
    for colour_type, channels in ((0, 1), (2, 3), (4, 2), (6, 4)):
        values = rng.integers(0, 65536, (7, 9, channels)).astype(np.uint16)
        gamma = (b"gAMA", struct.pack(">I", 45455))
        photo = read_photo(png16(values, colour_type, gamma))
        rgb = values[..., :3] if channels >= 3 else np.repeat(values[..., :1], 3, -1)
        assert photo.pixels.dtype == np.uint16 and np.array_equal(photo.pixels, rgb)
        assert photo.alpha is None if channels in (1, 3) else np.array_equal(photo.alpha, values[..., -1])


def test_sixteen_bit_png_with_one_clear_colour() -> None:
    values = np.random.default_rng(0).integers(0, 65536, (7, 9, 3)).astype(np.uint16)
    photo = read_photo(png16(values, 2, (b"tRNS", values[2, 3].astype(">u2").tobytes())))
    assert photo.alpha is not None and photo.alpha[2, 3] == 0 and (photo.alpha == 0).sum() == 1


def test_what_we_write_is_read_alike_by_others(picture: np.ndarray, p3: bytes) -> None:
    alpha = np.arange(picture[..., 0].size, dtype=np.uint16).reshape(picture.shape[:2])
    deep = Photo(picture.astype(np.uint16) * 257 + 3, alpha=alpha, icc=p3, xmp=XMP)
    with tifffile.TiffFile(io.BytesIO(encode_photo(deep, "tiff"))) as file:
        page = file.pages[0]
        assert np.array_equal(page.asarray(), np.dstack([deep.pixels, alpha]))
        assert page.tags[34675].value == p3 and page.tags[700].value == XMP
    for format in FORMATS:
        if format == "HEIF":
            continue  # the only reader at hand is the one we use
        photo = Photo(picture, icc=p3, xmp=XMP, text={"Title": "Kaffee ☕", "Author": "Zoë"})
        with Image.open(io.BytesIO(encode_photo(photo, format, quality=98))) as image:
            assert image.format == format and image.info["icc_profile"] == p3
            xmp = image.info["xmp"]
            assert (xmp if isinstance(xmp, bytes) else xmp.encode()) == XMP
            assert np.abs(np.asarray(image.convert("RGB")).astype(int) - picture).mean() < (
                0.1 if format in EXACT else 3
            )
            if format == "PNG":
                assert image.text["Title"] == "Kaffee ☕" and image.text["Author"] == "Zoë"


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"rowsperstrip": 5}, {"compression": "zlib"}])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_sixteen_bit_tiff_of_another_writer(byteorder: str, layout: dict, orientation: int) -> None:
    values = np.random.default_rng(0).integers(0, 65536, (31, 22, 3)).astype(np.uint16)
    file = io.BytesIO()
    tags = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(file, values, photometric="rgb", byteorder=byteorder, extratags=tags, **layout)
    assert np.array_equal(read_photo(file.getvalue()).pixels, TURN[orientation](values))


TURN = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: np.rot90,
}


def test_grey_and_multiplied_sixteen_bit_tiff() -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 65536, (9, 7)).astype(np.uint16)
    for photometric, expected in (("minisblack", grey), ("miniswhite", 65535 - grey)):
        file = io.BytesIO()
        tifffile.imwrite(file, grey, photometric=photometric)
        photo = read_photo(file.getvalue())
        assert photo.pixels.dtype == np.uint16 and np.array_equal(photo.pixels, np.repeat(expected[..., None], 3, -1))
    alpha = rng.integers(20000, 65536, (9, 7)).astype(np.uint16)
    plain = rng.integers(0, 65536, (9, 7, 3)).astype(np.uint16)
    stored = np.rint(plain * (alpha[..., None] / 65535)).astype(np.uint16)
    file = io.BytesIO()
    tifffile.imwrite(file, np.dstack([stored, alpha]), photometric="rgb", extrasamples=["assocalpha"])
    photo = read_photo(file.getvalue())
    assert np.array_equal(photo.alpha, alpha) and np.abs(photo.pixels.astype(int) - plain).max() <= 2


@pytest.mark.parametrize("kind", ["float", "planes", "uint32"])
def test_a_tiff_that_cannot_be_kept_is_refused_with_advice(kind: str) -> None:
    file = io.BytesIO()
    dtype = {"float": np.float32, "planes": np.uint16, "uint32": np.uint32}[kind]
    values = np.zeros((3, 9, 7) if kind == "planes" else (9, 7, 3), dtype)
    tifffile.imwrite(file, values, photometric="rgb", planarconfig="separate" if kind == "planes" else "contig")
    with pytest.raises(LooksmithError, match="16-bit"):
        read_photo(file.getvalue())


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def test_palette_grey_bilevel_and_clear_colours_become_rgb(picture: np.ndarray) -> None:
    image = Image.fromarray(picture)
    palette = image.quantize(32)
    expected = np.asarray(palette.convert("RGB"))
    for format in ("PNG", "TIFF"):
        assert np.array_equal(read_photo(saved(palette, format)).pixels, expected)
        grey = image.convert("L")
        photo = read_photo(saved(grey, format))
        assert np.array_equal(photo.pixels, np.asarray(grey.convert("RGB"))) and photo.alpha is None
        bilevel = image.convert("1")
        assert np.array_equal(read_photo(saved(bilevel, format)).pixels, np.asarray(bilevel.convert("RGB")))
    clear = read_photo(saved(palette, "PNG", transparency=5))
    assert np.array_equal(clear.alpha == 0, np.asarray(palette) == 5)
    both = read_photo(saved(image.convert("LA"), "PNG"))
    assert both.alpha is not None and (both.alpha == 255).all()


def test_a_grey_profile_is_converted_and_dropped(grey_gamma1: bytes) -> None:
    ramp = np.arange(256, dtype=np.uint8)[None].repeat(4, 0)
    linear = ramp[0] / 255
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
    photo = read_photo(saved(Image.fromarray(ramp), "PNG", icc_profile=grey_gamma1))
    assert photo.icc is None and np.abs(photo.pixels[0, :, 1] - srgb).max() < 2
    deep = read_photo(
        png16(ramp.astype(np.uint16)[..., None] * 257, 0, (b"iCCP", b"g\0\0" + zlib.compress(grey_gamma1)))
    )
    assert deep.icc is None and deep.pixels.dtype == np.uint16
    assert np.abs(deep.pixels[0, :, 1] / 257 - srgb).max() < 2


def test_cmyk_and_lab_become_srgb(picture: np.ndarray) -> None:
    image = Image.fromarray(picture).convert("CMYK")
    for data in (saved(image, "JPEG", quality=98), saved(image, "TIFF")):
        photo = read_photo(data)
        assert photo.icc is None and np.abs(photo.pixels.astype(int) - picture).mean() < 2
    lab = Image.fromarray(np.full((4, 4, 3), (255, 0, 0), np.uint8)).convert("RGB")
    from PIL import ImageCms

    lab = ImageCms.profileToProfile(
        lab, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    photo = read_photo(saved(lab, "TIFF"))
    assert np.abs(photo.pixels.astype(int) - (255, 0, 0)).max() < 6


def test_the_first_frame_of_an_animation_is_read(picture: np.ndarray) -> None:
    first, second = Image.fromarray(picture), Image.fromarray(255 - picture)
    for format, options in (("WEBP", {"lossless": True}), ("PNG", {}), ("AVIF", {"quality": 95}), ("TIFF", {})):
        photo = read_photo(saved(first, format, save_all=True, append_images=[second], **options))
        assert np.abs(photo.pixels.astype(int) - picture).mean() < 3, format


def test_paths_in_any_script_suffixes_streams_and_standard_streams(
    tmp_path: Path, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = photo_from_array(picture)
    folder = tmp_path / "照片 📷 Ünï"
    folder.mkdir()
    for suffix, format in SUFFIXES.items():
        path = folder / f"我的 portré{suffix.upper()}"
        write_photo(photo, path)
        assert read_photo(path).format == format and read_photo(str(path)).source == path
    stream = io.BytesIO()
    write_photo(photo, stream, format="webp")
    assert read_photo(io.BytesIO(stream.getvalue())).format == "WEBP"

    class Standard:
        buffer = io.BytesIO()

    monkeypatch.setattr(sys, "stdout", Standard)
    write_photo(photo, "-")
    monkeypatch.setattr(sys, "stdin", Standard)
    Standard.buffer.seek(0)
    again = read_photo("-")
    assert again.format == "PNG" and np.array_equal(again.pixels, picture)


def test_the_same_photo_gives_the_same_bytes(picture: np.ndarray, p3: bytes) -> None:
    photo = Photo(picture, icc=p3, xmp=XMP, text={"Title": "x"})
    for format in FORMATS:
        assert encode_photo(photo, format) == encode_photo(photo, format), format


@pytest.mark.parametrize(
    ("target", "options", "word"),
    [
        ("a.gif", {}, "ending"),
        ("a", {}, "no ending"),
        ("a.png", {"format": "bmp"}, "bmp"),
        ("a.jpg", {"quality": 0}, "quality"),
        ("a.jpg", {"xmp": b"x" * 70_000}, "XMP"),
    ],
)
def test_what_cannot_be_written_is_told(tmp_path: Path, target: str, options: dict, word: str) -> None:
    with pytest.raises(LooksmithError, match=word):
        write_photo(photo_from_array(np.zeros((2, 2, 3), np.uint8)), tmp_path / target, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_side_that_a_format_cannot_hold_is_told() -> None:
    with pytest.raises(LooksmithError, match="WEBP cannot hold"):
        encode_photo(photo_from_array(np.zeros((1, 16_384, 3), np.uint8)), "webp")
