"""``looksmith demo``, and the pictures of the documentation."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.language import language, say
from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo
from looksmith.version import __version__

if TYPE_CHECKING:
    from looksmith.evaluation.gallery import Exhibit
    from looksmith.looks.look import Look

CREDIT = "Photo: Eileen Collins, NASA, 1999, public domain; from scikit-image's data folder."


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help=say("Folder to write to."))] = Path("demo"),
    photo: Annotated[
        Path | None, typer.Option("--photo", help=say("Your own photo; default a public-domain portrait."))
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show a real portrait in every built-in look: a page to open in the browser."""
    from looksmith.evaluation.gallery import gallery
    from looksmith.looks.apply import apply as apply_look
    from looksmith.looks.sheet import sheet as make_sheet
    from looksmith.looks.shelf import entries
    from looksmith.media.atomic import write_bytes

    subject = pictures.read_input(portrait() if photo is None else photo)
    shelf = [entry.load() for entry in entries() if entry.built_in]
    if not shelf:
        raise LooksmithError(say("there is no look on the shelf"), hint="pip install --force-reinstall looksmith")
    output.mkdir(parents=True, exist_ok=True)
    exhibits: list[Exhibit] = []
    started = time.perf_counter()
    with report.progress(say("Making the demo")) as step:
        for number, look in enumerate(shelf):
            begun = time.perf_counter()
            made = apply_look(look, subject)
            seconds = time.perf_counter() - begun
            write_output(made, output / f"{look.name}.jpg")
            exhibits.append(exhibit_of(look, made, seconds))
            step(number + 1, len(shelf))
        credit = CREDIT if photo is None else ""
        page = gallery(subject, exhibits, credit=credit, version=__version__)
        write_bytes(output / "index.html", page.encode("utf-8"))
        write_output(make_sheet(subject, list(shelf), language=language()), output / "sheet.jpg")
    total = time.perf_counter() - started
    if as_json:
        timings = {exhibit.name: round(exhibit.seconds, 3) for exhibit in exhibits}
        report.tell_json({"page": str(output / "index.html"), "seconds": round(total, 2), "looks": timings})
        return
    console = report.out()
    width = max(len(exhibit.name) for exhibit in exhibits)
    for exhibit in exhibits:
        console.print(f"  {exhibit.name:<{width}}  [dim]{exhibit.seconds:6.2f} s[/dim]")
    size = f"{subject.width} x {subject.height}"
    report.tell_wrote(str(output), note=f" ({say('{count} looks', count=len(exhibits))}, {size}, {total:.1f} s)")
    console.print(say("Open {path} in a browser.", path=output / "index.html"))


def portrait() -> Path:
    """The portrait of the demo: NASA's picture of Eileen Collins, from the package scikit-image.

    Raises:
        LooksmithError: the package is not installed.
    """
    spec = importlib.util.find_spec("skimage")
    for place in (spec.submodule_search_locations or []) if spec is not None else []:
        path = Path(place) / "data" / "astronaut.png"
        if path.is_file():
            return path
    raise LooksmithError(
        say("the demo needs a portrait"),
        expected="the package scikit-image",
        hint="pip install 'looksmith[demo]', or looksmith demo --photo me.jpg",
    )


def write_output(photo: Photo, path: Path) -> None:
    """A JPEG as the demo shows it."""
    pictures.write_output(photo, path, format=None, quality=90, keep_gps=False)


def exhibit_of(look: Look, made: Photo, seconds: float) -> Exhibit:
    """A look for the gallery, with what its card and its facets say of it."""
    from looksmith.evaluation.gallery import Exhibit
    from looksmith.facets import registry

    kind = "painting" if "texture" in look.default else "grade"
    facet = "texture" if kind == "painting" else "tone"
    card = registry.make(facet, {}).describe(look.facets[facet]) if facet in look.facets else None
    after = "; ".join(
        ", ".join(part for part in (source.title, source.author, source.year) if part) for source in look.sources
    )
    return Exhibit(
        name=look.name,
        title=dict(look.title),
        kind=kind,
        photo=made,
        seconds=seconds,
        words=_words(look.card) or ("" if card is None else card.words[:1].upper() + card.words[1:]),
        after=after,
        swatches=() if card is None else card.swatches,
    )


def _words(card: str) -> str:
    """The paragraph of a look's card before its lists, or nothing."""
    for block in card.split("\n\n"):
        if block.startswith("- ") or block.rstrip().endswith(":"):
            return ""
        if block.strip() and not block.startswith("#"):
            return " ".join(block.split())
    return ""
