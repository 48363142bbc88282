"""A look comes back from its file as it went in, always as the same bytes, under the signature of its maker."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from looksmith.errors import LooksmithError, TamperedError, UnreadableError
from looksmith.facets import registry
from looksmith.looks import preview
from looksmith.looks.file import LIMIT, pack, unpack
from looksmith.looks.look import Look
from looksmith.looks.manifest import Source
from looksmith.rights.consent import Consent
from looksmith.rights.signature import KEY_FILE, public_key_of, signing_key


def test_look_comes_back_as_it_was(look: Look, tmp_path: Path) -> None:
    back = Look.load(look.save(tmp_path / "暖 warm.look"))
    assert back == look and hash(back) == hash(look) and back.digest == look.digest
    assert (back.name, back.version, back.creator, dict(back.title)) == (
        "warm",
        "1.0.0",
        "Rina",
        {"en": "Warm", "zh": "暖"},
    )
    assert back.sources == (Source(title="Holiday", licence="CC0-1.0", pictures=3),)
    assert (back.licence, back.consent) == ("CC0-1.0", Consent("own"))
    assert back.card == look.card and "gain" in back.card and "Holiday" in back.card
    assert np.array_equal(back.facets["gain"].gain, look.facets["gain"].gain)
    assert back.preview is not None and back.preview.shape == (256, 256, 3)
    assert back.signature is not None and back.signature.public_key == public_key_of(signing_key())
    assert (back.signed_by or "").startswith("you")


def test_same_content_and_key_give_the_same_bytes(make_look: Any, key: Ed25519PrivateKey) -> None:
    one, other = make_look(with_preview=True), make_look(with_preview=True)
    assert one.to_bytes(key) == other.to_bytes(key)
    reordered = make_look(title={"zh": "暖", "en": "Warm"}, with_preview=True)
    assert reordered.to_bytes(key) == one.to_bytes(key)
    assert make_look(gain=(1.2, 1.0, 0.71)).digest != make_look().digest
    assert make_look(creator="Mina").digest != make_look().digest


def test_copy_keeps_the_creators_signature_and_a_change_takes_it(look: Look, home: Path, tmp_path: Path) -> None:
    creator = Ed25519PrivateKey.generate()
    data = look.to_bytes(creator)
    received = Look.load(data)
    assert received.to_bytes() == data and not (home / KEY_FILE).exists()
    changed = Look.load(received.replace(creator="Thief").save(tmp_path / "x.look"))
    assert changed.signature is not None and changed.signature.public_key == public_key_of(signing_key())
    import dataclasses

    smuggled = Look.load(dataclasses.replace(received, creator="Thief").to_bytes())
    assert smuggled.signature is not None and smuggled.signature.public_key != public_key_of(creator)


def test_no_byte_can_change_unnoticed(make_look: Any, key: Ed25519PrivateKey) -> None:
    data = make_look().to_bytes(key)
    Look.load(data)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1 :]
        with pytest.raises((TamperedError, UnreadableError)):
            Look.load(changed)
    for changed in (data + b"\0", data + data, b"\0" + data, data[:-1], data[: len(data) // 2], b""):
        with pytest.raises((TamperedError, UnreadableError)):
            Look.load(changed)


def test_changed_member_is_tampering(look: Look, key: Ed25519PrivateKey) -> None:
    members = unpack(look.to_bytes(key), "look")
    for name in members:
        if name != "look.json":
            with pytest.raises(TamperedError):
                Look.load(pack({**members, name: members[name] + b" "}))
            with pytest.raises(TamperedError):
                Look.load(pack({other: members[other] for other in members if other != name}))
    with pytest.raises(TamperedError):
        Look.load(pack({**members, "look.json": members["look.json"].replace(b"Rina", b"Mina")}))
    other = unpack(look.replace(creator="Mina").to_bytes(Ed25519PrivateKey.generate()), "look")
    mine, theirs = (m["look.json"].split(b'"signature":') for m in (members, other))
    with pytest.raises(TamperedError):
        Look.load(pack({**members, "look.json": mine[0] + b'"signature":' + theirs[1]}))


def test_unsigned_look_is_refused(look: Look, key: Ed25519PrivateKey) -> None:
    members, manifest = look._content
    with pytest.raises(TamperedError, match="not signed"):
        Look.load(pack({**members, "look.json": manifest.to_bytes()}))


def test_facet_that_is_not_installed_is_kept_and_reported(
    make_look: Any, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_look().to_bytes(key)
    monkeypatch.setattr(registry, "entry_points", lambda group: [])
    registry.facets.cache_clear()
    there = Look.load(data)
    assert list(there.unknown) == ["facets/gain.safetensors"] and not there.facets and there.default == ()
    assert there.strengths == {"gain": 1.0}
    assert there.to_bytes() == data


def test_too_large_a_look_says_what_is(make_look: Any) -> None:
    with pytest.raises(LooksmithError, match=rf"card.md.*{LIMIT}"):
        make_look(card="x" * (LIMIT + 1)).to_bytes()


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "one"},
        {"creator": "Ri\x1b[31mna"},
        {"title": {"fr": "Chaud"}},
        {"strengths": {"gain": 1.5}},
        {"sources": [Source(title="x")] * 65},
    ],
)
def test_field_past_its_limit_is_named(make_look: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(
        LooksmithError, match=rf"manifest's {'facets' if 'strengths' in fields else next(iter(fields))}"
    ):
        make_look(**fields).to_bytes()


@pytest.mark.parametrize("name", ["", "../warm", "a b", "x" * 65, "-a", "a/b", "a\n"])
def test_name_that_a_look_cannot_have(make_look: Any, name: str) -> None:
    with pytest.raises(LooksmithError, match="cannot be a look's name"):
        make_look(name)
    with pytest.raises(LooksmithError, match="manifest's name"):
        make_look().replace(name=name).to_bytes()


def test_save_is_for_look_files_in_folders_that_exist(make_look: Any, tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match=r"x\.look"):
        make_look().save(tmp_path / "x.zip")
    with pytest.raises(LooksmithError):
        make_look().save(tmp_path / "none" / "x.look")
    assert not list(tmp_path.iterdir())


def test_what_is_not_a_look_file(tmp_path: Path) -> None:
    for content in (b"", b"GIF89a", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\0" * (LIMIT + 1)):
        (tmp_path / "x.look").write_bytes(content)
        with pytest.raises(UnreadableError, match=r"x\.look"):
            Look.load(tmp_path / "x.look")
    for path in (tmp_path, tmp_path / "none.look", "a\0b.look"):
        with pytest.raises(UnreadableError):
            Look.load(path)


def test_preview_that_is_damaged_or_large_is_refused(make_look: Any, key: Ed25519PrivateKey) -> None:
    import dataclasses

    large = io.BytesIO()
    Image.new("RGB", (4000, 4000)).save(large, "PNG")
    for data in (b"\xff\xd8\xff junk", b"\x89PNG\r\n\x1a\n", b"RIFF", large.getvalue()):
        loaded = Look.load(dataclasses.replace(make_look(), preview_file=data).to_bytes(key))
        with pytest.raises(UnreadableError):
            _ = loaded.preview
    with pytest.raises(LooksmithError, match="JPEG, PNG or WebP"):
        dataclasses.replace(make_look(), preview_file=b"GIF89a").to_bytes(key)


def test_preview_shows_the_drawn_picture_in_the_look(make_look: Any) -> None:
    shown = make_look(gain=(1.0, 0.5, 0.5), with_preview=True).preview
    drawn = preview.scene(256)
    assert np.abs(shown[..., 0].astype(int) - drawn[..., 0]).mean() < 4
    assert abs(shown[..., 1].mean() / drawn[..., 1].mean() - 0.5) < 0.02


def test_facets_stand_in_the_order_of_application(look: Look) -> None:
    assert registry.in_order(["zebra", "texture", "gain", "tone", "hair"]) == [
        "hair",
        "tone",
        "texture",
        "gain",
        "zebra",
    ]
    assert list(registry.facets()) == [*registry.in_order(registry.BUILT_IN), "gain"]
