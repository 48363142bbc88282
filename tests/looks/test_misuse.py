"""Attempts to use a look against its rights: every one is refused, with the reason that it should be refused for."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from looksmith.errors import LooksmithError, RefusedError, TamperedError
from looksmith.facets import registry
from looksmith.looks import file
from looksmith.looks.apply import apply
from looksmith.looks.blend import blend
from looksmith.looks.learn import learn, material_digest
from looksmith.looks.look import Look
from looksmith.looks.manifest import describe_members, read_manifest
from looksmith.looks.replay import replay
from looksmith.media.photo import Photo
from looksmith.rights import clock, lists
from looksmith.rights.answer import answer, make_request
from looksmith.rights.consent import OWN_LICENCE, Consent
from looksmith.rights.grant import GRANT_CONTEXT, Grant, Proof, Request, read_grant, to_bytes
from looksmith.rights.labels import read_labels
from looksmith.rights.ledger import ANCHOR, FILE, ledger, set_aside
from looksmith.rights.signature import public_key_of, sign, signing_key
from looksmith.rights.terms import make_terms
from looksmith.rights.verify import verify
from looksmith.rights.withdrawal import add_to, withdraw_grant, withdraw_look

from .conftest import Gain

DAY = 86_400
TODAY = 1_790_000_000
"""A day in 2026."""


@dataclass(frozen=True)
class Makeup(Gain):
    """A facet of the face, as far as rights go."""

    name: ClassVar[str] = "makeup"


class _Point:
    value, dist = "elsewhere:Class", None

    def __init__(self, kind: type[Any]) -> None:
        self.name, self.kind = kind.name, kind

    def load(self) -> Any:
        return self.kind


@dataclass
class World:
    """Rina, whose look it is, a studio that she lets learn it, and Mallory; each with a home and a key."""

    folder: Path
    patch: pytest.MonkeyPatch
    photo: Photo
    moment: int = TODAY

    @contextmanager
    def being(self, who: str) -> Iterator[Ed25519PrivateKey]:
        self.patch.setenv("LOOKSMITH_HOME", str(self.home(who)))
        try:
            yield signing_key()
        finally:
            self.patch.setenv("LOOKSMITH_HOME", str(self.home("studio")))

    def home(self, who: str) -> Path:
        return self.folder / who

    def at(self, moment: int) -> None:
        self.moment = moment

    def request(self, who: str = "studio", **fields: Any) -> Request:
        given: dict[str, Any] = {
            "name": who.title(),
            "facets": ["gain", "makeup"],
            "terms": make_terms(["private", "editorial"], ["CN", "DE"], until=clock.stamp(TODAY + 30 * DAY)),
        }
        with self.being(who):
            return make_request("Rina", **{**given, **fields})

    def grant(self, request: Request | None = None, **fields: Any) -> Grant:
        request = request or self.request()
        with self.being("rina"):
            return answer(request, **{"facets": ["gain"], **fields})

    def look(self, grant: Grant | None = None) -> Look:
        """What the studio learned and saved under a grant."""
        made = learn(self.photo, name="rina", consent=grant or self.grant(), with_preview=False)
        return Look.load(made.to_bytes())

    def edited(self, grant: Grant, **changes: Any) -> bytes:
        return json.dumps({**grant.model_dump(), **changes}).encode()

    def signed_again(self, look: Look, who: str) -> Look:
        """A look's content, with the signature of somebody else."""
        with self.being(who) as key:
            return Look.load(look.replace().to_bytes(key))

    def withdraw(self, grant: Grant) -> Path:
        """Rina's withdrawal on a list that the studio heeds."""
        path = self.folder / "rina.withdrawals"
        with self.being("rina"):
            add_to(path, withdraw_grant(grant, "changed my mind"))
        lists.subscribe(str(path))
        return path


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, astronaut: Photo) -> Iterator[World]:
    made = World(tmp_path, monkeypatch, Photo(np.ascontiguousarray(astronaut.pixels[:64, :64])))
    monkeypatch.setenv("LOOKSMITH_HOME", str(made.home("studio")))
    monkeypatch.setattr(clock.time, "time", lambda: float(made.moment))
    plain = {name: registry.BUILT_IN[name] for name in ("tone", "texture")}
    monkeypatch.setattr(registry, "BUILT_IN", plain)  # the makeup of these tests stands for the built-in one
    monkeypatch.setattr(registry, "entry_points", lambda group: [_Point(Gain), _Point(Makeup)])
    registry.facets.cache_clear()
    yield made
    registry.facets.cache_clear()


