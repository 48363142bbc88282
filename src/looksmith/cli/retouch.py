"""``looksmith retouch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.by_hand import Faces, write_with
from looksmith.cli.language import say

if TYPE_CHECKING:
    from looksmith.looks.look import Look


def retouch(
    source: Annotated[Path, typer.Argument(help=say("A photo, or a look whose sliders are to be changed."))],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("The photo to write, or a .look file to keep the settings in."))
    ],
    wishes: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("A slider and how far, such as smooth=0.6 or jaw=-0.3; repeat it.")),
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help=say("Only what --set names: all other sliders at 0, not at their natural."))
    ] = False,
    strength: options.Strength = 1.0,
    faces: Faces = None,
    identity_floor: options.IdentityFloor = None,
    allow_minors: options.Minors = False,
    keep_gps: options.KeepGps = False,
    quality: options.Quality = 92,
    as_json: options.Json = False,
) -> None:
    """Retouch skin, eyes, teeth and shape by sliders: smooth, blemish, redness, under_eye, shine, eyes, teeth …"""
    from looksmith.facets.retouch.sliders import RetouchState, moved, natural, parse_wishes

    def state_for(look: Look | None) -> Any:
        known = None if look is None else look.facets.get("retouch")
        start = known if known is not None and not alone else RetouchState() if alone else natural()
        return moved(start, parse_wishes(wishes or []))

    pictures.check_output(output, as_json=as_json)
    told, state = write_with(
        "retouch", state_for, source, output,
        strength=strength, faces=faces, identity_floor=identity_floor, allow_minors=allow_minors,
        keep_gps=keep_gps, quality=quality,
    )  # fmt: skip
    sliders = {name: value for name, value in state.values().items() if value}
    if as_json:
        report.tell_json({**told, "sliders": state.values()})
    else:
        note = ", ".join(f"{name} {value:+.2g}" for name, value in sliders.items())
        report.tell_wrote(str(output), note=f" ({note})")
