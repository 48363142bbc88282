"""The doctor: from looks to findings and prescriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from looksmith.training.devices import DoctorMode
from looksmith.training.doctor.diseases import DISEASES
from looksmith.training.doctor.signs import Cure, Look, RollBack, Sign

WARM_UP = 4
"""Looks before which only numbers that are not finite, or that run away, count: a network begins with grey noise."""
REMEMBERED = 400
"""Looks that are kept."""
PATIENCE = 2
"""Looks that a cure is given beyond those that made the disease certain, before the next one."""
GRAVE = frozenset({"non-finite", "exploding"})
"""Diseases with which going on makes no sense once every cure has failed."""


@dataclass(frozen=True)
class Prescription:
    """A disease that is certain.

    Attributes:
        sign: what speaks for it.
        title: its name, in English and Chinese.
        cures: what to do now; empty in mode ``warn``, and when nothing is left to try.
        given_up: everything known has been tried.
    """

    sign: Sign
    title: Mapping[str, str]
    cures: tuple[Cure, ...]
    given_up: bool = False

    @property
    def must_stop(self) -> bool:
        """Whether going on makes no sense."""
        return self.given_up and self.sign.disease in GRAVE


@dataclass
class Doctor:
    """Remembers looks and treatments; both are kept in the checkpoint.

    Attributes:
        mode: ``act``, ``warn`` or ``off``.
        looks: so far, the last ``REMEMBERED``.
        treated: disease and generator → how often it was treated, and at which number of looks last.
        seen: how many looks there were in all.
    """

    mode: DoctorMode = "act"
    looks: list[Look] = field(default_factory=list)
    treated: dict[str, tuple[int, int]] = field(default_factory=dict)
    seen: int = 0

    def examine(self, look: Look) -> tuple[list[Prescription], bool]:
        """What is certain at this look, and whether nothing is even suspected that going back would undo.

        A disease is told once; again, with the next cure, when it is still there after the last had its time.
        """
        self.looks = [*self.looks, look][-REMEMBERED:]
        self.seen += 1
        signs = [(disease, sign) for disease in DISEASES for sign in self._signs_of(disease)]
        told = []
        for disease, sign in signs:
            key = f"{sign.disease} {sign.view}".strip()
            times, last = self.treated.get(key, (0, -(10**9)))
            if sign.level != "certain" or self.seen - last < disease.LOOKS + PATIENCE or times > len(disease.CURES):
                continue
            self.treated[key] = (times + 1, self.seen)
            given_up = times >= len(disease.CURES)
            cures = disease.CURES[times] if self.mode == "act" and not given_up else ()
            told.append(Prescription(sign, disease.TITLE, cures, given_up and self.mode == "act"))
        healthy = self.seen > WARM_UP and not [sign for disease, sign in signs if _undone_by_going_back(disease)]
        return told, healthy

    def rolled_back(self, step: int) -> None:
        """Forget the looks after a step: they are of weights that are no more."""
        self.looks = [look for look in self.looks if look.step <= step]

    def state(self) -> dict[str, Any]:
        """Plain numbers and words, for the checkpoint."""
        return {
            "looks": [look.as_plain() for look in self.looks],
            "treated": {key: list(value) for key, value in self.treated.items()},
            "seen": self.seen,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """What :meth:`state` gave."""
        self.looks = [Look(**look) for look in state.get("looks", ())]
        self.treated = {key: (value[0], value[1]) for key, value in state.get("treated", {}).items()}
        self.seen = int(state.get("seen", 0))

    def _signs_of(self, disease: ModuleType) -> Sequence[Sign]:
        if self.seen <= WARM_UP and disease.NAME not in GRAVE:
            return ()
        found: Sequence[Sign] = disease.examine(self.looks)
        return found


def _undone_by_going_back(disease: ModuleType) -> bool:
    return any(isinstance(cure, RollBack) for cures in disease.CURES for cure in cures)
