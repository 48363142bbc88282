"""How far a mesh is from the one that is wanted, in units of the distance between the eyes."""

from __future__ import annotations

import torch
from torch import Tensor

from looksmith.faces.landmarks import EYE_CORNERS, LEFT_EYE, LIPS_INNER, LIPS_OUTER, RIGHT_EYE

OUTER = (EYE_CORNERS[0][0], EYE_CORNERS[1][0])


def normalised_landmark_error(
    made: Tensor, wanted: Tensor, weights: Tensor | None = None, depth: float = 0.0, corners: tuple[int, int] = OUTER
) -> Tensor:
    """Mean distance of points over the distance of the outer corners of the eyes, one number a face.

    sum_i w_i |m_i - t_i| / (sum_i w_i d), with d the distance of the corners in ``wanted``: in the plane as in 300-W
    (Sagonas et al. 2013) where there is no z; in space where there is, so that turning the head keeps it.

    Args:
        made, wanted: N x P x 2 or N x P x 3, in one unit.
        weights: P, default all alike.
        depth: weight of z in the distance of two points; at 0 only the plane counts.
        corners: the two points that give the unit.
    """
    unit = (wanted[:, corners[0]] - wanted[:, corners[1]]).norm(dim=-1).clamp_min(1e-6)
    off = made - wanted
    squared = off[..., :2].square().sum(dim=-1)
    if depth and off.shape[-1] == 3:
        squared = squared + depth**2 * off[..., 2].square()
    distance = (squared + 1e-12).sqrt()
    if weights is None:
        return torch.as_tensor(distance.mean(dim=1) / unit)
    return torch.as_tensor((distance * weights).sum(dim=1) / weights.sum() / unit)


def landmark_weights(points: int, lips: float, eyes: float) -> Tensor:
    """A weight for each point: ``lips`` and ``eyes`` for theirs (irises too), 1 for the others."""
    weights = torch.ones(points)
    weights[list(LIPS_OUTER + LIPS_INNER)] = lips
    weights[list(LEFT_EYE + RIGHT_EYE)] = eyes
    weights[468:] = eyes
    return weights
