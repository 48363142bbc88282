"""From what was seen to what is kept: a pure function of the records, so that a resumed run ends like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.faces.skin_tone import tone_of, typology_angle
from looksmith.materials import whose as sorting
from looksmith.materials.captions import Caption
from looksmith.materials.duplicates import group
from looksmith.materials.material import Collected, Face, Picture, Reject, Somebody, Sound, Written
from looksmith.materials.seen import Looked, Seen, SeenSound
from looksmith.materials.split import Part, split
from looksmith.materials.whose import Limits, Whose

FULL_BODY = 8.0
"""Heights of a face (brows to chin) from the top of the face to the ground, when a person is seen from head to foot."""


@dataclass(frozen=True)
class Given:
    """What beside the records decides.

    Attributes:
        sources: titles of what was given.
        platforms: whose archives were among them.
        bad: key and error of what could not be opened at all.
        passed: files of other kinds, by ending.
        captions: what was written, with the key of a picture where it is known.
        posts: key of an entry → the post that it was in.
        limits: of the identity network; None when it is not shipped.
        face: number of the creator as a person said; None to propose one.
    """

    sources: tuple[str, ...]
    platforms: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]
    passed: Mapping[str, int]
    captions: tuple[Caption, ...]
    posts: Mapping[str, str]
    limits: Limits | None
    face: int | None


def curate(looked: Sequence[Looked], given: Given) -> Collected:
    """Decide what is kept, and in which part.

    Args:
        looked: what was seen, in the order of the entries.
        given: what beside it decides.

    Raises:
        LooksmithError: there is no such face.
    """
    rejects = [Reject(key, None, "unreadable", error) for key, error in given.bad]
    rejects += [Reject(one.key, None, "unreadable", one.error) for one in looked if one.error]
    seen = [picture for one in looked for picture in one.pictures]
    rejects += [Reject(p.key, p.frame, p.flaws[0], ", ".join(p.flaws[1:]), p.id) for p in seen if p.flaws]
    fit = [picture for picture in seen if not picture.flaws]
    whose = _whose(fit, given)
    own, who = [], []
    for place, picture in enumerate(fit):
        flaw = whose.flaw_of(place, picture.faces or ()) if whose is not None else ""
        if flaw:
            rejects.append(Reject(picture.key, picture.frame, flaw))
        else:
            own.append(picture)
            who.append(whose.who[place] if whose is not None else (0,) * len(picture.faces or ()))
    kept, moments, copies = _without_copies(own)
    rejects += copies
    sounds = _sounds(looked, rejects)
    ties = [_ties(own[place], moments[i], given.posts) for i, place in enumerate(kept)]
    names = [own[place].id for place in kept]
    parts = split(
        names + [sound.id for sound in sounds], ties + [(("clip", sound.key),) for sound in sounds]
    )  # fmt: skip
    creator = whose.creator if whose is not None else 0
    pictures = tuple(
        _picture(own[place], who[place], creator, parts[i], moments[i]) for i, place in enumerate(kept)
    )  # fmt: skip
    of_key = {own[place].key: parts[i] for i, place in enumerate(kept)}
    looked_for = [picture.faces is not None for picture in fit]
    return Collected(
        sources=given.sources,
        platforms=given.platforms,
        pictures=pictures,
        sounds=tuple(
            Sound(sound.id, sound.key, parts[len(kept) + i], sound.seconds, sound.voiced, sound.level)
            for i, sound in enumerate(sounds)
        ),
        captions=_captions(given.captions, pictures, of_key),
        rejects=tuple(sorted(rejects, key=lambda r: (r.reason, r.source, r.frame or 0.0))),
        passed=dict(sorted(given.passed.items())),
        faces="none" if not any(looked_for) else "found" if whose is None else "known",
        people=_people(fit, whose),
        creator=creator,
        confirmed=whose is not None and whose.confirmed,
    )


def _whose(fit: Sequence[Seen], given: Given) -> Whose | None:
    if given.limits is None:
        return None
    try:
        return sorting.sort_faces(fit, given.limits, given.face)
    except ValueError as error:
        raise LooksmithError(
            "there is no face with this number", expected=str(error), got=given.face,
            hint="open card.html: it shows the faces and their numbers",
        ) from error  # fmt: skip


def _people(fit: Sequence[Seen], whose: Whose | None) -> tuple[Somebody, ...]:
    found = []
    for person in whose.people if whose is not None else ():
        place, face = person.example
        found.append(Somebody(person.number, person.pictures, fit[place].id, fit[place].key, face.box))
    return tuple(found)


def _without_copies(pictures: Sequence[Seen]) -> tuple[list[int], list[str], list[Reject]]:
    """Places of the best of each group of near-duplicates, the name of its moment, and the others as rejects."""
    groups = group(pictures)
    best: dict[int, int] = {}
    for place, first in enumerate(groups.same):
        if first not in best or _worth(pictures[place]) > _worth(pictures[best[first]]):
            best[first] = place
    moments: dict[int, str] = {}
    for place, first in enumerate(groups.moment):
        moments[first] = min(moments.get(first, pictures[place].id), pictures[place].id)
    kept = sorted(best.values())
    copies = [
        Reject(picture.key, picture.frame, "duplicate", pictures[best[groups.same[place]]].name,
               "" if picture.id == pictures[best[groups.same[place]]].id else picture.id)
        for place, picture in enumerate(pictures)
        if place != best[groups.same[place]]
    ]  # fmt: skip
    return kept, [moments[groups.moment[place]] for place in kept], copies


def _worth(picture: Seen) -> tuple[bool, float, float, str]:
    """Which of two copies is the better one: a photo before a frame, the larger, the sharper."""
    left, top, right, bottom = picture.box
    area = float((right - left) * (bottom - top))
    return picture.frame is None, round(area, -4), picture.numbers["sharpness"], picture.name


def _ties(picture: Seen, moment: str, posts: Mapping[str, str]) -> tuple[object, ...]:
    ties: list[object] = [("moment", moment)]
    if picture.frame is not None:
        ties.append(("clip", picture.key))
    if picture.key in posts:
        ties.append(("post", posts[picture.key]))
    return tuple(ties)


def _picture(seen: Seen, who: tuple[int, ...], creator: int, part: Part, moment: str) -> Picture:
    faces = None
    if seen.faces is not None:
        faces = tuple(
            Face(face.box, face.points, number, bool(creator) and number == creator, face.quality,
                 tone_of(float(typology_angle(np.asarray(face.skin)))) if face.skin else "")
            for face, number in zip(seen.faces, who, strict=True)
        )  # fmt: skip
    own = [face for face in faces or () if face.creator or not creator]
    full = any((1 - face.box[1]) >= FULL_BODY * (face.box[3] - face.box[1]) for face in own)
    return Picture(
        id=seen.id, source=seen.key, frame=seen.frame, digest=seen.digest, part=part, moment=moment,
        width=seen.width, height=seen.height, numbers=dict(seen.numbers), camera=seen.camera, full_body=full,
        faces=faces,
    )  # fmt: skip


def _sounds(looked: Sequence[Looked], rejects: list[Reject]) -> list[SeenSound]:
    """Recordings without flaws, each once; the others, and those of clips that are silent, are told."""
    kept: dict[str, SeenSound] = {}
    for one in looked:
        for sound in one.sounds:
            if sound.flaws:
                if not one.pictures:  # a clip without voice is no fault
                    rejects.append(Reject(sound.key, None, sound.flaws[0]))
            elif sound.id in kept:
                rejects.append(Reject(sound.key, None, "duplicate", kept[sound.id].key))
            else:
                kept[sound.id] = sound
    return list(kept.values())


def _captions(
    captions: Sequence[Caption], pictures: Sequence[Picture], of_key: Mapping[str, Part]
) -> tuple[Written, ...]:
    """Each text once, in the part of its picture; others by a digest of the text."""
    by_key: dict[str, str] = {}
    for picture in pictures:
        by_key.setdefault(picture.source, picture.id)
    found: dict[str, Written] = {}
    for caption in captions:
        part = of_key.get(caption.file) or _part_of(caption.text, len(captions))
        written = Written(caption.text, by_key.get(caption.file, ""), caption.time, part)
        if caption.text not in found or (written.picture and not found[caption.text].picture):
            found[caption.text] = written
    return tuple(found.values())


def _part_of(text: str, count: int) -> Part:
    share = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32
    return "train" if count < 10 or share >= 0.2 else "val" if share >= 0.1 else "test"


def matched(captions: Sequence[Caption], place: str, keys: Sequence[str]) -> list[Caption]:
    """Captions of a file with the keys of the entries that they name.

    Args:
        captions: as a file gives them.
        place: key of that file.
        keys: of all pictures and clips.

    Returns:
        the same, ``file`` a key or empty: the path from the file's folder, else a name that only one entry has.
    """
    folder = PurePosixPath(place).parent
    known = set(keys)
    by_name: dict[str, list[str]] = {}
    for key in keys:
        for name in {PurePosixPath(key).name.lower(), PurePosixPath(key).stem.lower()}:
            by_name.setdefault(name, []).append(key)
    found = []
    for caption in captions:
        wanted = caption.file.replace("\\", "/").strip("/")
        key = str(folder / wanted) if wanted else ""
        if key not in known:
            named = by_name.get(PurePosixPath(wanted).name.lower(), []) if wanted else []
            key = named[0] if len(named) == 1 else ""
        found.append(Caption(caption.text, key, caption.time))
    return found
