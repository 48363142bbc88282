"""``looksmith train``: the flags of a recipe are the fields of its dataclass."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer

from looksmith.cli import report, run_options
from looksmith.cli.language import say
from looksmith.cli.recipe_fields import explain, read_options, words_of
from looksmith.cli.recipes import known
from looksmith.cli.recipes import recipes as list_recipes
from looksmith.errors import LooksmithError
from looksmith.media.atomic import write_bytes
from looksmith.version import __version__

RECORD = "recipe.json"
"""In the folder of a run: the recipe as it was run."""
RUN = "run.json"
"""In the folder of a run: the recipe's name, and the version that ran it."""


def train(
    context: typer.Context,
    recipe: Annotated[
        str, typer.Argument(help=say("Recipe, and its options; --help after a recipe lists them."), show_default=False)
    ] = "--help",
) -> None:
    """Train a network with a recipe (needs the train extra)."""
    if recipe in ("--help", "-h"):
        print(context.get_help())  # noqa: T201
        list_recipes()
        return
    if recipe.startswith("-"):
        raise typer.BadParameter(say("the recipe comes first: looksmith train texture --data …"), param_hint="RECIPE")
    module = load_recipe(recipe)
    if "--explain" in context.args:
        explain(recipe, module, recipe_class(module))
        return
    code = command(recipe, module)(context.args, prog_name=f"looksmith train {recipe}", standalone_mode=False)
    if isinstance(code, int) and code:  # what the inner command left with comes back as a value
        raise typer.Exit(code)


@contextmanager
def needs_train_extra() -> Iterator[None]:
    """Turn a missing package of the train extra into a message."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("looksmith"):
            raise
        raise LooksmithError(
            say("training needs the train extra"),
            got=f"no module {error.name!r}",
            hint="pip install 'looksmith[train]'",
        ) from error


def load_recipe(name: str) -> ModuleType:
    """The module of a recipe.

    Raises:
        LooksmithError: there is no such recipe, or what it needs is not installed.
    """
    found = known()
    if name not in found:
        raise LooksmithError(
            say("there is no such recipe"), where=name, expected=", ".join(found), hint="looksmith recipes"
        )
    target = found[name][0]
    try:
        with needs_train_extra():
            return import_module(target)
    except ModuleNotFoundError as error:
        raise LooksmithError(say("the recipe cannot be loaded"), where=name, got=str(error)) from error


def recipe_class(module: ModuleType) -> type[Any]:
    """The recipe's dataclass: the one of the module whose name ends in ``Recipe``."""
    for name, value in vars(module).items():
        if name.endswith("Recipe") and dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
            return value  # type: ignore[return-value]
    raise LooksmithError(say("the recipe cannot be loaded"), where=module.__name__, expected="a dataclass NameRecipe")


def command(name: str, module: ModuleType) -> typer.Typer:
    """A Typer app of one command, whose options are the fields of the recipe."""
    kind = recipe_class(module)
    hints, words = get_type_hints(kind), words_of(kind)
    parameters = []
    folders = {field.name for field in dataclasses.fields(kind) if _is_folders(hints[field.name])}
    for field in dataclasses.fields(kind):
        flag = "--" + field.name.replace("_", "-")
        if field.name in folders:
            note = typer.Option(flag, help=words.get(field.name) or say("Folder of pictures; repeat it for more."))
            parameters.append(_parameter(field.name, Annotated[list[Path] | None, note], None))
            continue
        needed = field.default is dataclasses.MISSING
        hint = hints[field.name] | None if needed else hints[field.name]
        note = typer.Option(flag, help=words.get(field.name), show_default=not needed and field.default != "")
        parameters.append(_parameter(field.name, Annotated[hint, note], None if needed else field.default))
    if "data" not in folders and folders:
        help_text = say("A folder with one folder for every kind of pictures that the recipe takes.")
        note = typer.Option("--data", help=f"{help_text} ({', '.join(sorted(folders))})")
        parameters.append(_parameter("data", Annotated[Path | None, note], None))
    out = typer.Option("--out", "-o", help=say("Folder for checkpoints and the log."))
    parameters.append(_parameter("out", Annotated[Path, out], inspect.Parameter.empty))
    file = typer.Option(
        "--config", help=say("A file of options, such as the recipe.json of a run; flags come before it.")
    )
    parameters.append(_parameter("config", Annotated[Path | None, file], None))
    told = typer.Option(
        "--explain", help=say("Say what the recipe does, its losses and its options, and train nothing.")
    )
    parameters.append(_parameter("explain", Annotated[bool, told], False))
    resume = typer.Option("--resume/--no-resume", help=say("Go on where an earlier run stopped."))
    parameters.append(_parameter("resume", Annotated[bool, resume], True))

    fields = [field.name for field in dataclasses.fields(kind)]
    watched = _takes_options(module)
    parameters += run_options.parameters(fields) if watched else []
    parameters.append(_parameter("context", typer.Context, inspect.Parameter.empty))

    def body(**given: Any) -> None:
        out, resume, context = given.pop("out"), given.pop("resume"), given.pop("context")
        config, _ = given.pop("config"), given.pop("explain")
        if config is not None:
            for field, value in read_options(kind, config).items():
                if getattr(context.get_parameter_source(field), "name", "") != "COMMANDLINE":
                    given[field] = value
        chosen = run_options.taken_from(given, fields) if watched else None
        _check_given(kind, folders, given)
        run(module, kind(**_with_folders(kind, folders, given)), out, resume=resume, options=chosen)

    body.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    body.__annotations__ = {p.name: p.annotation for p in parameters}
    body.__doc__ = (inspect.getdoc(kind) or "").split("\n\n")[0]
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(name)(body)
    return app


