"""Identity: of the domain (Zhu et al. 2017), and of the person."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn.functional import cosine_similarity


def same_domain_identity(y: Tensor, y_same: Tensor) -> Tensor:
    """E_y‖G_AB(y) − y‖₁, a scalar: a picture that is already of the wanted domain should stay (Zhu et al. 2017, 5.2).

    It keeps the generator from turning colours over for no reason.

    Args:
        y: pictures of the generator's own output domain, N x C x H x W.
        y_same: G_AB(y).
    """
    return (y_same - y).abs().mean()


def face_identity(embed: Callable[[Tensor], Tensor], made: Tensor, original: Tensor) -> Tensor:
    """1 − cos(e(made), e(original)), averaged over the batch, a scalar in [0, 2].

    Args:
        embed: a frozen face embedding: pictures N x 3 x H x W in [0, 1] to N x D; it must let gradients through.
        made: pictures that ask for gradients.
        original: the same people before; no gradient goes there.
    """
    return (1 - cosine_similarity(embed(made), embed(original).detach(), dim=1)).mean()
