"""Labels: well formed, once each, never weaker than before, and read back by exiftool."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize
from looksmith.media.write import write_photo
from looksmith.rights.labels import AIGC_FIELDS, TC260, Label, Made, read_labels, with_labels

PHOTO = Photo(np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8))
MADE = Made(Label("compositeWithTrainedAlgorithmicMedia"), 'R&D <"春">', "ab" * 32, "Rina", "cd" * 32)
FORMATS = [".jpg", ".png", ".webp", ".avif", ".heic", ".tif"]


def packet(inner: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:TC260="{TC260}">{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def test_the_aigc_value_is_as_the_standard_asks() -> None:
    made = with_labels(PHOTO, MADE)
    root = ET.fromstring((made.xmp or b"").decode())
    found = root.find(f".//{{{TC260}}}AIGC")
    assert found is not None and found.text is not None
    value = json.loads(found.text)
    assert tuple(value) == AIGC_FIELDS and all(isinstance(text, str) for text in value.values())
    assert value["Label"] == "1" and value["ContentProducer"] == "Looksmith" and value["ProduceID"] == "cd" * 16
    assert value["ReservedCode1"] == "cd" * 32 and value["ContentPropagator"] == ""


def test_the_producer_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKSMITH_PRODUCER", '91310000MA1FL0XX "某某"')
    labels = read_labels(with_labels(PHOTO, MADE).xmp)
    assert labels.aigc is not None and labels.aigc["ContentProducer"] == '91310000MA1FL0XX "某某"' and not labels.fault


def test_labels_of_others_are_replaced_once_and_never_made_weaker() -> None:
    theirs = json.dumps(dict.fromkeys(AIGC_FIELDS, "x") | {"Label": "1"}).replace('"', "&quot;")
    before = packet(
        "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        "</Iptc4xmpExt:DigitalSourceType><photoshop:Credit>Kate &amp; Co</photoshop:Credit>"
        f"<TC260:AIGC>{theirs}</TC260:AIGC><dc:title>Beach</dc:title>"
    )
    once = with_labels(dataclasses.replace(PHOTO, xmp=before), dataclasses.replace(MADE, look="first"))
    twice = with_labels(once, dataclasses.replace(MADE, source_type=Label("algorithmicallyEnhanced"), look="second"))
    xmp = (twice.xmp or b"").decode()
    labels = read_labels(twice.xmp)
    assert labels.source_type == "trainedAlgorithmicMedia"
    assert labels.credit == "Kate & Co; Made with Looksmith: look second by Rina"
    assert labels.look == "second" and "Beach" in xmp and '"ContentProducer":"x"' in xmp
    for name in ("DigitalSourceType", "Credit", "AIGC", "look"):
        assert xmp.count(f":{name}>") == 2, name
    ET.fromstring(xmp)


def test_attributes_are_read_and_replaced_too() -> None:
    before = packet("").replace(b">", b' photoshop:Credit="Kate" TC260:AIGC="{&quot;Label&quot;:&quot;9&quot;}">', 3)
    assert read_labels(before).credit == "Kate" and "not 1, 2 or 3" in read_labels(before).fault
    made = with_labels(
        dataclasses.replace(PHOTO, xmp=packet("").replace(b'about=""', b'about="" photoshop:Credit="K"')), MADE
    )
    assert (read_labels(made.xmp).credit or "").startswith("K; Made with")


@pytest.mark.parametrize("text", ["", "no", "[]", "1", '{"Label":1}', '{"Label":"1"}', "{" * 4000, '{"Label":"4"}'])
def test_a_label_that_is_wrong_is_told(text: str) -> None:
    xmp = packet(f"<TC260:AIGC>{text}</TC260:AIGC>")
    assert read_labels(xmp).fault


def test_a_photo_without_changes_keeps_what_it_says() -> None:
    assert with_labels(PHOTO, None).xmp is None
    foreign = packet("<photoshop:Credit>Kate</photoshop:Credit>")
    assert with_labels(dataclasses.replace(PHOTO, xmp=foreign), None).xmp == foreign


@pytest.mark.parametrize("suffix", FORMATS)
def test_labels_survive_saving_cropping_and_resizing_and_exiftool_reads_them(suffix: str, tmp_path: Path) -> None:
    write_photo(with_labels(PHOTO, MADE), tmp_path / f"a{suffix}")
    first = read_photo(tmp_path / f"a{suffix}")
    cropped = dataclasses.replace(first, pixels=np.ascontiguousarray(first.pixels[8:72, 16:112]))
    write_photo(cropped, tmp_path / f"b{suffix}")
    second = read_photo(tmp_path / f"b{suffix}")
    smaller: Any = resize(second.pixels, 32, 48)
    write_photo(second.with_pixels(smaller), tmp_path / "c.jpg", quality=60)
    for path in (tmp_path / f"b{suffix}", tmp_path / "c.jpg"):
        labels = read_labels(read_photo(path).xmp)
        assert labels.source_type == MADE.source_type.name and labels.aigc is not None and not labels.fault
        assert labels.look == MADE.look and labels.digest == MADE.digest
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed (Debian: libimage-exiftool-perl)")
    for path in (tmp_path / f"a{suffix}", tmp_path / f"b{suffix}", tmp_path / "c.jpg"):
        command = ["exiftool", "-j", "-G1", "-XMP:all", str(path)]
        told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)[0]
        kind = told["XMP-iptcExt:DigitalSourceType"]
        assert kind.endswith("compositeWithTrainedAlgorithmicMedia")
        assert told["XMP-photoshop:Credit"] == 'Made with Looksmith: look R&D <"春"> by Rina'
        value = next(text for name, text in told.items() if name.lower() == "xmp-tc260:aigc")
        fields = json.loads(value) if isinstance(value, str) else value
        assert fields["Label"] == "1" or fields["Label"] == 1
        assert fields["ReservedCode1"] == "cd" * 32
