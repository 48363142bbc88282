"""A set of generated pictures beside a set of real ones: how real, how varied, and how sure the numbers are."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.evaluation.features import Backbone, pooled
from looksmith.evaluation.metrics.artfid import artfid
from looksmith.evaluation.metrics.coverage import neighbours
from looksmith.evaluation.metrics.diversity import diversity, vendi_score
from looksmith.evaluation.metrics.frechet_distance import frechet_interval
from looksmith.evaluation.metrics.kernel_distance import kernel_interval
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance
from looksmith.evaluation.notebook import Notebook, key_of
from looksmith.evaluation.statistics.bootstrap import bootstrap
from looksmith.evaluation.verdict import Finding
from looksmith.media.colour import to_srgb8
from looksmith.media.read import read_photo

NEAREST = 5
LEAST = 2 * (NEAREST + 1)
"""Pictures that a set must have."""

FEW = 100
"""Pictures below which a set's numbers are told to be unsure."""

Rows = NDArray[np.floating]


@dataclass(frozen=True)
class SetNumber:
    """One number of two sets.

    Attributes:
        value: the number.
        low, high: its 95 % interval; NaN where none is given.
        floor: what sets of these sizes score that differ in nothing; None where there is no such thing.
        higher_is_better: which way is good.
    """

    value: float
    low: float
    high: float
    floor: float | None
    higher_is_better: bool


def compare_sets(
    generated: Rows, real: Rows, name: str, *, content: NDArray[np.floating] | None = None, seed: int = 0
) -> dict[str, SetNumber]:
    """Every number of two sets of features.

    Args:
        generated, real: N x D and M x D pooled features (see :func:`pooled`), 12 rows or more each.
        name: of the network that they come from; it becomes part of every number's name.
        content: N distances of the generated pictures to the photos that they were made of, for the ArtFID-like score.
        seed: of what is drawn.

    Raises:
        LooksmithError: a set is too small.
    """
    for which, rows in (("generated", generated), ("real", real)):
        if len(rows) < LEAST:
            raise LooksmithError(
                "the set is too small", where=which, expected=f"{LEAST} pictures or more", got=len(rows)
            )
    frechet = frechet_interval(generated, real, seed=seed)
    kernel = kernel_interval(generated, real, seed=seed)
    nan = float("nan")
    near = neighbours(generated, real, nearest=NEAREST)
    found = {
        f"frechet-distance[{name}]": SetNumber(frechet.value, frechet.low, frechet.high, frechet.floor, False),
        f"kernel-distance[{name}]": SetNumber(kernel.value, kernel.low, kernel.high, kernel.floor, False),
    }
    shares = {"precision": near.precise, "recall": near.recalled, "density": near.dense, "coverage": near.covered}
    for kind, values in shares.items():
        interval = bootstrap(values, seed=seed, rounds=1000)
        found[f"{kind}[{name}]"] = SetNumber(interval.value, interval.low, interval.high, None, True)
    for which, x in (("", generated), ("-of-real", real)):
        for kind, varied in (("diversity", diversity(x)), ("vendi-score", vendi_score(x))):
            found[f"{kind}{which}[{name}]"] = SetNumber(varied, nan, nan, None, True)
    if content is not None:
        kept = float(np.mean(content))
        score, least = artfid(kept, frechet.value), artfid(kept, frechet.floor)
        found[f"artfid-form[{name}]"] = SetNumber(score, nan, nan, least, False)
    return found


