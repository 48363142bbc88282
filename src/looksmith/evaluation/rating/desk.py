"""The rating page as a plain application: a request in, a reply out, no sockets.

``serve.py`` puts it behind the server of the standard library; any other server can hold it the same way.
What a rater's browser gets never names a source: pictures have addresses made with a secret key, one for every screen
and side, and all come in one format and size.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from looksmith.errors import LooksmithError
from looksmith.evaluation.rating.export import votes_csv
from looksmith.evaluation.rating.plan import Trial, plan
from looksmith.evaluation.rating.report import report_page, results_json
from looksmith.evaluation.rating.results import results
from looksmith.evaluation.rating.showing import Shown
from looksmith.evaluation.rating.store import Rater, Store
from looksmith.evaluation.rating.study import Study

LARGEST = 16_384
"""Bytes of a request's body."""

LONGEST_NAME = 40
AHEAD = 2
"""Screens whose pictures the page fetches before they are shown."""

_STATIC = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
_GUARDS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Request:
    """What a browser asks: path, the query's fields, headers with their names in small letters, body."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What it gets."""

    status: int
    body: bytes = b""
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class _RefusedError(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Desk:
    """Answers requests of one study; may be used from several threads.

    Args:
        study: the pictures.
        store: where answers go; its settings are those that count.
        hosts: names by which the page may be asked for, besides those of this computer: a page of somebody else's in
            the same browser cannot then reach it under a name of its own (DNS rebinding).
        guest_key: when not empty, whoever rates must know it, and any name of this computer will do; it is part of the
            link that they are given.
        host_key: whoever knows it sees the results.
    """

    def __init__(
        self,
        study: Study,
        store: Store,
        *,
        hosts: frozenset[str] = frozenset(),
        guest_key: str = "",
        host_key: str = "",
    ) -> None:
        self.study, self.store = study, store
        self.host_key = host_key or secrets.token_urlsafe(12)
        self.guest_key = guest_key
        self._hosts = hosts | _LOOPBACK
        self._shown = Shown(study)
        self._plans: dict[int, tuple[Trial, ...]] = {}
        self._addresses: dict[str, tuple[Rater, int, str]] = {}
        self._static = {
            path: (files(__package__).joinpath(name).read_bytes(), kind) for path, (name, kind) in _STATIC.items()
        }
        if not store.about.votes:
            page, kind = self._static["/"]
            self._static["/"] = (page.replace(b'data-asks="pairs"', b'data-asks="scores"'), kind)

    def handle(self, request: Request) -> Reply:
        """The reply to a request.  Nothing that a browser sends raises."""
        try:
            reply = self._handle(request)
        except _RefusedError as refusal:
            reply = _json({"error": refusal.reason}, refusal.status)
        except LooksmithError as error:  # a picture that has gone from the disk; the path would name its source
            reply = _json({"error": f"a picture cannot be shown: {error.what}"}, 500)
        return Reply(reply.status, reply.body, reply.type, {**_GUARDS, "Cache-Control": "no-store", **reply.headers})

    def _handle(self, request: Request) -> Reply:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        if host not in self._hosts and not self.guest_key:
            raise _RefusedError(403, "this page has another address")
        if request.method == "GET":
            if request.path in self._static:
                data, kind = self._static[request.path]
                return Reply(200, data, kind)
            if request.path.startswith("/picture/"):
                return self._picture(request.path.removeprefix("/picture/"))
            views: dict[str, Callable[[], Reply]] = {
                "/results": self._report,
                "/results.csv": self._csv,
                "/results.json": self._json_results,
            }
            if request.path in views:
                self._must_be_host(request.query.get("key", ""))
                return views[request.path]()
            raise _RefusedError(404, "there is no such page")
        if request.method != "POST":
            raise _RefusedError(405, "GET or POST")
        actions = {
            "/api/join": self._join,
            "/api/next": self._next,
            "/api/answer": self._answer,
            "/api/back": self._back,
        }
        if request.path not in actions:
            raise _RefusedError(404, "there is no such page")
        return actions[request.path](self._given(request))

    def _given(self, request: Request) -> dict[str, Any]:
        """The JSON object that the page sent; another site's page cannot send one."""
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise _RefusedError(403, "this came from another page")
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            raise _RefusedError(415, "expected JSON")
        if len(request.body) > LARGEST:
            raise _RefusedError(413, "too much at once")
        try:
            given = json.loads(request.body)
        except ValueError:
            raise _RefusedError(400, "expected JSON") from None
        if not isinstance(given, dict):
            raise _RefusedError(400, "expected an object")
        if (
            self.guest_key
            and not _same(given.get("key"), self.guest_key)
            and not _same(given.get("key"), self.host_key)
        ):
            raise _RefusedError(401, "the link is not complete")
        return given

    def _must_be_host(self, key: str) -> None:
        if not _same(key, self.host_key):
            raise _RefusedError(401, "the results need the key of the link that the host was given")

    # what raters do

    def _join(self, given: dict[str, Any]) -> Reply:
        name = given.get("name")
        if not isinstance(name, str) or not name.strip() or len(name.strip()) > LONGEST_NAME:
            raise _RefusedError(400, f"a name of 1 to {LONGEST_NAME} letters")
        if not name.isprintable():
            raise _RefusedError(400, "a name of letters")
        return self._screen(self.store.join(" ".join(name.split())))

    def _next(self, given: dict[str, Any]) -> Reply:
        return self._screen(self._whose(given))

    def _answer(self, given: dict[str, Any]) -> Reply:
        rater = self._whose(given)
        trials = self.plan_of(rater)
        place = next((k for k in range(len(trials)) if self._token(rater, k) == given.get("screen")), None)
        if place is None:
            raise _RefusedError(404, "there is no such screen")
        milliseconds = given.get("milliseconds")
        if not isinstance(milliseconds, int) or not 0 <= milliseconds < 10**9:
            raise _RefusedError(400, "how long it took, in milliseconds")
        self.store.put(rater, place, trials[place], self._checked(trials[place], given.get("answer")), milliseconds)
        return self._screen(rater)

    def _back(self, given: dict[str, Any]) -> Reply:
        rater = self._whose(given)
        self.store.take_back(rater)
        return self._screen(rater)

    def _checked(self, trial: Trial, answer: Any) -> str | dict[str, int]:
        if trial.kind != "score":
            if answer not in ("left", "right", "alike"):
                raise _RefusedError(400, "left, right or alike")
            return str(answer)
        asked = set(self.store.about.scores)
        if not isinstance(answer, dict) or set(answer) != asked:
            raise _RefusedError(400, "an answer to every question")
        if not all(type(value) is int and 1 <= value <= 5 for value in answer.values()):
            raise _RefusedError(400, "1 to 5")
        return dict(answer)

    def _whose(self, given: dict[str, Any]) -> Rater:
        token = given.get("rater")
        rater = self.store.rater(token) if isinstance(token, str) else None
        if rater is None:
            raise _RefusedError(404, "nobody has joined with this page yet")
        return rater

    # what they see

    def plan_of(self, rater: Rater) -> tuple[Trial, ...]:
        """All screens of a rater."""
        if rater.number not in self._plans:
            settings = self.store.about.settings()
            self._plans[rater.number] = plan(len(self.study.labels), len(self.study.names), settings, rater.number)
        return self._plans[rater.number]

    def _screen(self, rater: Rater) -> Reply:
        """How far the rater is, and the next screen."""
        trials, done = self.plan_of(rater), self.store.answered(rater)
        waiting = [place for place in range(len(trials)) if place not in done]
        about = self.store.about
        told: dict[str, Any] = {
            "rater": rater.token,
            "name": rater.name,
            "done": len(done),
            "total": len(trials),
            "asked": about.question,
            "scores": about.scores,
            "screen": self._described(rater, waiting[0]) if waiting else None,
            "ahead": [url for place in waiting[1 : 1 + AHEAD] for url in self._pictures(rater, place).values()],
        }
        return _json(told)

    def _described(self, rater: Rater, place: int) -> dict[str, Any]:
        """One screen as the page needs it.  A check and a repeat look like any other pair."""
        trial = self.plan_of(rater)[place]
        width, height = self._shown.shape(trial.subject)
        return {
            "id": self._token(rater, place),
            "kind": "score" if trial.kind == "score" else "pair",
            "width": width,
            "height": height,
            "pictures": self._pictures(rater, place),
        }

    def _pictures(self, rater: Rater, place: int) -> dict[str, str]:
        trial = self.plan_of(rater)[place]
        sides = ["left"] if trial.kind == "score" else ["left", "right"]
        beside = [
            kind
            for kind, paths in (("photo", self.study.photos), ("style", self.study.styles))
            if paths[trial.subject] is not None
        ]
        return {side: f"/picture/{self._token(rater, place, side)}" for side in (*sides, *beside)}

    def _picture(self, token: str) -> Reply:
        if token not in self._addresses:
            for rater in self.store.raters():
                for place in range(len(self.plan_of(rater))):
                    for side in ("left", "right", "photo", "style"):
                        self._addresses[self._token(rater, place, side)] = (rater, place, side)
        if token not in self._addresses:
            raise _RefusedError(404, "there is no such picture")
        rater, place, side = self._addresses[token]
        data = self._bytes(self.plan_of(rater)[place], side)
        if data is None:
            raise _RefusedError(404, "there is no such picture")
        return Reply(200, data, "image/jpeg", {"Cache-Control": "private, max-age=86400"})

    def _bytes(self, trial: Trial, side: str) -> bytes | None:
        if side in ("photo", "style"):
            return self._shown.reference("photo" if side == "photo" else "style", trial.subject)
        source = trial.left if side == "left" else trial.right
        return None if source < 0 else self._shown.candidate(source, trial.subject, broken=trial.broken == side)

    def _token(self, rater: Rater, place: int, side: str = "") -> str:
        """An address that tells nothing and cannot be guessed."""
        key, text = bytes.fromhex(self.store.about.secret), f"{rater.number}/{place}/{side}"
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]

    # what the host sees

    def _report(self) -> Reply:
        page = report_page(self.store.about, self._results(), csv="results.csv?key=" + self.host_key)
        guards = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        }
        return Reply(200, page.encode(), "text/html; charset=utf-8", guards)

    def _csv(self) -> Reply:
        text = votes_csv(self.store.about, self.store.raters(), self.store.answers())
        name = {"Content-Disposition": f'attachment; filename="{self.store.path.stem}.csv"'}
        return Reply(200, text.encode("utf-8-sig"), "text/csv; charset=utf-8", name)

    def _json_results(self) -> Reply:
        return _json(results_json(self._results()))

    def _results(self) -> Any:
        return results(self.store.about, self.store.raters(), self.store.answers())


def _same(given: Any, expected: str) -> bool:
    """Compared in a time that does not depend on where they differ."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def _json(data: Mapping[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
