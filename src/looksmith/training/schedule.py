"""Learning rates over the steps of a run."""

from __future__ import annotations

import math


def constant_then_linear(step: int, steps: int, peak: float, warm: int = 100, share: float = 0.5) -> float:
    """Up over ``warm`` steps, constant, and over the last ``share`` of the run linearly to a fiftieth (CycleGAN's)."""
    up = min(1.0, (step + 1) / max(1, warm))
    left = min(1.0, (steps - step) / max(1.0, share * steps)) if share > 0 else 1.0
    return peak * up * max(0.02, left)


def cosine(step: int, steps: int, peak: float, warm: int = 100, least: float = 0.02) -> float:
    """Up over ``warm`` steps, then down half a cosine to the share ``least`` (Loshchilov & Hutter 2017)."""
    up = min(1.0, (step + 1) / max(1, warm))
    return peak * up * (least + (1 - least) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / max(1, steps)))))
