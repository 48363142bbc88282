"""The scorecard of a look: as plain data, and as one page without outside resources in English and Chinese."""

from __future__ import annotations

import base64
import html
import math
import statistics
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.fairness.by_group import Sliced, sliced_json
from looksmith.evaluation.fairness.slices import Gap, Slice
from looksmith.evaluation.scorecard import Case, Scorecard
from looksmith.media.photo import Photo
from looksmith.media.write import encode_photo
from looksmith.version import __version__

NUMBERS: dict[str, tuple[str, str]] = {
    "content-distance": ("What the photo shows is changed", "内容改变"),
    "identity-distance": ("The face is changed", "人脸改变"),
    "colour-drift-ciede2000": ("Colours moved", "颜色变化"),
    "colour-drift-ciede2000-overall": ("Colours moved as a whole", "整体偏色"),
    "structure-kept": ("Structure kept", "结构保持"),
    "edges-kept": ("Edges kept", "边缘保持"),
    "unit-feature-distance": ("Different to a network's eye", "网络感知差异"),
    "lpips-v0.1-vgg-heads": ("LPIPS", "LPIPS"),
    "ssim": ("SSIM", "SSIM"),
    "ms-ssim": ("MS-SSIM", "MS-SSIM"),
    "psnr": ("PSNR, dB", "PSNR（dB）"),
    "noise-gain": ("What becomes of camera noise (1: as it was)", "相机噪点的变化（1 为不变）"),
    "gram-distance": ("Far from the style: strokes", "与风格的距离：笔触"),
    "moment-distance": ("Far from the style: statistics", "与风格的距离：统计"),
    "palette-distance-cielab": ("Far from the style: colours", "与风格的距离：颜色"),
}
FOUND: dict[tuple[str, str], tuple[str, str]] = {
    ("good", "content"): ("what the photo shows is kept", "照片内容保留"),
    ("note", "content"): ("some of what the photo shows is lost", "部分照片内容丢失"),
    ("wrong", "content"): ("little of what the photo shows is left", "照片内容所剩无几"),
    ("good", "style"): ("the style is there", "风格到位"),
    ("note", "style"): ("some of the style is there", "有些风格"),
    ("wrong", "style"): ("little of the style is there", "几乎没有风格"),
    ("good", "colour"): ("the colours are the style's", "颜色与风格一致"),
    ("note", "colour"): ("the colours are not where they might be wanted", "颜色可能不如所愿"),
    ("good", "person"): ("the same person", "同一个人"),
    ("note", "person"): ("the same person, but not by far", "是同一个人，但接近界限"),
    ("wrong", "person"): ("another person, to the judge", "评判认为是另一个人"),
    ("note", "face"): ("no face to judge", "没有可评判的人脸"),
    ("good", "region"): ("nothing changed outside the mask", "蒙版之外没有改动"),
    ("wrong", "region"): ("changed outside the mask", "蒙版之外被改动"),
    ("good", "artefacts"): ("no artefact", "没有瑕疵"),
}
"""What a finding says of many pictures, by its kind and what it is about; artefacts are in :data:`ARTEFACTS`."""

ARTEFACTS: dict[str, tuple[str, str]] = {
    "checkerboard": ("a checkerboard pattern", "棋盘格"),
    "banding": ("bands in smooth areas", "色带"),
    "haloes": ("haloes along edges", "光晕"),
    "colour-cast": ("a colour cast", "偏色"),
    "blown": ("blown highlights", "高光溢出"),
    "crushed": ("crushed shadows", "暗部死黑"),
}
GROUPED = {
    "skin tone": ("Skin tone (typology angle of the cheeks)", "肤色（面颊的个体类型角）"),
    "declared": ("Declared group", "声明的分组"),
}
TONE_WORDS = {
    "very light": "极浅",
    "light": "浅",
    "intermediate": "中等",
    "tan": "棕褐",
    "brown": "棕",
    "dark": "深",
}
KINDS = {"wrong": ("wrong", "有问题"), "note": ("note", "留意"), "good": ("good", "好")}


