"""Whose face it is: the faces of a collection sorted by person, and the creator's among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.materials.seen import Seen, SeenFace
from looksmith.materials.together import Sets

Floats = NDArray[np.float32]

PROMINENT = 0.07
"""Height of a face, as a share of the picture's, from which on the picture is of that person."""
RECOGNISABLE = 0.25
"""Quality under which a face is left unnamed."""
FEWEST, SHARE = 3, 0.3
"""A person is proposed as the creator when so many pictures, and this share of those with a face, show them clearly."""
CLEAR = 56.0
"""Longer side of a face in pixels that is clear enough for that: on a street account half of the strangers, whose faces
have 37 pixels, were taken for one person."""
MANY = 8
"""Sources with a person from which on faces that stand apart from the others are told."""
APART, LEAST = 3.5, 0.05
"""How many deviations below the person's own median one stands apart, and the least deviation.  Of 142 faces of people
in five or six pictures, taken in public over years, 4 do; of one woman's 40 in one light none, at most 2.9."""


@dataclass(frozen=True)
class Limits:
    """Cosine similarities: from ``same`` on surely one person, below ``different`` surely two."""

    same: float
    different: float


@dataclass(frozen=True)
class Person:
    """Somebody in the collection.

    Attributes:
        number: from 1, the one in most pictures first.
        pictures: in how many.
        example: the picture that shows them best, by its place, and the face in it.
    """

    number: int
    pictures: int
    example: tuple[int, SeenFace]


@dataclass(frozen=True)
class Whose:
    """Who is in which picture.

    Attributes:
        people: everybody who is recognised.
        creator: number of the person taken for the creator; 0 for nobody.
        confirmed: whether a person said so.
        who: for each picture the number of the person of each of its faces; 0 for one that is not recognised.
    """

    people: tuple[Person, ...]
    creator: int
    confirmed: bool
    who: tuple[tuple[int, ...], ...]

    def flaw_of(self, place: int, faces: Sequence[SeenFace]) -> str:
        """``foreign`` when a picture is of somebody else and not of the creator; else empty."""
        if not self.creator:
            return ""
        named = [(number, face) for number, face in zip(self.who[place], faces, strict=True) if number]
        if any(number == self.creator for number, _ in named):
            return ""
        return "foreign" if any(prominent(face) for _, face in named) else ""


def prominent(face: SeenFace) -> bool:
    """Whether a picture is of this person."""
    return face.box[3] - face.box[1] >= PROMINENT


def sort_faces(pictures: Sequence[Seen], limits: Limits, face: int | None = None) -> Whose:
    """Sort the faces in pictures by person.

    Faces of good quality come first: each goes to the person whose mean it resembles most, if it resembles them enough
    (half-way between the limits), or begins a new one; then people whose means are surely one are joined; last, of who
    is in many pictures, faces that resemble the others much less than those resemble each other become people of their
    own.

    Args:
        pictures: all with faces that were looked for.
        limits: of the identity network.
        face: number of the creator as a person confirmed it; 0 for nobody; None to propose one.

    Raises:
        ValueError: there is no such number.
    """
    listed = [
        (place, index, found)
        for place, picture in enumerate(pictures)
        for index, found in enumerate(picture.faces or ())
        if found.embedding and found.certain and found.quality >= RECOGNISABLE
    ]
    listed.sort(key=lambda item: (-item[2].quality, pictures[item[0]].name, item[1]))
    vectors = [found.vector for _, _, found in listed]
    sources = [pictures[place].key for place, _, _ in listed]
    groups = [
        part
        for group in _joined(_gathered(vectors, limits), vectors, limits)
        for part in _settled(group, vectors, sources, limits)
    ]
    people_faces = [[listed[i] for i in group] for group in groups]
    people_faces.sort(key=lambda faces: (-len({place for place, _, _ in faces}), pictures[faces[0][0]].name))
    who = [[0] * len(picture.faces or ()) for picture in pictures]
    people = []
    for number, faces in enumerate(people_faces, 1):
        for place, index, _ in faces:
            who[place][index] = number
        place, shown_face = _example(faces, pictures)
        people.append(Person(number, len({place for place, _, _ in faces}), (place, shown_face)))
    if face is not None and not 0 <= face <= len(people):
        raise ValueError(f"0 to {len(people)}")
    shown = len({place for place, _, found in listed if prominent(found)})
    clear = len({place for place, _, found in people_faces[0] if found.pixels >= CLEAR}) if people_faces else 0
    proposed = 1 if clear >= max(FEWEST, SHARE * shown) else 0
    creator = proposed if face is None else face
    return Whose(tuple(people), creator, face is not None, tuple(tuple(numbers) for numbers in who))