Attempt = Callable[[World], Any]
ATTEMPTS: dict[str, tuple[Attempt, type[LooksmithError], str]] = {}


def attempt(error: type[LooksmithError], words: str) -> Callable[[Attempt], Attempt]:
    def keep(function: Attempt) -> Attempt:
        ATTEMPTS[function.__name__] = (function, error, words)
        return function

    return keep


# The document ---------------------------------------------------------------------------------------------------------


@attempt(TamperedError, "signature does not hold")
def uses_added_to_a_grant(w: World) -> None:
    grant = w.grant()
    read_grant(w.edited(grant, terms={**grant.terms.model_dump(), "uses": ["advertising", "editorial", "private"]}))


@attempt(TamperedError, "signature does not hold")
def a_grant_made_to_last_longer(w: World) -> None:
    grant = w.grant()
    read_grant(w.edited(grant, terms={**grant.terms.model_dump(), "until": ""}))


@attempt(TamperedError, "signature does not hold")
def a_facet_added_to_a_grant(w: World) -> None:
    read_grant(w.edited(w.grant(), biometric=["makeup"]))


@attempt(RefusedError, "signed by another key than it names")
def a_grant_signed_with_a_forged_key(w: World) -> None:
    grant = w.grant()
    with w.being("mallory") as key:
        forged = sign(grant.digest, key, GRANT_CONTEXT)
    read_grant(w.edited(grant, signature=Proof(public_key=forged.public_key, value=forged.value).model_dump()))


@attempt(RefusedError, "another key than this person is known by")
def a_grant_in_rinas_name_by_somebody_else(w: World) -> None:
    w.look()  # the studio has met Rina
    request = w.request()
    with w.being("mallory"):
        forged = answer(request, facets=["gain"])
    learn(w.photo, name="x", consent=forged)


@attempt(RefusedError, "cannot be given to oneself")
def a_grant_to_oneself(w: World) -> None:
    request = w.request()
    answer(request, facets=["gain"])


@attempt(RefusedError, "not signed")
def a_grant_without_a_signature(w: World) -> None:
    read_grant(w.edited(w.grant(), signature=None))


@attempt(RefusedError, "only asks for consent")
def a_request_shown_as_a_grant(w: World) -> None:
    learn(w.photo, name="x", consent=read_grant(to_bytes(w.request())))


@attempt(RefusedError, "more than was asked for")
def granting_a_facet_that_nobody_asked_for(w: World) -> None:
    w.grant(w.request(facets=["gain"]), biometric=["makeup"])


@attempt(RefusedError, "more than was asked for")
def granting_for_longer_than_was_asked_for(w: World) -> None:
    w.grant(terms=make_terms(["private"], ["CN"]))


@attempt(TamperedError, "signature does not hold")
def a_request_turned_to_another_key_on_its_way(w: World) -> None:
    request = w.request()
    with w.being("mallory") as key:
        mine = public_key_of(key)
    w.grant(request.model_copy(update={"to": request.to.model_copy(update={"key": mine})}))


# Learning -------------------------------------------------------------------------------------------------------------


@attempt(RefusedError, "given to somebody else")
def a_grant_used_by_somebody_else(w: World) -> None:
    grant = w.grant()
    with w.being("mallory"):
        learn(w.photo, name="x", consent=grant)


@attempt(RefusedError, "expired")
def learning_after_the_end(w: World) -> None:
    grant = w.grant()
    w.at(TODAY + 31 * DAY)
    learn(w.photo, name="x", consent=grant)


@attempt(RefusedError, "does not hold yet")
def learning_before_the_beginning(w: World) -> None:
    terms = make_terms(["private"], start=clock.stamp(TODAY + DAY))
    learn(w.photo, name="x", consent=w.grant(w.request(terms=terms)))


@attempt(RefusedError, "withdrawn: changed my mind")
def learning_after_the_withdrawal(w: World) -> None:
    grant = w.grant()
    w.withdraw(grant)
    learn(w.photo, name="x", consent=grant)


