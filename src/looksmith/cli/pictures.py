"""Photos in and out of a verb: files, folders, standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from looksmith.cli.language import say
from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo

PIPE = Path("-")
SUFFIX_OF = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "AVIF": ".avif",
    "HEIF": ".heic",
    "TIFF": ".tif",
}
_SPELLINGS = {"JPG": "JPEG", "HEIC": "HEIF", "TIF": "TIFF"}


@dataclass(frozen=True)
class Pair:
    """A photo to read and the file to write it to; either may be ``-``."""

    source: Path
    target: Path


def read_input(path: Path) -> Photo:
    """A photo from a file, or from standard input.

    Raises:
        LooksmithError: it cannot be read.
    """
    from looksmith.media.read import read_photo

    return read_photo(read_stdin() if path == PIPE else path)


def read_file(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        LooksmithError: it cannot be read, or is too large.
    """
    from looksmith.media.limits import check_bytes

    try:
        check_bytes(path.stat().st_size, where=path)
        return path.read_bytes()
    except OSError as error:
        raise LooksmithError("there is no such file", where=path, got=error.strerror) from error


def read_stdin() -> bytes:
    """All of standard input.

    Raises:
        LooksmithError: there is nothing to read.
    """
    if sys.stdin.isatty():
        raise LooksmithError(
            say("nothing is piped in"), where=say("standard input"), hint=f"cat photo.jpg | {Path(sys.argv[0]).name} …"
        )
    data = sys.stdin.buffer.read()
    if not data:
        raise LooksmithError(say("nothing is piped in"), where=say("standard input"), got=say("0 bytes"))
    return data


def check_output(output: Path | None, *, as_json: bool) -> None:
    """Refuse to write a file and a report to the same standard output.

    Raises:
        BadParameter: both are asked for.
    """
    if as_json and output == PIPE:
        raise typer.BadParameter(say("--json and -o - both want standard output"), param_hint="--json")


def write_stdout(data: bytes) -> None:
    """Bytes to standard output, never to a terminal.

    Raises:
        LooksmithError: standard output is a terminal.
    """
    if sys.stdout.isatty():
        raise LooksmithError(
            say("a terminal cannot show this"), where=say("standard output"), hint=say("add > FILE, or use -o FILE")
        )
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_output(
    photo: Photo,
    target: Path,
    *,
    format: str | None,
    quality: int,
    keep_gps: bool,
    keep_device: bool = False,
    sealed: Callable[[bytes, str], bytes] | None = None,
) -> None:
    """A photo to a file, or to standard output in ``format`` (default its own, or PNG).

    Args:
        photo: the photo.
        target: the file, or ``-``.
        format, quality, keep_gps, keep_device: as in ``encode_photo``.
        sealed: makes of the file's bytes and its format those that are written.

    Raises:
        LooksmithError: it cannot be written.
    """
    from looksmith.media.atomic import write_bytes
    from looksmith.media.write import encode_photo, format_of

    chosen = format or ((photo.format or "PNG") if target == PIPE else format_of(target))
    data = encode_photo(photo, chosen, quality=quality, keep_gps=keep_gps, keep_device=keep_device)
    if sealed is not None:
        data = sealed(data, chosen)
    if target == PIPE:
        write_stdout(data)
    else:
        write_bytes(target, data)


def format_named(name: str | None) -> str | None:
    """The format's proper name.

    Raises:
        typer.BadParameter: there is no such format.
    """
    if name is None:
        return None
    upper = name.upper().lstrip(".")
    upper = _SPELLINGS.get(upper, upper)
    if upper not in SUFFIX_OF:
        raise typer.BadParameter(
            say("{name} is not one of {known}", name=name, known=", ".join(key.lower() for key in SUFFIX_OF)),
            param_hint="--format",
        )
    return upper


def pair_up(sources: list[Path], output: Path, format: str | None) -> list[Pair]:
    """Which photo is written where.

    One photo goes to ``output``, or into it when it is a folder.  A folder, or several photos, go into the folder
    ``output`` under their own names, with the folders that they are in.

    Raises:
        typer.BadParameter: several photos and one file to write.
        LooksmithError: there is no photo, the name has no picture's ending, two photos would be written to one file,
            or one over itself.
    """
    from looksmith.looks.learn import SUFFIXES, pictures_of
    from looksmith.media.write import format_of

    suffix = None if format is None else SUFFIX_OF[format]
    single = len(sources) == 1 and not sources[0].is_dir()
    if PIPE in sources and not single:
        raise typer.BadParameter(say("- stands alone: one photo from standard input"), param_hint="PHOTOS")
    if single:
        source = sources[0]
        if output == PIPE:
            return [Pair(source, output)]
        if output.is_dir():
            if source == PIPE:
                raise typer.BadParameter(say("a photo from standard input needs a file name"), param_hint="--output")
            return _safe([Pair(source, _renamed(output / source.name, suffix))])
        if format is None:
            format_of(output)  # a name without a picture's ending is told before any work
        return _safe([Pair(source, output)])
    if output == PIPE or output.is_file() or output.suffix.lower() in SUFFIXES:
        raise typer.BadParameter(say("several photos go into a folder, not into one file"), param_hint="--output")
    pairs = []
    for source in sources:
        inside = output.resolve()
        for path in pictures_of(source):
            if source.is_dir() and inside != source.resolve() and path.resolve().is_relative_to(inside):
                continue  # what an earlier run wrote
            relative = path.relative_to(source) if source.is_dir() else Path(path.name)
            pairs.append(Pair(path, _renamed(output / relative, suffix)))
    if not pairs:
        raise LooksmithError(
            say("there is no photo"),
            where=", ".join(map(str, sources))[:200],
            expected=say("pictures ({known})", known=", ".join(sorted(SUFFIXES))),
        )
    return _safe(pairs)


def _renamed(path: Path, suffix: str | None) -> Path:
    return path if suffix is None else path.with_suffix(suffix)


def _safe(pairs: list[Pair]) -> list[Pair]:
    seen: dict[Path, Path] = {}
    for pair in pairs:
        target = pair.target.resolve()
        if pair.source != PIPE and target == pair.source.resolve():
            raise LooksmithError(
                say("this would write over the photo itself"), where=pair.source, hint=say("choose another -o")
            )
        if target in seen:
            raise LooksmithError(
                say("two photos would be written to one file"),
                where=pair.target,
                got=f"{seen[target]}, {pair.source}",
                hint=say("apply the look to each folder by itself"),
            )
        seen[target] = pair.source
    return pairs