def scorecard_json(card: Scorecard) -> dict[str, Any]:
    """The scorecard as plain data; what cannot be told is null."""
    return {
        "look": {
            "name": card.look.name,
            "creator": card.look.creator,
            "digest": card.look.digest,
            "facets": dict(card.look.strengths),
        },
        "strength": card.strength,
        "looksmith": __version__,
        "seconds": round(statistics.median(case.seconds for case in card.cases), 4),
        **card.summary,
        "findings": [{"kind": kind, "about": about, "photos": count} for kind, about, count in card.findings],
        "groups": [sliced_json(sliced) for sliced in card.by_group],
        "photos": [
            {
                "photo": case.photo.name,
                "seconds": round(case.seconds, 4),
                "skin_angle": None if case.angle is None else round(case.angle, 2),
                "skin_tone": case.tone,
                "group": case.group,
                **{key: case.row[key] for key in ("numbers", "artefacts", "findings")},
            }
            for case in card.cases
        ],
        "failed": [{"photo": path.name, "error": error.what} for path, error in card.failed],
    }


def scorecard_page(card: Scorecard) -> str:
    """The page, every picture inside."""
    template = Template((files(__package__) / "scorecard.html").read_text(encoding="utf-8"))
    look, count = card.look, len(card.cases)
    seconds = statistics.median(case.seconds for case in card.cases)
    english = look.title.get("en") or look.name
    photos = "1 photo" if count == 1 else f"{count} photos"
    facets = ", ".join(look.strengths)
    return template.substitute(
        title=_both(html.escape(english), html.escape(look.title.get("zh") or english)),
        facts=_both(
            f"{html.escape(look.name)} · {facets} · strength {card.strength:g} · {photos} · {seconds:.2f} s each",
            f"{html.escape(look.name)} · {facets} · 强度 {card.strength:g} · {count} 张照片 · 每张 {seconds:.2f} 秒",
        ),
        findings="".join(_finding_line(kind, about, n, count) for kind, about, n in card.findings),
        cases="".join(map(_case, card.cases)),
        numbers="".join(_number_line(name, number) for name, number in card.summary["numbers"].items()),
        groups=_groups(card),
        failed="".join(f"<li>{html.escape(path.name)}: {html.escape(error.what)}</li>" for path, error in card.failed),
        creator=html.escape(look.creator),
        digest=html.escape(look.digest[:16]),
        version=html.escape(__version__),
    )


def words_of(number: str) -> tuple[str, str]:
    """What a number is about, in English and Chinese; its own name where there are no words for it."""
    plain = number.split("[")[0]
    return NUMBERS.get(plain, (plain, plain))


def found_words(kind: str, about: str) -> tuple[str, str]:
    """What a finding says of many pictures, in English and Chinese."""
    return FOUND.get((kind, about)) or ARTEFACTS.get(about, (about, about))


def _finding_line(kind: str, about: str, count: int, total: int) -> str:
    en, zh = found_words(kind, about)
    label = _both(*KINDS[kind])
    return (
        f'<li class="{kind}"><b>{label}</b><span>{_both(html.escape(en), html.escape(zh))}</span>'
        f'<i style="--share:{count / total:.3f}"></i><small>{count} / {total}</small></li>'
    )


def _case(case: Case) -> str:
    height, width = case.before.shape[:2]
    lines = "".join(
        f'<li class="{finding["kind"]}">{_both(*(html.escape(finding["words"][k]) for k in ("en", "zh")))}</li>'
        for finding in case.row["findings"]
    )
    tags = [_group_name(tag) for tag in (case.tone, case.group) if tag]
    return (
        f'<figure><div class="pair" style="aspect-ratio:{width}/{height}"><img src="{_data(case.after)}" alt="">'
        f'<img class="before" src="{_data(case.before)}" alt=""><i class="bar"></i>'
        f'<input type="range" min="0" max="100" value="50" aria-label="{html.escape(case.photo.name)}"></div>'
        f"<figcaption><b>{html.escape(case.photo.name)}</b>"
        f"<small>{' · '.join([*tags, f'{case.seconds:.2f} s'])}</small></figcaption><ul>{lines}</ul></figure>"
    )