@attempt(RefusedError, "does not cover this facet")
def learning_a_facet_that_was_not_granted(w: World) -> None:
    learn(w.photo, name="x", consent=w.grant(), only="tone")


@attempt(RefusedError, "does not cover this biometric facet")
def learning_a_face_from_a_general_grant(w: World) -> None:
    learn(w.photo, name="x", consent=w.grant(), only="makeup")


@attempt(RefusedError, "nothing was declared")
def learning_a_face_from_undeclared_material(w: World) -> None:
    learn(w.photo, name="x", only="makeup")


@attempt(RefusedError, "other material")
def learning_from_other_material(w: World) -> None:
    request = w.request(material=material_digest(w.photo))
    learn(w.photo.with_pixels(255 - w.photo.pixels), name="x", consent=w.grant(request))


@attempt(RefusedError, "clock of this computer was moved back")
def learning_with_the_clock_moved_back(w: World) -> None:
    grant = w.grant()
    w.look(grant)
    w.at(TODAY - DAY)
    learn(w.photo, name="x", consent=grant)


@attempt(LooksmithError, "cannot be all of these")
def declaring_everything(w: World) -> None:
    learn(w.photo, name="x", own=True, consent=w.grant())


# Applying -------------------------------------------------------------------------------------------------------------


@attempt(RefusedError, "does not allow advertising use")
def a_use_out_of_scope(w: World) -> None:
    apply(w.look(), w.photo, use="advertising", territory="CN")


@attempt(RefusedError, "does not hold there")
def a_country_out_of_scope(w: World) -> None:
    apply(w.look(), w.photo, use="editorial", territory="FR")


@attempt(RefusedError, "was not said where")
def a_country_left_out(w: World) -> None:
    apply(w.look(), w.photo, use="editorial")


@attempt(RefusedError, "the grant of Rina has expired")
def applying_after_the_end(w: World) -> None:
    look = w.look()
    w.at(TODAY + 30 * DAY)
    apply(look, w.photo)


@attempt(RefusedError, "clock of this computer was moved back")
def moving_the_clock_back_after_the_end(w: World) -> None:
    look = w.look()
    w.at(TODAY + 31 * DAY)
    apply(_of(w, "studio"), w.photo)
    w.at(TODAY + 29 * DAY)
    apply(look, w.photo)


@attempt(RefusedError, "the consent was withdrawn")
def applying_after_the_withdrawal(w: World) -> None:
    grant = w.grant()
    look = w.look(grant)
    w.withdraw(grant)
    apply(look, w.photo)


@attempt(RefusedError, "though no list says so any more")
def taking_a_withdrawal_out_of_the_list(w: World) -> None:
    grant = w.grant()
    look = w.look(grant)
    path = w.withdraw(grant)
    with pytest.raises(RefusedError):
        apply(look, w.photo)
    path.write_bytes(b"\n")
    apply(look, w.photo)


@attempt(TamperedError, "withdrawal list is not sound")
def altering_a_withdrawal(w: World) -> None:
    grant = w.grant()
    look = w.look(grant)
    path = w.withdraw(grant)
    path.write_bytes(path.read_bytes().replace(grant.id.encode(), b"0" * 32))
    apply(look, w.photo)


@attempt(TamperedError, "withdrawal list is not sound")
def deleting_a_list_that_is_heeded(w: World) -> None:
    grant = w.grant()
    look = w.look(grant)
    w.withdraw(grant).unlink()
    apply(look, w.photo)


@attempt(RefusedError, "look was withdrawn")
def a_look_that_its_maker_withdrew(w: World) -> None:
    with w.being("rina"):
        look = Look.load(learn(w.photo, name="mine", own=True, with_preview=False).to_bytes())
        entry = withdraw_look(look.digest, look.name, look.claim.maker)
    add_to(lists.own_list(), entry)
    apply(look, w.photo)


@attempt(RefusedError, "replayed|somebody else than who made this look")
def a_grant_replayed_in_another_look(w: World) -> None:
    look = w.look()
    with w.being("mallory"):
        other = learn(w.photo, name="other", own=True, with_preview=False, only="gain")
    apply(w.signed_again(other.replace(consent=look.consent), "mallory"), w.photo)


