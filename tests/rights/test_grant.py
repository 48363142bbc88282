"""Grants and requests survive their way through a file, say what they mean, and hostile ones are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from looksmith.errors import LooksmithError, RefusedError, UnreadableError
from looksmith.rights.answer import answer, make_request
from looksmith.rights.grant import Grant, Request, read_document, read_grant, save, to_bytes
from looksmith.rights.people import check_person, forget_person, known_key, remember
from looksmith.rights.terms import Terms, check_terms, make_terms, strictest_terms

STUDIO, RINA = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))


def request() -> Request:
    terms = make_terms(["private", "editorial"], ["cn", "de"], until="2099-01-01")
    facets = ["tone", "makeup", "voice"]
    return make_request("Rina", name="Studio", facets=facets, terms=terms, key=STUDIO, statement="Für den Frühling 春")


def test_there_and_back(tmp_path: Path) -> None:
    asked = request()
    assert asked.facets == ["tone"] and asked.biometric == ["makeup", "voice"]
    save(asked, tmp_path / "rina.request")
    assert read_document(tmp_path / "rina.request") == asked
    given = answer(asked, biometric=["makeup"], key=RINA)
    save(given, tmp_path / "rina.grant")
    assert read_grant(tmp_path / "rina.grant") == given
    assert given.covered == {"tone", "makeup"} and given.request == asked.digest
    assert (
        "Rina lets Studio learn tone, makeup (biometric), for editorial and private use, in CN, DE" in given.in_words()
    )
    assert json.loads(to_bytes(given))["looksmith"] == "consent grant"


def test_a_face_is_granted_apart_or_not_at_all() -> None:
    given = answer(request(), key=RINA)
    assert given.covered == {"tone"}
    smuggled = given.model_copy(update={"facets": ["makeup", "tone"]})
    assert smuggled.covered == {"tone"}
    with pytest.raises(RefusedError, match="would grant nothing"):
        answer(make_request("Rina", name="S", facets=["voice"], terms=request().terms, key=STUDIO), key=RINA)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b'{"looksmith":"consent grant"}', b"\xff", b"[" * 5000, b"x" * 20_000,
        b'{"looksmith":"consent grant","looksmith":"consent request"}',
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_document(data)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2}, {"id": "x"}, {"facets": ["tone", "tone"]}, {"facets": ["../x"]}, {"until": "soon"},
        {"person": "Rina"}, {"terms": {"uses": []}}, {"terms": {"uses": ["war"]}}, {"material": "abc"},
        {"made": "yesterday"}, {"statement": "a\u0000b"}, {"extra": 1}, {"derivatives": "yes"},
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(change: dict[str, object]) -> None:
    given = answer(request(), key=RINA)
    with pytest.raises(UnreadableError):
        read_document(json.dumps({**given.model_dump(), **change}).encode())


def test_terms_of_several() -> None:
    wide = make_terms(["private", "editorial", "advertising"])
    china = make_terms(["private", "editorial"], ["CN", "JP"], start="2026-01-01", until="2027-01-01")
    later = make_terms(["private"], ["CN", "DE"], start="2026-06-01", until="2028-01-01")
    assert strictest_terms([wide]) == wide and strictest_terms([]) is None
    assert strictest_terms([wide, china, later]) == make_terms(["private"], ["CN"], "2026-06-01", "2027-01-01")
    with pytest.raises(RefusedError, match="territories"):
        strictest_terms([make_terms(["private"], ["FR"]), china])
    with pytest.raises(RefusedError, match="times"):
        strictest_terms([make_terms(["private"], until="2026-01-01"), later])


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("no such use", {"uses": ["war"]}), ("no such use", {"uses": []}),
        ("not a territory", {"uses": ["private"], "territories": ["China"]}),
        ("not a date", {"uses": ["private"], "until": "soon"}),
        ("end before they begin", {"uses": ["private"], "start": "2027-01-01", "until": "2026-01-01"}),
    ],
)  # fmt: skip
def test_terms_that_cannot_be(words: str, options: dict[str, object]) -> None:
    with pytest.raises(LooksmithError, match=words):
        make_terms(**options)  # type: ignore[arg-type]


def test_private_use_needs_no_country() -> None:
    terms = Terms(uses=["private"], territories=["CN"])
    check_terms(terms, whose="it", use="private", territory=None, moment=0, where="x")


def test_people_are_known_by_their_first_key(home: Path) -> None:
    given = answer(request(), key=RINA)
    assert known_key("rina") is None
    check_person(given.person)
    assert known_key("  RINA ") == given.person.key
    other = given.person.model_copy(update={"key": "00" * 32})
    with pytest.raises(RefusedError, match="another key"):
        check_person(other)
    remember(other)
    check_person(other)
    assert forget_person("Rina") and not forget_person("Rina")
    (home / "people.json").write_text("[]")
    with pytest.raises(UnreadableError):
        known_key("rina")


def test_grant_is_told_from_request() -> None:
    assert isinstance(read_document(to_bytes(answer(request(), key=RINA))), Grant)
