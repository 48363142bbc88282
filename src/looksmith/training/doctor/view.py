"""What the doctor sees of one generator: the task's ``samples`` (see ``training.task.Shows``), sorted by generator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

KEYS = ("output", "input", "target", "real", "other", "score_real", "score_fake")


@dataclass(frozen=True)
class View:
    """Samples of one generator.  Pictures are N x 3 x H x W float32 on the CPU, sRGB in [0, 1]; scores are (N,).

    Attributes:
        output: what it makes.
        input, target, real, other: as in ``Shows.samples``, or None.
        score_real, score_fake: of the discriminator; ``score_held_out`` of real pictures that it never trained on.
    """

    output: Tensor
    input: Tensor | None = None
    target: Tensor | None = None
    real: Tensor | None = None
    other: Tensor | None = None
    score_real: Tensor | None = None
    score_fake: Tensor | None = None
    score_held_out: Tensor | None = None

    @property
    def wanted(self) -> Tensor | None:
        """Pictures as the generator should make them: ``real``, else the targets, else None."""
        return self.real if self.real is not None else self.target


def views_of(samples: Sequence[Mapping[str, Tensor]], held_out: Sequence[Mapping[str, Tensor]] = ()) -> dict[str, View]:
    """Several batches' samples as one view of each generator; a single generator is called ``""``.

    Args:
        samples: of batches of the training part.
        held_out: of batches of the validation part; only the scores of their real pictures are taken.
    """
    together = _joined(samples)
    names = {key.rpartition(".")[0] for key in together if key.rpartition(".")[2] == "output"}
    unseen = _joined(held_out)
    views = {}
    for name in sorted(names):
        prefix = f"{name}." if name else ""
        parts = {key: together[prefix + key] for key in KEYS if prefix + key in together}
        views[name] = View(**parts, score_held_out=unseen.get(prefix + "score_real"))
    return views


def _joined(samples: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    keys = set.intersection(*(set(one) for one in samples)) if samples else set()
    return {key: torch.cat([one[key].detach().float().cpu() for one in samples]) for key in sorted(keys)}