@attempt(RefusedError, "carries no grant")
def the_grant_taken_out_of_a_look(w: World) -> None:
    look = w.look()
    bare = look.replace(consent=dataclasses.replace(look.consent, grants=()))
    apply(w.signed_again(bare, "mallory"), w.photo)


@attempt(RefusedError, "facets that the grant does not cover")
def a_facet_put_in_beside_those_granted(w: World) -> None:
    look = w.look()
    more = look.replace(facets={**look.facets, "makeup": look.facets["gain"]})
    apply(w.signed_again(more, "studio"), w.photo)


@attempt(TamperedError, "signature does not hold")
def a_grant_edited_inside_a_look(w: World) -> None:
    look = w.look()
    wider = look.consent.grants[0].model_copy(update={"terms": make_terms(["advertising"])})
    edited = look.replace(consent=dataclasses.replace(look.consent, grants=(wider,)))
    apply(w.signed_again(edited, "studio"), w.photo, use="advertising")


@attempt(TamperedError, "members are not those that were signed")
def a_swapped_facet(w: World) -> None:
    one, other = (file.unpack(look.to_bytes(), "look") for look in (w.look(), _brighter(w)))
    member = next(name for name in one if name.startswith("facets/"))
    Look.load(file.pack({**one, member: other[member]}))


@attempt(TamperedError, "signature does not hold")
def a_manifest_with_its_digest_made_anew(w: World) -> None:
    members = file.unpack(w.look().to_bytes(), "look")
    manifest = read_manifest(members[file.MANIFEST], "look")
    declared = manifest.consent.model_copy(update={"kind": "own", "grants": []})
    edited = manifest.model_copy(update={"consent": declared, "members": describe_members(members)})
    edited = edited.model_copy(update={"digest": edited.content_digest()})
    Look.load(file.pack({**members, file.MANIFEST: edited.to_bytes()}))


@attempt(RefusedError, "nothing was declared")
def publishing_what_was_never_declared(w: World) -> None:
    look = learn(w.photo, name="x", with_preview=False)
    apply(Look.load(look.to_bytes()), w.photo, use="editorial")


@attempt(RefusedError, "licence does not allow advertising")
def advertising_with_a_non_commercial_look(w: World) -> None:
    apply(_of(w, "mallory", licence="CC-BY-NC-4.0"), w.photo, use="advertising")


@attempt(RefusedError, "licence does not allow editorial use")
def publishing_a_look_whose_maker_kept_all_rights(w: World) -> None:
    apply(_of(w, "mallory", licence=OWN_LICENCE), w.photo, use="editorial")


@attempt(RefusedError, "the look does not allow advertising use")
def advertising_beyond_the_makers_terms(w: World) -> None:
    with w.being("rina"):
        made = learn(w.photo, name="x", own=True, terms=make_terms(["private"]), with_preview=False).to_bytes()
    apply(Look.load(made), w.photo, use="advertising")


@attempt(RefusedError, "withdrawn")
def replaying_a_withdrawn_look(w: World) -> None:
    grant = w.grant()
    look = w.look(grant)
    made = apply(look, w.photo)
    w.withdraw(grant)
    replay(made, w.photo, look=look)


# Blending -------------------------------------------------------------------------------------------------------------


@attempt(RefusedError, "lets no other look be made from this one")
def blending_what_may_not_be(w: World) -> None:
    blend({w.look(): 1, _of(w, "studio"): 1})


@attempt(RefusedError, "lets no other look be made from this one")
def blending_a_look_without_derivatives(w: World) -> None:
    blend({_of(w, "mallory", licence="CC-BY-ND-4.0"): 1, _of(w, "studio"): 1})


@attempt(RefusedError, "licences contradict each other")
def blending_licences_that_contradict_each_other(w: World) -> None:
    blend({_of(w, "mallory", licence="CC-BY-SA-4.0"): 1, _of(w, "rina", licence="CC-BY-NC-4.0"): 1})


@attempt(RefusedError, "terms of use have nothing in common")
def blending_terms_that_exclude_each_other(w: World) -> None:
    one, other = (Consent("own", terms=make_terms([use])) for use in ("private", "advertising"))
    blend({_of(w, "rina", consent=one): 1, _of(w, "studio", consent=other): 1})


