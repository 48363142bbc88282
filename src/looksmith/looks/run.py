"""Run the facets of one look, or of several for several people, over a photo; hold its faces; write how it was made."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from looksmith.errors import LooksmithError
from looksmith.faces.identity import Embedding
from looksmith.faces.people import People
from looksmith.facets import registry
from looksmith.facets.protocol import Mask
from looksmith.looks import guard, likeness
from looksmith.looks.features import keep_features
from looksmith.looks.look import Look
from looksmith.looks.minors import check_subject
from looksmith.looks.scene import Scene, where_of
from looksmith.looks.state import state_to_bytes
from looksmith.media.photo import Photo
from looksmith.rights.badge import with_badge
from looksmith.rights.consent import may_pass_on
from looksmith.rights.provenance import (
    FaceKept,
    LookUsed,
    PersonsLook,
    Picture,
    Recipe,
    Settings,
    glance,
    label_of,
    photo_digest,
    with_recipe,
)
from looksmith.rights.record import announce
from looksmith.rights.signature import signing_key
from looksmith.rights.terms import Use
from looksmith.version import __version__

EMBED_LIMIT = 24_000
"""States up to this many bytes ride along in the output's metadata when no file holds the look."""

LAYERED = frozenset({"eyes", "lips", "brows"})
"""Regions whose shares facets with a control ``regions`` take for those of their layers, which reach beyond them."""


@dataclass(frozen=True)
class Person:
    """A look for one person of a photo.

    Attributes:
        face: whose, as ``looksmith faces`` counts, from 1.
        look: what they wear.
        facets: those that run, with the strength of each.
    """

    face: int
    look: Look
    facets: Mapping[str, float]


def run(
    look: Look,
    subject: Photo,
    settings: Settings,
    painted: Mask | None,
    use: Use = "private",
    persons: Sequence[Person] = (),
) -> Photo:
    """Run the facets of checked settings over a photo, and write into it how it was made."""
    return run_recipe(look, subject, settings, painted, use, persons)[0]


def run_recipe(
    look: Look,
    subject: Photo,
    settings: Settings,
    painted: Mask | None,
    use: Use = "private",
    persons: Sequence[Person] = (),
) -> tuple[Photo, Recipe]:
    """As :func:`run`, with the recipe that is written.

    Args:
        painted: a mask from outside, or None; regions and faces that the settings name narrow it.
        persons: who wears another look; their order decides where two of them touch.
    """
    before = _hashing().submit(photo_digest, subject)  # beside the facets
    scene = Scene(subject)
    where = where_of(scene, painted, settings.region, settings.faces, settings.regions)
    check_subject(scene, {*settings.facets, *(name for one in persons for name in one.facets)}, settings.minors)
    changed, ran = subject, dict[str, float]()
    others = {name: share for name, share in settings.regions.items() if name not in LAYERED}
    free = where if others == settings.regions else where_of(scene, painted, settings.region, settings.faces, others)
    shared = _shared_out(scene, where, look, settings, persons)
    unparted = shared if free is where else _shared_out(scene, free, look, settings, persons)
    for (worn, facets, mask), (_, _, whole) in zip(shared, unparted, strict=True):
        changed = _dressed(worn, facets, changed, settings, mask, whole, scene)
        for name, strength in facets.items():
            ran[name] = max(ran.get(name, 0.0), strength * settings.strength)
    label = label_of(ran)
    kept: tuple[guard.Kept, ...] = ()
    if label is not None:
        creators = _creators([look, *(one.look for one in persons)])
        if isinstance(settings.identity_floor, float) or creators:
            floor = settings.identity_floor if isinstance(settings.identity_floor, float) else -1.0
            changed, kept = guard.keep_people(scene, changed, floor, creators)
            for words in guard.in_words(kept):
                announce(words)
        changed = _signed_visibly(changed, look, settings, where)
    after = _hashing().submit(photo_digest, changed)
    seen = glance(changed)
    recipe = Recipe(
        version=__version__,
        look=_used(look, settings.facets),
        settings=settings,
        source=Picture(
            sha256=before.result(),
            name=subject.source.name[-255:] if subject.source else "",
            width=subject.width,
            height=subject.height,
        ),
        where=None if painted is None else mask_digest(painted),
        use=use,
        output=Picture(sha256=after.result(), width=changed.width, height=changed.height, glance=seen),
        people=[
            FaceKept(
                number=one.number, box=list(one.box), similarity=one.similarity, wished=one.wished,
                strength=one.strength, verdict=one.verdict, to_creator=one.to_creator,
            )
            for one in kept
        ],
        persons=[
            PersonsLook(face=one.face, look=_used(one.look, one.facets), facets=dict(one.facets)) for one in persons
        ],
    )  # fmt: skip
    return with_recipe(changed, recipe, label, _key()), recipe


