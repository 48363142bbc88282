"""The application behind the page: blind, guarded, resumable."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from looksmith.evaluation.rating.desk import Desk, Reply, Request
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, read_study

from .conftest import LEVELS, make_folders

HOST = {"host": "127.0.0.1:8420"}


def get(desk: Desk, path: str, key: str = "", host: str = "127.0.0.1:8420") -> Reply:
    return desk.handle(Request("GET", path, {"key": key}, {"host": host}))


def post(desk: Desk, action: str, data: Any, **headers: str) -> Reply:
    sent = {**HOST, "content-type": "application/json", **headers}
    return desk.handle(Request("POST", f"/api/{action}", {}, sent, json.dumps(data).encode()))


def told(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    found: dict[str, Any] = json.loads(reply.body)
    return found


def answer(desk: Desk, screen: dict[str, Any], what: Any) -> dict[str, Any]:
    data = {"rater": screen["rater"], "screen": screen["screen"]["id"], "answer": what, "milliseconds": 800}
    return told(post(desk, "answer", data))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folders = make_folders(tmp_path / "pictures", [f"subject-{k}" for k in range(8)])
    study = read_study(folders, photos=folders[1], settings=Settings(votes=20))
    return Desk(study, Store(tmp_path / "a.votes", study), host_key="host-key")


def test_a_rater_goes_through_all_screens(desk: Desk) -> None:
    screen = told(post(desk, "join", {"name": "  Mei  Lin "}))
    assert screen["name"] == "Mei Lin" and screen["done"] == 0 and screen["total"] == 23
    for done in range(23):
        assert screen["done"] == done
        screen = answer(desk, screen, "left")
    assert screen["screen"] is None and len(desk.store.answers()) == 23


def test_reload_same_name_and_another_program_go_on(desk: Desk) -> None:
    screen = told(post(desk, "join", {"name": "Mei"}))
    after = answer(desk, screen, "right")
    assert told(post(desk, "next", {"rater": screen["rater"]})) == after
    assert told(post(desk, "join", {"name": "mei"})) == after
    again = Desk(desk.study, Store(desk.store.path, desk.study))
    assert told(post(again, "next", {"rater": screen["rater"]})) == after
    old = screen["screen"]["pictures"]["left"]
    assert get(again, old).status == 200, "an open page still finds its pictures"


def test_a_second_click_changes_nothing_and_back_does(desk: Desk) -> None:
    first = told(post(desk, "join", {"name": "Mei"}))
    answer(desk, first, "right")
    assert answer(desk, first, "left")["done"] == 1
    assert [a.answer for a in desk.store.answers()] == ["right"]
    back = told(post(desk, "back", {"rater": first["rater"]}))
    assert back["screen"]["id"] == first["screen"]["id"] and back["done"] == 0
    answer(desk, back, "left")
    assert [a.answer for a in desk.store.answers()] == ["left"]


def test_nothing_that_a_rater_gets_names_a_source(desk: Desk) -> None:
    """Pages, replies, addresses and headers are searched for folders, files, and numbers of sources."""
    seen: list[bytes] = [get(desk, path).body for path in ("/", "/page.css", "/page.js")]
    addresses: list[str] = []
    for name in ("Mei", "Bo"):
        screen = told(post(desk, "join", {"name": name}))
        while screen["screen"]:
            reply = post(desk, "next", {"rater": screen["rater"]})
            seen.append(reply.body)
            pictures = told(reply)["screen"]["pictures"]
            addresses += [pictures["left"], pictures["right"], pictures["photo"]]
            assert set(told(reply)["screen"]) == {"id", "kind", "width", "height", "pictures"}
            screen = answer(desk, screen, "left")
    assert len(set(addresses)) == len(addresses), "no picture has the same address twice"
    for secret in (*LEVELS, "subject-", ".png"):
        assert secret.encode() not in b"".join(seen).lower(), secret
    for secret in ("check", "repeat", "broken", "digest", "source"):
        assert secret.encode() not in b"".join(seen[3:]).lower(), secret
    for address in addresses[:6]:
        reply = get(desk, address)
        assert reply.type == "image/jpeg"
        assert {name.lower() for name in reply.headers}.isdisjoint({"etag", "last-modified", "content-disposition"})
        assert b"Exif" not in reply.body and b"http" not in reply.body


def test_formats_sizes_and_metadata_do_not_tell(tmp_path: Path) -> None:
    """A large JPEG with EXIF and a small PNG come out in one format, size and set of tables."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    pixels = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0131] = "method a"
    Image.fromarray(pixels).resize((640, 360)).save(tmp_path / "a" / "x.jpg", exif=exif, quality=40)
    Image.fromarray(pixels).save(tmp_path / "b" / "x.png")
    study = read_study([tmp_path / "a", tmp_path / "b"])
    desk = Desk(study, Store(tmp_path / "v.votes", study))
    screen = told(post(desk, "join", {"name": "Mei"}))["screen"]
    shown = [Image.open(io.BytesIO(get(desk, screen["pictures"][side]).body)) for side in ("left", "right")]
    assert [(p.size, p.format, dict(p.getexif())) for p in shown] == [((160, 90), "JPEG", {})] * 2
    assert shown[0].quantization == shown[1].quantization  # type: ignore[attr-defined]
    assert (screen["width"], screen["height"]) == (160, 90)


