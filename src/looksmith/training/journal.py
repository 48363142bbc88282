"""What a run writes down while it goes on: losses, notes, TensorBoard; a full disk does not end it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from torch import Tensor

LOG = "log.jsonl"
NOTES = "notes.jsonl"
TENSORBOARD = "tensorboard"

NoteLevel = Literal["note", "warning", "sick"]


@dataclass(frozen=True)
class Progress:
    """One line of the training log.

    Attributes:
        step, steps: done, and in all.
        seconds: since the start of this run (not of earlier ones that it goes on from).
        losses: mean of each term since the line before.
        left: seconds until the end, at the speed of the last lines.
    """

    step: int
    steps: int
    seconds: float
    losses: dict[str, float]
    left: float = 0.0


@dataclass(frozen=True)
class Note:
    """Something that a person should know.

    Attributes:
        kind: a disease's name, ``memory``, ``estimate``, ``disk``, ``resumed``, ``data``.
        step: when.
        level: ``note``, ``warning``, ``sick``.
        words: in English and Chinese, with the evidence.
        done: in English and Chinese, what was done about it; empty when nothing was.
        evidence: the numbers.
    """

    kind: str
    step: int
    level: NoteLevel
    words: Mapping[str, str]
    done: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)


class Journal:
    """The files of a run's folder that grow.

    Args:
        folder: of the run.
        step: at which it goes on: later lines of an earlier run, which a kill has undone, are taken out.
        on_log, on_note: called with every line and note.
        tensorboard: whether its files are written too.
        silent: nothing is written (processes beside the first).
    """

    def __init__(
        self,
        folder: Path,
        step: int,
        *,
        on_log: Callable[[Progress], None] | None = None,
        on_note: Callable[[Note], None] | None = None,
        tensorboard: bool = True,
        silent: bool = False,
    ) -> None:
        self.folder, self.silent = folder, silent
        self._on_log, self._on_note = on_log, on_note
        self._board: Any = None
        self._tensorboard = tensorboard and not silent
        self._step = step
        self._told_of_disk = False
        if not silent:
            self.safely(lambda: self._forget_after(step))

    def log(self, entry: Progress, rate: float) -> None:
        """One line of losses."""
        line = {"step": entry.step, "seconds": round(entry.seconds, 1), "rate": rate, **entry.losses}
        self.safely(lambda: _append(self.folder / LOG, line))
        board = self._writer()
        if board is not None:
            for name, value in entry.losses.items():
                self.safely(lambda n=name, v=value: board.add_scalar(f"loss/{n}", v, entry.step))  # type: ignore[misc]
            self.safely(lambda: board.add_scalar("learning rate", rate, entry.step))
        if self._on_log and not self.silent:
            self._on_log(entry)

    def note(self, note: Note) -> None:
        """One note."""
        self.safely(lambda: _append(self.folder / NOTES, vars(note)))
        board = self._writer()
        if board is not None:
            text = " ".join([note.words["en"], note.done.get("en", "")]).strip()
            self.safely(lambda: board.add_text(f"notes/{note.kind}", text, note.step))
        if self._on_note and not self.silent:
            self._on_note(note)

    def pictures(self, name: str, grid: Tensor, step: int) -> None:
        """A grid of samples for TensorBoard, 3 x H x W in [0, 1]."""
        board = self._writer()
        if board is not None:
            self.safely(lambda: board.add_image(name, grid, step))

    def numbers(self, numbers: Mapping[str, float], step: int) -> None:
        """Further numbers for TensorBoard, such as the doctor's."""
        board = self._writer()
        if board is not None:
            for name, value in numbers.items():
                self.safely(lambda n=name, v=value: board.add_scalar(n, v, step))  # type: ignore[misc]

    def safely(self, write: Callable[[], object]) -> None:
        """Write; when the disk will not, say so once and let the training go on."""
        if self.silent:
            return
        try:
            write()
        except OSError as error:
            if not self._told_of_disk:
                self._told_of_disk = True
                if self._on_note:
                    self._on_note(disk_note(self._step, error.strerror or str(error)))
        else:
            self._told_of_disk = False

    def close(self) -> None:
        """Flush TensorBoard."""
        if self._board is not None:
            self.safely(self._board.close)

    def _writer(self) -> Any:
        if self._tensorboard and self._board is None:
            try:
                from torch.utils.tensorboard.writer import SummaryWriter
            except ImportError:  # training works without it
                self._tensorboard = False
                return None
            self.safely(
                lambda: setattr(self, "_board", SummaryWriter(self.folder / TENSORBOARD, purge_step=self._step))
            )
        return self._board

    def _forget_after(self, step: int) -> None:
        for name in (LOG, NOTES):
            path = self.folder / name
            if path.exists():
                lines = [line for line in read_lines(path) if line["step"] <= step]
                text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
                beside = path.with_suffix(".part")
                beside.write_text(text, encoding="utf-8")
                beside.replace(path)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The entries of a ``.jsonl`` file; a last line that a kill tore is left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("step"), int):
            found.append(entry)
    return found


def disk_note(step: int, reason: str) -> Note:
    """That the disk will not take what is written."""
    words = {
        "en": f"Nothing can be written now ({reason}). Training goes on and tries again; free some space on the disk.",
        "zh": f"现在无法写入文件（{reason}）。训练继续进行并会重试，请清理磁盘空间。",
    }
    return Note("disk", step, "warning", words)


def _append(path: Path, entry: Mapping[str, Any]) -> None:
    plain = {key: dict(value) if isinstance(value, Mapping) else value for key, value in entry.items()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(plain, ensure_ascii=False) + "\n")
