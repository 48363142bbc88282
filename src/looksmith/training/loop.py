"""The training loop: Lightning Fabric underneath, checkpoints that are whole or not there, exact resume, the doctor.

Batches and randomness are pure functions of (seed, attempt, step, process), so that going on needs no sampler's and no
generator's state, and several processes need no change to a recipe: process ``r`` of ``w`` takes batch ``step * w + r``
and gradients are averaged, as if the batch were ``w`` times as large.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lightning_fabric import Fabric
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.beforehand import look_at_data
from looksmith.training.checkpoint import CHECKPOINT, HEALTHY, load, restore, save, snapshot
from looksmith.training.devices import RunOptions, any_of, make_fabric, place, seed_everything, share_modules
from looksmith.training.doctor.doctor import Doctor
from looksmith.training.doctor.treatment import Treatment
from looksmith.training.estimate import FIRST, MEASURED, check_disk, estimate, estimate_note
from looksmith.training.feed import batches_of
from looksmith.training.interrupt import asked_to_stop
from looksmith.training.journal import LOG, Journal, Note, Progress
from looksmith.training.looking import Looker, grid_of, save_grid, spoiled_module, thin_out
from looksmith.training.memory import batch_size, let_go
from looksmith.training.report import write_report
from looksmith.training.rounds import Rounds
from looksmith.training.task import Adjustable, AlternatingTask, AnyTask, Task
from looksmith.training.updates import OutOfMemory, Update, follow, updates_of

__all__ = ["CHECKPOINT", "LOG", "AlternatingTask", "Note", "Progress", "RunOptions", "Task", "fit"]

REPORT_SECONDS, REPORT_SHARE = 20.0, 0.02
"""Between two reports, and at least such a share of the time so far: a long run is shown less often."""
HEALTHY_SHARE = 0.05
"""Share of the time that keeping healthy states may take."""


def fit(
    task: AnyTask,
    out: Path,
    *,
    steps: int,
    resume: bool = True,
    checkpoint_seconds: float = 60.0,
    log_every: int | None = None,
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
    on_checkpoint: Callable[[int], None] | None = None,
    ema: Mapping[str, nn.Module] | None = None,
    ema_decay: float | None = None,
    gradient_clip: float | None = None,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    fabric: Fabric | None = None,
) -> int:
    """Train until ``steps``; return the step reached.

    Ctrl-C or SIGTERM writes a checkpoint before returning; a kill loses at most ``checkpoint_seconds``.  Losses and
    gradients that are not finite skip the update and are counted in the log.  A term's mean is taken over the steps
    that have it.  A batch that does not fit in memory goes through in halves.

    Args:
        task: see ``training.task``.
        out: folder of the run: checkpoints, log, notes, samples, split, report.
        steps: in all, those of earlier runs counted in.
        resume: go on from the folder's checkpoint.
        checkpoint_seconds: between two checkpoints.
        log_every: steps between two lines of the log; default a sixtieth of all, at most 50.
        on_log, on_note, on_checkpoint: called in the first process.
        ema: followers by the name of their module; default copies of those that ``task.ema`` names.
        ema_decay: of the followers; default ``task.ema_decay``, else 0.999.
        gradient_clip: largest norm of an update's gradient; default ``task.gradient_clip``, else 1.
        options: device, precision, doctor, report; default the processor.
        fabric: instead of one made of the options.

    Raises:
        LooksmithError: memory or disk do not suffice, or the doctor has given up.
    """
    started = _Run(task, out, fabric or make_fabric(options), options, ema, ema_decay, gradient_clip)
    return started.train(
        steps=steps,
        resume=resume,
        checkpoint_seconds=checkpoint_seconds,
        log_every=log_every or max(1, min(50, steps // 60)),
        on_log=on_log,
        on_note=on_note,
        on_checkpoint=on_checkpoint,
    )


class _Run:
    """A run's state: where it is, and what was changed on the way."""

    def __init__(
        self,
        task: AnyTask,
        out: Path,
        fabric: Fabric,
        options: RunOptions,
        ema: Mapping[str, nn.Module] | None,
        ema_decay: float | None,
        clip: float | None,
    ) -> None:
        self.task, self.out, self.fabric, self.options = task, out, fabric, options
        self.clip = clip if clip is not None else float(getattr(task, "gradient_clip", 1.0))
        self.first = fabric.global_rank == 0
        self.seed = int(getattr(getattr(task, "recipe", None), "seed", 0) or 0)
        place(task, fabric.device)
        share_modules(fabric, task.modules)
        if ema is None:
            ema = {name: _still(task.modules[name]) for name in getattr(task, "ema", ())}
        self.followers = {name: follower.to(fabric.device) for name, follower in ema.items()}
        self.decay = ema_decay if ema_decay is not None else float(getattr(task, "ema_decay", 0.999))
        self.updates = updates_of(task)
        self.knobs = task.knobs if isinstance(task, Adjustable) else {}
        self.step, self.parts = 0, 1
        self.treatment, self.doctor = Treatment(), Doctor(options.doctor)
        self.looker = Looker(task, fabric)
        self.sums: dict[str, list[float]] = {}
        self.skipped = 0
        self.healthy_saved, self.healthy_cost = -math.inf, 0.0

    def train(
        self,
        *,
        steps: int,
        resume: bool,
        checkpoint_seconds: float,
        log_every: int,
        on_log: Callable[[Progress], None] | None,
        on_note: Callable[[Note], None] | None,
        on_checkpoint: Callable[[int], None] | None,
    ) -> int:
        self.out.mkdir(parents=True, exist_ok=True)
        if self.first:
            check_disk(self.out, self.task)
        resumed = resume and self._go_to(self.out / CHECKPOINT, everything=True) is not None
        if not resumed and self.first:
            (self.out / HEALTHY).unlink(missing_ok=True)
        self.steps, self.on_checkpoint = steps, on_checkpoint
        self.journal = Journal(
            self.out,
            self.step if resumed else -1,
            on_log=on_log,
            on_note=on_note,
            tensorboard=self.options.report,
            silent=not self.first,
        )
        self.rounds = Rounds(
            self.task, self.fabric, self.journal, self.looker, self.doctor, self.treatment, self.knobs,
            every=max(1, self.options.doctor_every), go_back=self._go_back, keep=self._keep_healthy,
        )  # fmt: skip
        self._tell_of_data(resumed)
        self.started = saved = reported = time.monotonic()
        began_at = self.step
        times: list[float] = []
        stopping: LooksmithError | None = None
        self.last_line = (self.started, self.step)
        self._report(running=True)
        if not resumed and self.options.doctor == "act":
            self._keep_healthy()
        with asked_to_stop() as stop, batches_of(self.task, self.fabric) as batches:
            while self.step < steps and stopping is None:
                now = time.monotonic()
                due = now - saved > checkpoint_seconds
                stopped, due = any_of(self.fabric, stop.is_set(), due and self.first)
                if stopped:
                    break
                if due:
                    self._save(final=False)
                    saved = time.monotonic()
                self._one_step(batches)
                if self.step - began_at <= FIRST + MEASURED:
                    times.append(time.monotonic() - now)
                    if len(times) == FIRST + MEASURED:
                        found = estimate(times, steps - self.step, self.task, self.out, self.fabric.device)
                        self.journal.note(estimate_note(found, self.step))
                if self.step % log_every == 0:
                    self._log()
                if self.rounds.due(self.step):
                    stopping = self.rounds.look(self.step)
                if self.first and self.options.report and self._report_due(reported):
                    self._show()
                    self._report(running=True)
                    reported = time.monotonic()
        if self.sums:  # steps since the last line
            self._log()
        if stopping is None:
            self._save(final=True)
        self._show()
        self._report(running=False)
        self.journal.close()
        if stopping is not None:
            raise stopping
        return self.step

    # one step

    def _one_step(self, batches: Callable[[int], Any]) -> None:
        step, rank = self.step, self.fabric.global_rank
        batch = self.fabric.to_device(batches(step * self.fabric.world_size + rank))
        moved = False
        for number, update in enumerate(self.updates):
            terms, this_moved = self._update(update, number, batch, step, rank)
            moved |= this_moved
            values = {update.prefix + name: float(value) for name, value in terms.items()}
            finite = {name: value for name, value in values.items() if math.isfinite(value)}
            for name, value in finite.items():
                self.sums.setdefault(name, []).append(value)
            self.skipped += not this_moved
            self.rounds.saw(finite, int(not this_moved))
        if moved:
            decay = min(self.decay, (1 + step) / (10 + step))
            for name, follower in self.followers.items():
                follow(follower, self.task.modules[name], decay)
        self.step += 1

    def _update(self, update: Update, number: int, batch: Any, step: int, rank: int) -> tuple[dict[str, Tensor], bool]:
        while True:
            seed_everything(self.seed, self.treatment.attempt, step, number, rank)
            try:
                return update.run(
                    self.fabric,
                    batch,
                    step,
                    parts=self.parts,
                    clip=self.clip * self.treatment.clip,
                    rate=self.task.learning_rate(step),
                    rates=self.treatment.rates,
                )
            except OutOfMemory as short:
                let_go()
                self._halve(batch, str(short))

    def _halve(self, batch: Any, reason: str) -> None:
        whole = batch_size(batch)
        if self.parts >= whole:
            raise LooksmithError(
                "there is not enough memory for a single picture",
                where=f"step {self.step}",
                got=reason[:120],
                hint="train with a smaller --size, or a lighter preset",
            )
        self.parts = min(whole, 2 * self.parts)
        size = -(-whole // self.parts)
        words = {
            "en": f"Memory ran out: a batch of {whole} now goes through {size} at a time; their gradients are added "
            "up, so that the result stays that of the whole batch (only slower).",
            "zh": f"内存不足：一批 {whole} 张现在每次处理 {size} 张，梯度累加，结果与整批相同（只是更慢）。",
        }
        self.journal.note(Note("memory", self.step, "warning", words, evidence={"parts": self.parts}))

    # what is written

    def _log(self) -> None:
        means = {name: sum(seen) / len(seen) for name, seen in self.sums.items()}
        if self.skipped:
            means["skipped"] = float(self.skipped)
        now = time.monotonic()
        pace = (now - self.last_line[0]) / max(1, self.step - self.last_line[1])
        self.last_line = (now, self.step)
        entry = Progress(self.step, self.steps, now - self.started, means, pace * (self.steps - self.step))
        self.journal.log(entry, self.task.learning_rate(self.step))
        self.sums, self.skipped = {}, 0

    def _save(self, *, final: bool) -> None:
        """A checkpoint; when the disk is full the run goes on with the last one, except at its end."""
        if self.first:
            try:
                save(self._state(), self.out / CHECKPOINT)
            except LooksmithError as error:
                if final:
                    raise
                self.journal.note(_not_saved(self.step, error))
                return
            if self.on_checkpoint:
                self.on_checkpoint(self.step)

    def _state(self) -> dict[str, Any]:
        extra = {
            "parts": self.parts,
            "knobs": dict(self.knobs),
            "treatment": self.treatment.state(),
            "doctor": self.doctor.state(),
        }
        return snapshot(self.task, self.step, self.followers, extra)

    def _go_back(self) -> int | None:
        """To the last healthy state, else to a checkpoint whose weights are finite."""
        for name in (HEALTHY, CHECKPOINT):
            reached = self._go_to(self.out / name, everything=False)
            if reached is not None and not spoiled_module(self.task.modules):
                self.sums, self.skipped = {}, 0
                self.last_line = (time.monotonic(), self.step)
                return reached
        return None

    def _keep_healthy(self) -> None:
        """Keep this state to go back to; not so often that it costs more than its share of the time."""
        began = time.monotonic()
        if not self.first or (began - self.healthy_saved) * HEALTHY_SHARE < self.healthy_cost:
            return
        try:
            save(self._state(), self.out / HEALTHY)
        except LooksmithError as error:
            self.journal.note(_not_saved(self.step, error))
        self.healthy_saved = time.monotonic()
        self.healthy_cost = self.healthy_saved - began

    def _go_to(self, path: Path, *, everything: bool) -> int | None:
        """Restore a state that the first process reads; None when there is none."""
        state = load(path) if self.first and path.exists() else None
        if self.fabric.world_size > 1:
            state = self.fabric.broadcast(state)
        if state is None:
            return None
        self.step = restore(state, self.task, self.followers)
        if everything:
            self.parts = int(state.get("parts", 1))
            self.knobs.update(state.get("knobs", {}))
            self.treatment.load(state.get("treatment", {}))
            self.doctor.load(state.get("doctor", {}))
        return self.step

    def _tell_of_data(self, resumed: bool) -> None:
        sets = getattr(self.task, "sets", None)
        if sets and self.first:
            size = int(getattr(getattr(self.task, "recipe", None), "size", 0) or 0)
            for note in look_at_data(sets, size, self.out, resumed=resumed):
                self.journal.note(note)

    def _show(self) -> None:
        """Samples to the folder and to TensorBoard."""
        if not (self.first and self.options.report and self.looker.can_look):
            return
        for name, rows in self.looker.grids(self.followers).items():
            self.journal.safely(lambda n=name, r=rows: save_grid(self.out, n, self.step, r))  # type: ignore[misc]
            self.journal.pictures(f"samples/{name or 'output'}", grid_of(rows), self.step)
        self.journal.safely(lambda: thin_out(self.out))

    def _report_due(self, last: float) -> bool:
        now = time.monotonic()
        return now - last > max(REPORT_SECONDS, REPORT_SHARE * (now - self.started))

    def _report(self, *, running: bool) -> None:
        if self.first and self.options.report:
            self.journal.safely(lambda: write_report(self.out, steps=self.steps, running=running))


def _not_saved(step: int, error: LooksmithError) -> Note:
    words = {
        "en": f"A checkpoint could not be written ({error.got}); the last one stays, training goes on and tries again.",
        "zh": f"检查点无法写入（{error.got}）；保留上一个检查点，训练继续并会重试。",
    }
    return Note("disk", step, "warning", words)


def _still(module: nn.Module) -> nn.Module:
    return copy.deepcopy(module).requires_grad_(False)