def test_pictures_are_those_of_the_plan(desk: Desk) -> None:
    screen = told(post(desk, "join", {"name": "Mei"}))
    rater = desk.store.raters()[0]
    levels = list(LEVELS.values())
    while screen["screen"]:
        trial = desk.plan_of(rater)[screen["done"]]
        for side in ("left", "right"):
            data = get(desk, screen["screen"]["pictures"][side]).body
            mean = np.asarray(Image.open(io.BytesIO(data))).mean()
            assert mean == pytest.approx(levels[getattr(trial, side)], abs=6)
        screen = answer(desk, screen, "alike")


def test_a_check_shows_one_broken_side(desk: Desk) -> None:
    screen = told(post(desk, "join", {"name": "Mei"}))
    rater = desk.store.raters()[0]
    place = next(k for k, t in enumerate(desk.plan_of(rater)) if t.kind == "check")
    while screen["done"] < place:
        screen = answer(desk, screen, "left")
    sides = {s: np.asarray(Image.open(io.BytesIO(get(desk, screen["screen"]["pictures"][s]).body))).std()
             for s in ("left", "right")}  # fmt: skip
    broken = desk.plan_of(rater)[place].broken
    assert sides[broken] > 2 * min(sides.values())
    assert screen["screen"]["kind"] == "pair", "it looks like any other"


def test_results_need_the_host_key(desk: Desk) -> None:
    answer(desk, told(post(desk, "join", {"name": "Mei"})), "left")
    for path in ("/results", "/results.csv", "/results.json"):
        assert get(desk, path).status == get(desk, path, "guess").status == 401
        assert get(desk, path, "host-key").status == 200
    assert json.loads(get(desk, "/results.json", "host-key").body)["votes"] == 1
    assert b"bright-source" in get(desk, "/results", "host-key").body


def test_guests_need_their_key_when_there_is_one(desk: Desk) -> None:
    guarded = Desk(desk.study, desk.store, hosts=frozenset({"192.168.1.5"}), guest_key="guest", host_key="host-key")
    assert post(guarded, "join", {"name": "Mei"}).status == 401
    assert post(guarded, "join", {"name": "Mei", "key": "no"}).status == 401
    assert post(guarded, "join", {"name": "Mei", "key": "guest"}).status == 200
    assert post(guarded, "join", {"name": "Bo", "key": "host-key"}).status == 200
    assert get(guarded, "/results", "guest").status == 401
    for host in ("192.168.1.5:8420", "my-laptop.local:8420"):  # whoever has the key may use any name
        assert get(guarded, "/", host=host).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8420", "", "127.0.0.1.evil.example"])
def test_other_names_of_this_address_are_refused(desk: Desk, host: str) -> None:
    assert get(desk, "/", host=host).status == 403


