"""Sets of pictures on ladders of corruptions: a set beside itself, ever more corrupted or ever less varied.

As Heusel et al. 2017 disturb a data set and hold it against itself (figure 3), and as Naeem et al. 2020 put strangers
in and leave out ever more kinds of pictures.  Each ladder is climbed many times, each time with other pictures, drawn
from all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from benchmarks import record
from benchmarks.corruptions import LADDERS
from benchmarks.grid import Picture
from looksmith.evaluation.features import Backbone, pooled
from looksmith.evaluation.metrics.artfid import artfid
from looksmith.evaluation.metrics.coverage import coverage, distances
from looksmith.evaluation.metrics.diversity import diversity, vendi_score
from looksmith.evaluation.metrics.frechet_distance import frechet_distance
from looksmith.evaluation.metrics.kernel_distance import kernel_distance
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance

Array = NDArray[np.floating]

APART = ("frechet-distance", "kernel-distance", "artfid-form")
"""Must rise at every step when every picture is corrupted ever more.

Precision, density and the numbers of variety need not: they ask how many pictures lie among the real ones, and how far
apart they lie; noise that makes all alike can bring them back among a few odd real ones.  Their ladders are the others.
"""

RUINED = ("frechet-distance", "precision", "density", "coverage")
"""Told when ever more of the pictures are ruined; shares must never rise, and end below where they began.

The kernel distance is all but a distance of means, and of four kinds of ruin the means point in four directions.
"""

VARIED = ("frechet-distance", "recall", "coverage", "diversity", "vendi-score")
"""Told when variety is lost around the middle; the means, and so the kernel distance, hardly move."""

SHARES = (0.0, 0.125, 0.25, 0.5, 1.0)
"""Ever more ruined: so many of the pictures, each by the last step of one ladder, the ladders in turn."""

RUIN = ("noise", "blur", "shuffle", "colour cast")
KINDS = (1.0, 0.5, 0.25, 0.12, 0.06)
"""Fewer kinds: only so many of the pictures, those most like the most typical one, again and again."""


def measured(made: Array, real: Array, content: float) -> dict[str, float]:
    """Every number of two sets of pooled features."""
    near, far = coverage(made, real), frechet_distance(made, real)
    return {
        "frechet-distance": far,
        "kernel-distance": kernel_distance(made, real),
        "artfid-form": artfid(content, far),
        "precision": near.precision,
        "density": near.density,
        "recall": near.recall,
        "coverage": near.coverage,
        "diversity": diversity(made),
        "vendi-score": vendi_score(made),
    }


def told(name: str, values: Iterable[float]) -> bool:
    """Whether every step is worse; of shares, which end at 0 and 1, whether none is better and the last is worse."""
    row = np.array(list(values))
    if name in APART:
        return bool((np.diff(row) > 0).all())
    return bool((np.diff(row) <= 1e-9).all() and row[-1] < row[0])


def corrupted(pictures: list[Picture], network: Backbone) -> dict[str, tuple[list[Array], list[Array]]]:
    """Of every ladder, the pictures themselves first, then each step: pooled features, and distances to the photos."""
    names = [name for name in LADDERS if name != "another person"]
    found: dict[str, tuple[list[Array], list[Array]]] = {}
    rows: dict[str, list[list[Array]]] = {name: [] for name in names}
    away: dict[str, list[list[float]]] = {name: [] for name in names}
    for k, picture in enumerate(track(pictures, "sets on ladders", console=Console(stderr=True))):
        before = network(picture.rgb)
        for name in names:
            ladder = LADDERS[name]
            steps = [before, *(network(ladder.at(picture.rgb, step, k, picture.rgb)) for step in ladder.steps)]
            rows[name].append([pooled(features) for features in steps])
            away[name].append([perceptual_distance(features, before, network.heads) for features in steps])
    for name in names:
        found[name] = (
            [np.stack(step) for step in zip(*rows[name], strict=True)],
            [np.array(step) for step in zip(*away[name], strict=True)],
        )
    return found


def ruined(steps: Mapping[str, Array]) -> Array:
    """Of every picture its last step on one ladder: the first on the first ladder, the next on the next."""
    rows = np.array(next(iter(steps.values())))
    for k in range(len(rows)):
        rows[k] = steps[RUIN[k % len(RUIN)]][k]
    return rows


def ever_more(real: Array, bad: Array) -> list[Array]:
    """The set, and then ever more of its rows, the first ones, in their ruined form."""
    return [np.concatenate([bad[: round(share * len(real))], real[round(share * len(real)) :]]) for share in SHARES]


def fewer_kinds(real: Array) -> list[Array]:
    """The set, and then only those of its rows that are nearest to its medoid, repeated to as many as before."""
    apart = distances(real, real)
    order = np.argsort(apart[apart.sum(axis=1).argmin()], kind="stable")
    return [real[np.resize(order[: max(round(share * len(real)), 2)], len(real))] for share in KINDS]


def climbs(pictures: list[Picture], network: Backbone, *, draws: int, size: int) -> dict[str, Any]:
    """Every ladder: the numbers of all pictures, and in what share of draws of ``size`` pictures each tells every step.

    Args:
        pictures: at least ``size``.
        network: whose features are compared.
        draws: how often the ladders are climbed.
        size: pictures of one draw, drawn without replacement.
    """
    found = corrupted(pictures, network)
    real = next(iter(found.values()))[0][0]
    result: dict[str, Any] = {}
    everything = np.arange(len(pictures))
    chosen = [np.random.default_rng(seed).permutation(len(pictures))[:size] for seed in range(draws)]
    for name, (rows, away) in found.items():
        sets = [
            [measured(step[some], real[some], float(far[some].mean())) for step, far in zip(rows, away, strict=True)]
            for some in (everything, *chosen)
        ]
        result[name] = {"steps": [0, *LADDERS[name].steps], **_summed(sets, APART)}
    bad = ruined({name: found[name][0][-1] for name in RUIN})
    sets = [
        [measured(made, real[some], 0.0) for made in ever_more(real[some], bad[some])] for some in (everything, *chosen)
    ]
    result["ever more ruined"] = {"steps": list(SHARES), **_summed(sets, RUINED)}
    sets = [[measured(made, real[some], 0.0) for made in fewer_kinds(real[some])] for some in (everything, *chosen)]
    result["fewer kinds"] = {"steps": list(KINDS), **_summed(sets, VARIED)}
    return result


def _summed(sets: list[list[dict[str, float]]], meant: tuple[str, ...]) -> Mapping[str, Any]:
    whole, *drawn = sets
    return {
        "values": {number: [float(f"{step[number]:.5g}") for step in whole] for number in whole[0]},
        "told by": {
            number: record.bootstrap(np.array([told(number, (s[number] for s in steps)) for steps in drawn], float))
            for number in meant
        },
    }
