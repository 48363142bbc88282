"""Whatever bytes a look file holds, reading it gives a look or a LooksmithError, in bounded memory."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import warnings
import zipfile
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from looksmith.errors import LooksmithError, TamperedError, UnreadableError
from looksmith.looks.file import LIMIT, pack, unpack
from looksmith.looks.look import Look
from looksmith.looks.manifest import Manifest, describe_members
from looksmith.rights.signature import sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MEMORY = 12_000_000
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)


def read(data: bytes) -> Look | None:
    """The look, or None when it is refused; more than ``MEMORY`` bytes at once are a failure."""
    tracemalloc.start()
    try:
        look = Look.load(data)
        _ = look.preview
        return look
    except LooksmithError:
        return None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MEMORY, f"{peak} bytes were allocated"


def signed(members: dict[str, bytes], **changes: Any) -> bytes:
    """A look file whose signature holds, whatever its members and manifest are: what a hostile maker can send."""
    fields = {**json.loads(members["look.json"]), **changes}
    rest = {name: data for name, data in members.items() if name != "look.json"}
    fields["members"] = {name: member.model_dump() for name, member in describe_members(rest).items()}
    fields |= {"digest": "", "signature": None}
    try:
        manifest = Manifest.model_validate(fields)
    except ValueError:
        return pack({**rest, "look.json": json.dumps(fields).encode()})
    digest = manifest.content_digest()
    signature = sign(digest, KEY)
    whole = {"algorithm": "ed25519", "public_key": signature.public_key, "value": signature.value}
    text = json.dumps(
        {**manifest.model_dump(), "digest": digest, "signature": whole},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return pack({**rest, "look.json": text.encode()})


@pytest.fixture
def members(look: Look) -> dict[str, bytes]:
    return unpack(look.to_bytes(KEY), "look")


def test_a_maker_with_a_key_can_sign(members: dict[str, bytes], look: Look) -> None:
    assert read(signed(members)) == look


@SHARED
@given(st.binary(max_size=2000))
def test_random_bytes(data: bytes) -> None:
    assert read(data) is None
    assert read(b"PK\x03\x04" + data) is None


@SHARED
@given(st.data())
def test_mutated_file(look: Look, data: st.DataObject) -> None:
    good = look.to_bytes(KEY)
    bad = bytearray(good)
    ends = st.integers(0, 400) | st.integers(max(0, len(good) - 700), len(good) - 1) | st.integers(0, len(good) - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        place = min(data.draw(ends), len(bad) - 1)
        match data.draw(st.sampled_from(["set", "cut", "put", "number"])):
            case "set":
                bad[place] = data.draw(st.integers(0, 255))
            case "cut":
                del bad[place : place + data.draw(st.integers(1, 64))]
            case "put":
                bad[place:place] = data.draw(st.binary(min_size=1, max_size=64))
            case "number":
                bad[place : place + 4] = struct.pack("<I", data.draw(st.sampled_from([0, 1, 2**31 - 1, 2**32 - 1])))
    assert (read(bytes(bad)) is not None) == (bytes(bad) == good)


@SHARED
@given(
    st.binary(max_size=3000), st.sampled_from(["facets/gain.safetensors", "preview.jpg", "card.md", "facets/gain.json"])
)
def test_signed_members_of_any_bytes(members: dict[str, bytes], data: bytes, name: str) -> None:
    read(signed({**members, name: data}))


@SHARED
@given(st.data())
def test_signed_states_with_changed_bytes(members: dict[str, bytes], data: st.DataObject) -> None:
    state = bytearray(members["facets/gain.safetensors"])
    for _ in range(data.draw(st.integers(1, 3))):
        state[data.draw(st.integers(0, len(state) - 1))] = data.draw(st.integers(0, 255))
    look = read(signed({**members, "facets/gain.safetensors": bytes(state)}))
    if look is not None:
        assert look.facets["gain"].gain.shape == (3,) and np.isfinite(look.facets["gain"].gain).all()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@SHARED
@given(
    st.sampled_from(
        ["name", "title", "facets", "sources", "consent", "licence", "format", "version", "creator", "more"]
    ),
    JSON,
)
def test_signed_manifests_of_any_values(members: dict[str, bytes], field: str, value: Any) -> None:
    look = read(signed(members, **{field: value}))
    if look is not None:
        assert isinstance(look.name, str) and look.to_bytes()


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"[" * 400_000,
        b'{"a":' * 100_000,
        b'{"format":1,"format":1}',
        b'{"format":' + b"9" * 9000 + b"}",
        b'{"format":2}',
        b'{"format":NaN}',
        b'{"format":1e999}',
        b'"' + b"\\" * 300_001 + b'"',
        b"\xff\xfe{}",
        b'"' * 300_000,
    ],
)
def test_hostile_manifest(members: dict[str, bytes], manifest: bytes) -> None:
    data = pack({**members, "look.json": manifest})
    assert read(data) is None
    with pytest.raises(UnreadableError):
        Look.load(data)


def zipped(entries: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", compression) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of a name that is given twice
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "..\\x",
        "C:\\x",
        "facets/../../x.json",
        "facets/a/b.json",
        "facets/.json",
        "facets/GAIN.json",
        "look.json/",
        "LOOK.JSON",
        "preview.gif",
        "facets/gain.onnx",
        "facets/gain.pkl",
        "a\0b",
        "facets/" + "a" * 200 + ".json",
    ],
)
def test_names_that_a_look_cannot_hold(members: dict[str, bytes], name: str) -> None:
    data = zipped([*members.items(), (name, b"x")])
    with pytest.raises(UnreadableError, match="cannot hold"):
        Look.load(data)


def test_member_that_is_given_twice(members: dict[str, bytes]) -> None:
    with pytest.raises(UnreadableError, match="twice"):
        Look.load(zipped([*members.items(), ("card.md", b"another")]))


def test_too_many_members(members: dict[str, bytes]) -> None:
    with pytest.raises(UnreadableError, match="too many"):
        Look.load(zipped([*members.items(), *((f"facets/f{i}.json", b"{}") for i in range(30))]))
    assert read(zipped([(f"facets/f{i}.json", b"") for i in range(6000)])[:LIMIT]) is None


def test_compressed_members_are_never_unpacked(members: dict[str, bytes]) -> None:
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(TamperedError, match="repacked"):
            Look.load(zipped(list(members.items()), compression))
    bomb = zipped([("look.json", b"\0" * 200_000_000)], zipfile.ZIP_DEFLATED)
    assert len(bomb) < LIMIT and read(bomb) is None
    with pytest.raises(UnreadableError, match="too large"):
        Look.load(bomb)


def test_sizes_that_lie(members: dict[str, bytes]) -> None:
    good = pack(members)
    where = good.rindex(b"PK\x01\x02")
    for size in (0, 1, 900_000, 2**31, 2**32 - 1):
        for field in (20, 24, 42):
            lie = bytearray(good)
            lie[where + field : where + field + 4] = struct.pack("<I", size)
            assert read(bytes(lie)) is None


def test_repacked_file_with_the_same_content(members: dict[str, bytes]) -> None:
    with pytest.raises(TamperedError, match="repacked"):
        Look.load(zipped(list(members.items())))


def test_huge_declared_array(members: dict[str, bytes]) -> None:
    header = json.dumps(
        {
            "__metadata__": {"state": '{"bands":[0.0,1.0],"words":"plain"}'},
            "gain": {"dtype": "F32", "shape": [2**31, 2**31], "data_offsets": [0, 2**62]},
        }
    ).encode()
    data = signed({**members, "facets/gain.safetensors": struct.pack("<Q", len(header)) + header})
    assert read(data) is None
    with pytest.raises(UnreadableError, match="larger than the file"):
        Look.load(data)


def test_facet_in_two_forms_or_missing(members: dict[str, bytes]) -> None:
    for changed in (
        {**members, "facets/gain.json": b"{}"},
        {name: data for name, data in members.items() if not name.startswith("facets/")},
        {**members, "preview.png": b"\x89PNG\r\n\x1a\n"},
    ):
        with pytest.raises(UnreadableError):
            Look.load(signed(changed))
