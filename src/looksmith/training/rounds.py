"""The doctor's rounds: look every so many steps, tell, treat, keep the healthy."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from lightning_fabric import Fabric

from looksmith.errors import LooksmithError
from looksmith.training.devices import any_of
from looksmith.training.doctor.doctor import Doctor, Prescription
from looksmith.training.doctor.signs import Look
from looksmith.training.doctor.treatment import Treatment, treat
from looksmith.training.journal import Journal, Note
from looksmith.training.looking import Looker, spoiled_module
from looksmith.training.task import AnyTask

SLOW = 0.1
"""Looking that takes more than this share of the time is done half as often."""
SURE = 120.0
"""Seconds before that is judged."""
SKIPPED = 3
"""So many updates left out call the doctor at once."""


@dataclass
class Rounds:
    """What is between the loop and the doctor.

    Attributes:
        task, fabric, journal: of the run.
        doctor, treatment, knobs: what the doctor knows and has changed.
        every: steps between two looks.
        go_back: restores the last healthy state and gives its step; None when there is none.
        keep: keeps the present state as the last healthy one.
    """

    task: AnyTask
    fabric: Fabric
    journal: Journal
    looker: Looker
    doctor: Doctor
    treatment: Treatment
    knobs: MutableMapping[str, float]
    every: int
    go_back: Callable[[], int | None]
    keep: Callable[[], None]
    terms: dict[str, list[float]] = field(default_factory=dict)
    skipped: int = 0
    began: float = field(default_factory=time.monotonic)
    looking: float = 0.0

    def saw(self, terms: Mapping[str, float], skipped: int) -> None:
        """Terms of a step, finite ones alone, and updates that were left out."""
        for name, value in terms.items():
            self.terms.setdefault(name, []).append(value)
        self.skipped += skipped

    def due(self, step: int) -> bool:
        """Whether to look after so many steps; in every process alike."""
        return self.doctor.mode != "off" and (step % self.every == 0 or self.skipped >= SKIPPED)

    def look(self, step: int) -> LooksmithError | None:
        """Look, tell, treat; gives an error when going on makes no sense."""
        began = time.monotonic()
        told, healthy = self._examine(step) if self.fabric.global_rank == 0 else ([], False)
        self.forget()
        if self.fabric.world_size > 1:
            told, healthy = self.fabric.broadcast((told, healthy))
        stopping = None
        for prescription in told:
            done, went_back = self._treat(prescription)
            sign = prescription.sign
            level = "note" if sign.disease == "plateau" else "sick"
            self.journal.note(Note(sign.disease, step, level, sign.words, done, sign.evidence))  # type: ignore[arg-type]
            if prescription.must_stop:
                stopping = _given_up(prescription, step, self.journal.folder)
            if went_back:  # other findings are of weights that are no more
                break
        if healthy and not told:
            self.keep()
        self._mind_the_time(time.monotonic() - began)
        return stopping

    def forget(self) -> None:
        """Begin a new stretch between looks."""
        self.terms, self.skipped = {}, 0

    def _examine(self, step: int) -> tuple[list[Prescription], bool]:
        means = {name: sum(seen) / len(seen) for name, seen in self.terms.items()}
        spoiled = spoiled_module(self.task.modules)
        views = self.looker.numbers(self.doctor.seen) if not spoiled and step % self.every == 0 else {}
        flat = {f"doctor/{name + '/' if name else ''}{k}": v for name, n in views.items() for k, v in n.items()}
        self.journal.numbers(flat, step)
        look = Look(step, self.task.learning_rate(step), means, views, self.skipped, spoiled)
        return self.doctor.examine(look)

    def _treat(self, prescription: Prescription) -> tuple[dict[str, str], bool]:
        attempt = self.treatment.attempt
        done = treat(
            prescription.cures,
            self.treatment,
            optimizers=list(self.task.optimizers),
            modules=self.task.modules,
            knobs=self.knobs,
            roll_back=self._roll_back,
        )
        return dict(_GIVEN_UP) if prescription.given_up else done, self.treatment.attempt != attempt

    def _roll_back(self) -> int | None:
        reached = self.go_back()
        if reached is not None:
            self.doctor.rolled_back(reached)
            self.forget()
        return reached

    def _mind_the_time(self, seconds: float) -> None:
        self.looking += seconds
        passed = time.monotonic() - self.began
        if any_of(self.fabric, passed > SURE and self.looking > SLOW * passed)[0]:
            self.every *= 2
            self.began, self.looking = time.monotonic(), 0.0


_GIVEN_UP = {
    "en": "Everything known against this has been tried; see the sample grids and decide.",
    "zh": "已知的办法都试过了；请查看样张后自行决定。",
}


def _given_up(prescription: Prescription, step: int, out: Path) -> LooksmithError:
    return LooksmithError(
        "the doctor has given up on this run: " + prescription.title["en"].lower(),
        where=f"step {step}",
        got=prescription.sign.words["en"],
        hint=f"a lower --learning-rate, and look at '{out / 'report.html'}'",
    )
