"""Whether the numbers of blind rating can be trusted: thousands of votes by simulated people with a planted taste.

    python -m benchmarks.rating [--studies 200] [--quick]

Each person has a taste of their own around a common one, and each picture suits one source better than another, so
that votes are not independent (logistic choice; both deviations 0.5).  Every simulated study goes through the plan and
the results of ``looksmith evaluate rate``.  Needs no pictures, no peer and no extra.  Writes results/rating.json.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from benchmarks import record
from looksmith.evaluation.rating.plan import Trial, plan
from looksmith.evaluation.rating.results import Results, results
from looksmith.evaluation.rating.store import About, Answer, Rater
from looksmith.evaluation.rating.study import Settings
from looksmith.evaluation.statistics.bradley_terry import bradley_terry
from looksmith.evaluation.statistics.proportion import holm, sign_test, wilson

LABELS = ("first", "second", "third")
TASTE = (0.7, 0.0, -0.7)
OWN, PICTURE, ALIKE = 0.5, 0.5, 0.08
RATERS, PICTURES, VOTES = 8, 30, 40
TARGETS = {"coverage": 0.92, "false alarms": 0.06}
Array = NDArray[np.float64]


def study(taste: Sequence[float], seed: int) -> Results:
    """One simulated study, measured."""
    rng = np.random.default_rng(seed)
    settings = Settings(votes=VOTES, seed=seed)
    own = rng.normal(0, OWN, (RATERS, len(taste)))
    picture = rng.normal(0, PICTURE, (PICTURES, len(taste)))
    raters = [Rater(number, f"rater {number}", "") for number in range(RATERS)]
    answers = [
        Answer(rater.number, place, trial, _choice(trial, np.array(taste) + own[rater.number], picture, rng), 1500, "")
        for rater in raters
        for place, trial in enumerate(plan(len(taste), PICTURES, settings, rater.number))
    ]
    names = [str(number) for number in range(PICTURES)]
    about = About(
        format=1, labels=list(LABELS), names=names, digest="", secret="", votes=VOTES, scores=[], scored=1,
        question="", seed=seed,
    )  # fmt: skip
    return results(about, raters, answers)


def _choice(trial: Trial, taste: Array, picture: Array, rng: np.random.Generator) -> str:
    if trial.kind == "check":
        return "right" if trial.broken == "left" else "left"
    if rng.random() < ALIKE:
        return "alike"
    value = taste + picture[trial.subject]
    return "left" if rng.random() < 1 / (1 + math.exp(value[trial.right] - value[trial.left])) else "right"


def common_shares(taste: Sequence[float], draws: int = 400_000) -> Array:
    """How often each is preferred by all people on all pictures: what the intervals should hold."""
    rng = np.random.default_rng(0)
    values = np.array(taste) + rng.normal(0, math.hypot(OWN, PICTURE), (draws, len(taste)))
    chances = 1 / (1 + np.exp(values[:, None, :] - values[:, :, None]))
    wins = chances.mean(axis=0)
    np.fill_diagonal(wins, 0)
    fitted = bradley_terry(wins).strengths
    common = 1 / (1 + np.exp(fitted[None, :] - fitted[:, None]))
    return np.asarray((common.sum(axis=1) - 0.5) / (len(taste) - 1))


def measure(studies: int) -> dict[str, Any]:
    """Coverage of the intervals, recovery of the order, false alarms; ours and as if votes were independent."""
    console = Console(stderr=True)
    truth = dict(zip(LABELS, common_shares(TASTE), strict=True))
    held: dict[str, list[bool]] = {"ours": [], "independent": []}
    order, effects = [], []
    for seed in track(range(studies), "planted taste", console=console):
        found = study(TASTE, seed)
        order.append([source.label for source in found.sources] == list(LABELS))
        effects.append(found.design_effect)
        for source in found.sources:
            held["ours"].append(source.share.low <= truth[source.label] <= source.share.high)
            plain = wilson(source.won, source.won + source.lost)
            held["independent"].append(plain.low <= truth[source.label] <= plain.high)
    alarms: dict[str, list[bool]] = {"ours": [], "independent": []}
    for seed in track(range(studies), "no taste", console=console):
        found = study((0.0, 0.0, 0.0), 10_000 + seed)
        alarms["ours"].append(any(pair.chance < 0.05 for pair in found.pairs))
        alarms["independent"].append(min(holm([sign_test(pair.won, pair.lost) for pair in found.pairs])) < 0.05)
    return {
        "setting": {
            "studies": studies, "raters": RATERS, "pictures": PICTURES, "votes of each": VOTES, "taste": list(TASTE),
            "deviation of people": OWN, "deviation of pictures": PICTURE, "alike": ALIKE,
        },
        "targets": TARGETS,
        "coverage": {name: _share(values) for name, values in held.items()},
        "false alarms": {name: _share(values) for name, values in alarms.items()},
        "order found": _share(order),
        "design effect": round(float(np.median(effects)), 3),
    }  # fmt: skip


def _share(values: Sequence[bool]) -> dict[str, float]:
    found = wilson(sum(values), len(values))
    return {"value": round(found.value, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def rows(result: dict[str, Any]) -> list[dict[str, str]]:
    """What the tables show."""
    setting = result["setting"]
    en = f"{setting['studies']} simulated studies, {setting['raters']} raters, {setting['votes of each']} votes each"
    zh = f"{setting['studies']} 次模拟，{setting['raters']} 位评分者，每人 {setting['votes of each']} 票"
    coverage, alarms, order = result["coverage"], result["false alarms"], result["order found"]
    return [
        {
            "en": f"95 % intervals that hold the truth ({en}; as if votes were independent: "
            f"{coverage['independent']['value']:.0%})",
            "zh": f"95% 区间包含真值的比例（{zh}；若当作独立投票：{coverage['independent']['value']:.0%}）",
            "value": _percent(coverage["ours"]),
            "target": f"≥ {TARGETS['coverage']:.0%}",
        },
        {
            "en": "a preference is claimed where there is none (as if votes were independent: "
            f"{alarms['independent']['value']:.0%})",
            "zh": f"没有偏好时误报偏好（若当作独立投票：{alarms['independent']['value']:.0%}）",
            "value": _percent(alarms["ours"]),
            "target": f"≤ {TARGETS['false alarms']:.0%}",
        },
        {"en": "the planted order of three is found", "zh": "找回植入的三者顺序", "value": _percent(order)},
    ]


def _percent(share: dict[str, float]) -> str:
    return f"{share['value']:.0%} <sub>{share['low']:.0%} – {share['high']:.0%}</sub>"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rating", description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="4 studies; no file")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    result = measure(4 if given.quick else given.studies)
    result["rows"] = rows(result)
    for row in result["rows"]:
        print(f"{row['value']:40} {row['en']}")
    if not given.quick:
        print(record.write("rating", result, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
