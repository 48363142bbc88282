"""Options that several verbs have, with their help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli.language import say


class Color(StrEnum):
    """Where the colours come from."""

    keep = "keep"
    match = "match"
    style = "style"


class Use(StrEnum):
    """What an output is for."""

    private = "private"
    editorial = "editorial"
    advertising = "advertising"


class Corner(StrEnum):
    """Where the badge stands."""

    top_left = "top-left"
    top_right = "top-right"
    bottom_left = "bottom-left"
    bottom_right = "bottom-right"


class BadgeLanguage(StrEnum):
    """Language of the badge."""

    en = "en"
    zh = "zh"


class Method(StrEnum):
    """How texture is made."""

    fast = "fast"
    gatys = "gatys"


Json = Annotated[bool, typer.Option("--json", help=say("Report as JSON on standard output."))]
Output = Annotated[Path, typer.Option("--output", "-o", help=say("File to write; - for standard output."))]
Strength = Annotated[
    float,
    typer.Option("--strength", min=0.0, max=1.0, help=say("0 leaves the photo as it is, 1 applies the look fully.")),
]
Colors = Annotated[
    Color,
    typer.Option(
        "--color", help=say("Keep the photo's colours, match them to the look's, or take the style's palette.")
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help=say("Only these facets, such as texture or tone; repeat it or join with commas.")),
]
Scale = Annotated[float, typer.Option("--scale", help=say("Size of the strokes; 2 doubles them."))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("For facets with randomness; recorded in the output."))]
Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        help=say("A region (person, background, face, skin, lips, hair …), or a mask: black where nothing changes."),
    ),
]
Painted = Annotated[
    Path | None, typer.Option("--where", help=say("A mask: white where the look applies, black where nothing changes."))
]
Features = Annotated[
    float,
    typer.Option("--features", min=0.0, max=1.0, help=say("Share of a face's own drawing that is kept under paint.")),
]
Minors = Annotated[
    bool,
    typer.Option("--allow-minors", help=say("Go on with faces that an installed age check takes for children's.")),
]
Regions = Annotated[
    list[str] | None,
    typer.Option("--region", help=say("Share of the strength that is left in a region, such as face=0.4; repeat it.")),
]
Faces = Annotated[
    str | None,
    typer.Option("--faces", help=say("Whose faces: largest, all, left, right, or numbers as looksmith faces counts.")),
]
People = Annotated[
    list[str] | None,
    typer.Option("--face", help=say("Another look for one person, such as 1=rina.look; repeat it.")),
]
IdentityFloor = Annotated[
    str | None,
    typer.Option(
        "--identity-floor",
        help=say("Least similarity of a face to itself, -1 to 1, or off. [default: surely the same person]"),
    ),
]
Domain = Annotated[
    str | None,
    typer.Option("--domain", help=say("For a trained conditional network: the label to change the photo to.")),
]
Like = Annotated[
    Path | None,
    typer.Option("--like", help=say("For a trained conditional network: a picture whose style to take on.")),
]
Methods = Annotated[
    Method, typer.Option("--method", help=say("fast: one pass. gatys: slow optimisation, needs the train extra."))
]
KeepGps = Annotated[bool, typer.Option("--keep-gps", help=say("Keep the place of recording in the metadata."))]
KeepDevice = Annotated[
    bool, typer.Option("--keep-device", help=say("Keep camera, serial numbers and owner in the metadata."))
]
Uses = Annotated[Use, typer.Option("--use", help=say("What the output is for; a look may allow some uses only."))]
Territory = Annotated[
    str | None, typer.Option("--territory", help=say("Where it is used, such as CN; some looks ask for it."))
]
Badge = Annotated[
    Corner | None, typer.Option("--badge", help=say("Write into this corner that the picture is AI generated."))
]
BadgeWords = Annotated[BadgeLanguage, typer.Option("--badge-language", help=say("Language of the badge, en or zh."))]
Mark = Annotated[
    bool, typer.Option("--mark", help=say("Add an invisible mark that names the look and survives JPEG and halving."))
]
Credentials = Annotated[bool, typer.Option("--c2pa", help=say("Add Content Credentials (needs the provenance extra)."))]
CredentialsCert = Annotated[
    Path | None,
    typer.Option("--c2pa-cert", help=say("Your certificate chain, PEM; default a development one, untrusted.")),
]
CredentialsKey = Annotated[Path | None, typer.Option("--c2pa-key", help=say("The key of your certificate, PEM."))]
Quality = Annotated[int, typer.Option("--quality", min=1, max=100, help=say("Of JPEG, WebP, AVIF and HEIC, 1 to 100."))]
Format = Annotated[
    str | None,
    typer.Option("--format", help=say("Format to write (jpeg, png, webp, avif, heic, tiff).")),
]


def facets_named(only: list[str] | None) -> list[str] | None:
    """The names given with ``--only``, however they were joined."""
    if not only:
        return None
    return [name.strip() for text in only for name in text.split(",") if name.strip()]
