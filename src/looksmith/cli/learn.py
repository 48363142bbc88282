"""``looksmith learn``."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from looksmith.cli import options, pictures, report
from looksmith.cli.consent import terms
from looksmith.cli.heed import heed_lists, record_export
from looksmith.cli.language import language, say
from looksmith.cli.looks import look_fields, save_look
from looksmith.errors import LooksmithError

if TYPE_CHECKING:
    from looksmith.looks.evidence import Evidence


class Medium(StrEnum):
    """What the pictures are."""

    auto = "auto"
    painting = "painting"
    photograph = "photograph"


def learn(
    sources: Annotated[list[Path], typer.Argument(help=say("Pictures or folders of pictures; - for standard input."))],
    output: options.Output,
    own: Annotated[bool, typer.Option("--own", help=say("Declare that the pictures are your own."))] = False,
    public_domain: Annotated[
        bool, typer.Option("--public-domain", help=say("Declare that the pictures are in the public domain."))
    ] = False,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help=say("Declare that they were generated and show no real person."))
    ] = False,
    consent: Annotated[
        Path | None, typer.Option("--consent", help=say("The grant of the person whose pictures they are."))
    ] = None,
    uses: terms.Uses = None,
    territories: terms.Territories = None,
    until: terms.Until = None,
    name: Annotated[str | None, typer.Option("--name", help=say("Name of the look; default that of the file."))] = None,
    creator: Annotated[str, typer.Option("--creator", help=say("Whose look it is."))] = "anonymous",
    title: Annotated[str | None, typer.Option("--title", help=say("Title in English."))] = None,
    title_zh: Annotated[str | None, typer.Option("--title-zh", help=say("Title in Chinese."))] = None,
    licence: Annotated[str | None, typer.Option("--licence", help=say("SPDX name of the look's licence."))] = None,
    only: options.Only = None,
    medium: Annotated[
        Medium, typer.Option("--medium", help=say("What the pictures are; it decides which facets run by default."))
    ] = Medium.auto,
    likeness: Annotated[
        Path | None,
        typer.Option(
            "--likeness", help=say("A picture of the creator alone: nobody is made to look like them (with consent).")
        ),
    ] = None,
    allow_minors: options.Minors = False,
    deep: Annotated[
        bool,
        typer.Option("--deep", help=say("Train a painter of the look's own, too (needs the train extra; minutes).")),
    ] = False,
    photos: Annotated[
        list[Path] | None,
        typer.Option("--photos", help=say("For --deep: photos such as the look will be applied to.")),
    ] = None,
    minutes: Annotated[float, typer.Option("--minutes", help=say("For --deep: how long at most."), min=0.1)] = 20.0,
    as_json: options.Json = False,
) -> None:
    """Learn a look from pictures and keep it as one signed file."""
    from looksmith.looks.learn import learn as learn_look
    from looksmith.rights.terms import USES, make_terms

    pictures.check_output(output, as_json=as_json)
    titles = {key: text for key, text in (("en", title), ("zh", title_zh)) if text}
    left_out: list[dict[str, Any]] = []

    def skipped(path: Path, error: LooksmithError) -> None:
        report.tell_left_out(path, error)
        left_out.append({"picture": str(path), "error": report.error_fields(error)})

    evidence: list[Evidence] = []
    allowed = None
    if uses or territories or until:
        allowed = make_terms(terms.split(uses) or USES, terms.split(territories), until=until or "")
    if consent is not None:
        heed_lists()
    own_painter = None
    if deep:
        from looksmith.cli.deep import OwnPainter

        own_painter = OwnPainter(sources, output, photos or [], minutes)
    elif photos:
        raise typer.BadParameter(say("--photos goes with --deep"), param_hint="--photos")
    given = [pictures.read_input(path) if path == pictures.PIPE else path for path in sources]
    with report.progress(say("Learning")) as step:
        look = learn_look(
            given,
            name=name or (None if output == pictures.PIPE else output.stem),
            creator=creator,
            title=titles or None,
            own=own,
            public_domain=public_domain,
            synthetic=synthetic,
            consent=consent,
            terms=allowed,
            licence=licence,
            only=options.facets_named(only),
            medium=medium.value,
            likeness=likeness,
            allow_minors=allow_minors,
            progress=step,
            skipped=skipped,
            deepen=own_painter,
            told=evidence.append,
        )
        size = save_look(look, output)
    if own_painter is not None:
        own_painter.clear()
    record_export(output, look=look.digest, name=look.name, creator=look.creator)
    if as_json:
        report.tell_json({"output": str(output), "bytes": size, **look_fields(look), "left_out": left_out,
                          "evidence": [asdict(one) for one in evidence],
                          **({"deep": own_painter.told} if own_painter else {})})  # fmt: skip
        return
    count = sum(source.pictures for source in look.sources)
    note = say("{count} pictures, {size} KB; by default: {facets}", count=count, size=-(-size // 1000),
               facets=", ".join(look.default))  # fmt: skip
    report.tell_wrote(str(output), note=f" ({note})")
    console = report.beside(output)
    for one in evidence:
        console.print(f"  {escape(_in_words(one))}")
    if look.consent.kind == "undeclared":
        note = say("Nothing was declared about the pictures, so the look is for private use: --own, --public-domain,"
                   " --synthetic or --consent say more.")  # fmt: skip
        report.err().print(f"[dim]{note}[/dim]")


def _in_words(evidence: Evidence) -> str:
    """How sure a facet is, and from how much it learned, in the person's language."""
    from looksmith.materials.needs import WORDS

    chinese = language() == "zh"
    if evidence.verdict == "left out":
        reason = evidence.reason_zh if chinese else evidence.reason
        return say("{facet}: left out, {reason}", facet=evidence.facet, reason=reason)
    stuff = WORDS[evidence.stuff][chinese]
    verdict = {"sure": say("sure"), "fairly sure": say("fairly sure"), "unsure": say("unsure")}[evidence.verdict]
    count = f"{evidence.count:g}"
    if evidence.agreement is None:
        return say("{facet}: {verdict}, from {count} {stuff}", facet=evidence.facet, verdict=verdict, count=count,
                   stuff=stuff)  # fmt: skip
    return say("{facet}: {verdict}, from {count} {stuff}; two halves agree to {share}", facet=evidence.facet,
               verdict=verdict, count=count, stuff=stuff, share=f"{evidence.agreement:.0%}")  # fmt: skip
