"""The data card of a collection: what there is, what was left out and why, and what is missing, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from looksmith.faces.skin_tone import TONES
from looksmith.materials.material import Collected, Picture
from looksmith.materials.needs import NEEDS, WORDS, Stuff, verdict
from looksmith.materials.quality import REASONS

DARK, BRIGHT = 38.0, 64.0
COOL, WARM = -2.0, 9.0
SOFT, HARD = 45.0, 75.0
"""Limits of mean L, of median b* and of the range of L."""
ONE_SIDED = 0.9
"""The share from which on a light is nearly the only one."""
LIGHTS: Mapping[str, tuple[str, str]] = {
    "dark": ("dark", "偏暗"), "middle": ("mid-toned", "明暗适中"), "bright": ("bright", "明亮"),
    "cool": ("cool", "冷色"), "neutral": ("neutral", "中性"), "warm": ("warm", "暖色"),
    "soft": ("soft", "柔和"), "balanced": ("balanced", "反差适中"), "contrasty": ("contrasty", "反差强"),
}  # fmt: skip
"""Words for the light, in English and Chinese."""

Words = dict[str, str]


def data_card(collected: Collected) -> dict[str, Any]:
    """The card as plain values; the same for the same collection.

    Returns:
        ``counts``, ``parts``, ``sources``, ``rejects`` by reason, ``light``, ``skin`` (by group of the individual
        typology angle, null where no face was measured), ``people``, ``facets`` (what there is for each), ``gaps`` and
        ``notes`` in English and Chinese, and the ``digest``.
    """
    there = amounts(collected)
    clips = {p.source for p in collected.pictures if p.frame is not None}
    faces = [face for picture in collected.pictures for face in picture.faces or ()]
    tones = Counter(face.tone for face in faces if face.tone and (face.creator or not collected.creator))
    reasons = Counter(reject.reason for reject in collected.rejects)
    return {
        "digest": collected.digest,
        "counts": {
            "pictures": len(collected.pictures),
            "from clips": sum(p.frame is not None for p in collected.pictures),
            "clips": len(clips),
            "recordings": len(collected.sounds),
            "seconds of voice": round(there["seconds"], 1),
            "captions": len(collected.captions),
            "left out": len(collected.rejects),
            "passed over": sum(collected.passed.values()),
        },
        "parts": {part: len(collected.part(part)) for part in ("train", "val", "test")},
        "sources": _sources(collected),
        "platforms": list(collected.platforms),
        "rejects": dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        "passed over": dict(collected.passed),
        "light": _light(collected),
        "skin": {tone: tones[tone] for tone in TONES} if tones else None,
        "faces": {
            "state": collected.faces,
            "creator": collected.creator,
            "confirmed": collected.confirmed,
            "people": [{"number": p.number, "pictures": p.pictures} for p in collected.people],
        },
        "facets": {
            facet: {"from": need.stuff, "there": round(there[need.stuff], 1), "least": need.least,
                    "enough": need.enough, "verdict": verdict(need, there[need.stuff])}
            for facet, need in NEEDS.items()
        },
        "gaps": gaps(collected, there),
        "notes": notes(collected),
    }  # fmt: skip


def amounts(collected: Collected) -> dict[Stuff, float]:
    """How much there is of everything that facets are learned from."""
    return {
        "pictures": len(collected.pictures),
        "faces": sum(picture.shows_creator for picture in collected.pictures),
        "figures": sum(picture.full_body for picture in collected.pictures),
        "seconds": sum(sound.voiced for sound in collected.sounds),
        "captions": len(collected.captions),
    }


def gaps(collected: Collected, there: Mapping[Stuff, float]) -> list[Words]:
    """What is missing, and what that means."""
    found = []
    unseen = {"none": {"faces", "figures"}, "found": {"faces"}}.get(collected.faces, set())
    for stuff, (en, zh) in WORDS.items():
        facets = [facet for facet, need in NEEDS.items() if need.stuff == stuff]
        none = [facet for facet in facets if verdict(NEEDS[facet], there[stuff]) == "none"]
        weak = [facet for facet in facets if verdict(NEEDS[facet], there[stuff]) == "weak"]
        if stuff in unseen or not none + weak:
            continue
        much = f"{there[stuff]:.0f}"
        have = f"No {en}" if not there[stuff] else f"Only {much} {en}"
        haben = f"没有{zh[1:]}" if not there[stuff] else f"只有 {much} {zh}"
        for least in sorted({NEEDS[facet].least for facet in none}):
            names = [facet for facet in none if NEEDS[facet].least == least]
            found.append({
                "en": f"{have}: {_list(names)} cannot be learned (from {least} on).",
                "zh": f"{haben}：无法学习 {'、'.join(names)}（至少需要 {least} {zh}）。",
            })  # fmt: skip
        if weak:
            enough = max(NEEDS[facet].enough for facet in weak)
            found.append({
                "en": f"{have}: {_list(weak)} will be weak ({enough} are enough).",
                "zh": f"{haben}：{'、'.join(weak)} 会比较弱（{enough} {zh}就够了）。",
            })  # fmt: skip
    return found + _one_light(collected)


def notes(collected: Collected) -> list[Words]:
    """What a person should know about how this was made."""
    found: list[Words] = []
    if collected.faces == "none" and collected.pictures:
        found.append({
            "en": "Faces were not looked for: this version does not ship the networks for it. Pictures of other people "
            "are not told apart, and skin tone and full-body pictures are not counted.",
            "zh": "没有查找人脸：此版本未附带所需的网络。无法区分他人的照片，也未统计肤色和全身照。",
        })  # fmt: skip
    elif collected.faces == "found":
        found.append({
            "en": "Faces were found, but people were not told apart: this version does not ship the identity network.",
            "zh": "找到了人脸，但没有区分人物：此版本未附带身份网络。",
        })  # fmt: skip
    elif collected.creator and not collected.confirmed:
        found.append({
            "en": f"Person {collected.creator} was taken for the creator. Confirm it with --face {collected.creator}, "
            "or name another number; facets of the face are learned only then.",
            "zh": f"把人物 {collected.creator} 当作创作者。请用 --face {collected.creator} 确认，或指定其他编号；"
            "确认之后才会学习脸部相关的方面。",
        })  # fmt: skip
    elif collected.faces == "known" and not collected.creator and collected.people:
        found.append({
            "en": "Nobody was taken for the creator. If one of the people is, name the number with --face.",
            "zh": "没有认定创作者。如果其中有创作者，请用 --face 指定编号。",
        })  # fmt: skip
    if collected.pictures and not collected.part("val"):
        found.append({
            "en": "Too few pictures to put some aside: all are for learning.",
            "zh": "图片太少，没有留出验证和测试部分，全部用于学习。",
        })  # fmt: skip
    return found


def light_of(picture: Picture) -> tuple[str, str, str]:
    """A picture's light in three words: how bright, how warm, how contrasty; keys of :data:`LIGHTS`."""
    numbers = picture.numbers
    bright = "dark" if numbers["light"] < DARK else "bright" if numbers["light"] > BRIGHT else "middle"
    warm = "cool" if numbers["warmth"] < COOL else "warm" if numbers["warmth"] > WARM else "neutral"
    hard = "soft" if numbers["contrast"] < SOFT else "contrasty" if numbers["contrast"] > HARD else "balanced"
    return bright, warm, hard


