"""What verbs share that set one facet by hand: a photo changed by it, or a look that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from looksmith.cli import options, pictures
from looksmith.cli.heed import heed_lists, record_export, record_output
from looksmith.cli.language import say
from looksmith.cli.looks import look_fields, save_look

if TYPE_CHECKING:
    from looksmith.looks.look import Look

SUFFIX = ".look"
Faces = options.Faces


def write_with(
    facet: str,
    state_for: Callable[[Look | None], Any],
    source: Path,
    output: Path,
    *,
    strength: float,
    faces: str | None,
    identity_floor: str | None,
    allow_minors: bool = False,
    keep_gps: bool,
    quality: int,
) -> tuple[dict[str, Any], Any]:
    """Write a photo changed by one facet, or a look that keeps it.

    Args:
        facet: its name.
        state_for: gives the state; it is handed the look that is changed, or None.
        source: a photo; a look where ``output`` is one.
        output: a photo, ``-``, or a look.
        strength, faces, identity_floor, allow_minors, keep_gps, quality: as of ``looksmith apply``.

    Returns:
        what to report, and the state.

    Raises:
        LooksmithError: something cannot be read, written, or is refused.
    """
    from looksmith.looks.apply import apply, resolve
    from looksmith.looks.by_hand import by_hand, with_facet
    from looksmith.looks.scene import parse_floor
    from looksmith.rights.record import announce

    heed_lists()
    if output.suffix == SUFFIX:
        known = source.suffix == SUFFIX or not source.exists()
        if not known:
            raise typer.BadParameter(say("a photo is changed into a photo, a look into a look"), param_hint="--output")
        before = resolve(str(source))
        state = state_for(before)
        made = with_facet(before, facet, state, output.stem)
        size = save_look(made, output)
        record_export(output, look=made.digest, name=made.name, creator=made.creator)
        return {"output": str(output), "bytes": size, **look_fields(made)}, state
    if source.suffix == SUFFIX:
        raise typer.BadParameter(say("a photo is changed into a photo, a look into a look"), param_hint="--output")
    (pair,) = pictures.pair_up([source], output, None)
    photo = pictures.read_input(source)
    state = state_for(None)
    changed = apply(
        by_hand(facet, state), photo,
        strength=strength, faces=faces or "", identity_floor=parse_floor(identity_floor), allow_minors=allow_minors,
        where="everywhere" if faces else None,
    )  # fmt: skip
    if strength > 0 and (changed.pixels == photo.pixels).all():
        announce("nothing was changed: no face in the photo is large enough")
    pictures.write_output(changed, pair.target, format=None, quality=quality, keep_gps=keep_gps)
    record_output(changed, pair.target)
    size_of = {"width": changed.width, "height": changed.height}
    return {"photo": str(source), "output": str(pair.target), **size_of}, state