def run(module: ModuleType, recipe: Any, out: Path, *, resume: bool, options: Any) -> None:
    """Run a recipe in a folder.

    A module may do so itself with a function ``train(recipe, out, ...)``, which is given those of ``resume``,
    ``options``, ``on_log``, ``on_note`` and ``on_trial`` that it takes and may give back the step that it reached;
    otherwise its ``NameTask``
    is handed to the training loop.

    Raises:
        LooksmithError: the folder holds a run of another recipe, or what it needs is missing.
    """
    _record(recipe, out, resume)
    write_bytes(out / RUN, json.dumps({"recipe": _name_of(module, recipe), "version": __version__}).encode() + b"\n")
    with report.progress(say("Training"), quiet=not run_options.is_first()) as step, needs_train_extra():

        def log(entry: Any) -> None:
            step(entry.step, entry.steps)
            run_options.tell_log(entry)

        def trial(entry: Any) -> None:
            numbers = {key: value for key, value in vars(entry).items() if isinstance(value, float)}
            report.err().print("  ".join(f"{key} {value:.4f}" for key, value in numbers.items()))

        own = getattr(module, "train", None)
        if own is not None:
            offered = {"resume": resume, "options": options, "on_log": log, "on_trial": trial}
            offered["on_note"] = run_options.tell_note
            taken = inspect.signature(own).parameters
            reached = own(recipe, out, **{name: value for name, value in offered.items() if name in taken})
        else:
            from looksmith.training.loop import fit

            reached = fit(
                task_of(module, recipe),
                out,
                steps=recipe.steps,
                resume=resume,
                options=options,
                on_log=log,
                on_note=run_options.tell_note,
            )
    steps = getattr(recipe, "steps", None)
    if isinstance(reached, int) and isinstance(steps, int) and reached < steps:
        report.err().print(say("Stopped at step {step}; the same command goes on from there.", step=reached))
        raise typer.Exit(130)
    if run_options.is_first():
        report.tell_wrote(str(out))


def task_of(module: ModuleType, recipe: Any) -> Any:
    """The recipe as the loop runs it.

    Raises:
        LooksmithError: a teacher is not installed, or there are no pictures.
    """
    try:
        return getattr(module, type(recipe).__name__.removesuffix("Recipe") + "Task")(recipe)
    except FileNotFoundError as error:  # a teacher that is not installed, an empty folder
        raise LooksmithError(str(error)) from error


def _takes_options(module: ModuleType) -> bool:
    """Whether the flags of a run mean something to a recipe: not to one that trains its own way and takes none."""
    own = getattr(module, "train", None)
    return own is None or "options" in inspect.signature(own).parameters


def _name_of(module: ModuleType, recipe: Any) -> str:
    """What the recipe is called on the command line."""
    named = {target: name for name, (target, _) in known().items()}
    return named.get(module.__name__, type(recipe).__name__.removesuffix("Recipe").lower())


def _record(recipe: Any, out: Path, resume: bool) -> None:
    """Write the recipe into the folder of the run; a run is only resumed with the recipe that it began with."""
    text = json.dumps(dataclasses.asdict(recipe), default=str, indent=2, sort_keys=True)
    out.mkdir(parents=True, exist_ok=True)
    path = out / RECORD
    if resume and path.exists():
        before, now = json.loads(path.read_text("utf-8")), json.loads(text)
        changed = sorted(key for key in now if key != "steps" and now[key] != before.get(key))
        if changed:
            raise LooksmithError(
                say("the folder holds a run of another recipe"),
                where=path,
                expected=", ".join(f"{key}={before.get(key)}" for key in changed)[:200],
                got=", ".join(f"{key}={now[key]}" for key in changed)[:200],
                hint=say("choose another --out, or add --no-resume to start over"),
            )
    write_bytes(path, text.encode() + b"\n")


def _with_folders(kind: type[Any], folders: set[str], given: dict[str, Any]) -> dict[str, Any]:
    """Fill the folders that were not named from ``--data``; check that every one is there."""
    data = None if "data" in folders else given.pop("data", None)
    for name in sorted(folders):
        chosen = given[name] or ([data / name] if data is not None else [])
        required = next(f.default is dataclasses.MISSING for f in dataclasses.fields(kind) if f.name == name)
        if not chosen and required:
            flag = "--" + name.replace("_", "-")
            raise typer.BadParameter(say("the recipe needs pictures"), param_hint=flag)
        for folder in chosen:
            if not folder.exists() and "{" not in folder.name:  # shards are named train-{000..041}.tar
                raise LooksmithError(say("there is no such folder"), where=folder, expected=say("a folder of pictures"))
        if chosen:
            given[name] = tuple(chosen)
        else:
            del given[name]
    return given


def _check_given(kind: type[Any], folders: set[str], given: dict[str, Any]) -> None:
    for field in dataclasses.fields(kind):
        if field.name not in folders and field.default is dataclasses.MISSING and given[field.name] is None:
            flag = "--" + field.name.replace("_", "-")
            raise typer.BadParameter(words_of(kind).get(field.name) or say("an option"), param_hint=flag)


def _is_folders(hint: Any) -> bool:
    return get_origin(hint) is tuple and get_args(hint) == (Path, ...)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
