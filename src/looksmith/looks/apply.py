"""Apply a look to a photo, or to many, and write into each output how it was made."""

from __future__ import annotations

import base64
import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from looksmith.errors import LooksmithError
from looksmith.facets import registry
from looksmith.facets.protocol import Mask
from looksmith.looks.file import SUFFIX
from looksmith.looks.learn import SUFFIXES, chosen_facets, learn, pictures_of
from looksmith.looks.look import Look
from looksmith.looks.network import SUFFIX as NETWORK
from looksmith.looks.network import look_of_network
from looksmith.looks.shelf import find
from looksmith.looks.state import state_to_bytes
from looksmith.media.mask import read_mask
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.rights.badge import Badge, make_badge, with_badge
from looksmith.rights.consent import may_pass_on
from looksmith.rights.permit import check_use
from looksmith.rights.provenance import (
    LookUsed,
    Picture,
    Recipe,
    Settings,
    glance,
    label_of,
    photo_digest,
    with_recipe,
)
from looksmith.rights.record import announce, record
from looksmith.rights.signature import signing_key
from looksmith.rights.terms import Use
from looksmith.version import __version__

Color = Literal["keep", "match", "style"]
LookLike = Look | str | Path | Photo
"""A look; its name on the shelf; the path of a look file or an exported network; or a picture, learned on the spot."""

EMBED_LIMIT = 24_000
"""States up to this many bytes ride along in the output's metadata when no file holds the look."""

LARGE = 6_000_000
"""Values of a photo beyond which a second thread makes its digest."""


@dataclass(frozen=True)
class Outcome:
    """What became of one photo of many: ``photo``, or ``error`` when it could not be read or changed."""

    path: Path
    photo: Photo | None
    error: LooksmithError | None = None


def apply(
    look: LookLike,
    photo: Photo | str | Path,
    *,
    strength: float = 1.0,
    color: Color = "match",
    only: str | Sequence[str] | None = None,
    scale: float = 1.0,
    seed: int = 0,
    where: Mask | str | Path | None = None,
    method: str = "fast",
    use: Use = "private",
    territory: str | None = None,
    badge: str | Badge | None = None,
    mark: bool = False,
    recorded: bool = True,
) -> Photo:
    """Apply a look to a photo.

    The look's default facets run in their order (tone, then texture), each at ``strength`` times its default
    strength.  ``only`` names others; a facet that is idle by default then runs at ``strength``.

    Args:
        look: a look, its name, the path of its file, or a picture, which is learned on the spot.
        photo: a photo, or its path.
        strength: 0 (the photo, bit for bit) to 1 (the look, fully).
        color: ``keep`` the photo's colours, ``match`` them to the look's, or take the ``style``'s outright.
        only: the facets to run: names, or names joined by commas.
        scale: size of the strokes, 1 as learned.
        seed: for facets with randomness; recorded.
        where: H x W float32 in [0, 1], or the path of a mask; nothing changes where it is 0.
        method: ``fast``, or another that a facet offers (``gatys``, needs the train extra).
        use: what the output is for: ``private``, ``editorial`` or ``advertising``.
        territory: where it is used, as a country code; needed where a grant holds in some countries only.
        badge: a corner (``bottom-right`` …) for words that say the picture is generated, or a badge; it is drawn where
            it is asked for, whatever ``where`` says.
        mark: add the invisible mark, inside ``where`` alone; where there is no room for it a warning says so.
        recorded: write an entry into the user's ledger.

    Returns:
        the changed photo, of the same size and dtype, with alpha, profile and metadata kept, labels that say what was
        done, and a recipe in its XMP from which :func:`looksmith.looks.replay.replay` makes the same pixels again.

    Raises:
        LooksmithError: an option is wrong, or the look has no such facet.
        RefusedError: the rights in the look do not allow this use.
        UnreadableError, TamperedError: the look or the photo cannot be read.
    """
    subject = photo if isinstance(photo, Photo) else read_photo(photo)
    resolved = resolve(look)
    check_use(resolved.claim, use, territory)
    settings = Settings(
        strength=_in_range("strength", strength, 0, 1),
        facets=planned(resolved, only),
        color=_one_of("color", color, get_args(Color)),
        scale=_in_range("scale", scale, 0.05, 20),
        seed=_seed(seed),
        method=_method(method, resolved, only),
        mark=bool(mark),
        badge=make_badge(badge) if isinstance(badge, str) else badge,
    )
    made, recipe = run_recipe(resolved, subject, settings, _mask(where, subject), use)
    if recorded and strength > 0:
        record(
            "apply",
            {
                "look": resolved.digest, "name": resolved.name, "creator": resolved.creator, "use": use,
                "people": [grant.person.name for grant in resolved.consent.grants],
                "source": recipe.source.name, "source_pixels": recipe.source.sha256, "output": recipe.output.sha256,
            },
        )  # fmt: skip
    return made


