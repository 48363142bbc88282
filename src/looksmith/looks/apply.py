"""Apply a look to a photo, or to many, and write into each output how it was made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.faces.identity import thresholds
from looksmith.faces.parts import REGIONS
from looksmith.faces.people import can_find
from looksmith.facets import registry
from looksmith.facets.protocol import Mask
from looksmith.looks import guard
from looksmith.looks.features import SHARE
from looksmith.looks.file import SUFFIX
from looksmith.looks.learn import SUFFIXES, chosen_facets, learn, pictures_of
from looksmith.looks.look import Look
from looksmith.looks.network import SUFFIX as NETWORK
from looksmith.looks.network import look_of_network
from looksmith.looks.run import Person, run_recipe
from looksmith.looks.scene import EVERYWHERE, check_regions
from looksmith.looks.shelf import find
from looksmith.media.mask import read_mask
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.rights.badge import Badge, make_badge
from looksmith.rights.permit import check_use
from looksmith.rights.provenance import Settings
from looksmith.rights.record import record
from looksmith.rights.terms import Use

Color = Literal["keep", "match", "style"]
LookLike = Look | str | Path | Photo
"""A look; its name on the shelf; the path of a look file or an exported network; or a picture, learned on the spot."""


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
    regions: Mapping[str, float] | None = None,
    faces: str = "",
    people: Mapping[int, LookLike] | None = None,
    identity_floor: float | Literal["off"] | None = None,
    features: float = SHARE,
    allow_minors: bool = False,
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
        where: a region by its name (``person``, ``background``, ``face``, ``skin``, ``lips``, ``hair`` …), H x W
            float32 in [0, 1], or the path of a mask; nothing changes where it is 0.
        regions: share of the strength that is left in some regions, such as ``{"face": 0.4}``.
        faces: whose: ``all``, ``largest``, ``left``, ``right``, or numbers as ``looksmith faces`` counts, such as
            ``2`` or ``1,3``; their faces alone where ``where`` names no region.
        people: other looks for single people, by the number of their face; ``look`` is for all the rest.
        identity_floor: least similarity of every changed face to itself; where it would be lost, the change on that
            face goes back.  Default: surely the same person, as the network was calibrated; ``off`` for no such limit.
            Where the networks are not installed nothing is measured, and the recipe says so.
        features: share of the drawing of eyes, brows, nose, mouth and contour that every face keeps under paint; 0 for
            strokes everywhere alike, as where the networks that find faces are not installed.
        allow_minors: beautify faces too that an installed age check takes for children's; recorded.
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
    region = where if isinstance(where, str) and where in {EVERYWHERE, *REGIONS} else ""
    painted = None if region else _mask(where, subject)
    settings = Settings(
        strength=_in_range("strength", strength, 0, 1),
        facets=planned(resolved, only),
        color=_one_of("color", color, get_args(Color)),
        scale=_in_range("scale", scale, 0.05, 20),
        seed=_seed(seed),
        method=_method(method, resolved, only),
        mark=bool(mark),
        badge=make_badge(badge) if isinstance(badge, str) else badge,
        region=region if region != EVERYWHERE or faces else "",
        faces=faces,
        regions=check_regions(region, regions or {}),
        identity_floor=_floor(identity_floor),
        minors=bool(allow_minors),
        features=_in_range("features", features, 0, 1) if can_find() else 0.0,
    )
    worn = [_person(number, other, only, use, territory) for number, other in sorted((people or {}).items())]
    made, recipe = run_recipe(resolved, subject, settings, painted, use, worn)
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
    plain = {"strength": 0.0, "where": None, "faces": "", "people": None}
    apply(resolved, Photo(np.zeros((8, 8, 3), np.uint8)), **{**options, **plain})
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


def _person(number: int, look: LookLike, only: Any, use: Use, territory: str | None) -> Person:
    """What one person wears, checked."""
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise LooksmithError("the number of a face is wrong", expected="1 or more", got=repr(number))
    resolved = resolve(look)
    check_use(resolved.claim, use, territory)
    return Person(number, resolved, planned(resolved, only))


def _floor(wanted: float | Literal["off"] | None) -> float | Literal["off"] | None:
    """The floor that holds: as asked for; else "surely the same person" where that can be measured."""
    if wanted == "off":
        return "off"
    if wanted is not None:
        guard.check_ready()
        return _in_range("identity floor", wanted, -1, 1)
    return thresholds().same if guard.ready() else None


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
