"""Several workers at once: files are handed out, answers come back in any order, and a worker that dies is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import looksmith
from looksmith.errors import LooksmithError
from looksmith.materials.looking import look_at
from looksmith.materials.seen import Looked, from_json
from looksmith.materials.sources import Entry
from looksmith.materials.worker import entry_to_json
from looksmith.models.load import THREADS

FEW = 8
"""Files up to which no worker is started: that takes a second."""
PATIENCE = {"picture": 120.0, "clip": 1800.0, "sound": 300.0}
"""Seconds after which a file is given up, by its kind."""


def look_at_all(entries: Sequence[Entry], folder: Path, workers: int) -> Iterator[Looked]:
    """Look at entries, several at a time.

    Args:
        entries: in the order to hand them out.
        folder: of the collection.
        workers: how many processes; 1 for none but this one.

    Yields:
        what was seen of each, in any order.  Of a file at which a worker died or fell asleep, an error.

    Raises:
        LooksmithError: no worker can be started.
    """
    if workers <= 1 or len(entries) <= FEW:
        for entry in entries:
            yield look_at(entry, folder)
        return
    waiting: queue.SimpleQueue[Entry] = queue.SimpleQueue()
    for entry in entries:
        waiting.put(entry)
    done: queue.SimpleQueue[Looked | BaseException] = queue.SimpleQueue()
    stop = threading.Event()
    hands = [threading.Thread(target=_hand, args=(waiting, done, stop, folder), daemon=True) for _ in range(workers)]
    for hand in hands:
        hand.start()
    try:
        for _ in entries:
            answer = done.get()
            if isinstance(answer, BaseException):
                raise answer
            yield answer
    finally:
        stop.set()
        for hand in hands:
            hand.join(timeout=10)


def _hand(
    waiting: queue.SimpleQueue[Entry], done: queue.SimpleQueue[Looked | BaseException], stop: threading.Event,
    folder: Path,
) -> None:  # fmt: skip
    """Feed one worker until nothing is left."""
    worker: _Worker | None = None
    try:
        while not stop.is_set():
            try:
                entry = waiting.get_nowait()
            except queue.Empty:
                break
            if worker is None:
                worker = _Worker(folder)
            answer = worker.asks(entry, stop)
            if answer is None:
                said = worker.ends()
                if worker.answers == 0 and "Error" in said and not stop.is_set():  # it never came to work
                    raise LooksmithError("a worker cannot start", got=said[-300:], hint="--workers 1")
                worker = None
                if stop.is_set():
                    break
                answer = Looked(entry.key, entry.stamp, error="a decoder ended, or hung, at this file")
            done.put(answer)
    except BaseException as error:
        done.put(error)
    finally:
        if worker is not None:
            worker.ends()


class _Worker:
    """One process."""

    def __init__(self, folder: Path) -> None:
        paths = [str(Path(looksmith.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the worker ends)
        self.answers = 0
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            THREADS: "1",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "looksmith.materials.worker", str(folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, env=environment,
            )  # fmt: skip
        except OSError as error:
            raise LooksmithError("no worker can be started", got=error.strerror, hint="--workers 1") from error
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listens, daemon=True).start()

    def asks(self, entry: Entry, stop: threading.Event) -> Looked | None:
        """What was seen of an entry; None when the worker died, hung, or is not wanted any more."""
        pipe: Any = self._process.stdin
        try:
            pipe.write(json.dumps(entry_to_json(entry)).encode() + b"\n")
            pipe.flush()
        except OSError:
            return None
        patience = PATIENCE.get(entry.kind, 120.0)
        while patience > 0 and not stop.is_set():
            try:
                line = self._lines.get(timeout=0.5)
            except queue.Empty:
                patience -= 0.5
                continue
            if not line:
                return None
            self.answers += 1
            return from_json(json.loads(line))
        return None

    def ends(self) -> str:
        """End the process; gives what it said at last."""
        pipe: Any = self._process.stdin
        with contextlib.suppress(OSError):
            pipe.close()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.seek(0, 2)
        self._said.seek(max(0, self._said.tell() - 2000))
        said = self._said.read().decode("utf-8", "replace").strip()
        self._said.close()
        return said

    def _listens(self) -> None:
        """Pass on what the worker says; an empty line when it says no more."""
        pipe: Any = self._process.stdout
        for line in pipe:
            self._lines.put(line)
        self._lines.put(b"")
        pipe.close()
