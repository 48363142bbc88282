"""Adversarial losses on a discriminator's scores (logits of any shape), higher meaning more real.

minimax         Goodfellow et al. 2014:  min_G max_D  E_x[log D(x)] + E_z[log(1 − D(G(z)))], D = sigmoid of the score
non_saturating  the same paper's other loss for G: maximise E_z[log D(G(z))], which has gradients while D is sure
least_squares   Mao et al. 2017: targets 1 for real and 0 for made; the one of CycleGAN
hinge           Lim & Ye 2017; Miyato et al. 2018
wasserstein     Arjovsky et al. 2017; needs the gradient penalty of ``losses.gradient_penalty``

Conditional forms are the same with D(x∣c) and G(z∣c): the scores then come from a discriminator that was shown c.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch.nn.functional import relu, softplus

Form = Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"]


def discriminator_loss(real: Tensor, fake: Tensor, form: Form) -> Tensor:
    """What the discriminator lowers, a scalar.

    minimax and non_saturating: −E[log σ(real)] − E[log(1 − σ(fake))];
    least_squares: ½ E[(real − 1)²] + ½ E[fake²];  hinge: E[max(0, 1 − real)] + E[max(0, 1 + fake)];
    wasserstein: E[fake] − E[real].

    Args:
        real: scores of real pictures.
        fake: scores of made pictures, which ask for no gradient of the generator.
        form: one of :data:`Form`.
    """
    if form in ("minimax", "non_saturating"):
        return softplus(-real).mean() + softplus(fake).mean()
    if form == "least_squares":
        return 0.5 * ((real - 1).square().mean() + fake.square().mean())
    if form == "hinge":
        return relu(1 - real).mean() + relu(1 + fake).mean()
    if form == "wasserstein":
        return fake.mean() - real.mean()
    raise ValueError(f"adversarial form {form!r}; expected minimax, non_saturating, least_squares, hinge, wasserstein")


def made_loss(fake: Tensor, form: Form) -> Tensor:
    """The half of :func:`discriminator_loss` that is about made pictures, a scalar.

    For more that shall be taken for made, such as real pictures under another's condition (Reed et al. 2016).
    """
    if form in ("minimax", "non_saturating"):
        return softplus(fake).mean()
    if form == "least_squares":
        return 0.5 * fake.square().mean()
    if form == "hinge":
        return relu(1 + fake).mean()
    if form == "wasserstein":
        return fake.mean()
    raise ValueError(f"adversarial form {form!r}; expected minimax, non_saturating, least_squares, hinge, wasserstein")


def generator_loss(fake: Tensor, form: Form) -> Tensor:
    """What the generator lowers, a scalar.

    minimax: E[log(1 − σ(fake))];  non_saturating: −E[log σ(fake)];  least_squares: E[(fake − 1)²];
    hinge and wasserstein: −E[fake].

    Args:
        fake: scores of made pictures.
        form: one of :data:`Form`.
    """
    if form == "minimax":
        return -softplus(fake).mean()
    if form == "non_saturating":
        return softplus(-fake).mean()
    if form == "least_squares":
        return (fake - 1).square().mean()
    if form in ("hinge", "wasserstein"):
        return -fake.mean()
    raise ValueError(f"adversarial form {form!r}; expected minimax, non_saturating, least_squares, hinge, wasserstein")


def middle(form: Form) -> float:
    """The score between real and made: above it, the discriminator takes a picture for real."""
    return 0.5 if form == "least_squares" else 0.0