def _shared_out(
    scene: Scene, where: Mask | None, look: Look, settings: Settings, persons: Sequence[Person]
) -> list[tuple[Look, Mapping[str, float], Mask | None]]:
    """Every look that runs, its facets, and the mask that is left for it."""
    if not persons:
        return [(look, settings.facets, where)]
    whole = np.ones(scene.rgb.shape[:2], np.float32) if where is None else where
    rest, found = whole, list[tuple[Look, Mapping[str, float], Mask | None]]()
    for one in persons:
        (number,) = scene.chosen(str(one.face))
        theirs = scene.of_person(number)
        found.append((one.look, one.facets, np.asarray(whole * theirs, np.float32)))
        rest = np.asarray(rest * (1 - theirs), np.float32)
    return [(look, settings.facets, rest), *found]


def _dressed(
    look: Look,
    facets: Mapping[str, float],
    photo: Photo,
    settings: Settings,
    where: Mask | None,
    whole: Mask | None,
    people: People,
) -> Photo:
    """A photo after the facets of one look; ``people`` as the photo that all began with shows them.

    Facets that take ``regions`` know by themselves what the share of a part of the face means, and act in ``whole``:
    all others keep to ``where``, in which those shares are.
    """
    controls = {
        "colour": settings.color,
        "scale": settings.scale,
        "seed": settings.seed,
        "method": settings.method,
        "regions": settings.regions,
    }
    changed = photo
    for name in registry.in_order(facets):
        facet, strength = registry.make(name, {**controls, "people": people}), settings.strength * facets[name]
        if strength > 0:
            mask = whole if "regions" in registry.takes(name) else where
            before, changed = changed, facet.apply(changed, look.facets[name], strength, mask)
            if name == "texture" and settings.features > 0:
                changed = keep_features(before, changed, people.faces, where, settings.features)
            if registry.moves(facet, look.facets[name]):
                people = People(changed)
    return changed


def _creators(looks: Sequence[Look]) -> list[Embedding]:
    """The faces of the looks' creators, as far as they are known and can be compared."""
    found = []
    for look in looks:
        if look.likeness is None:
            continue
        face = likeness.read(look.likeness) if guard.ready() else None
        if face is None:
            announce(
                f"{look.name}: whether anyone is made to look like its creator is not measured: the network that made "
                "the creator's likeness is not installed"
            )
        else:
            found.append(face)
    return found


def _used(look: Look, facets: Mapping[str, float]) -> LookUsed:
    return LookUsed(
        name=look.name,
        digest=look.digest,
        creator=look.creator,
        maker="" if look.signature is None else look.signature.public_key,
        embedded=_embedded(look, facets),
    )


@cache
def _hashing() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="looksmith-digest")


if hasattr(os, "register_at_fork"):  # threads do not go with a fork
    os.register_at_fork(after_in_child=_hashing.cache_clear)


def _signed_visibly(changed: Photo, look: Look, settings: Settings, where: Mask | None) -> Photo:
    """With the badge and the invisible mark, where they were asked for; the mark last, so that it minds the badge."""
    if settings.badge is not None:
        changed = with_badge(changed, settings.badge)
    if settings.mark:
        from looksmith.rights import mark as invisible  # here, since few pictures ask for it

        marked = invisible.embed(changed, invisible.payload_of(look.digest), where)
        if marked is None:
            announce("there is no room for the invisible mark: the picture or the region is too small")
        changed = marked or changed
    return changed


def _key() -> Ed25519PrivateKey | None:
    try:
        return signing_key()
    except LooksmithError as error:
        announce(f"outputs are not signed: {error.message()}")
        return None


def mask_digest(where: Mask) -> str:
    """SHA-256 (hex) of a mask."""
    return hashlib.sha256(f"{where.shape}".encode() + np.ascontiguousarray(where, "<f4").tobytes()).hexdigest()


def _embedded(look: Look, facets: Mapping[str, float]) -> dict[str, str]:
    """The states that ran, in base64, for a look that no file holds or that anyone may pass on."""
    if look.signature is not None and not may_pass_on(look.licence):
        return {}
    if look.consent.grants or look.consent.terms is not None or look.likeness is not None:
        return {}
    known: dict[tuple[str, ...], dict[str, str]] = look.__dict__.setdefault("_embedded", {})
    names = tuple(facets)
    if names not in known:
        members: dict[str, str] = {}
        for name in names:
            suffix, data = state_to_bytes(look.facets[name])
            members[f"facets/{name}.{suffix}"] = base64.b64encode(data).decode()
        known[names] = members if sum(map(len, members.values())) <= EMBED_LIMIT else {}
    return known[names]
