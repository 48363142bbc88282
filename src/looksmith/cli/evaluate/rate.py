"""``looksmith evaluate rate``."""

from __future__ import annotations

import secrets
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from looksmith.cli import options, report
from looksmith.cli.language import language, say

if TYPE_CHECKING:
    from looksmith.evaluation.rating.desk import Desk
    from looksmith.evaluation.rating.results import Results
    from looksmith.evaluation.rating.store import Store


def rate(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDERS", help=say("Two folders or more with pictures of the same names; each is a hidden source.")
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("File of the votes; goes on where it stopped."))
    ] = Path("rating.votes"),
    photos: Annotated[
        Path | None, typer.Option("--photos", help=say("The photos that were changed, shown beside: a folder or one."))
    ] = None,
    style: Annotated[
        Path | None, typer.Option("--style", help=say("The style that was wanted, shown beside: a folder or one."))
    ] = None,
    votes: Annotated[int, typer.Option("--votes", min=0, help=say("Pairs for each rater; 0 for scores alone."))] = 40,
    score: Annotated[
        list[str] | None,
        typer.Option("--score", help=say("Also 1 to 5 points for quality, content or style; repeat it.")),
    ] = None,
    question: Annotated[str, typer.Option("--question", help=say("Your own question above the pairs."))] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help=say("Of the order and the sides."))] = 0,
    host: Annotated[
        str, typer.Option("--host", help=say("Where to listen; 0.0.0.0 lets phones in the same network vote."))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=say("0 for any that is free."))] = 8420,
    browser: Annotated[
        bool | None, typer.Option("--open/--no-open", help=say("Open the page; default on a terminal."))
    ] = None,
    results: Annotated[bool, typer.Option("--results", help=say("Show the results of the votes; no page."))] = False,
    without_careless: Annotated[
        bool, typer.Option("--without-careless", help=say("Leave out raters who missed a check or wavered."))
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", help=say("Write the results as a page; no voting."))] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help=say("Write every vote as a table; no voting."))] = None,
    as_json: options.Json = False,
) -> None:
    """Ask people, blind: which of two pictures do you prefer?"""
    from looksmith.evaluation.rating.desk import Desk
    from looksmith.evaluation.rating.store import Store
    from looksmith.evaluation.rating.study import Settings, read_study

    if results or html or csv or as_json:
        _tell(Store(output), html, csv, as_json=as_json, without_careless=without_careless)
        return
    settings = Settings(votes=votes, scores=tuple(score or ()), question=question, seed=seed)
    study = read_study(folders or [], photos=photos, styles=style, settings=settings)
    store = Store(output, study)
    kept = store.about.settings()
    if kept != settings:
        report.err().print(
            say("{path} was begun with other settings; it goes on with those.", path=escape(str(output)))
        )
    if study.left_out:
        names = ", ".join(study.left_out[:5])
        report.err().print(
            say("Not in every folder, left out: {names}", names=escape(names))
            + (f" … ({len(study.left_out)})" if len(study.left_out) > 5 else "")
        )
    desk = Desk(study, store, hosts=_names(host), guest_key="" if _alone(host) else secrets.token_urlsafe(6))
    try:
        _serve(desk, host, port, sys.stdout.isatty() if browser is None else browser)
        count = len(store.answers())
    finally:
        store.close()
    console = report.out()
    console.print(say("{count} answers are in {path}.", count=count, path=f"[bold]{escape(str(output))}[/bold]"))
    if count:
        console.print(f"  looksmith evaluate rate --results -o {escape(str(output))}")


def _serve(desk: Desk, host: str, port: int, browser: bool) -> None:
    """Until Ctrl-C."""
    from looksmith.evaluation.rating.serve import Server, addresses

    console = report.out()
    with Server(desk, host, port) as server:
        here = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else _bracketed(host)}:{server.port}/"
        mine = f"{here}#host={desk.host_key}"
        console.print(f"{say('Vote here')}  [bold]{mine}[/bold]")
        if desk.guest_key:
            for address in addresses() if host in ("0.0.0.0", "::") else [host]:
                link = f"http://{_bracketed(address)}:{server.port}/#guest={desk.guest_key}"
                console.print(f"{say('Others vote here')}  [bold]{link}[/bold]")
        console.print(f"{say('Results')}  {here}results?key={desk.host_key}")
        console.print(f"[dim]{say('Ctrl-C ends; the same command goes on.')}[/dim]")
        if browser:
            webbrowser.open(mine)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            console.print()


def _tell(store: Store, html: Path | None, csv: Path | None, *, as_json: bool, without_careless: bool) -> None:
    """Results on the terminal, as JSON, as a page, as a table."""
    from looksmith.evaluation.rating.export import votes_csv
    from looksmith.evaluation.rating.report import report_page, results_json
    from looksmith.evaluation.rating.results import results
    from looksmith.media.atomic import write_bytes

    raters, answers = store.raters(), store.answers()
    found = results(store.about, raters, answers, without_careless=without_careless)
    if csv is not None:
        write_bytes(csv, votes_csv(store.about, raters, answers).encode("utf-8-sig"))
    if html is not None:
        write_bytes(html, report_page(store.about, found).encode())
    store.close()
    if as_json:
        report.tell_json(results_json(found))
        return
    for path in (html, csv):
        if path is not None:
            report.tell_wrote(str(path))
    _print(found)


def _print(found: Results) -> None:
    from looksmith.evaluation.rating.advice import advice, headline

    console = report.out()
    console.print(f"[bold]{escape(getattr(headline(found), language()))}[/bold]")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", say("Preferred"), "95 %", say("Won"), say("Lost"), say("Alike")):
        table.add_column(heading, justify="right" if heading else "left", overflow="fold")
    for source in found.sources:
        share = source.share
        told = share.value == share.value
        table.add_row(
            escape(source.label),
            f"{100 * share.value:.0f} %" if told else "–",
            f"{100 * share.low:.0f}–{100 * share.high:.0f}" if told else "–",
            str(source.won), str(source.lost), str(source.alike),
        )  # fmt: skip
    console.print(table)
    for row in found.scores:
        console.print(f"{row.question}  {escape(row.label)}  {row.mean.value:.2f}  (n = {row.mean.n})")
    for words in advice(found):
        console.print(f"· {escape(getattr(words, language()))}")


def _alone(host: str) -> bool:
    return host in ("127.0.0.1", "localhost", "::1")


def _names(host: str) -> frozenset[str]:
    """Names under which the page is asked for when it listens at ``host``."""
    from looksmith.evaluation.rating.serve import addresses

    return frozenset(addresses() if host in ("0.0.0.0", "::") else [host])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
