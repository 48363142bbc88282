"""``looksmith faces``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from looksmith.cli import options, pictures, report
from looksmith.cli.language import say

if TYPE_CHECKING:
    from looksmith.faces.face import Face


def faces(
    photo: Annotated[Path, typer.Argument(help=say("A photo; - for standard input."))],
    drawn: Annotated[
        Path | None, typer.Option("--draw", help=say("Write the photo with the faces drawn over it."))
    ] = None,
    score: Annotated[
        float, typer.Option("--score", min=0.0, max=1.0, help=say("How sure it must be of a face."))
    ] = 0.5,
    as_json: options.Json = False,
) -> None:
    """Find the faces in a photo: where they are, where they look, and their 468 points."""
    from looksmith.faces.age import likely_minors
    from looksmith.faces.analyse import analyse
    from looksmith.faces.draw import draw
    from looksmith.media.colour import to_srgb8

    opened = pictures.read_input(photo)
    found = analyse(opened, score=score)
    if drawn is not None:
        pictures.write_output(draw(opened, found), drawn, format=None, quality=92, keep_gps=False)
    if as_json:
        size = {"width": opened.width, "height": opened.height}
        minors = likely_minors(to_srgb8(opened), found) or [None] * len(found)
        told = [{**_fields(face), "likely_minor": minor} for face, minor in zip(found, minors, strict=True)]
        report.tell_json({"photo": str(photo), **size, "faces": told})
        return
    report.out().print(say("{count} faces", count=len(found)))
    if found:
        report.out().print(_table(found))
    if drawn is not None:
        report.tell_wrote(str(drawn))


def _fields(face: Face) -> dict[str, Any]:
    pose = dict(zip(("yaw", "pitch", "roll"), (round(angle, 1) for angle in face.pose.degrees), strict=True))
    return {
        "box": [round(side, 1) for side in face.box],
        "score": round(face.score, 4),
        "presence": round(face.presence, 4),
        "pose": pose,
        "five_points": face.five_points.round(2).tolist(),
        "irises": None if face.irises is None else face.irises.round(2).tolist(),
        "landmarks": face.landmarks.round(2).tolist(),
        "quality": face.quality,
    }


def _table(found: tuple[Face, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", say("place"), say("size"), say("score"), say("yaw"), say("pitch"), say("roll")):
        table.add_column(heading, justify="right")
    for number, face in enumerate(found, start=1):
        x, y = face.centre
        angles = [f"{angle:+.0f}°" for angle in face.pose.degrees]
        table.add_row(str(number), f"{x:.0f}, {y:.0f}", f"{face.size:.0f} px", f"{face.score:.2f}", *angles)
    return table
