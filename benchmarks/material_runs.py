"""Collecting by the command line: killed at several moments and typed again, and how long thousands of photos take."""

from __future__ import annotations

import hashlib
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.materials.journal import FILE as JOURNAL

KILLED_AT = (0.04, 0.3, 0.55, 0.8, 1.0)
"""Shares of the files that the journal names when the run is killed; at 1 it is writing what comes last."""
POSTED = 1080
"""Longest side of a photo as it is posted, pixels."""
COMMAND = (sys.executable, "-m", "looksmith.cli.app", "collect")


def killed_and_resumed(files: Sequence[Path], place: Path, workers: int) -> dict[str, Any]:
    """Collect once as a whole, and once killed (SIGKILL to the whole group) again and again; compare every byte.

    Args:
        files: pictures of 1,000 files or so.
        place: an empty folder to work in.
        workers: processes of the command.
    """
    source = place / "account"
    source.mkdir(parents=True)
    for number, path in enumerate(files):
        shutil.copyfile(path, source / f"{number:04d}{path.suffix}")
    begun = time.monotonic()
    _whole(source, place / "whole", workers)
    seconds = time.monotonic() - begun
    reached = []
    for share in KILLED_AT:
        reached.append(_killed(source, place / "killed", workers, round(share * len(files))))
    begun = time.monotonic()
    _whole(source, place / "killed", workers)
    one, other = contents(place / "whole"), contents(place / "killed")
    differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return {
        "files": len(files),
        "journal when killed": reached,
        "kept files": len(one),
        "files that differ": len(differing),
        "differing": differing[:10],
        "seconds whole": round(seconds, 1),
        "seconds of the last part": round(time.monotonic() - begun, 1),
    }


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file of a collection but the journal, whose lines stand in the order of the work."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != JOURNAL
    }


def paced(photos: Sequence[Path], count: int, place: Path, workers: int) -> dict[str, Any]:
    """Seconds, processor seconds and memory of collecting ``count`` photos of the size in which photos are posted.

    Where there are fewer, further ones are cut out of them at other places, so that none is another's copy.
    """
    source = place / "photos"
    source.mkdir(parents=True)
    for number in range(count):
        picture = Image.open(photos[number % len(photos)]).convert("RGB")
        turn = number // len(photos)
        if turn:
            width, height = picture.size
            part = 2 / 3 if turn <= 4 else 0.45
            left, top = (turn % 2) * (1 - part) * width, (turn // 2 % 2) * (1 - part) * height
            picture = picture.crop((int(left), int(top), int(left + part * width), int(top + part * height)))
        scale = POSTED / max(picture.size)
        picture = picture.resize(
            (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
        )
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=90)
        (source / f"{number:05d}.jpg").write_bytes(data.getvalue())
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    peak = _whole(source, place / "collected", workers)
    seconds = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "photos": count,
        "longest side": POSTED,
        "workers": workers,
        "seconds": round(seconds, 1),
        "processor seconds": round(busy, 1),
        "processor seconds a photo": round(busy / count, 4),
        "peak memory MB": round(peak / 1e6),
    }


def _whole(source: Path, out: Path, workers: int) -> int:
    """Collect to the end; the most memory of all its processes together, bytes."""
    run = _started(source, out, workers)
    peak = 0
    while run.poll() is None:
        peak = max(peak, _memory(run.pid))
        time.sleep(0.5)
    if run.returncode:
        raise LooksmithError("collecting failed", where=source, got=f"exit {run.returncode}")
    return peak


def _killed(source: Path, out: Path, workers: int, lines: int) -> int:
    """Kill the command when the journal names so many files; how many lines it has then."""
    run = _started(source, out, workers)
    while run.poll() is None:
        if _lines(out / JOURNAL) > lines:  # the first line is of the settings
            break
        time.sleep(0.02)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return _lines(out / JOURNAL)


def _started(source: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [*COMMAND, str(source), "-o", str(out), "--workers", str(workers), "--json"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _memory(leader: int) -> int:
    """Resident memory of a process and those that it started, bytes."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == leader:  # the group
                total += int((folder / "statm").read_text().split()[1]) * resource.getpagesize()
        except (OSError, IndexError, ValueError):
            continue
    return total
