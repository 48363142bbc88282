"""Files that appear whole or not at all: written beside their place, then renamed into it."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from looksmith.errors import LooksmithError

_HINTS = {
    errno.ENOSPC: "free some space on the disk, or write somewhere else with -o",
    errno.EDQUOT: "free some of your quota, or write somewhere else with -o",
    errno.EACCES: "write to a folder that is yours with -o",
    errno.EPERM: "write to a folder that is yours with -o",
    errno.EROFS: "write to a folder that is not read-only with -o",
    errno.ENAMETOOLONG: "choose a shorter name with -o",
}


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A binary file to write to, which takes its name only when the block ends well.

    The bytes go to a hidden ``.part`` file in the same folder, are flushed to the disk, and are renamed over
    ``path`` in one step.  When the block or the disk fails, or a person presses Ctrl-C, the ``.part`` file is
    removed and whatever stood at ``path`` before is untouched.  A link is written through; permissions of a file
    that is replaced are kept; a device or pipe (``/dev/stdout``) is written directly.

    Args:
        path: where the file is to appear; its folder must exist.

    Raises:
        LooksmithError: the folder is missing, the path is a folder, the disk is full, permission is missing.
    """
    wanted = Path(path)
    target = Path(os.path.realpath(wanted))
    mode = _mode_of(target, wanted)
    if mode is not None and not stat.S_ISREG(mode):
        with _explained(wanted), target.open("wb") as stream:
            yield stream
        return
    part = target.parent / f".looksmith-{secrets.token_hex(8)}.part"
    with _explained(wanted):
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with _explained(wanted):
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                with suppress(OSError):
                    part.chmod(stat.S_IMODE(mode))
            part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all.

    Raises:
        LooksmithError: as ``atomic_file``.
    """
    with atomic_file(path) as stream:
        stream.write(data)


def _mode_of(target: Path, wanted: Path) -> int | None:
    """The file mode of what stands at ``target``; None when nothing does."""
    with _explained(wanted):
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            mode = None
        if not target.parent.is_dir():
            raise LooksmithError(
                "the folder does not exist",
                where=wanted,
                expected="a folder to write to",
                got=f"no {wanted.parent}",
                hint=f"mkdir -p '{wanted.parent}'",
            )
    if mode is not None and stat.S_ISDIR(mode):
        raise LooksmithError(
            "cannot write a file here",
            where=wanted,
            expected="the name of a file",
            got="a folder",
            hint=f"name a file in it, such as {wanted / 'out.jpg'}",
        )
    return mode


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the operating system's error into one for people."""
    try:
        yield
    except OSError as error:
        raise LooksmithError(
            "cannot write the file",
            where=path,
            expected="room and permission to write",
            got=error.strerror or str(error),
            hint=_HINTS.get(error.errno or 0, "choose another place with -o"),
        ) from error