def _number_line(name: str, number: dict[str, Any]) -> str:
    value, low, high = number["value"], number["low"], number["high"]
    better = _both(
        *(("higher is better", "越高越好") if number["higher_is_better"] else ("lower is better", "越低越好"))
    )
    spread = "" if low is None or high is None else f"{low:.3f} – {high:.3f}"
    return (
        f"<tr><td>{_both(*words_of(name))}<small>{html.escape(name)}</small></td>"
        f"<td><b>{'–' if value is None else f'{value:.3f}'}</b></td><td>{spread}</td><td>{number['n']}</td>"
        f"<td><small>{better}</small></td></tr>"
    )


def _groups(card: Scorecard) -> str:
    if not card.by_group:
        return ""
    parts = [f"<section><h2>{_both('By group of people', '按人群')}</h2>"]
    for kind, words in GROUPED.items():
        of_kind = [sliced for sliced in card.by_group if sliced.kind == kind]
        if of_kind:
            parts.append(f"<h3>{_both(*words)}</h3>")
            parts += [_sliced(sliced) for sliced in of_kind]
    note = _both(
        "The line is the 95 % interval. A group marked with ⚠ has fewer than 30 photos: its number may be chance.",
        "横线为 95% 区间。带 ⚠ 的组不足 30 张照片，其数值可能出于偶然。",
    )
    return "".join(parts) + f'<p class="note">{note}</p></section>'


def _sliced(sliced: Sliced) -> str:
    ends = [end for s in sliced.slices for end in (s.mean.low, s.mean.high, s.mean.value) if math.isfinite(end)]
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low) or 0.5
    rows = "".join(_slice(one, low - margin, high + margin) for one in sliced.slices)
    told = "" if sliced.gap is None else f'<p class="note">{_both(*map(html.escape, gap_words(sliced.gap)))}</p>'
    return f'<div class="sliced"><h4>{_both(*words_of(sliced.number))}</h4>{rows}{told}</div>'


def _slice(one: Slice, low: float, high: float) -> str:
    def at(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.2f}%"

    span = ""
    if math.isfinite(one.mean.low):
        span = f'<i class="span" style="left:{at(one.mean.low)};right:calc(100% - {at(one.mean.high)})"></i>'
    return (
        f'<div class="row"><span>{_group_name(one.group)}{" ⚠" if one.small else ""}<small>n = {one.mean.n}</small>'
        f'</span><div class="track">{span}<i class="dot" style="left:{at(one.mean.value)}"></i></div>'
        f"<b>{one.mean.value:.3f}</b></div>"
    )


def _group_name(group: str) -> str:
    return _both(html.escape(group), html.escape(TONE_WORDS.get(group, group)))


def gap_words(found: Gap) -> tuple[str, str]:
    """Whether groups differ, in English and Chinese."""
    low_zh, high_zh = (TONE_WORDS.get(name, name) for name in (found.lowest, found.highest))
    numbers = f"{found.difference:.3f}, p = {found.chance:.3f}"
    if found.chance < 0.05:
        return f"{found.highest} differs from {found.lowest}: {numbers}.", f"{high_zh} 与 {low_zh} 有差异：{numbers}。"
    return f"No difference that can be told from chance ({numbers}).", f"看不出超出偶然的差异（{numbers}）。"


def _both(english: str, chinese: str) -> str:
    return f'<span lang="en">{english}</span><span lang="zh">{chinese}</span>'


def _data(pixels: NDArray[np.uint8]) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(encode_photo(Photo(pixels), "JPEG", quality=85)).decode("ascii")
