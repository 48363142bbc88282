"""Content Credentials: written for every format, read by c2pa's own reader, called untrusted when they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.write import encode_photo
from looksmith.rights import credentials
from looksmith.rights.labels import SOURCE_TYPES

needs_c2pa = pytest.mark.skipif(not credentials.installed(), reason="c2pa-python is not installed (extra provenance)")
PHOTO = Photo(np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8))
KIND = SOURCE_TYPES + "algorithmicallyEnhanced"


@needs_c2pa
@pytest.mark.parametrize("format", credentials.MIME)
def test_a_manifest_there_and_back(format: str) -> None:
    plain = encode_photo(PHOTO, format)
    signed = credentials.with_manifest(plain, format, None, KIND, credentials.credential())
    assert len(signed) - len(plain) < 30_000
    claimed = credentials.read_manifest(signed, format)
    assert claimed is not None and claimed.valid and claimed.development and not claimed.trusted
    assert claimed.source_types == ("algorithmicallyEnhanced",) and claimed.generator == "Looksmith"
    assert credentials.read_manifest(plain, format) is None
    assert np.array_equal(read_photo(signed).pixels, read_photo(plain).pixels)


@needs_c2pa
def test_a_changed_file_is_found() -> None:
    signed = bytearray(
        credentials.with_manifest(encode_photo(PHOTO, "JPEG"), "JPEG", None, KIND, credentials.credential())
    )
    signed[-40] ^= 1
    claimed = credentials.read_manifest(bytes(signed), "JPEG")
    assert claimed is not None and not claimed.valid and "assertion.dataHash.mismatch" in claimed.problems


@needs_c2pa
def test_c2pas_own_reader_agrees() -> None:
    import io
    import json

    import c2pa

    signed = credentials.with_manifest(encode_photo(PHOTO, "PNG"), "PNG", None, KIND, credentials.credential())
    with c2pa.Reader("image/png", io.BytesIO(signed)) as reader:
        told = json.loads(reader.json())
    actions = told["manifests"][told["active_manifest"]]["assertions"][0]["data"]["actions"]
    assert {action["action"] for action in actions} == {"c2pa.created", "c2pa.edited"}
    assert all(action["digitalSourceType"] == KIND for action in actions)


def test_the_development_certificate_is_made_once_for_its_owner_alone(home: Path) -> None:
    first = credentials.credential()
    assert first.development and credentials.credential() == first
    assert (home / credentials.KEY).stat().st_mode & 0o077 == 0
    (home / credentials.CHAIN).write_text("damaged")
    assert credentials.credential() != first


def test_a_certificate_and_its_key_belong_together(home: Path, tmp_path: Path) -> None:
    mine, other = (credentials._make_development() for _ in range(2))
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text(mine.chain)
    key.write_text(mine.key)
    given = credentials.credential(chain, key)
    assert not given.development and given.chain == mine.chain
    key.write_text(other.key)
    with pytest.raises(LooksmithError, match="not that of the key"):
        credentials.credential(chain, key)
    key.write_text("no")
    with pytest.raises(LooksmithError, match="cannot be read"):
        credentials.credential(chain, key)
    with pytest.raises(LooksmithError, match="go together"):
        credentials.credential(chain, None)


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "c2pa", None)
    with pytest.raises(LooksmithError, match="provenance extra"):
        credentials.with_manifest(encode_photo(PHOTO, "PNG"), "PNG", None, KIND, credentials.credential())
