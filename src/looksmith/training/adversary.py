"""What every adversarial recipe does with its discriminator: the terms of both sides, and what is watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from looksmith.training.losses.adversarial import Form, discriminator_loss, middle
from looksmith.training.losses.gradient_penalty import gradient_penalty
from looksmith.training.losses.r1 import r1_penalty

Score = Callable[[Tensor], Tensor]
"""Pictures, N x C x H x W, to scores, N x anything."""


@dataclass(frozen=True)
class Adversary:
    """How a discriminator is trained.

    Attributes:
        form: of the adversarial loss.
        r1: weight of R1, 0 for none.
        r1_every: it is computed at every so many steps, and weighs as many times more.
        gradient_penalty: its weight, for the Wasserstein form alone.
    """

    form: Form = "non_saturating"
    r1: float = 0.0
    r1_every: int = 16
    gradient_penalty: float = 10.0


def discriminator_terms(
    score: Score, real: Tensor, fake: Tensor, step: int, how: Adversary, generator: torch.Generator
) -> dict[str, Tensor]:
    """The terms of a discriminator's update.

    Args:
        score: the discriminator, its condition filled in.
        real, fake: N x C x H x W; neither gets a gradient.
        step: decides whether R1 is computed.
        how: form and penalties.
        generator: of random numbers, on the CPU.

    Returns:
        ``total``, ``adversarial``, ``real_right`` and ``fake_right`` (shares of the scores on the right side), and
        ``r1`` or ``penalty`` where they were computed.
    """
    lazy = how.r1 > 0 and step % how.r1_every == 0
    real = real.detach().requires_grad_(lazy)
    with torch.autocast(real.device.type, enabled=torch.is_autocast_enabled(real.device.type) and not lazy):
        real_scores = score(real).float()
    fake_scores = score(fake.detach()).float()
    centre = middle(how.form)
    total = discriminator_loss(real_scores, fake_scores, how.form)
    terms = {
        "adversarial": total.detach(),
        "real_right": (real_scores > centre).float().mean(),
        "fake_right": (fake_scores <= centre).float().mean(),
    }
    if lazy:
        # The mean over patches: the weight means the same for discriminators of one score and of many.
        terms["r1"] = r1_penalty(real_scores.reshape(len(real), -1).mean(1), real)
        total = total + how.r1 * how.r1_every * terms["r1"]
    if how.form == "wasserstein" and how.gradient_penalty > 0:
        between = torch.rand(len(real), generator=generator)
        with torch.autocast(real.device.type, enabled=False):
            terms["penalty"] = gradient_penalty(score, real.float(), fake.float(), between)
        total = total + how.gradient_penalty * terms["penalty"]
    return {"total": total, **terms}


def scores_per_picture(score: Score, pictures: Tensor, form: Form) -> Tensor:
    """(N,) mean scores, above 0 for real; for the doctor."""
    scores = score(pictures).float()
    return scores.reshape(len(pictures), -1).mean(1) - middle(form)


def chance(seed: int, step: int, purpose: int) -> torch.Generator:
    """Random numbers, on the CPU, that are a function of seed, step and purpose."""
    return torch.Generator().manual_seed((seed * 1_000_003 + step) * 16 + purpose)
