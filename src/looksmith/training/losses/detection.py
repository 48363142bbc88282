"""Losses of a detector that says for each cell whether a face's middle is near, and where the face is."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def quality_focal(logits: Tensor, wanted: Tensor, weights: Tensor | None = None, beta: float = 2.0) -> Tensor:
    """Sum of |t - p|^beta BCE(p, t) over cells (Li et al. 2020, "Generalized Focal Loss"), p the sigmoid of a logit.

    Args:
        logits, wanted: of one shape; ``wanted`` in [0, 1].
        weights: of that shape; 0 where nothing is known.
    """
    off = (wanted - logits.sigmoid()).abs().pow(beta)
    terms = off * binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return (terms if weights is None else terms * weights).sum()


def generalised_iou(made: Tensor, wanted: Tensor) -> Tensor:
    """GIoU in [-1, 1] of boxes (…, 4) as x0, y0, x1, y1 (Rezatofighi et al. 2019)."""
    low, high = torch.maximum(made[..., :2], wanted[..., :2]), torch.minimum(made[..., 2:], wanted[..., 2:])
    shared = (high - low).clamp_min(0).prod(dim=-1)
    areas = [(box[..., 2:] - box[..., :2]).clamp_min(0).prod(dim=-1) for box in (made, wanted)]
    union = areas[0] + areas[1] - shared
    low, high = torch.minimum(made[..., :2], wanted[..., :2]), torch.maximum(made[..., 2:], wanted[..., 2:])
    hull = (high - low).prod(dim=-1)
    return shared / union.clamp_min(1e-6) - (hull - union) / hull.clamp_min(1e-6)
