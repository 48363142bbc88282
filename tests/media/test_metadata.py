"""Orientation, position, thumbnails and everything else that a file carries."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from looksmith.media import exif as exif_block
from looksmith.media import xmp as xmp_packet
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.write import encode_photo

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"]
ORIENTATION, MODEL, EXPOSURE, MAKER_NOTE, WIDTH, HEIGHT = 0x0112, 0x0110, 0x829A, 0x927C, 0xA002, 0xA003
LATITUDE = (47.0, 22.0, 13.37)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r#"><rdf:Description tiff:Orientation="6"'
    b' exif:GPSLatitude="47,22.222N" dc:title="kept"><exif:GPSLongitude>8,32E</exif:GPSLongitude>'
    b"<xmp:Thumbnails><rdf:Alt>base64</rdf:Alt></xmp:Thumbnails></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def made_exif(orientation: int = 1, *, maker_note: bytes = b"maker's own" * 9) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MODEL] = orientation, "Camera Ω 1"[:8] + "1"
    exif.get_ifd(0x8769).update({EXPOSURE: 0.004, MAKER_NOTE: maker_note, WIDTH: 150, HEIGHT: 100})
    exif.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: (8.0, 32.0, 30.0)})
    data = exif.tobytes()
    return data[6:] if data[:6] == b"Exif\0\0" else data


def with_thumbnail(exif: bytes, thumbnail: bytes) -> bytes:
    """A second directory appended, as cameras do, with a JPEG thumbnail behind it."""
    block = bytearray(exif)
    order = "little" if exif[:2] == b"II" else "big"
    first = int.from_bytes(exif[4:8], order)
    pointer = first + 2 + 12 * int.from_bytes(exif[first : first + 2], order)
    block += bytes(len(block) % 2)
    second = len(block)
    block[pointer : pointer + 4] = second.to_bytes(4, order)
    start = second + 2 + 2 * 12 + 4
    entries = [(0x0201, start), (0x0202, len(thumbnail))]
    block += (2).to_bytes(2, order)
    for tag, value in entries:
        parts = ((tag, 2), (4, 2), (1, 4), (value, 4))
        block += b"".join(number.to_bytes(size, order) for number, size in parts)
    return bytes(block + bytes(4) + thumbnail)


def loaded(exif: bytes) -> Image.Exif:
    out = Image.Exif()
    out.load(exif)
    return out


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_then_gone(format: str, orientation: int) -> None:
    corners = np.zeros((32, 64, 3), np.uint8)
    corners[:16, :32], corners[:16, 32:], corners[16:, :32], corners[16:, 32:] = 20, 90, 160, 230
    plain = Image.fromarray(corners)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    out = io.BytesIO()
    plain.save(out, format, exif=exif, **({} if format in ("PNG", "TIFF") else {"quality": 95}))
    photo = read_photo(out.getvalue())
    expected = {1: "0123", 2: "1032", 3: "3210", 4: "2301", 5: "0213", 6: "2031", 7: "3120", 8: "1302"}[orientation]
    height, width = photo.pixels.shape[:2]
    assert (height, width) == ((64, 32) if orientation >= 5 else (32, 64))
    points = [(height // 4, width // 4), (height // 4, 3 * width // 4), (3 * height // 4, width // 4)]
    points.append((3 * height // 4, 3 * width // 4))
    seen = "".join(str(round((int(photo.pixels[point][0]) - 20) / 70)) for point in points)
    assert seen == expected
    assert exif_block.orientation(photo.exif) == 1
    again = read_photo(encode_photo(photo, format, quality=95))
    assert again.pixels.shape == photo.pixels.shape
    assert np.abs(again.pixels.astype(int) - photo.pixels).mean() < 2


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("keep_gps", [False, True])
def test_metadata_is_kept_and_the_position_only_when_asked(format: str, keep_gps: bool, picture: np.ndarray) -> None:
    photo = Photo(picture, exif=made_exif(), xmp=XMP)
    data = encode_photo(photo, format, keep_gps=keep_gps, keep_device=True)
    back = read_photo(data)
    assert back.exif is not None and back.xmp is not None
    exif = loaded(back.exif)
    assert exif[MODEL].startswith("Camera") and float(exif.get_ifd(0x8769)[EXPOSURE]) == pytest.approx(0.004)
    assert exif.get_ifd(0x8769)[MAKER_NOTE] == b"maker's own" * 9
    assert b'dc:title="kept"' in back.xmp and b"Thumbnails" not in back.xmp
    position = exif.get_ifd(0x8825)
    if keep_gps:
        assert [float(value) for value in position[2]] == pytest.approx(LATITUDE)
        assert b"GPSLatitude" in back.xmp and b"GPSLongitude" in back.xmp
    else:
        assert not position and b"GPS" not in back.xmp
        assert b"47,22.222" not in data and b"GPSL" not in data


def test_not_a_byte_of_the_position_is_left_in_the_block() -> None:
    exif = made_exif()
    bare = exif_block.without_position(exif)
    assert bare is not None and len(bare) == len(exif)
    order = "little" if exif[:2] == b"II" else "big"
    assert (1337).to_bytes(4, order) in exif and (1337).to_bytes(4, order) not in bare
    assert not loaded(bare).get_ifd(0x8825) and loaded(bare).get_ifd(0x8769)[EXPOSURE]


@pytest.mark.parametrize("format", FORMATS)
def test_the_device_and_its_owner_are_left_out_unless_asked_for(format: str, picture: np.ndarray) -> None:
    exif = Image.Exif()
    exif.update({0x010F: "MakerOfIt", MODEL: "Model 9000", 0x0131: "17.1.1", 0x013B: "Rina"})
    exif.get_ifd(0x8769).update(
        {EXPOSURE: 0.004, MAKER_NOTE: b"NOTE-SERIAL" * 9, 0xA420: "UNIQUE0123456789", 0xA430: "Owner Name",
         0xA431: "BODY-77", 0xA433: "LensMaker", 0xA434: "Lens 50mm", 0xA435: "LENS-88", 0x9003: "2026:01:02 03:04:05"}
    )  # fmt: skip
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r#"><rdf:Description tiff:Make="MakerOfIt"'
        b' tiff:Model="Model 9000" aux:SerialNumber="BODY-77" dc:title="kept"><aux:LensSerialNumber>LENS-88'
        b"</aux:LensSerialNumber><exifEX:BodySerialNumber>BODY-77</exifEX:BodySerialNumber></rdf:Description></rdf:RDF>"
        b"</x:xmpmeta>"
    )
    block = exif.tobytes()
    photo = Photo(picture, exif=block[6:] if block[:6] == b"Exif\0\0" else block, xmp=xmp)
    data = encode_photo(photo, format)
    for told in (
        b"MakerOfIt",
        b"Model 9000",
        b"NOTE-SERIAL",
        b"UNIQUE",
        b"Owner Name",
        b"BODY-77",
        b"LENS-88",
        b"17.1",
    ):
        assert told not in data, told
    back = read_photo(data)
    kept = loaded(back.exif or b"")
    assert kept[0x013B] == "Rina" and kept.get_ifd(0x8769)[0x9003] == "2026:01:02 03:04:05"
    assert float(kept.get_ifd(0x8769)[EXPOSURE]) == pytest.approx(0.004) and b'dc:title="kept"' in (back.xmp or b"")
    asked = read_photo(encode_photo(photo, format, keep_device=True))
    assert loaded(asked.exif or b"")[MODEL] == "Model 9000" and b"BODY-77" in (asked.xmp or b"")


@pytest.mark.parametrize("format", FORMATS)
def test_the_thumbnail_of_the_picture_before_does_not_come_along(format: str, picture: np.ndarray) -> None:
    exif = with_thumbnail(made_exif(), b"\xff\xd8THE-OLD-FACE\xff\xd9")
    data = encode_photo(Photo(picture, exif=exif), format, keep_gps=True, keep_device=True)
    assert b"THE-OLD-FACE" not in data
    back = read_photo(data)
    assert back.exif is not None and loaded(back.exif)[MODEL].startswith("Camera")


@pytest.mark.parametrize("format", FORMATS)
def test_the_size_that_exif_tells_is_the_pictures(format: str, picture: np.ndarray) -> None:
    photo = Photo(np.ascontiguousarray(picture.swapaxes(0, 1)), exif=made_exif(6))
    back = read_photo(encode_photo(photo, format))
    inner = loaded(back.exif or b"").get_ifd(0x8769)
    assert (inner[WIDTH], inner[HEIGHT]) == (back.width, back.height) == (100, 150)


def test_a_note_too_long_for_jpeg_is_left_out_and_the_rest_kept(picture: np.ndarray) -> None:
    photo = Photo(picture, exif=made_exif(maker_note=bytes(range(256)) * 300))
    inner = loaded(read_photo(encode_photo(photo, "jpeg", keep_device=True)).exif or b"").get_ifd(0x8769)
    assert MAKER_NOTE not in inner and float(inner[EXPOSURE]) == pytest.approx(0.004)
    inner = loaded(read_photo(encode_photo(photo, "png", keep_device=True)).exif or b"").get_ifd(0x8769)
    assert len(inner[MAKER_NOTE]) == 256 * 300


def test_png_text_stays_and_hidden_exif_in_text_does_not(picture: np.ndarray) -> None:
    text = {"Title": "春", "Comment": "plain", "Raw profile type exif": "47 22 13"}
    data = encode_photo(Photo(picture, text=text), "png")
    assert dict(read_photo(data).text) == {"Title": "春", "Comment": "plain"}
    jpeg = read_photo(encode_photo(Photo(picture, text=text), "jpeg"))
    assert dict(jpeg.text) == {"Comment": "plain"}


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.binary(max_size=200), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""]), st.data())
@settings(max_examples=500)
def test_no_exif_whatever_breaks_the_editing(noise: bytes, head: bytes, data: st.DataObject) -> None:
    block = bytearray(head + noise)
    if data.draw(st.booleans()):
        block = bytearray(with_thumbnail(made_exif(3), b"thumb"))
        for _ in range(data.draw(st.integers(0, 6))):
            block[data.draw(st.integers(8, len(block) - 1))] = data.draw(st.integers(0, 255))
    for edit in (exif_block.upright, exif_block.without_position, exif_block.without_thumbnail):
        out = edit(bytes(block))
        assert out is None or len(out) <= len(block)
    exif_block.without_maker_note(bytes(block))
    assert 1 <= exif_block.orientation(bytes(block)) <= 8


@pytest.mark.parametrize("format", FORMATS)
def test_malformed_exif_is_dropped_not_passed_on(format: str, picture: np.ndarray) -> None:
    for bad in (b"II*\0\xff\xff\xff\x7f", b"MM\0*\0\0\0\x08\xff\xff", b"nonsense"):
        back = read_photo(encode_photo(Photo(picture, exif=bad), format))
        assert not back.exif or len(loaded(back.exif)) <= 1


def test_xmp_properties_are_removed_in_every_spelling() -> None:
    spellings = [
        b"<a e:GPSLatitude='1,2N' keep='1'/>",
        b'<a e:GPSAltitude = "12/1" keep="1"/>',
        b"<keep/><e:GPSLongitude>\n1\n</e:GPSLongitude>",
        b"<keep/><e:GPSTimeStamp/>",
        b'<keep/><e:GPSDestBearing rdf:parseType="x"><b>1</b></e:GPSDestBearing>',
    ]
    for packet in spellings:
        out = xmp_packet.without_position(packet)
        assert out is not None and b"GPS" not in out and b"keep" in out, packet
    assert xmp_packet.without_position("<a e:GPSLatitude='1'/>".encode("utf-16")) is None
    assert xmp_packet.without_position(b"<e:GPSLatitude>never closed") is None
    assert xmp_packet.upright(b'<a tiff:Orientation="8"/>') == b'<a tiff:Orientation="1"/>'
    assert xmp_packet.upright(b"<t:Orientation>6</t:Orientation>") == b"<t:Orientation>1</t:Orientation>"


@pytest.mark.parametrize(
    "piece",
    [b"x", b" ", b"<e:GPSa>", b"<e:GPSa ", b" e:GPSa='", b"e:Orientation=", b"<x:Thumbnails>", b"<e:GPSa></e:GPSa>"],
)
def test_a_packet_made_to_waste_time_does_not(piece: bytes) -> None:
    packet = piece * (1_000_000 // len(piece))
    start = time.process_time()
    xmp_packet.upright(packet)
    xmp_packet.without_thumbnails(packet)
    xmp_packet.without_position(packet)
    assert time.process_time() - start < 2
