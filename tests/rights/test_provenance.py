"""A recipe survives its way through XMP, keeps what else was there, and a hostile one is refused."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.photo import Photo
from looksmith.rights.provenance import (
    LookUsed,
    Picture,
    Recipe,
    Settings,
    label_of,
    photo_digest,
    read_recipe,
    with_recipe,
)

PHOTO = Photo(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))
FOREIGN = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Beach</dc:title>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def recipe(name: str = "warm", source: str = "me.jpg", seed: int = 0) -> Recipe:
    return Recipe(
        version="0.1.0",
        look=LookUsed(name=name, digest="ab" * 32, embedded={"facets/tone.json": "e30="}),
        settings=Settings(strength=0.5, facets={"tone": 1.0}, color="match", scale=1.0, seed=seed, method="fast"),
        source=Picture(sha256="cd" * 32, name=source),
        where=None,
        output=Picture(sha256="ef" * 32),
    )


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 2**63 - 1))
def test_any_recipe_survives(name: str, source: str, seed: int) -> None:
    name, source = (text.encode("utf-8", "ignore").decode() for text in (name, source))
    given_recipe = recipe(name, source, seed)
    made = with_recipe(PHOTO, given_recipe, label_of({"texture": 1.0}))
    assert read_recipe(made) == given_recipe


def test_packet_is_xml_and_keeps_what_was_there() -> None:
    made = with_recipe(Photo(PHOTO.pixels, xmp=FOREIGN), recipe("<b> & 'c' \"d\" 星空"), label_of({"tone": 1.0}))
    assert made.xmp is not None
    tree = ET.fromstring(made.xmp.decode())
    text = "".join(tree.itertext())
    assert "Beach" in text and "digitalsourcetype/algorithmicallyEnhanced" in text
    found = tree.find(".//{https://looksmith.dev/ns/1.0/}recipe")
    assert found is not None and found.text is not None
    assert Recipe.model_validate(json.loads(found.text)) == read_recipe(made)
    ET.fromstring(with_recipe(PHOTO, recipe(), None).xmp or b"")


def test_a_second_recipe_takes_the_place_of_the_first() -> None:
    first = with_recipe(Photo(PHOTO.pixels, xmp=FOREIGN), recipe("first"), label_of({"tone": 1.0}))
    second = with_recipe(first, recipe("second"), label_of({"texture": 1.0}))
    assert read_recipe(second).look.name == "second"
    assert (second.xmp or b"").count(b"looksmith:recipe>") == 2 and b"Beach" in (second.xmp or b"")


def test_broken_packet_is_replaced() -> None:
    made = with_recipe(Photo(PHOTO.pixels, xmp=b"<not xmp"), recipe(), None)
    assert read_recipe(made) == recipe()


def test_recipe_as_an_attribute_is_read() -> None:
    text = json.dumps(recipe().model_dump()).replace('"', "&quot;")
    assert read_recipe(Photo(PHOTO.pixels, xmp=f'<a looksmith:recipe="{text}"/>'.encode())) == recipe()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 5000,
        '{"seed":1e999}',
        '{"product":NaN}',
        "x" * 100_000,
        '{"product":"looksmith"}',
        "9" * 9000,
    ],
)
def test_hostile_recipe_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_recipe(Photo(PHOTO.pixels, xmp=f"<looksmith:recipe>{text}</looksmith:recipe>".encode()))


@given(st.binary(max_size=400))
def test_any_bytes_in_a_recipe_are_refused_or_read(data: bytes) -> None:
    for xmp in (data, b"<looksmith:recipe>" + data + b"</looksmith:recipe>"):
        with pytest.raises(UnreadableError):
            read_recipe(Photo(PHOTO.pixels, xmp=xmp))


def test_too_long_a_recipe_is_not_written() -> None:
    long = recipe().model_copy(update={"look": LookUsed(name="x", digest="ab" * 32, embedded={"a": "A" * 60_000})})
    with pytest.raises(LooksmithError, match="does not fit"):
        with_recipe(PHOTO, long, None)


def test_digest_tells_pixels_alpha_dtype_and_shape_apart() -> None:
    pixels = PHOTO.pixels
    wide = np.zeros((2, 8, 3), np.uint8)
    photos = [
        Photo(pixels),
        Photo(pixels.astype(np.uint16)),
        Photo(pixels, alpha=np.zeros((4, 4), np.uint8)),
        Photo(wide),
        Photo(wide.reshape(8, 2, 3)),
    ]
    assert len({photo_digest(photo) for photo in photos}) == len(photos)
    view = np.repeat(pixels, 2, axis=1)[:, ::2]
    assert photo_digest(Photo(view, exif=b"x")) == photo_digest(Photo(pixels))


def test_label() -> None:
    assert label_of({"tone": 0.0}) is None
    tone, both = label_of({"tone": 1.0, "texture": 0.0}), label_of({"tone": 1.0, "texture": 0.1})
    assert tone is not None and tone.name == "algorithmicallyEnhanced"
    assert both is not None and both.name == "compositeWithTrainedAlgorithmicMedia"