def test_pages_of_others_are_refused(desk: Desk) -> None:
    assert post(desk, "join", {"name": "x"}, origin="https://evil.example").status == 403
    assert post(desk, "join", {"name": "x"}, origin="null").status == 403
    assert post(desk, "join", {"name": "x"}, **{"content-type": "text/plain"}).status == 415
    assert post(desk, "join", {"name": "x"}, origin="http://127.0.0.1:8420").status == 200


@pytest.mark.parametrize(
    ("action", "data", "status"),
    [
        ("join", {}, 400), ("join", {"name": ""}, 400), ("join", {"name": "x" * 41}, 400), ("join", {"name": 7}, 400),
        ("join", {"name": "a\nb"}, 400), ("join", [], 400), ("next", {}, 404), ("next", {"rater": "x"}, 404),
        ("next", {"rater": ["x"]}, 404), ("answer", {"rater": "RATER"}, 404),
        ("answer", {"rater": "RATER", "screen": "SCREEN"}, 400),
        ("answer", {"rater": "RATER", "screen": "SCREEN", "milliseconds": 1, "answer": "up"}, 400),
        ("answer", {"rater": "RATER", "screen": "SCREEN", "milliseconds": 1, "answer": {"quality": 3}}, 400),
        ("answer", {"rater": "RATER", "screen": "SCREEN", "milliseconds": -1, "answer": "left"}, 400),
        ("answer", {"rater": "RATER", "screen": "SCREEN", "milliseconds": "1", "answer": "left"}, 400),
        ("nonsense", {}, 404),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_changes_nothing(desk: Desk, action: str, data: Any, status: int) -> None:
    screen = told(post(desk, "join", {"name": "Mei"}))
    if isinstance(data, dict):
        data = {k: {"RATER": screen["rater"], "SCREEN": screen["screen"]["id"]}.get(str(v), v) for k, v in data.items()}
    assert post(desk, action, data).status == status
    assert desk.store.answers() == []


def test_other_requests(desk: Desk) -> None:
    assert desk.handle(Request("PUT", "/", {}, HOST)).status == 405
    assert (
        get(desk, "/etc/passwd").status == get(desk, "/picture/../../x").status == get(desk, "/picture/").status == 404
    )
    body = Request("POST", "/api/join", {}, {**HOST, "content-type": "application/json"}, b"{" * 20000)
    assert desk.handle(body).status == 413
    assert (
        desk.handle(Request("POST", "/api/join", {}, {**HOST, "content-type": "application/json"}, b"{")).status == 400
    )


def test_a_picture_that_has_gone_does_not_name_its_source(desk: Desk) -> None:
    screen = told(post(desk, "join", {"name": "Mei"}))
    for path in (path for paths in desk.study.files for path in paths):
        path.unlink()
    reply = get(desk, screen["screen"]["pictures"]["left"])
    assert reply.status == 500 and b"source" not in reply.body and b"subject" not in reply.body


def test_scores_are_checked(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "pictures", ["x", "y"])
    settings = Settings(votes=0, scores=("quality", "content"))
    study = read_study(folders, photos=folders[0], settings=settings)
    desk = Desk(study, Store(tmp_path / "v.votes", study))
    assert b'data-asks="scores"' in get(desk, "/").body
    screen = told(post(desk, "join", {"name": "Mei"}))
    assert screen["screen"]["kind"] == "score" and set(screen["screen"]["pictures"]) == {"left", "photo"}
    for wrong in ("left", {}, {"quality": 3}, {"quality": 3, "content": 6}, {"quality": 3, "content": True}):
        data = {"rater": screen["rater"], "screen": screen["screen"]["id"], "milliseconds": 1, "answer": wrong}
        assert post(desk, "answer", data).status == 400
    assert answer(desk, screen, {"quality": 3, "content": 5})["done"] == 1


def test_an_address_cannot_be_made_without_the_secret(desk: Desk) -> None:
    screen = told(post(desk, "join", {"name": "Mei"}))["screen"]
    known = {hashlib.sha256(f"0/0/{side}".encode()).hexdigest()[:24] for side in ("left", "right")}
    assert not known & {address.rsplit("/", 1)[1] for address in screen["pictures"].values()}