def apply_each(
    look: LookLike, photos: str | Path | Sequence[str | Path], *, skip: Sequence[Path] = (), **options: Any
) -> Iterator[Outcome]:
    """Apply a look to the photos of a folder (with its subfolders), or to several, one at a time.

    A photo that cannot be read is an outcome with its error; it does not end the run.

    Args:
        look: as in :func:`apply`; learned or read once.
        photos: a folder, a path, or several.
        skip: folders whose pictures are left out, such as the one that is written to.
        options: as in :func:`apply`.

    Raises:
        LooksmithError: the look or an option is wrong, or there is no photo.
    """
    given = [photos] if isinstance(photos, str | Path) else list(photos)
    left_out = [folder.resolve() for folder in skip]
    paths = [path for item in given for path in pictures_of(Path(item))]
    paths = [path for path in paths if not any(path.resolve().is_relative_to(folder) for folder in left_out)]
    if not paths:
        raise LooksmithError("there is no photo", where=", ".join(map(str, given))[:200])
    resolved = resolve(look)
    apply(resolved, Photo(np.zeros((8, 8, 3), np.uint8)), **{**options, "strength": 0.0, "where": None})
    _in_range("strength", options.get("strength", 1.0), 0, 1)
    for path in paths:
        try:
            yield Outcome(path, apply(resolved, path, **options))
        except LooksmithError as error:
            yield Outcome(path, None, error)


def resolve(look: LookLike) -> Look:
    """The look that a name, a path, a picture or a look stands for.

    Raises:
        LooksmithError: there is no such look.
    """
    if isinstance(look, Look):
        return look
    if isinstance(look, Photo):
        return learn(look, with_preview=False, recorded=False)
    path = Path(look)
    if path.suffix != SUFFIX and (path.is_dir() or (path.is_file() and path.suffix.lower() in SUFFIXES)):
        return learn(path, with_preview=False, recorded=False)
    if path.suffix.lower() == NETWORK:
        return look_of_network(path)
    if path.suffix.lower() in SUFFIXES and not path.exists():
        raise LooksmithError("there is no such picture", where=path, hint="looksmith looks")
    return find(look)


def planned(look: Look, only: str | Sequence[str] | None) -> dict[str, float]:
    """The facets of a look that run, in order, with the strength of each at full strength of the look.

    Raises:
        LooksmithError: ``only`` names a facet that the look has not, or no facet is left.
    """
    if only is None:
        plan = {name: look.strengths[name] for name in look.default}
    else:
        plan = {name: look.strengths[name] or 1.0 for name in chosen_facets(only, list(look.facets))}
    if not plan:
        missing = ", ".join(sorted(look.unknown)) or "no facet"
        raise LooksmithError(
            "the look has nothing that can be applied here",
            where=look.name,
            got=missing,
            hint=f"looksmith inspect {look.name}",
        )
    return plan


def run(look: Look, subject: Photo, settings: Settings, where: Mask | None, use: Use = "private") -> Photo:
    """Run the facets of checked settings over a photo, and write into it how it was made."""
    return run_recipe(look, subject, settings, where, use)[0]