def features_of(
    paths: Sequence[Path],
    backbone: Backbone,
    *,
    notebook: Notebook,
    on_done: Callable[[int], None] = lambda done: None,
    on_mistake: Callable[[Path, LooksmithError], None] = lambda path, error: None,
) -> tuple[NDArray[np.float32], list[Path]]:
    """Pooled features of every picture that can be read, a row each, and which those are."""
    rows, kept = [], []
    for number, path in enumerate(paths, start=1):
        try:
            key = key_of([path], "features", backbone.name)
            known = notebook.get(key)
            entry = known or {"picture": str(path), "features": _packed(pooled(backbone(to_srgb8(read_photo(path)))))}
        except LooksmithError as error:
            on_mistake(path, error)
        except ValueError as error:
            on_mistake(path, LooksmithError("the picture is too small to measure", where=path, got=str(error)))
        else:
            if known is None:
                notebook.put(key, entry)
            rows.append(_unpacked(entry))
            kept.append(path)
        on_done(number)
    return np.stack(rows) if rows else np.zeros((0, 0), np.float32), kept


def content_distances(
    pairs: Sequence[tuple[Path, Path]],
    backbone: Backbone,
    *,
    notebook: Notebook,
    on_done: Callable[[int], None] = lambda done: None,
) -> NDArray[np.float64]:
    """Perceptual distance of each picture to the photo that it was made of.

    Raises:
        LooksmithError: a file cannot be read, or the sizes differ.
    """
    found = []
    for number, (picture, photo) in enumerate(pairs, start=1):
        key = key_of([picture, photo], "content", backbone.distance_name)
        entry = notebook.get(key)
        if entry is None:
            made, before = (to_srgb8(read_photo(path)) for path in (picture, photo))
            if made.shape != before.shape:
                raise LooksmithError(
                    "the picture is not of the photo's size",
                    where=picture,
                    expected=f"{before.shape[1]} x {before.shape[0]} pixels",
                    got=f"{made.shape[1]} x {made.shape[0]} pixels",
                )
            value = perceptual_distance(backbone(made), backbone(before), backbone.heads)
            entry = {"picture": str(picture), "photo": str(photo), "distance": value}
            notebook.put(key, entry)
        found.append(float(entry["distance"]))
        on_done(number)
    return np.array(found)


def verdict_of_sets(numbers: dict[str, SetNumber], generated: int, real: int) -> tuple[Finding, ...]:
    """What the numbers of two sets mean, in words."""
    by = {name.partition("[")[0]: number for name, number in numbers.items()}
    found: list[Finding] = []

    def tell(kind: Any, about: str, en: str, zh: str) -> None:
        found.append(Finding(kind, about, {"en": en, "zh": zh}))

    kernel = by["kernel-distance"]
    if kernel.low > (kernel.floor or 0):
        tell(
            "wrong",
            "real",
            "the generated pictures differ from the real ones beyond chance",
            "生成图与真实图的差异超出偶然",
        )
    else:
        tell("good", "real", "no difference from the real pictures beyond chance", "与真实图没有超出偶然的差异")
    if by["precision"].high < 0.6:
        share = f"{1 - by['precision'].value:.0%}"
        tell("wrong", "real", f"{share} look like none of the real pictures", f"{share} 与任何真实图都不像")
    varied = by["diversity"].value / max(by["diversity-of-real"].value, 1e-9)
    if varied < 0.8:
        tell("wrong", "varied", f"less varied than the real pictures ({varied:.0%})", f"不如真实图多样（{varied:.0%}）")
    else:
        tell("good", "varied", f"as varied as the real pictures ({varied:.0%})", f"与真实图同样多样（{varied:.0%}）")
    if by["coverage"].high < 0.6:
        share = f"{1 - by['coverage'].value:.0%}"
        tell(
            "wrong",
            "varied",
            f"{share} of the real pictures have no like among them",
            f"{share} 的真实图没有对应的生成图",
        )
    if min(generated, real) < FEW:
        few = min(generated, real)
        tell("note", "sure", f"only {few} pictures: the numbers are unsure", f"只有 {few} 张图片，数字不够可靠")
    return tuple(sorted(found, key=lambda finding: ("wrong", "note", "good").index(finding.kind)))


def _packed(row: NDArray[np.float32]) -> str:
    return base64.b64encode(row.astype("<f4").tobytes()).decode()


def _unpacked(entry: dict[str, Any]) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(entry["features"]), "<f4").astype(np.float32)
