"""``looksmith hair``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.by_hand import Faces, write_with
from looksmith.cli.language import say


def hair(
    source: Annotated[Path, typer.Argument(help=say("A photo, or a look whose hair is to be changed."))],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("The photo to write, or a .look file to keep the settings in."))
    ],
    shade: Annotated[str, typer.Option("--shade", help=say("Of the hair: #rrggbb, or a name such as copper."))],
    tips: Annotated[str | None, typer.Option("--tips", help=say("Another shade towards the tips (ombre)."))] = None,
    highlights: Annotated[str | None, typer.Option("--highlights", help=say("The shade of lighter strands."))] = None,
    share: Annotated[
        float, typer.Option("--share", min=0.0, max=1.0, help=say("How much of the strands is lighter, 0 to 1."))
    ] = 0.5,
    roots: Annotated[
        float, typer.Option("--roots", min=0.0, max=1.0, help=say("How much of their own colour roots keep, 0 to 1."))
    ] = 0.0,
    shine: Annotated[
        float, typer.Option("--shine", min=0.0, max=1.0, help=say("0 dull, 0.5 as it is, 1 glossy."))
    ] = 0.5,
    strength: options.Strength = 1.0,
    faces: Faces = None,
    identity_floor: options.IdentityFloor = None,
    keep_gps: options.KeepGps = False,
    quality: options.Quality = 92,
    as_json: options.Json = False,
) -> None:
    """Recolour hair: in one shade, towards other tips, with highlights; strands and shine stay."""
    from looksmith.facets.hair.colours import dyed
    from looksmith.facets.hair.facet import HairColour

    pictures.check_output(output, as_json=as_json)
    state = dyed(shade, tips=tips, highlights=highlights, share=share, shine=shine, roots=roots)
    told, _ = write_with(
        "hair", lambda look: state, source, output,
        strength=strength, faces=faces, identity_floor=identity_floor, keep_gps=keep_gps, quality=quality,
    )  # fmt: skip
    card = HairColour().describe(state)
    if as_json:
        report.tell_json({**told, "words": card.words, "swatches": list(card.swatches), "numbers": card.numbers})
    else:
        report.tell_wrote(str(output), note=f" ({card.words})")
