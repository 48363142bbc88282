"""Makeup of looks and photos by hand: other numbers, layers of several looks together, and makeup taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from looksmith.errors import LooksmithError
from looksmith.faces import identity
from looksmith.facets.makeup.layers import Layer, MakeupState, edited, joined, layers_of
from looksmith.facets.makeup.remove import remove
from looksmith.looks import guard
from looksmith.looks.apply import LookLike, resolve
from looksmith.looks.blend import as_root
from looksmith.looks.craft import craft
from looksmith.looks.look import Look
from looksmith.looks.manifest import Source
from looksmith.looks.scene import Scene, where_of
from looksmith.media.photo import Photo
from looksmith.rights.consent import check_joined, strictest_consent, strictest_licence
from looksmith.rights.labels import Label, Made, with_labels
from looksmith.rights.permit import check_derivation, check_standing
from looksmith.rights.record import announce, record

FACET = "makeup"


def makeup_of(look: LookLike) -> tuple[Layer, ...]:
    """The layers of a look's makeup, in the order in which they are put on.

    Raises:
        LooksmithError: the look has no makeup.
    """
    return layers_of(_state(resolve(look)))


def edit_makeup(
    look: LookLike,
    values: Mapping[str, str | float] | None = None,
    take: Sequence[tuple[str, LookLike]] = (),
    *,
    name: str | None = None,
) -> Look:
    """A look with another makeup; all else in it stays.

    Args:
        look: as it is; it is not changed.
        values: numbers to set, such as ``{"lipstick.shade": "#b11b3c", "eyeliner.opacity": 0}``.
        take: layers (or ``lips``, ``eyes``, ``skin``) and the looks that they are taken from, before numbers are set.
        name: of the new look.

    Raises:
        LooksmithError: there is no makeup, no such layer or number, or the value is not one of its kind.
        RefusedError: no look may be made from one of them.
    """
    first = resolve(look)
    others = [(word, resolve(other)) for word, other in take]
    parents = list(dict.fromkeys([first, *(other for _, other in others)]))
    for parent in parents:
        check_standing(parent.claim)
        check_derivation(parent.claim)
    check_joined([parent.licence for parent in parents])
    state = joined(_state(first), [(_state(other), [word]) for word, other in others])
    state = edited(state, values or {})
    made = craft(
        name or first.name,
        {**first.facets, FACET: state},
        strengths=first.strengths,
        creator=first.creator if len(parents) == 1 else ", ".join(dict.fromkeys(p.creator for p in parents))[:200],
        title=first.title,
        sources=[
            Source(title=p.title.get("en") or p.name, author=p.creator, licence=p.licence, digest=p.digest)
            for p in parents
        ],
        licence=strictest_licence([parent.licence for parent in parents]),
        consent=strictest_consent([as_root(parent) for parent in parents]),
        likeness=first.likeness,
    )
    record(
        "blend",
        {
            "look": made.digest, "name": made.name, "creator": made.creator,
            "people": [grant.person.name for grant in made.consent.grants],
            "parents": [parent.digest for parent in parents],
        },
    )  # fmt: skip
    return made


def remove_makeup(
    photo: Photo, *, strength: float = 1.0, faces: str = "", identity_floor: float | None = None
) -> Photo:
    """A photo without makeup, labelled as altered; who is in it stays the same person.

    Args:
        photo: with at least one face.
        strength: 0 (the photo, bit for bit) to 1.
        faces: whose: ``all``, ``largest``, ``left``, ``right``, ``2`` or ``1,3``; nothing for everybody's.
        identity_floor: least similarity of every face to itself, in [-1, 1]; default that of ``apply``.

    Raises:
        LooksmithError: there is no face, or a number is out of range.
    """
    if isinstance(strength, bool) or not 0 <= strength <= 1:
        raise LooksmithError("out of range", where="strength", expected="0 to 1", got=strength)
    scene = Scene(photo)
    if not scene.faces:
        raise LooksmithError("there is no face in the photo", where=photo.source, expected="a face to take makeup off")
    if strength == 0:
        return photo
    made = remove(scene, strength, where_of(scene, None, "", faces, {}))
    if guard.ready():
        floor = identity.thresholds().same if identity_floor is None else identity_floor
        made, kept = guard.keep_people(scene, made, floor)
        for words in guard.in_words(kept):
            announce(words)
    return with_labels(made, Made(Label("compositeWithTrainedAlgorithmicMedia"), look="makeup removed", digest=""))


def _state(look: Look) -> MakeupState:
    if FACET not in look.facets:
        raise LooksmithError(
            "the look has no makeup", where=look.name, expected="a look with the facet makeup",
            got=", ".join(look.facets), hint="looksmith learn PICTURE --only makeup --own -o NAME.look",
        )  # fmt: skip
    state: MakeupState = look.facets[FACET]
    return state
