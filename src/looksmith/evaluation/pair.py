"""One picture beside the photo it was made of and the style it was made after: every number, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.evaluation.artefacts.detect import Artefact, artefacts
from looksmith.evaluation.features import Backbone, at_most, shipped
from looksmith.evaluation.identity import FaceJudge
from looksmith.evaluation.metrics.change_outside import change_outside
from looksmith.evaluation.metrics.colour_drift import colour_drift
from looksmith.evaluation.metrics.content_distance import content_distance
from looksmith.evaluation.metrics.edges_kept import edges_kept
from looksmith.evaluation.metrics.gradient_ssim import gradient_ssim
from looksmith.evaluation.metrics.ms_ssim import SMALLEST, ms_ssim
from looksmith.evaluation.metrics.palette_distance import palette_distance
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance
from looksmith.evaluation.metrics.psnr import psnr
from looksmith.evaluation.metrics.ssim import ssim
from looksmith.evaluation.metrics.style_distance import gram_distance, moment_distance

Rgb = NDArray[np.uint8]

SIDE = 1024
"""Longest side at which structure and colours are compared; PSNR and the change outside are of full size."""

LEAST = 32
"""Pixels a side that a picture must have."""


@dataclass(frozen=True)
class PairScores:
    """What was measured; each number by its name, which names the network where one has a part in it.

    Attributes:
        numbers: PSNR is None for equal pictures (it is infinite); identity is None when the photo shows no face.
        higher_is_better: for every number.
        artefacts: what the detectors say of the picture, beside the photo where there is one.
        in_style: names of the artefacts that the style picture has itself.
        unchanged_style: the style numbers of the photo itself: what they were before anything was done.
        same_person: the judge's limit of one person, None without a judge.
    """

    numbers: dict[str, float | None]
    higher_is_better: dict[str, bool]
    artefacts: tuple[Artefact, ...]
    in_style: tuple[str, ...] = ()
    unchanged_style: dict[str, float] = field(default_factory=dict)
    same_person: float | None = None


def measure_pair(
    picture: Rgb,
    *,
    content: Rgb | None = None,
    style: Rgb | None = None,
    where: NDArray[np.floating] | None = None,
    backbone: Backbone | None = None,
    judge: FaceJudge | None = None,
    detectors: bool = True,
) -> PairScores:
    """Measure one picture.

    Args:
        picture: what was made, H x W x 3 uint8 sRGB.
        content: the photo it was made of, of the same size.
        style: a picture of the style, of any size.
        where: H x W in [0, 1], where the photo was to be changed; needs ``content``.
        backbone: whose features are compared; by default the shipped perceptual network.
        judge: who says whether it is still the same person; without one identity is left out.
        detectors: whether to look for artefacts.

    Returns:
        of ``content``: psnr, ssim, ms-ssim (from 176 pixels a side), perceptual and content distance, structure and
        edges kept, colour drift; with ``where`` the change outside; with ``judge`` identity.  Of ``style``: Gram,
        moment and palette distance.  With ``detectors``: artefacts.

    Raises:
        LooksmithError: the sizes do not fit, a picture is too small, or there is nothing to compare with.
    """
    _check(picture, content, style, where)
    network = backbone or shipped()
    numbers: dict[str, float | None] = {}
    better: dict[str, bool] = {}

    def put(name: str, value: float | None, higher: bool) -> None:
        numbers[name], better[name] = value, higher

    features = network(picture)
    if content is not None:
        exact = psnr(picture, content)
        put("psnr", exact if np.isfinite(exact) else None, True)
        small, photo = at_most(picture, SIDE), at_most(content, SIDE)
        put("ssim", ssim(small, photo), True)
        if min(small.shape[:2]) >= SMALLEST:
            put("ms-ssim", ms_ssim(small, photo), True)
        put("structure-kept", gradient_ssim(small, photo), True)
        put("edges-kept", edges_kept(small, photo), True)
        before = network(content)
        put(network.distance_name, perceptual_distance(features, before, network.heads), False)
        put(f"content-distance[{network.name}]", content_distance(features, before), False)
        drift = colour_drift(small, photo)
        put("colour-drift-ciede2000", drift.mean, False)
        put("colour-drift-ciede2000-overall", drift.overall, False)
        if where is not None:
            outside = change_outside(picture, content, where)
            put("changed-outside-share", outside.share, False)
            put("changed-outside-largest", outside.largest, False)
        if judge is not None:
            put(f"identity-distance[{judge.name}]", judge.distance(picture, content), False)
    unchanged: dict[str, float] = {}
    if style is not None:
        wanted = network(style)
        of: dict[str, Callable[[Rgb], float]] = {
            f"gram-distance[{network.name}]": lambda rgb: gram_distance(network(rgb), wanted),
            f"moment-distance[{network.name}]": lambda rgb: moment_distance(network(rgb), wanted),
            "palette-distance-cielab": lambda rgb: palette_distance(rgb, style),
        }
        for name, distance in of.items():
            put(name, distance(picture), False)
            if content is not None:
                unchanged[name] = 0.0 if content is style else distance(content)
    return PairScores(
        numbers=numbers,
        higher_is_better=better,
        artefacts=artefacts(picture, content) if detectors else (),
        in_style=tuple(a.name for a in artefacts(style) if a.found) if detectors and style is not None else (),
        unchanged_style=unchanged,
        same_person=None if judge is None else judge.same_person,
    )


def _check(picture: Rgb, content: Rgb | None, style: Rgb | None, where: NDArray[np.floating] | None) -> None:
    if content is None and style is None:
        raise LooksmithError(
            "there is nothing to compare the picture with",
            expected="the photo it was made of, or a picture of the style",
            hint="looksmith evaluate pair out.jpg --content me.jpg --style painting.jpg",
        )
    if content is not None and content.shape != picture.shape:
        raise LooksmithError(
            "the picture is not of the photo's size",
            expected=_size(content.shape),
            got=_size(picture.shape),
            hint="make the picture from this photo, at its full size",
        )
    if where is not None and (content is None or where.shape != content.shape[:2]):
        raise LooksmithError(
            "the mask does not fit the photo",
            expected="a photo, and a mask of its size",
            got="no photo" if content is None else _size(where.shape),
        )
    for name, rgb in (("picture", picture), ("content", content), ("style", style)):
        if rgb is not None and min(rgb.shape[:2]) < LEAST:
            raise LooksmithError(
                "the picture is too small to measure",
                where=name,
                expected=f"{LEAST} pixels a side or more",
                got=_size(rgb.shape),
            )


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]} x {shape[0]} pixels"
