"""Diversity: different codes should give different pictures."""

from __future__ import annotations

from torch import Tensor


def mode_seeking(x: Tensor, other: Tensor, code: Tensor, other_code: Tensor) -> Tensor:
    """d(z₁, z₂) / d(x₁, x₂), averaged over the batch, a scalar to be lowered (mode-seeking GAN, Mao et al. 2019).

    Distances are mean absolute differences.  1e-2 is added to that of the pictures, which bounds the value,
    and the gradient, where the generator ignores its code.

    Args:
        x, other: N x C x H x W, made of the same inputs with two codes.
        code, other_code: N x D.
    """
    apart = (x - other).abs().flatten(1).mean(1)
    codes = (code - other_code).abs().flatten(1).mean(1)
    return (codes / (apart + 1e-2)).mean()


def style_diversity(x: Tensor, other: Tensor) -> Tensor:
    """−E‖x₁ − x₂‖₁, a scalar to be lowered (the style diversification of StarGAN v2, Choi et al. 2020).

    Its weight should fall to zero over the training, as there, because it knows no bound but the range of pictures.

    Args:
        x, other: N x C x H x W, made of the same inputs with two codes.
    """
    return -(x - other).abs().mean()