@attempt(RefusedError, "withdrawn")
def using_a_blend_of_a_withdrawn_look(w: World) -> None:
    grant = w.grant(w.request(derivatives=True), derivatives=True)
    mixed = Look.load(blend({w.look(grant): 1, _of(w, "studio"): 1}).to_bytes())
    apply(mixed, w.photo)  # goes well so far
    w.withdraw(grant)
    apply(mixed, w.photo)


@attempt(RefusedError, "made none of these looks")
def a_grant_smuggled_into_a_blend(w: World) -> None:
    look = w.look(w.grant(w.request(derivatives=True), derivatives=True))
    mixed = blend({_of(w, "mallory"): 1, _of(w, "mallory", gain=2.0): 1})
    apply(mixed.replace(consent=dataclasses.replace(mixed.consent, grants=look.consent.grants)), w.photo)


# The ledger and the lists ---------------------------------------------------------------------------------------------


@attempt(TamperedError, "ledger was altered: the end was cut off")
def a_truncated_ledger(w: World) -> None:
    look = w.look()
    for _ in range(3):
        apply(look, w.photo)
    _sql(w, "DELETE FROM entries WHERE seq > 2", "DELETE FROM details WHERE seq > 2")
    apply(look, w.photo)


@attempt(TamperedError, "are missing")
def an_older_copy_of_the_ledger(w: World) -> None:
    look = w.look()
    _closed(w)
    shutil.copy(w.home("studio") / FILE, w.folder / "old.sqlite")
    apply(look, w.photo)  # of a new process, which writes the anchor anew
    _closed(w)
    for suffix in ("-wal", "-shm"):
        (w.home("studio") / f"{FILE}{suffix}").unlink(missing_ok=True)
    shutil.copy(w.folder / "old.sqlite", w.home("studio") / FILE)
    apply(look, w.photo)


@attempt(TamperedError, "are missing")
def a_deleted_ledger(w: World) -> None:
    look = w.look()
    apply(look, w.photo)
    _closed(w)
    for path in w.home("studio").glob(f"{FILE}*"):
        path.unlink()
    apply(look, w.photo)


@attempt(TamperedError, "entry 1 was changed")
def an_entry_set_to_another_time(w: World) -> None:
    w.look()
    _sql(w, "UPDATE entries SET time = time - 86400 WHERE seq = 1")
    ledger().check()


@attempt(TamperedError, "details of entry 1 were changed")
def details_rewritten(w: World) -> None:
    w.look()
    _sql(w, "UPDATE details SET body = replace(body, 'rina', 'kate') WHERE seq = 1")
    ledger().check()


@attempt(TamperedError, "signed by another key than yours|signature of its end does not hold")
def a_ledger_signed_by_somebody_else(w: World) -> None:
    look, other = w.look(), _of(w, "mallory")
    with w.being("mallory"):
        apply(other, w.photo)
        _closed(w, "mallory")
    _closed(w)
    (w.home("studio") / ANCHOR).unlink()
    shutil.copy(w.home("mallory") / FILE, w.home("studio") / FILE)
    apply(look, w.photo)


@attempt(RefusedError, "only the person who gave a grant")
def withdrawing_somebody_elses_grant(w: World) -> None:
    grant = w.grant()
    with w.being("mallory"):
        withdraw_grant(grant)


# Labels ---------------------------------------------------------------------------------------------------------------


@attempt(TamperedError, "recipe was changed after it was signed")
def a_recipe_edited_in_an_output(w: World) -> None:
    made = apply(w.look(), w.photo)
    _judged(made, (made.xmp or b"").replace(b'"strength":1.0', b'"strength":0.1'))


@attempt(TamperedError, "not the picture that the recipe was written for")
def labels_moved_to_another_picture(w: World) -> None:
    made = apply(w.look(), w.photo)
    _judged(made.with_pixels(255 - made.pixels), made.xmp)


@attempt(TamperedError, "AIGC label was taken out")
def the_aigc_label_taken_out(w: World) -> None:
    made = apply(w.look(), w.photo)
    xmp = made.xmp or b""
    start, end = xmp.index(b"<TC260:AIGC>"), xmp.index(b"</TC260:AIGC>") + 13
    _judged(made, xmp[:start] + xmp[end:])