def reason(key: str, language: str) -> str:
    """Why something is left out, in words."""
    return REASONS[key][language == "zh"]


def _light(collected: Collected) -> dict[str, int]:
    counts = Counter(word for picture in collected.pictures for word in light_of(picture))
    return {word: counts[word] for word in LIGHTS}


def _one_light(collected: Collected) -> list[Words]:
    count = len(collected.pictures)
    if count < 10:
        return []
    light = _light(collected)
    found = []
    for word in ("dark", "bright", "cool", "warm"):
        if light[word] >= ONE_SIDED * count:
            en, zh = LIGHTS[word]
            found.append({
                "en": f"Nearly all pictures are {en}: how the look treats other light is a guess.",
                "zh": f"几乎所有图片都{zh}：其他光线下的效果只能推测。",
            })  # fmt: skip
    return found


def _sources(collected: Collected) -> list[dict[str, Any]]:
    """For each source what is kept of it and what is left."""
    rows = []
    for title in collected.sources:

        def inside(key: str, title: str = title) -> bool:
            return key == title or key.startswith(f"{title}/")

        kept = sum(inside(p.source) for p in collected.pictures) + sum(inside(s.source) for s in collected.sounds)
        rows.append({"title": title, "kept": kept, "left out": sum(inside(r.source) for r in collected.rejects)})
    return rows


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
