"""Consent, ledger, verify, explain and forget, as people type them: Rina, whose look it is, and a studio."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from looksmith.rights import credentials

from .conftest import Person, Said, sample

Types = Callable[..., Said]


@pytest.fixture
def desk(person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Types, Types]:
    """The studio types, and Rina types, each in a home of their own, on one desk."""

    def at(home: str) -> Types:
        def types(*words: object) -> Said:
            monkeypatch.setenv("LOOKSMITH_HOME", str(tmp_path / home))
            return person.types(*words)

        return types

    return at("studio"), at("rina")


def told(said: Said) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


def granted(studio: Types, rina: Types, *more: str) -> None:
    asked = ["consent", "request", "Rina", "--name", "Studio", "-o", "r.request", "--facets", "tone,makeup"]
    told(studio(*asked, "--uses", "private,editorial", "--until", "2099-01-01", "--for", "spring", "--json"))
    told(rina("consent", "grant", "r.request", "-o", "r.grant", "--json", *more))


def test_from_request_to_picture_to_withdrawal(desk: tuple[Types, Types]) -> None:
    studio, rina = desk
    granted(studio, rina)
    shown = studio("consent", "show", "r.grant")
    assert shown.code == 0 and "Rina" in shown.out and "It holds today." in shown.out and "biometric" in shown.out
    made = told(studio("learn", "painting.png", "-o", "r.look", "--consent", "r.grant", "--json"))
    assert made["consent"] == "granted" and set(made["facets"]) == {"tone"} and made["creator"] == "Rina"
    assert told(studio("apply", "r.look", "me.jpg", "-o", "out.jpg", "--use", "editorial", "--json"))["done"]
    refused = studio("apply", "r.look", "me.jpg", "-o", "ad.jpg", "--use", "advertising")
    assert refused.code == 1 and "does not allow advertising use" in refused.err and not Path("ad.jpg").exists()
    report = told(rina("consent", "withdraw", "r.grant", "--list", "list.jsonl", "--reason", "enough", "--json"))
    assert report["subject"] == json.loads(Path("r.grant").read_text())["id"]
    assert told(studio("consent", "lists", "--add", "list.jsonl", "--json"))["entries"] == 1
    refused = studio("apply", "r.look", "me.jpg", "-o", "again.jpg")
    assert refused.code == 1 and "the consent was withdrawn: enough" in refused.err and "Rina" in refused.err
    listed = told(studio("ledger", "--look", "r", "--json"))
    assert [Path(name).name for output in listed["outputs"] for name in output["files"]] == ["out.jpg"]
    shown = studio("consent", "show", "r.look")
    assert shown.code == 1 and "It does not hold: the consent was withdrawn" in shown.out
    refused = studio("export-lut", "r.look", "r.cube")
    assert refused.code == 1 and "withdrawn" in refused.err


def test_a_face_is_granted_by_name(desk: tuple[Types, Types]) -> None:
    studio, rina = desk
    granted(studio, rina, "--biometric", "makeup")
    assert json.loads(Path("r.grant").read_text())["biometric"] == ["makeup"]
    notice = rina("consent", "grant", "r.request", "-o", "other.grant")
    assert notice.code == 0 and "--biometric makeup" in notice.err


def test_mistakes_are_told(desk: tuple[Types, Types]) -> None:
    studio, rina = desk
    granted(studio, rina)
    for words, expected in (
        (("consent", "grant", "r.grant", "-o", "x.grant"), "not a request"),
        (("consent", "show", "me.jpg"), "not readable JSON"),
        (("consent", "withdraw", "r.grant"), "only the person who gave"),
        (("learn", "painting.png", "-o", "x.look", "--consent", "r.request"), "only asks for consent"),
        (("learn", "painting.png", "-o", "x.look", "--own", "--synthetic"), "cannot be all of these"),
        (("apply", "painting.png", "me.jpg", "-o", "x.jpg", "--use", "editorial"), "nothing was declared"),
        (("consent", "lists", "--add", "none.jsonl"), "cannot be read"),
        (("forget", "nobody", "--yes"), "nothing is known here"),
        (("explain", "me.jpg"), "does not say how it was made"),
        (("verify", "none.jpg"), "no such file"),
    ):
        said = studio(*words)
        assert said.code == 1 and expected in said.err, (words, said.err)
    assert not list(Path().glob("x.*"))


def test_verify_explain_ledger(desk: tuple[Types, Types]) -> None:
    studio, _ = desk
    told(
        studio("learn", "painting.png", "-o", "mine.look", "--own", "--creator", "Rina", "--uses", "private", "--json")
    )
    made = studio("apply", "mine.look", "me.jpg", "-o", "out.png", "--only", "tone", "--badge", "top-left")
    assert made.code == 0, made.err
    verdict = told(studio("verify", "out.png", "--json"))
    states = {finding["about"]: finding["state"] for finding in verdict["findings"]}
    assert verdict["sound"] and states["signature"] == states["pixels"] == "proven"
    assert "nothing speaks against it" in studio("verify", "out.png").out
    assert "Tone: its colours and light were graded" in studio("explain", "out.png").out
    kinds = [entry["kind"] for entry in told(studio("ledger", "--json"))["entries"]]
    assert kinds == ["learn", "export", "apply", "export"]
    assert "The chain holds: 4 entries" in studio("ledger").out
    picture = Image.open("out.png")
    picture.load()
    Image.eval(picture, lambda value: 255 - value).save("other.png", pnginfo=_xmp(picture))
    said = studio("verify", "other.png")
    assert said.code == 1 and "Something does not fit" in said.out
    assert studio("forget", "mine", "--yes").code == 0
    assert not Path("mine.look").exists() and Path("out.png").exists()
    assert [entry["details"] for entry in told(studio("ledger", "--json"))["entries"]][:4] == [None] * 4


def test_terms_of_ones_own_look_bind_others(desk: tuple[Types, Types]) -> None:
    studio, rina = desk
    told(rina("learn", "painting.png", "-o", "r.look", "--own", "--uses", "private", "--until", "2099-01-01", "--json"))
    assert studio("apply", "r.look", "me.jpg", "-o", "a.jpg", "--only", "tone").code == 0
    said = studio("apply", "r.look", "me.jpg", "-o", "b.jpg", "--only", "tone", "--use", "editorial")
    assert said.code == 1 and "the look does not allow editorial use" in said.err


@pytest.mark.skipif(not credentials.installed(), reason="c2pa-python is not installed (extra provenance)")
def test_content_credentials(desk: tuple[Types, Types]) -> None:
    studio, _ = desk
    told(studio("learn", "painting.png", "-o", "mine.look", "--own", "--json"))
    said = studio("apply", "mine.look", "me.jpg", "-o", "out.jpg", "--only", "tone", "--c2pa")
    assert said.code == 0 and "development certificate" in said.err
    findings = told(studio("verify", "out.jpg", "--json"))["findings"]
    assert next(f for f in findings if f["about"] == "C2PA")["state"] == "stated"


def test_the_mark_is_named_by_the_shelf(desk: tuple[Types, Types]) -> None:
    studio, _ = desk
    sample("astronaut.png", 400).save("large.png")
    told(studio("learn", "painting.png", "-o", "mine.look", "--own", "--json"))
    assert studio("looks", "--add", "mine.look").code == 0
    assert studio("apply", "mine.look", "large.png", "-o", "out.jpg", "--only", "tone", "--mark").code == 0
    Image.open("out.jpg").resize((300, 300)).save("small.jpg", quality=85)
    said = studio("verify", "small.jpg")
    assert said.code == 0 and "(mine)" in said.out


def test_the_consent_verbs_speak_chinese(desk: tuple[Types, Types], monkeypatch: pytest.MonkeyPatch) -> None:
    studio, rina = desk
    granted(studio, rina)
    monkeypatch.setenv("LOOKSMITH_LANG", "zh")
    assert "今天有效" in studio("consent", "show", "r.grant").out
    refused = studio("learn", "painting.png", "-o", "x.look", "--consent", "r.grant", "--only", "texture")
    assert refused.code == 1 and "授权书不涵盖这个方面" in refused.err


def _xmp(picture: Image.Image) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", picture.info["xmp"].decode() if "xmp" in picture.info else "")
    return info


def test_inspect_shows_terms_and_a_sheet_leaves_withdrawn_looks_out(desk: tuple[Types, Types]) -> None:
    studio, _ = desk
    told(
        studio(
            "learn", "painting.png", "-o", "mine.look", "--own", "--uses", "private", "--until", "2099-01-01", "--json"
        )
    )
    assert "for private use, worldwide, until 2099-01-01" in studio("inspect", "mine.look").out
    assert told(studio("inspect", "mine.look", "--json"))["terms"]["uses"] == ["private"]
    assert studio("looks", "--add", "mine.look").code == 0
    assert studio("consent", "withdraw", "mine.look").code == 0
    from looksmith.cli.sheet import _usable

    assert "mine" not in _usable() and len(_usable()) >= 1
