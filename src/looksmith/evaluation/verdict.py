"""What the numbers of a pair mean, in words: what is good, what is wrong, and which control to turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from looksmith.evaluation.pair import PairScores

Kind = Literal["good", "note", "wrong"]

CONTENT_KEPT, CONTENT_LOST = 0.5, 0.75
"""Content distance, on the shipped network: below, a person knows the photo again; above, hardly."""

STYLE_CLOSED, STYLE_MISSED = 0.35, 0.1
"""Share of the photo's own Gram distance to the style that is closed."""

PALETTE_CLOSED, PALETTE_MISSED = 0.5, 0.15
"""The same of the palette distance."""

NEAR_STYLE = 1.5
"""Palette distance, CIELAB, that is as good as the style's own colours."""

SAME_FACE = 0.6
"""Share of the judge's limit up to which a face is called hardly changed."""

CAST = 6.0
"""Colour drift of the whole, CIEDE2000, that is told when no style is given."""


@dataclass(frozen=True)
class Finding:
    """One thing that is good, worth knowing, or wrong.

    Attributes:
        kind: good, note or wrong.
        about: content, style, colour, region, person, face (there is none) or the name of an artefact.
        words: in English (``en``) and Chinese (``zh``).
        turn: which control to turn, in both languages; None where there is nothing to do.
    """

    kind: Kind
    about: str
    words: Mapping[str, str]
    turn: Mapping[str, str] | None = None


def verdict(scores: PairScores) -> tuple[Finding, ...]:
    """The findings, what is wrong first, then notes, then what is good."""
    found = [*_content(scores), *_style(scores), *_colour(scores), *_region(scores), *_person(scores)]
    found += _artefacts(scores)
    return tuple(sorted(found, key=lambda finding: ("wrong", "note", "good").index(finding.kind)))


def _content(scores: PairScores) -> list[Finding]:
    if "psnr" in scores.numbers and scores.numbers["psnr"] is None:
        return [
            _finding("note", "content", "the picture is the photo itself: nothing was changed", "图片与原照片完全相同")
        ]
    value = _number(scores, "content-distance")
    if value is None:
        return []
    if value <= CONTENT_KEPT:
        return [
            _finding("good", "content", f"what the photo shows is kept ({value:.2f})", f"照片内容保留（{value:.2f}）")
        ]
    if value < CONTENT_LOST:
        return [
            _finding(
                "note", "content", f"some of what the photo shows is lost ({value:.2f})", f"部分内容丢失（{value:.2f}）"
            )
        ]
    return [
        _finding(
            "wrong",
            "content",
            f"little of what the photo shows is left ({value:.2f})",
            f"照片内容所剩无几（{value:.2f}）",
            "lower --strength, or --scale for finer strokes",
            "调低 --strength，或用更小的 --scale",
        )
    ]


def _style(scores: PairScores) -> list[Finding]:
    now, before = _number(scores, "gram-distance"), _number(scores, "gram-distance", unchanged=True)
    if now is None or before is None or before < 0.05:
        return []
    closed = 1 - now / before
    if closed >= STYLE_CLOSED:
        return [
            _finding("good", "style", f"the style is there ({closed:.0%} closed)", f"风格到位（靠近了 {closed:.0%}）")
        ]
    if closed >= STYLE_MISSED:
        return [
            _finding("note", "style", f"some of the style is there ({closed:.0%} closed)", f"有些风格（{closed:.0%}）")
        ]
    return [
        _finding(
            "wrong",
            "style",
            f"little of the style's texture is there ({max(closed, 0):.0%} closed)",
            f"几乎没有风格的笔触（{max(closed, 0):.0%}）",
            "raise --strength, try another --scale, or --method gatys",
            "调高 --strength，换一个 --scale，或用 --method gatys",
        )
    ]


def _colour(scores: PairScores) -> list[Finding]:
    now, before = _number(scores, "palette-distance"), _number(scores, "palette-distance", unchanged=True)
    if now is not None and before is not None:
        closed = 1 - now / max(before, 1e-6)
        if now <= NEAR_STYLE or closed >= PALETTE_CLOSED:
            return [
                _finding("good", "colour", f"the colours are the style's ({now:.1f})", f"颜色与风格一致（{now:.1f}）")
            ]
        if closed < PALETTE_MISSED:
            return [
                _finding(
                    "note",
                    "colour",
                    f"the colours stayed away from the style's ({now:.1f})",
                    f"颜色没有靠近风格（{now:.1f}）",
                    "--color match or --color style, if the style's palette is wanted",
                    "想要风格的配色时，用 --color match 或 --color style",
                )
            ]
        return []
    overall = _number(scores, "colour-drift-ciede2000-overall")
    if now is None and overall is not None and overall > CAST:
        return [
            _finding(
                "note",
                "colour",
                f"the colours as a whole moved by {overall:.1f} ΔE00",
                f"整体颜色偏移 {overall:.1f} ΔE00",
                "--color keep, if the photo's colours are wanted",
                "想保留原色时，用 --color keep",
            )
        ]
    return []


