"""Make an output again from its own metadata, and say whether it came out the same."""

from __future__ import annotations

import base64
import binascii
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.facets import registry
from looksmith.facets.protocol import Mask
from looksmith.looks.apply import LookLike, _mask, resolve
from looksmith.looks.file import FACET
from looksmith.looks.learn import SUFFIXES
from looksmith.looks.look import Look
from looksmith.looks.run import Person, mask_digest, run
from looksmith.looks.shelf import by_digest
from looksmith.looks.state import state_from_bytes
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.rights.permit import check_standing
from looksmith.rights.provenance import LookUsed, Recipe, photo_digest, read_recipe


@dataclass(frozen=True)
class Replay:
    """What came of a replay.

    Attributes:
        photo: made again.
        recipe: that it was made by.
        identical: its pixels are those that the recipe recorded, byte for byte.
        difference: mean absolute difference between it and the file that was replayed, of full scale; more than
            0 for a lossy file, and nan when the sizes differ.
        message: for people.
    """

    photo: Photo
    recipe: Recipe
    identical: bool
    difference: float
    message: str


def replay(
    output: str | Path | Photo,
    source: str | Path | Photo | None = None,
    *,
    look: LookLike | None = None,
    where: Mask | str | Path | None = None,
) -> Replay:
    """Make an output again.

    Args:
        output: a picture that :func:`looksmith.apply` made, with its metadata.
        source: the photo that it was made of; default a file beside it with the recorded name.
        look: the look; default found by its digest: in the metadata, on the shelf, or in a look file in the
            current folder, or beside the output or the source, or one folder above them.
        where: the mask, when there was one.

    Raises:
        UnreadableError: the metadata hold no recipe, or a file cannot be read.
        LooksmithError: the source, look or mask is missing, or is not the one that was used.
        RefusedError: the look was withdrawn, or has expired.
    """
    made = output if isinstance(output, Photo) else read_photo(output)
    recipe = read_recipe(made, output if isinstance(output, str | Path) else None)
    original = _source(recipe, made, source)
    used = _look(recipe.look, recipe.settings.facets, look, _folders(made, original))
    _check(used, recipe.look)
    persons = []
    for one in recipe.persons:
        theirs = _look(one.look, one.facets, None, _folders(made, original))
        _check(theirs, one.look)
        persons.append(Person(one.face, theirs, one.facets))
    mask = _mask(where, original)
    if (None if mask is None else mask_digest(mask)) != recipe.where:
        raise LooksmithError(
            "the mask is not the one that was used",
            expected="no mask" if recipe.where is None else f"a mask with digest {recipe.where[:12]}",
            got="none" if mask is None else mask_digest(mask)[:12],
        )
    again = run(used, original, recipe.settings, mask, recipe.use, persons)
    identical = photo_digest(again) == recipe.output.sha256
    difference = _difference(again, made)
    return Replay(again, recipe, identical, difference, _message(identical, difference, recipe))


def _folders(*photos: Photo) -> list[Path]:
    """Where look files are looked for."""
    beside = [photo.source.absolute().parent for photo in photos if photo.source is not None]
    return [*beside, Path.cwd(), *(folder.parent for folder in beside)]


def _source(recipe: Recipe, made: Photo, source: str | Path | Photo | None) -> Photo:
    if source is None:
        candidates = _beside(recipe, made)
        if not candidates:
            raise LooksmithError(
                "the photo that this was made of is not beside it",
                where=recipe.source.name or None,
                hint="looksmith replay OUTPUT --source PHOTO",
            )
        source = candidates[0]
    original = source if isinstance(source, Photo) else read_photo(source)
    if photo_digest(original) != recipe.source.sha256:
        raise LooksmithError(
            "this is not the photo that the output was made of",
            where=original.source,
            expected=f"pixels with digest {recipe.source.sha256[:12]}",
            got=photo_digest(original)[:12],
        )
    return original


def _beside(recipe: Recipe, made: Photo) -> list[Path]:
    """The file of the recorded name beside the output; a name is not followed anywhere else."""
    name = recipe.source.name
    if made.source is None or not name or Path(name).name != name or Path(name).suffix.lower() not in SUFFIXES:
        return []
    path = made.source.parent / name
    return [path] if path.is_file() else []


def _check(look: Look, recorded: LookUsed) -> None:
    maker = look.claim.maker or recorded.maker or None  # an embedded look does not know who signed it
    check_standing(dataclasses.replace(look.claim, maker=maker))


def _look(recorded: LookUsed, facets: Mapping[str, float], given: LookLike | None, folders: list[Path]) -> Look:
    if given is not None:
        look = resolve(given)
        if look.digest != recorded.digest:
            raise LooksmithError(
                "this is not the look that was used",
                where=look.name,
                expected=f"{recorded.name} with digest {recorded.digest[:12]}",
                got=look.digest[:12],
            )
        return look
    if recorded.embedded:
        return _EmbeddedLook.of(recorded, facets)
    found = by_digest(recorded.digest, folders)
    if found is None:
        raise LooksmithError(
            "the look that was used is not at hand",
            where=recorded.name,
            expected=f"a look with digest {recorded.digest[:12]}",
            hint="looksmith replay OUTPUT --look FILE.look",
        )
    return found


class _EmbeddedLook(Look):
    """A look of which only the states that ran are known; its digest is the recorded one."""

    @classmethod
    def of(cls, recorded: LookUsed, facets: Mapping[str, float]) -> Look:
        states = _embedded_states(recorded.embedded)
        if set(states) != set(facets):
            raise UnreadableError("the recipe does not hold the facets that ran", where=recorded.name)
        look = cls(name=recorded.name, facets=states)
        look.__dict__["digest"] = recorded.digest
        return look


def _embedded_states(members: Mapping[str, str]) -> dict[str, object]:
    installed, states = registry.facets(), {}
    for member, text in members.items():
        match = FACET.fullmatch(member)
        if match is None or match[1] not in installed:
            raise UnreadableError("the recipe needs a facet that is not installed here", where=member[:80])
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UnreadableError("the recipe is damaged", where=member, got=str(error)) from error
        states[match[1]] = state_from_bytes(installed[match[1]].STATE, match[2], data, f"recipe: {member}")
    return states


def _difference(again: Photo, made: Photo) -> float:
    if again.pixels.shape != made.pixels.shape:
        return float("nan")
    total = 0.0
    for top in range(0, again.height, 256):
        one = again.pixels[top : top + 256].astype(np.float64) / again.full_scale
        other = made.pixels[top : top + 256].astype(np.float64) / made.full_scale
        total += float(np.abs(one - other).sum())
    return total / again.pixels.size


def _message(identical: bool, difference: float, recipe: Recipe) -> str:
    look = f"{recipe.look.name} ({recipe.look.digest[:12]})"
    if identical and difference == 0:
        return f"Identical: {look} gives every pixel of this file again."
    if identical and difference < 0.03:
        lossy = f"this file differs by its compression ({difference:.2%})"
        return f"Identical: {look} gives the recorded pixels again; {lossy}."
    if identical:
        return f"The recorded pixels come out again, but this file shows others: it was changed after {look} made it."
    return f"Not identical: {look} gives other pixels here than looksmith {recipe.version} recorded."