def _example(faces: Sequence[tuple[int, int, SeenFace]], pictures: Sequence[Seen]) -> tuple[int, SeenFace]:
    """The face to show somebody by: good, large, and what most of theirs look like, so that nobody is mistaken."""
    usual = np.sum([found.vector for _, _, found in faces], axis=0)
    usual /= max(float(np.linalg.norm(usual)), 1e-6)

    def worth(item: tuple[int, int, SeenFace]) -> tuple[float, str]:
        place, _, found = item
        typical = max(0.0, float(found.vector @ usual))
        return typical**2 * found.quality * min(1.0, found.pixels / 200), pictures[place].name

    place, _, best = max(faces, key=worth)
    return place, best


def _gathered(vectors: Sequence[Floats], limits: Limits) -> list[list[int]]:
    """Places of the vectors that go together, the first of each group its best face."""
    enough = (limits.same + limits.different) / 2
    groups: list[list[int]] = []
    sums: list[Floats] = []
    for place, vector in enumerate(vectors):
        if sums:
            means = np.stack(sums)
            alike = means @ vector / np.maximum(np.linalg.norm(means, axis=1), 1e-6)
            best = int(alike.argmax())
            if alike[best] >= enough:
                groups[best].append(place)
                sums[best] = sums[best] + vector
                continue
        groups.append([place])
        sums.append(vector.astype(np.float32))
    return groups


def _joined(groups: list[list[int]], vectors: Sequence[Floats], limits: Limits) -> list[list[int]]:
    """The groups with those put together whose means are surely of one person."""
    if not groups:
        return []
    means = np.stack([np.sum([vectors[place] for place in group], axis=0) for group in groups])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    sets = Sets(len(groups))
    for one, other in np.argwhere(np.triu(means @ means.T >= limits.same, 1)).tolist():
        sets.join(one, other)
    joined: dict[int, list[int]] = {}
    for place, group in zip(sets.firsts(), groups, strict=True):
        joined.setdefault(place, []).extend(group)
    return list(joined.values())


def _settled(group: list[int], vectors: Sequence[Floats], sources: Sequence[str], limits: Limits) -> list[list[int]]:
    """The group without those who stand apart from it, who are gathered by themselves.

    Each face is compared with the mean of those in other sources, of which each counts once, as frames of a clip are
    alike anyway; who resembles it much less than is usual in this group stands apart, by the median of the sources and
    its absolute deviation.  Strangers make both larger: without those found, the rest is looked at again.
    """
    kept, rest = list(group), list[int]()
    while far := _standing_apart(kept, vectors, sources):
        kept, rest = [place for place in kept if place not in far], [*rest, *far]
    again = _gathered([vectors[place] for place in rest], limits)
    return [kept, *([rest[k] for k in part] for part in again)]


def _standing_apart(group: list[int], vectors: Sequence[Floats], sources: Sequence[str]) -> list[int]:
    """Those of a group of many sources who stand apart from it."""
    names, numbers, counts = np.unique(
        [sources[place] for place in group], return_inverse=True, return_counts=True
    )  # fmt: skip
    if len(names) < MANY:
        return []
    stack = np.stack([vectors[place] for place in group])
    means = np.zeros((len(names), stack.shape[1]), np.float32)
    np.add.at(means, numbers, stack / counts[numbers, None])
    others = means.sum(axis=0) - means[numbers]
    alike = (stack * others).sum(axis=1) / np.maximum(np.linalg.norm(others, axis=1), 1e-6)
    usual = np.bincount(numbers, alike) / counts
    middle = float(np.median(usual))
    spread = max(LEAST, 1.4826 * float(np.median(np.abs(usual - middle))))
    return [place for place, far in zip(group, alike < middle - APART * spread, strict=True) if far]