def _region(scores: PairScores) -> list[Finding]:
    share = _number(scores, "changed-outside-share")
    if share is None:
        return []
    if share == 0:
        return [_finding("good", "region", "nothing changed outside the mask", "蒙版之外没有改动")]
    return [
        _finding(
            "wrong",
            "region",
            f"{_percent(share)} of the pixels outside the mask changed",
            f"蒙版之外有 {_percent(share)} 的像素被改动",
            "apply with --where mask.png and write PNG: JPEG changes every pixel",
            "用 --where mask.png，并保存为 PNG：JPEG 会改动每个像素",
        )
    ]


def _person(scores: PairScores) -> list[Finding]:
    name = next((key for key in scores.numbers if key.startswith("identity-distance")), None)
    if name is None or scores.same_person is None:
        return []
    value, limit = scores.numbers[name], scores.same_person
    if value is None:
        return [_finding("note", "face", "no face was found in the photo", "照片中没有找到人脸")]
    told = f"{value:.2f}, {limit:g}"
    if value > limit:
        return [
            _finding(
                "wrong",
                "person",
                f"to the judge this is another person ({told} is the limit)",
                f"评判认为这已是另一个人（{told} 为界）",
                "lower --strength, or keep the face out with --where",
                "调低 --strength，或用 --where 避开人脸",
            )
        ]
    if value > SAME_FACE * limit:
        words = (
            f"still the same person, but not by far ({told} is the limit)",
            f"仍是同一个人，但已接近界限（{told} 为界）",
        )
        return [_finding("note", "person", *words)]
    return [_finding("good", "person", f"the same person ({told} is the limit)", f"同一个人（{told} 为界）")]


_ARTEFACTS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "checkerboard": (
            "a checkerboard pattern",
            "棋盘格纹",
            "another --scale, such as 1.1, or --method gatys",
            "换一个 --scale，如 1.1，或用 --method gatys",
        ),
        "banding": (
            "smooth areas stand in steps (banding)",
            "平滑处出现色阶断层",
            "raise --quality or write PNG; lower --strength",
            "提高 --quality 或保存为 PNG；调低 --strength",
        ),
        "haloes": ("haloes along edges", "边缘有光晕", "lower --strength", "调低 --strength"),
        "colour-cast": (
            "a colour cast over everything",
            "整体偏色",
            "--color keep, or lower --strength",
            "用 --color keep，或调低 --strength",
        ),
        "blown": (
            "lights are blown out",
            "高光溢出",
            "lower --strength; --only texture leaves the grade out",
            "调低 --strength；--only texture 可去掉调色",
        ),
        "crushed": (
            "darks are crushed",
            "暗部死黑",
            "lower --strength; --only texture leaves the grade out",
            "调低 --strength；--only texture 可去掉调色",
        ),
    }
)


def _artefacts(scores: PairScores) -> list[Finding]:
    found = []
    for artefact in scores.artefacts:
        if artefact.found:
            en, zh, turn, turn_zh = _ARTEFACTS[artefact.name]
            if artefact.name in scores.in_style:
                words = f"{en}, as in the style picture", f"{zh}，风格图片也是如此"
                found.append(_finding("note", artefact.name, *words))
            elif artefact.name == "colour-cast" and _nearer_palette(scores):
                words = f"{en}, towards the style's", f"{zh}，偏向风格的颜色"
                found.append(_finding("note", artefact.name, *words, turn, turn_zh))
            else:
                found.append(_finding("wrong", artefact.name, en, zh, turn, turn_zh))
    return found or [_finding("good", "artefacts", "no artefact was found", "没有发现瑕疵")]


def _nearer_palette(scores: PairScores) -> bool:
    """Whether the colours went towards the style's: a cast is then what the style asks for."""
    now, before = _number(scores, "palette-distance"), _number(scores, "palette-distance", unchanged=True)
    return now is not None and before is not None and now < (1 - PALETTE_MISSED) * before


def _number(scores: PairScores, name: str, *, unchanged: bool = False) -> float | None:
    """A number by its name, whatever network it was measured with."""
    among: Mapping[str, float | None] = scores.unchanged_style if unchanged else scores.numbers
    return next((value for key, value in among.items() if key.partition("[")[0] in (name, f"{name}-cielab")), None)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.2%}" if share >= 0.0001 else "< 0.01%"


def _finding(kind: Kind, about: str, en: str, zh: str, turn: str | None = None, turn_zh: str | None = None) -> Finding:
    return Finding(kind, about, {"en": en, "zh": zh}, None if turn is None else {"en": turn, "zh": turn_zh or turn})
