"""What the results mean and what to do next, in words, English and Chinese."""

from __future__ import annotations

import math
from dataclasses import dataclass

from looksmith.evaluation.rating.ranking import FEWEST
from looksmith.evaluation.rating.results import Results
from looksmith.evaluation.statistics.sample_size import share_found

RELIABLE, TENTATIVE = 0.8, 0.667
"""Alpha from which conclusions are sound, and from which they are tentative (Krippendorff 2004)."""

SLIGHT = 0.75
"""A preference; two sources are called as good as equal when a greater one would have been seen."""

MOST = 100_000
"""Votes beyond which nobody will go."""


@dataclass(frozen=True)
class Words:
    """The same in English and Chinese."""

    en: str
    zh: str


def headline(found: Results) -> Words:
    """The result in one sentence."""
    if not found.votes:
        return Words("Nobody has voted yet.", "还没有人投票。")
    best = found.sources[0]
    near = [pair for pair in found.pairs if pair.first == 0]
    if not math.isnan(best.share.value) and near and all(p.chance < 0.05 and p.share.value > 0.5 for p in near):
        share = f"{100 * best.share.value:.0f}"
        return Words(
            f"{best.label} is preferred: chosen {share} % of the time.",
            f"“{best.label}”更受喜爱：{share}% 的情况下被选中。",
        )
    if found.pairs and any(pair.chance < 0.05 for pair in found.pairs):
        return Words(
            f"{best.label} leads, but not beyond doubt against every other.",
            f"“{best.label}”领先，但与部分来源的差距尚不确定。",
        )
    return Words("No preference can be told yet.", "目前还看不出明显的偏好。")


def advice(found: Results) -> list[Words]:
    """What to do next: more votes where they are missing, a look at raters who were careless, how far people agree."""
    said = [*_votes(found), *_people(found), *_agreement(found), *_care(found)]
    return said or [Words("Nothing: the result is clear.", "无需更多：结果已经清楚。")]


def _votes(found: Results) -> list[Words]:
    said = []
    if found.votes < 20:
        said.append(
            Words(
                f"{found.votes} votes are too few to say much; 20 or more for each two sources show a clear taste.",
                f"只有 {found.votes} 票，太少；每两个来源至少 20 票才能看出强烈的偏好。",
            )
        )
    for pair in found.pairs:
        if pair.chance < 0.05:
            continue
        first, second = found.sources[pair.first].label, found.sources[pair.second].label
        have = pair.won + pair.lost + pair.alike
        lead = f"{100 * max(pair.share.value, 1 - pair.share.value):.0f}"
        if pair.needed is not None and have < pair.needed <= MOST:
            said.append(
                Words(
                    f"{first} : {second}: about {pair.needed - have} more votes would tell a preference of {lead} % "
                    "(80 % power).",
                    f"{first} : {second}：若偏好为 {lead}%，约需再投 {pair.needed - have} 票才能确定（检验功效 80%）。",
                )
            )
        elif (least := share_found(have, design_effect=found.design_effect)) < SLIGHT:
            seen = f"{100 * least:.0f}"
            said.append(
                Words(
                    f"{first} : {second}: as good as equal; {have} votes would have shown a preference of {seen} %.",
                    f"{first} : {second}：几乎相当；{have} 票足以显示 {seen}% 以上的偏好。",
                )
            )
    if found.votes >= 20 and found.design_effect >= 1.5:
        effect = f"{found.design_effect:.1f}"
        said.append(
            Words(
                f"{effect} of these votes tell as much as one independent vote: more raters and pictures help more "
                "than more votes by the same people.",
                f"这些投票中每 {effect} 票只相当于 1 张独立票：增加评分者和图片比让同一批人多投票更有用。",
            )
        )
    return said


def _people(found: Results) -> list[Words]:
    if not found.of_these_people or len(found.raters) < 2:
        return []
    count = len(found.raters)
    return [
        Words(
            f"The intervals speak of these {count} raters: from {FEWEST} on they speak of people like them.",
            f"区间只代表这 {count} 位评分者；达到 {FEWEST} 位后才能代表类似的人群。",
        )
    ]


def _agreement(found: Results) -> list[Words]:
    if not found.shared:
        if found.votes and len(found.raters) < 2:
            return [
                Words("One rater is one taste: ask four more people at least.", "一个人只代表一种口味：请再找四个人。")
            ]
        return []
    if math.isnan(found.alpha):
        return []
    alpha, shared = f"{found.alpha:.2f}", found.shared
    if found.alpha >= RELIABLE:
        words, zh = "raters agree", "评分者意见一致"
    elif found.alpha >= TENTATIVE:
        words, zh = "raters agree for the most part", "评分者意见大体一致"
    elif found.alpha > 0.1:
        words, zh = (
            "tastes differ: the ranking is an average of unlike opinions",
            "口味各异，排名是不同意见的平均",
        )
    else:
        words, zh = "raters agree no more than by chance", "评分者之间的一致性不高于随机"
    return [
        Words(
            f"Krippendorff's α = {alpha} over {shared} pairs that several saw: {words}.",
            f"Krippendorff α = {alpha}（{shared} 对由多人评过）：{zh}。",
        )
    ]


def _care(found: Results) -> list[Words]:
    names = [rater.name for rater in found.raters if rater.careless]
    if not names:
        return []
    return [
        Words(
            f"Look at the answers of {', '.join(names)}: a check missed, repeats answered otherwise, or very quick. "
            "--without-careless leaves them out.",
            f"请核查 {'、'.join(names)} 的回答：未通过检查、重复题前后不一或作答过快。--without-careless 可将其排除。",
        )
    ]