@attempt(TamperedError, "AIGC label was made weaker")
def the_aigc_label_made_weaker(w: World) -> None:
    made = apply(w.look(), w.photo)
    _judged(made, (made.xmp or b"").replace(b'"Label":"1"', b'"Label":"3"'))


@attempt(TamperedError, "calls for more")
def the_source_type_made_weaker(w: World) -> None:
    made = apply(w.look(), w.photo)
    named = read_labels(made.xmp).source_type or ""
    _judged(made, (made.xmp or b"").replace(named.encode(), b"algorithmicallyEnhanced"))


@pytest.mark.parametrize("name", ATTEMPTS)
def test_misuse_is_refused_for_the_right_reason(name: str, world: World) -> None:
    function, error, words = ATTEMPTS[name]
    with pytest.raises(error, match=words):
        function(world)


def test_there_are_thirty_attempts_or_more() -> None:
    assert len(ATTEMPTS) >= 30


def test_what_is_allowed_goes_through(world: World) -> None:
    """Else a lock that never opens would pass all of the above."""
    grant = world.grant(world.request(derivatives=True), biometric=["makeup"], derivatives=True)
    look = world.look(grant)
    assert set(look.facets) == {"gain", "makeup"} and look.consent.kind == "granted" and look.creator == "Rina"
    apply(look, world.photo)
    apply(look, world.photo, use="editorial", territory="DE")
    mixed = Look.load(blend({look: 1, _of(world, "studio"): 1}).to_bytes())
    assert mixed.consent.terms == grant.terms and mixed.consent.grants == (grant,)
    apply(mixed, world.photo, use="editorial", territory="CN")
    with world.being("mallory"):  # whoever has the look may use it on the terms in it
        apply(look, world.photo)
    assert ledger().check().count > 4


def test_a_withdrawal_by_somebody_else_is_not_heeded(world: World) -> None:
    grant = world.grant()
    look = world.look(grant)
    with world.being("rina"):
        entry = withdraw_grant(grant)
    with world.being("mallory") as key:
        made = sign(entry.digest, key, b"looksmith withdrawal v1\n")
        forged = entry.model_copy(update={"signature": Proof(public_key=made.public_key, value=made.value)})
    add_to(lists.own_list(), forged)
    assert not lists.standing().unsound
    apply(look, world.photo)


def test_a_ledger_that_was_altered_does_not_stop_a_look_without_terms(world: World) -> None:
    look = learn(world.photo, name="own", own=True, only="gain", with_preview=False)
    _sql(world, "UPDATE head SET count = 7")
    with pytest.warns(UserWarning, match="not recorded in the ledger"):
        apply(look, world.photo)
    set_aside()
    apply(look, world.photo)
    assert ledger().check().count == 1


def _of(w: World, who: str, gain: float = 1.5, **fields: Any) -> Look:
    """Somebody's own look, saved."""
    with w.being(who) as key:
        made = learn(w.photo, name=f"{who}s", own=True, only="gain", with_preview=False, recorded=False)
        state = dataclasses.replace(made.facets["gain"], gain=np.full(3, gain, np.float32))
        changed = made.replace(**{"facets": {"gain": state}, "licence": "CC-BY-4.0", **fields})
        return Look.load(changed.to_bytes(key))


def _brighter(w: World) -> Look:
    return learn(w.photo.with_pixels(255 - w.photo.pixels), name="rina", own=True, only="gain", with_preview=False)


def _closed(w: World, who: str = "studio") -> None:
    """As if the process had ended: the file is whole, and nothing is remembered."""
    book = ledger(w.home(who) / FILE)
    book._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    from looksmith.rights import ledger as module

    for place in [place for place in module._open if place[0] == book.path]:
        module._open.pop(place).close()


def _sql(w: World, *statements: str) -> None:
    _closed(w)
    database = sqlite3.connect(w.home("studio") / FILE)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


def _judged(photo: Photo, xmp: bytes | None) -> None:
    """Read a picture as ``looksmith verify`` does; what is contradicted is raised, so that it can be told here."""
    verdict = verify(b"", dataclasses.replace(photo, xmp=xmp))
    against = [finding.words for finding in verdict.findings if finding.state == "contradicted"]
    if against:
        raise TamperedError("; ".join(against))
