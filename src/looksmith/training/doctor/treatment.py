"""Cures carried out on a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from looksmith.training.doctor.even_out import even_out
from looksmith.training.doctor.signs import Clip, Cure, EvenOut, Rate, RollBack, Turn

LEAST_RATE, MOST_RATE = 1 / 64, 4.0
MOST_TURN = 64.0
LEAST_CLIP = 1 / 64

Words = dict[str, str]


@dataclass
class Treatment:
    """What the doctor has changed so far; kept in the checkpoint.

    Attributes:
        rates: factor of the learning rate by optimiser.
        clip: factor of the largest norm of a gradient.
        attempt: counts the times that the run went back; part of every seed, so that it does not repeat itself.
    """

    rates: dict[str, float] = field(default_factory=dict)
    clip: float = 1.0
    attempt: int = 0

    def state(self) -> dict[str, Any]:
        """Plain numbers, for the checkpoint."""
        return {"rates": dict(self.rates), "clip": self.clip, "attempt": self.attempt}

    def load(self, state: Mapping[str, Any]) -> None:
        """What :meth:`state` gave."""
        self.rates = dict(state.get("rates", {}))
        self.clip, self.attempt = float(state.get("clip", 1.0)), int(state.get("attempt", 0))


def treat(
    cures: Sequence[Cure],
    treatment: Treatment,
    *,
    optimizers: Sequence[str],
    modules: Mapping[str, nn.Module],
    knobs: MutableMapping[str, float],
    roll_back: Callable[[], int | None],
) -> Words:
    """Carry out what can be, in order: going back first, as it brings its own rates.

    Args:
        cures: the prescription.
        treatment: changed in place.
        optimizers: names; those that begin with ``discriminator`` belong to it.
        modules: of the task, changed in place by ``EvenOut``.
        knobs: of the task, changed in place.
        roll_back: restores the last healthy state and gives its step; None when there is none.

    Returns:
        what was done, in English and Chinese; empty when nothing could be.
    """
    done: list[tuple[str, str]] = []
    for cure in sorted(cures, key=lambda cure: not isinstance(cure, RollBack)):
        match cure:
            case RollBack(rate):
                step = roll_back()
                if step is not None:
                    treatment.attempt += 1
                    done.append((f"went back to the healthy state of step {step}", f"回到第 {step} 步的健康状态"))
                if rate != 1:
                    done += _rate("all", rate, treatment, optimizers)
            case Rate(update, factor):
                done += _rate(update, factor, treatment, optimizers)
            case Turn(names, factor):
                name = next((name for name in names if name in knobs), None)
                if name is not None and knobs[name] * factor <= MOST_TURN:
                    knobs[name] *= factor
                    done.append((f"weight of {name} times {factor:g}", f"{name} 的权重乘以 {factor:g}"))
            case Clip(factor):
                if treatment.clip * factor >= LEAST_CLIP:
                    treatment.clip *= factor
                    done.append(
                        (
                            f"gradients are clipped at {treatment.clip:g} of before",
                            f"梯度裁剪上限降为原来的 {treatment.clip:g}",
                        )
                    )
            case EvenOut():
                count = sum(even_out(m) for name, m in modules.items() if not name.startswith("discriminator"))
                if count:
                    done.append((f"evened out {count} upsampling kernels", f"均衡了 {count} 个上采样卷积核"))
    if not done:
        return {}
    english = "; ".join(en for en, _ in done)
    return {"en": english[0].upper() + english[1:] + ".", "zh": "；".join(zh for _, zh in done) + "。"}


def _rate(update: str, factor: float, treatment: Treatment, optimizers: Sequence[str]) -> list[tuple[str, str]]:
    chosen = [name for name in optimizers if _belongs(name, update)]
    for name in chosen:
        wanted = treatment.rates.get(name, 1.0) * factor
        treatment.rates[name] = min(MOST_RATE, max(LEAST_RATE, wanted))
    if not chosen:
        return []
    of = "" if update == "all" else f" of the {update}"
    zh = {"discriminator": "判别器的", "generator": "生成器的"}.get(update, "")
    return [(f"learning rate{of} times {factor:g}", f"{zh}学习率乘以 {factor:g}")]


def _belongs(optimizer: str, update: str) -> bool:
    is_discriminator = optimizer.startswith("discriminator")
    return update == "all" or is_discriminator == (update == "discriminator")
