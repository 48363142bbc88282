"""Learn a look from pictures: one, several, or a folder of them."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, RefusedError
from looksmith.facets import registry
from looksmith.looks.craft import craft
from looksmith.looks.declaration import LICENCES, allowed, declare
from looksmith.looks.evidence import Evidence, learn_facets, not_yet
from looksmith.looks.from_material import Stock, facets_of_material, stock_of
from looksmith.looks.likeness import likeness_of
from looksmith.looks.look import Look
from looksmith.looks.manifest import Source, checked_name
from looksmith.looks.medium import is_painting
from looksmith.looks.minors import check_material
from looksmith.materials.material import digest_of
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import shrink
from looksmith.rights.consent import OWN_LICENCE
from looksmith.rights.grant import Grant
from looksmith.rights.provenance import photo_digest
from looksmith.rights.record import record
from looksmith.rights.terms import Terms

Medium = Literal["auto", "painting", "photograph"]

LONGEST = 1024
"""Longest side, pixels, at which a picture is learned from when there are few."""

BUDGET = 64_000_000
"""Pixels held at once; when there are many pictures each is read smaller, down to :data:`SHORTEST`."""

SHORTEST = 256
MOST = 1500
"""Most pictures of a folder; of more, this many are taken evenly spread."""

SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff"})


@dataclass(frozen=True)
class Gathered:
    """Pictures to learn from, smaller than they were, and those that could not be read.

    Attributes:
        photos: sRGB, 8 bits.
        digests: SHA-256 (hex) of every picture as it was read.
        skipped: path and error of every file that could not be read.
        title: of the folder or picture, in words; empty when it has none.
    """

    photos: tuple[Photo, ...]
    digests: tuple[str, ...]
    skipped: tuple[tuple[Path, LooksmithError], ...]
    title: str


def learn(
    source: str | Path | Photo | Sequence[str | Path | Photo],
    *,
    name: str | None = None,
    creator: str = "anonymous",
    title: dict[str, str] | None = None,
    own: bool = False,
    public_domain: bool = False,
    synthetic: bool = False,
    consent: Grant | str | Path | None = None,
    terms: Terms | None = None,
    licence: str | None = None,
    only: str | Sequence[str] | None = None,
    medium: Medium = "auto",
    likeness: str | Path | Photo | None = None,
    allow_minors: bool = False,
    with_preview: bool = True,
    progress: Callable[[int, int], None] | None = None,
    skipped: Callable[[Path, LooksmithError], None] | None = None,
    recorded: bool = True,
    deepen: Callable[[Any], Any] | None = None,
    told: Callable[[Evidence], None] | None = None,
) -> Look:
    """Learn a look from pictures.  It holds numbers only: no picture of the creator's goes into it.

    The look of paintings applies their texture, which brings their colours along; the look of photographs
    applies their tone.  Both are learned, and the other one can be asked for with ``only`` when it is applied.

    Args:
        source: a picture, a folder (with its subfolders), several of them, or a collection of ``looksmith collect``, of
            which only the part for learning is learned from.
        name: of the look; default made from the source.
        creator: whose look it is.
        title: of the look, by language (``en``, ``zh``).
        own: the pictures are the caller's own; recorded as the consent, as are the next two.
        public_domain: they are in the public domain.
        synthetic: they were generated, and show no real person.
        consent: the grant of the person whose pictures or face they are, or its path.
        terms: what others may do with the look; default what the licence says.
        licence: SPDX name of the look's licence; default all rights reserved for one's own, public domain for that,
            else undeclared.
        only: the facets to learn; default all that learn from pictures, and that the grant covers when there is one.
            Facets of faces and voices are never learned from material about which nothing was declared.
        medium: what the pictures are, which decides the facets that run by default; ``auto``: one picture is
            a painting unless a camera signed it, several are photographs.
        likeness: a picture of the creator alone: the look keeps their face as numbers, so that nobody is made to look
            like them.  Needs ``own``, or a grant that names ``likeness``.
        allow_minors: learn from faces too that an installed age check takes for children's.
        with_preview: whether the look gets a preview; it shows a picture that the project draws.
        progress: called with (read so far, in all).
        skipped: called with the path and the error of every file that cannot be read; default a warning.
        recorded: write an entry into the user's ledger.
        told: called for every facet with how sure it is and from how much it learned, or why it was left out.
        deepen: makes of the texture's state one with a painter of its own (``looksmith.training.recipes.deep``).

    Raises:
        LooksmithError: there is nothing to learn from, or an option is wrong.
        RefusedError: the grant does not allow it.
        TamperedError: the grant was altered.
    """
    if medium not in ("auto", "painting", "photograph"):
        raise LooksmithError("unknown medium", expected="auto, painting or photograph", got=repr(medium))
    if name is not None:
        checked_name(name)
    chosen = chosen_facets(only)
    declared = declare(own=own, public_domain=public_domain, synthetic=synthetic, consent=consent)
    grant = declared.grants[0] if declared.grants else None
    chosen = allowed(chosen, only is not None, declared, name or "look")
    stock = stock_of(source)
    gathered = gather(source, progress=progress) if stock is None else _gathered_from(stock)
    for path, error in gathered.skipped:
        if skipped is not None:
            skipped(path, error)
        else:
            warnings.warn(f"left out: {error}", stacklevel=2)
    check_material(lambda: gathered.photos if stock is None else stock.photos_for("tone"), allow_minors)
    creators = None
    if likeness is not None:
        creators = likeness_of(likeness if isinstance(likeness, Photo) else read_photo(likeness), declared)
    digest = digest_of(gathered.digests)
    if grant is not None and grant.material and grant.material != digest:
        raise RefusedError(
            "the grant is about other material", where=gathered.title,
            expected=f"pictures with digest {grant.material[:12]}", got=digest[:12],
        )  # fmt: skip
    if grant is not None and creator == "anonymous":
        creator = grant.person.name
    photos_for = stock.photos_for if stock is not None else lambda facet: gathered.photos
    why = stock.why_none if stock is not None else lambda facet: ("", "")
    states, evidence = learn_facets(chosen, photos_for, checked=told is not None or stock is not None, why=why)
    if stock is not None and only is None:
        evidence += not_yet(stock.there, list(registry.facets()), facets_of_material())
    if told is not None:
        for one in evidence:
            told(one)
    if not states:
        raise LooksmithError("there is not enough to learn anything from", where=gathered.title,
                             got="; ".join(one.in_words() for one in evidence)[:400])  # fmt: skip
    if deepen is not None:
        if "texture" not in states:
            raise LooksmithError("a painter of its own belongs to the facet texture", expected="texture among --only")
        states["texture"] = deepen(states["texture"])
    words = gathered.title or name or "look"
    pictures = len(gathered.photos) if stock is None else len(stock.collected.part("train"))
    painting = medium == "painting"
    if medium == "auto":
        painting = stock.painted if stock is not None else is_painting(gathered.photos)
    licence = licence or LICENCES.get(declared.kind, OWN_LICENCE)
    look = craft(
        name or name_from(words),
        states,
        strengths=default_strengths(list(states), painting),
        creator=creator,
        title=title or {"en": words},
        sources=[
            Source(
                title=words,
                author="" if creator == "anonymous" else creator,
                licence=licence,
                pictures=pictures,
                digest=digest,
            )
        ],
        licence=licence,
        consent=replace(declared, terms=terms),
        likeness=creators,
        words="" if stock is None else "How sure each facet is:\n\n" + "\n".join(f"- {e.in_words()}" for e in evidence),
        with_preview=with_preview,
    )
    if recorded:
        people = [grant.person.name] if grant is not None else []
        details = {"look": look.digest, "name": look.name, "creator": creator, "people": people, "material": digest}
        record("learn", {**details, "declared": declared.kind, "pictures": pictures})
    return look


def gather(
    source: str | Path | Photo | Sequence[str | Path | Photo], *, progress: Callable[[int, int], None] | None = None
) -> Gathered:
    """Read the pictures of a source, each once, in a fixed order; equal ones count once.

    Raises:
        LooksmithError: there is no picture, or none that can be read.
    """
    given = [source] if isinstance(source, str | Path | Photo) else list(source)
    items: list[Path | Photo] = []
    for item in given:
        if isinstance(item, Photo):
            items.append(item)
        else:
            items += pictures_of(Path(item))
    if not items:
        raise LooksmithError(
            "there is no picture to learn from",
            where=", ".join(str(item) for item in given if not isinstance(item, Photo))[:200] or None,
            expected=f"pictures ({', '.join(sorted(SUFFIXES))})",
        )
    if len(items) > MOST:
        items = [items[i * len(items) // MOST] for i in range(MOST)]
    side = int(np.clip((BUDGET / len(items)) ** 0.5, SHORTEST, LONGEST))
    photos: dict[str, Photo] = {}
    bad: list[tuple[Path, LooksmithError]] = []
    for number, item in enumerate(items):
        try:
            photo = item if isinstance(item, Photo) else read_photo(item)
            photos.setdefault(photo_digest(photo), _smaller(photo, side))
        except LooksmithError as error:
            if isinstance(item, Photo):
                raise
            bad.append((item, error))
        if progress is not None:
            progress(number + 1, len(items))
    if not photos:
        if len(bad) == 1:
            raise bad[0][1]
        raise LooksmithError(
            "none of the pictures can be read", where=given[0], expected="at least one", got=f"{bad[0][1]}"[:300]
        )
    return Gathered(tuple(photos.values()), tuple(photos), tuple(bad), _title(given))


def material_digest(source: str | Path | Photo | Sequence[str | Path | Photo]) -> str:
    """SHA-256 (hex) of material, by its pictures' pixels, whatever their names and order: what a grant may be bound to.

    Raises:
        LooksmithError: there is no picture, or none that can be read.
    """
    stock = stock_of(source)
    return stock.collected.digest if stock is not None else digest_of(gather(source).digests)


def _gathered_from(stock: Stock) -> Gathered:
    """A collection as if its pictures had been gathered; they are read for each facet apart."""
    return Gathered((), tuple(picture.digest for picture in stock.collected.pictures), (), stock.title)


def pictures_of(path: Path) -> list[Path]:
    """The pictures in a folder and its subfolders, in a fixed order; a path that is not a folder stands for itself.

    Hidden files and links to folders are left out.

    Raises:
        LooksmithError: there is nothing at the path.
    """
    if not path.is_dir():
        if not path.exists():
            raise LooksmithError(
                "there is no such file or folder", where=path, expected="a picture or a folder of them"
            )
        return [path]
    found: list[Path] = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(folder, n) for n in sorted(names) if not n.startswith(".") and Path(n).suffix.lower() in SUFFIXES
        ]
    return found


def chosen_facets(only: str | Sequence[str] | None, present: Sequence[str] | None = None) -> list[str]:
    """The facets that an ``only`` names, in the order of application; all of ``present`` when it is None.

    Args:
        only: a name, names, or names joined by commas.
        present: the names to choose from; default every installed facet.

    Raises:
        LooksmithError: a name is not among them.
    """
    known = list(registry.facets()) if present is None else list(present)
    if only is None:
        return known
    wanted = [name.strip() for text in ([only] if isinstance(only, str) else only) for name in text.split(",")]
    for name in wanted:
        if name not in known:
            raise LooksmithError("there is no such facet here", expected=", ".join(known) or "none", got=repr(name))
    return registry.in_order(set(wanted))


def default_strengths(names: Sequence[str], painting: bool) -> dict[str, float]:
    """Which facets run when none is named: of tone and texture only the one that suits the medium, and all others.

    Texture hands the colours of a painting over as it paints, so tone in front of it would do so twice; and a
    photograph's texture painted onto a photo is seldom what a person means.
    """
    idle = "tone" if painting else "texture"
    busy = "texture" if painting else "tone"
    return {name: 0.0 if name == idle and busy in names else 1.0 for name in names}


def name_from(title: str) -> str:
    """A look's name made from words: lower case, joined by hyphens; letters of any script stay."""
    slug = re.sub(r"[^\w+]+", "-", title.lower()).strip("-_+")[:48].strip("-_+")
    return slug or "look"


def _title(given: Sequence[str | Path | Photo]) -> str:
    for item in given:
        path = item.source if isinstance(item, Photo) else Path(item)
        if path is not None:
            path = path.resolve()
            words = re.sub(r"[\s_-]+", " ", path.name if path.is_dir() else path.stem).strip()
            return "".join(letter for letter in words if letter.isprintable())[:120]
    return ""


def _smaller(photo: Photo, side: int) -> Photo:
    """sRGB, 8 bits, no side longer than ``side``; metadata only as far as they tell a camera's picture."""
    pixels: NDArray[np.uint8] = to_srgb8(photo)
    return Photo(shrink(pixels, longest=side), exif=photo.exif)
