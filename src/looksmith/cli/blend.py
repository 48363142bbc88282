"""``looksmith blend``."""

from __future__ import annotations

from typing import Annotated

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.heed import heed_lists, record_export
from looksmith.cli.language import say
from looksmith.cli.looks import look_fields, save_look


def blend(
    shares: Annotated[list[str], typer.Argument(metavar="LOOK=WEIGHT...", help=say("Looks with their weights."))],
    output: options.Output,
    name: Annotated[str | None, typer.Option("--name", help=say("Name of the look; default that of the file."))] = None,
    creator: Annotated[str | None, typer.Option("--creator", help=say("Whose look it is."))] = None,
    title: Annotated[str | None, typer.Option("--title", help=say("Title in English."))] = None,
    title_zh: Annotated[str | None, typer.Option("--title-zh", help=say("Title in Chinese."))] = None,
    as_json: options.Json = False,
) -> None:
    """Blend looks into a new one: rina.look=0.6 ukiyo-e=0.4."""
    from looksmith.looks.blend import blend as blend_looks

    pictures.check_output(output, as_json=as_json)
    pairs = [_share(text) for text in shares]
    titles = {key: text for key, text in (("en", title), ("zh", title_zh)) if text}
    heed_lists()
    with report.progress(say("Blending")):
        look = blend_looks(
            pairs,
            name=name or (None if output == pictures.PIPE else output.stem),
            title=titles or None,
            creator=creator,
        )
        size = save_look(look, output)
    record_export(output, look=look.digest, name=look.name, creator=look.creator)
    if as_json:
        report.tell_json({"output": str(output), "bytes": size, **look_fields(look)})
    else:
        report.tell_wrote(str(output), note=f" ({', '.join(shares)})")


def _share(text: str) -> tuple[str, float]:
    """``NAME=WEIGHT``; a look alone has the weight 1."""
    look, equals, weight = text.rpartition("=")
    if not equals:
        return text, 1.0
    try:
        return look, float(weight)
    except ValueError:
        raise typer.BadParameter(
            say("{text} is not LOOK=WEIGHT, such as rina.look=0.6", text=repr(text)), param_hint="LOOK=WEIGHT"
        ) from None
