"""The ``looksmith`` command: joins the verbs and turns mistakes into messages and exit codes.

Exit codes: 0 done; 1 a mistake in what was given, told in words; 2 a wrong command line; 130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer import rich_utils

from looksmith.cli import apply as apply_verb
from looksmith.cli import blend as blend_verb
from looksmith.cli import collect as collect_verb
from looksmith.cli import demo as demo_verb
from looksmith.cli import explain as explain_verb
from looksmith.cli import export as export_verb
from looksmith.cli import export_lut as export_lut_verb
from looksmith.cli import faces as faces_verb
from looksmith.cli import forget as forget_verb
from looksmith.cli import hair as hair_verb
from looksmith.cli import inspect as inspect_verb
from looksmith.cli import learn as learn_verb
from looksmith.cli import ledger as ledger_verb
from looksmith.cli import looks as looks_verb
from looksmith.cli import recipes as recipes_verb
from looksmith.cli import replay as replay_verb
from looksmith.cli import retouch as retouch_verb
from looksmith.cli import sample as sample_verb
from looksmith.cli import sheet as sheet_verb
from looksmith.cli import train as train_verb
from looksmith.cli import verify as verify_verb
from looksmith.cli import version as version_verb
from looksmith.cli.consent import consent
from looksmith.cli.evaluate import evaluate
from looksmith.cli.language import language, say
from looksmith.cli.makeup import makeup
from looksmith.cli.report import notices, tell_error
from looksmith.cli.verb import Verb, Verbs
from looksmith.errors import LooksmithError

DEBUG = "LOOKSMITH_DEBUG"
"""Environment variable: when set, an unexpected error shows its traceback."""


class House(Verbs):
    """The whole command; every mistake ends here."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **named: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        try:
            with notices():
                return super().main(args, *rest, **named)
        except LooksmithError as error:
            _leave(error, given)
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  (nobody reads on; so that closing is quiet)
            sys.exit(1)
        except OSError as error:  # a disk or a permission: the person's to mend
            where = error.filename if isinstance(error.filename, str) else None
            _leave(LooksmithError(error.strerror or str(error), where=where), given)
        except MemoryError as error:
            if os.environ.get(DEBUG):
                raise
            _leave(LooksmithError(say("there is not enough memory"), got=str(error)[:200] or None), given)
        except Exception as error:  # a bug of ours: told in one line unless asked for more
            if os.environ.get(DEBUG):
                raise
            bug = say("this is a bug in looksmith")
            hint = say("set {name}=1 and run it again to see where", name=DEBUG)
            _leave(LooksmithError(bug, got=f"{type(error).__name__}: {error}"[:400], hint=hint), given)


def _leave(error: LooksmithError, given: list[str]) -> NoReturn:
    tell_error(error, as_json="--json" in given)
    sys.exit(1)


app = typer.Typer(
    name="looksmith",
    cls=House,
    help=say("Learn a look once, keep it as one small signed file, apply it to anything."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

for name, verb in (
    ("apply", apply_verb.apply),
    ("collect", collect_verb.collect),
    ("learn", learn_verb.learn),
    ("blend", blend_verb.blend),
    ("sheet", sheet_verb.sheet),
    ("looks", looks_verb.looks),
    ("inspect", inspect_verb.inspect),
    ("faces", faces_verb.faces),
    ("retouch", retouch_verb.retouch),
    ("hair", hair_verb.hair),
    ("export-lut", export_lut_verb.export_lut),
    ("export", export_verb.export),
    ("sample", sample_verb.sample),
    ("replay", replay_verb.replay),
    ("verify", verify_verb.verify),
    ("explain", explain_verb.explain),
    ("ledger", ledger_verb.ledger),
    ("forget", forget_verb.forget),
    ("recipes", recipes_verb.recipes),
    ("demo", demo_verb.demo),
    ("version", version_verb.version),
):
    app.command(name, cls=Verb, help=say((verb.__doc__ or "").strip()))(verb)
app.command(
    "train",
    cls=Verb,
    help=say((train_verb.train.__doc__ or "").strip()),
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False},
)(train_verb.train)

app.add_typer(evaluate, name="evaluate")
app.add_typer(consent, name="consent")
app.add_typer(makeup, name="makeup")

if language() == "zh":
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.ERRORS_PANEL_TITLE = "用法错误"
    rich_utils.ABORTED_TEXT = "已中断。"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):  # a C locale must not turn a Chinese title into an error
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", encoding=stream.encoding if _speaks(stream.encoding) else "utf-8")
    app(prog_name="looksmith")


def _speaks(encoding: str | None) -> bool:
    return bool(encoding) and str(encoding).lower().replace("-", "") not in {"ascii", "usascii", "ansix3.41968", "646"}


if __name__ == "__main__":
    main()