def run_recipe(
    look: Look, subject: Photo, settings: Settings, where: Mask | None, use: Use = "private"
) -> tuple[Photo, Recipe]:
    """As :func:`run`, with the recipe that is written."""
    controls = {
        "colour": settings.color,
        "scale": settings.scale,
        "seed": settings.seed,
        "method": settings.method,
    }
    large = subject.pixels.size > LARGE  # its digest is made beside the facets, which leave Python to work
    digesting = _hashing().submit(photo_digest, subject) if large else None
    changed = subject
    for facet in [registry.make(name, controls) for name in registry.in_order(settings.facets)]:
        strength = settings.strength * settings.facets[facet.name]
        if strength > 0:
            changed = facet.apply(changed, look.facets[facet.name], strength, where)
    ran = {name: strength * settings.strength for name, strength in settings.facets.items()}
    label = label_of(ran)
    if label is not None:
        changed = _signed_visibly(changed, look, settings, where)
    recipe = Recipe(
        version=__version__,
        look=LookUsed(
            name=look.name,
            digest=look.digest,
            creator=look.creator,
            maker="" if look.signature is None else look.signature.public_key,
            embedded=_embedded(look, settings),
        ),
        settings=settings,
        source=Picture(
            sha256=photo_digest(subject) if digesting is None else digesting.result(),
            name=subject.source.name[-255:] if subject.source else "",
            width=subject.width,
            height=subject.height,
        ),
        where=None if where is None else mask_digest(where),
        use=use,
        output=Picture(
            sha256=photo_digest(changed), width=changed.width, height=changed.height, glance=glance(changed)
        ),
    )
    return with_recipe(changed, recipe, label, _key()), recipe


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


def _embedded(look: Look, settings: Settings) -> dict[str, str]:
    """The states that ran, in base64, for a look that no file holds or that anyone may pass on."""
    if look.signature is not None and not may_pass_on(look.licence):
        return {}
    if look.consent.grants or look.consent.terms is not None:
        return {}
    known: dict[tuple[str, ...], dict[str, str]] = look.__dict__.setdefault("_embedded", {})
    names = tuple(settings.facets)
    if names not in known:
        members: dict[str, str] = {}
        for name in names:
            suffix, data = state_to_bytes(look.facets[name])
            members[f"facets/{name}.{suffix}"] = base64.b64encode(data).decode()
        known[names] = members if sum(map(len, members.values())) <= EMBED_LIMIT else {}
    return known[names]


def _mask(where: Mask | str | Path | None, subject: Photo) -> Mask | None:
    if where is None:
        return None
    if isinstance(where, str | Path):
        return read_mask(where, subject.height, subject.width)
    mask = np.asarray(where)
    if mask.shape != subject.pixels.shape[:2] or mask.dtype.kind not in "fb":
        raise LooksmithError(
            "the mask does not fit the photo",
            expected=f"{subject.height} x {subject.width} float32 in [0, 1]",
            got=f"{mask.dtype} {mask.shape}",
        )
    if not ((mask >= 0) & (mask <= 1)).all():
        raise LooksmithError("the mask has values outside its range", expected="0 to 1")
    return mask.astype(np.float32)


def _method(method: str, look: Look, only: str | Sequence[str] | None) -> str:
    if method != "fast" and not any("method" in registry.takes(name) for name in planned(look, only)):
        raise LooksmithError("no facet of this look has another method", expected="fast", got=repr(method))
    return method


def _in_range(name: str, value: float, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not math.isfinite(value):
        raise LooksmithError(f"{name} is not a number", expected=f"{low:g} to {high:g}", got=repr(value))
    if not low <= value <= high:
        raise LooksmithError(f"{name} is out of range", expected=f"{low:g} to {high:g}", got=f"{value:g}")
    return float(value)


def _one_of(name: str, value: Any, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        raise LooksmithError(f"unknown {name}", expected=" or ".join(map(str, choices)), got=repr(value))
    return value


def _seed(seed: int) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise LooksmithError("the seed is not a whole number", expected="0 or more", got=repr(seed))
    return int(seed)
