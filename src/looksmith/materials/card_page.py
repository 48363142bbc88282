"""The data card as a page: opens from the disk, shows thumbnails of the collection beside it, English and Chinese."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from looksmith.materials.card import LIGHTS, reason
from looksmith.materials.looking import THUMBNAILS
from looksmith.materials.material import Collected, Picture, Reject
from looksmith.materials.needs import WORDS
from looksmith.materials.previews import shown_people
from looksmith.version import __version__

SHOWN, SHOWN_REJECTS, LISTED = 300, 36, 200
"""Most thumbnails of what is kept, of what is left out for one reason, and most lines of unreadable files."""

_TILES = (
    ("pictures", "pictures", "张图片"), ("from clips", "of them from clips", "张取自视频"),
    ("recordings", "recordings", "段录音"), ("seconds of voice", "seconds of voice", "秒人声"),
    ("captions", "captions", "条文案"), ("left out", "left out", "项未采用"),
)  # fmt: skip
_COLOURS = {
    "dark": "#3b3a44", "middle": "#8d8a86", "bright": "#e9e4da", "cool": "#7fa6c9", "neutral": "#b8b4ab",
    "warm": "#d99a5b", "soft": "#cfc6d6", "balanced": "#9a90a3", "contrasty": "#4c4455",
    "very light": "#f3d9c4", "light": "#e6bf9d", "intermediate": "#cf9f74", "tan": "#ae7a4d", "brown": "#7c5233",
}  # fmt: skip
_SKIN_DARK = "#4a2f1f"
_TONES_ZH = {"very light": "很浅", "light": "浅", "intermediate": "中等", "tan": "小麦色", "brown": "棕", "dark": "深"}
_VERDICTS = {"good": ("enough", "足够"), "weak": ("few", "偏少"), "none": ("too few", "不足")}
_FACETS = {"tone": "调色", "texture": "笔触", "makeup": "妆容", "hair": "发型", "retouch": "修图", "wardrobe": "穿搭",
           "voice": "声音", "words": "文案"}  # fmt: skip


def card_page(collected: Collected, card: Mapping[str, Any]) -> str:
    """The page, HTML; pictures are referred to by their paths in the collection.

    Args:
        collected: the collection.
        card: of :func:`card.data_card`.
    """
    template = Template((files(__package__) / "card.html").read_text(encoding="utf-8"))
    title = html.escape(", ".join(collected.sources)[:120])
    parts = card["parts"]
    lead = _both(
        f"{parts['train']} pictures to learn from, {parts['val']} to check, {parts['test']} set aside for the test",
        f"{parts['train']} 张用于学习，{parts['val']} 张用于检查，{parts['test']} 张留作测试",
    )
    return template.substitute(
        title=title,
        lead=lead,
        tiles="".join(
            f"<li><b>{card['counts'][key]:g}</b><span>{_both(en, zh)}</span></li>" for key, en, zh in _TILES
            if card["counts"][key] or key in ("pictures", "left out")
        ),
        gaps=_told(card["gaps"], "told"),
        notes=_told(card["notes"], "told notes"),
        facets=_facets(card["facets"]),
        light=_light(card["light"]),
        skin=_skin(card["skin"]),
        people=_people(collected),
        kept=len(collected.pictures),
        pictures=_grid(collected.pictures),
        rejects=_rejects(collected.rejects),
        sources=_sources(card),
        foot=_both(
            f"Everything stays on this computer. Digest of the material: <code>{card['digest'][:16]}</code>. "
            f"looksmith {__version__}",
            f"所有内容都留在本机。素材摘要：<code>{card['digest'][:16]}</code>。looksmith {__version__}",
        ),
    )  # fmt: skip


def _told(lines: Sequence[Mapping[str, str]], kind: str) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{_both(html.escape(line['en']), html.escape(line['zh']))}</li>" for line in lines)
    return f'<ul class="{kind}">{items}</ul>'


def _facets(facets: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, facet in facets.items():
        en, zh = WORDS[facet["from"]]
        said = _VERDICTS[facet["verdict"]]
        rows.append(
            f'<tr><td><i class="dot {facet["verdict"]}"></i>{_both(name, _FACETS.get(name, name))}</td>'
            f"<td>{_both(en, zh[1:])}</td>"
            f'<td class="number">{facet["there"]:g} / {facet["enough"]}</td><td class="number">{_both(*said)}</td></tr>'
        )
    return f"<table>{''.join(rows)}</table>"


def _light(light: Mapping[str, int]) -> str:
    words = list(LIGHTS)
    return "".join(
        _bar([(light[w], _COLOURS[w], *LIGHTS[w]) for w in words[i : i + 3]]) for i in range(0, len(words), 3)
    )


def _skin(skin: Mapping[str, int] | None) -> str:
    if skin is None:
        return ""
    parts = [(count, _COLOURS[tone] if tone != "dark" else _SKIN_DARK, tone, _TONES_ZH[tone])
             for tone, count in skin.items()]  # fmt: skip
    heading = _both("Skin tone <small>by its typology angle (ITA)</small>", "肤色 <small>按个体类型角（ITA）</small>")
    return f"<h3>{heading}</h3>{_bar(parts)}"


def _bar(parts: Sequence[tuple[int, str, str, str]]) -> str:
    """A bar in parts of their size, and its key."""
    total = sum(count for count, *_ in parts)
    if not total:
        return ""
    bar = "".join(
        f'<i style="width:{100 * count / total:.2f}%;background:{colour}"></i>' for count, colour, *_ in parts
    )
    key = "".join(
        f'<span><i style="background:{colour}"></i>{_both(en, zh)} {count}</span>' for count, colour, en, zh in parts
    )
    return f'<div class="bar">{bar}</div><div class="key">{key}</div>'


def _people(collected: Collected) -> str:
    people = shown_people(collected)
    if not people:
        return ""
    figures = []
    for person in people:
        chosen = ' class="chosen"' if person.number == collected.creator else ""
        said = _both(f"{person.number} · {person.pictures} pictures", f"{person.number} · {person.pictures} 张")
        figures.append(
            f'<figure{chosen}><img src="{person.file}" alt="{person.number}" loading="lazy">'
            f"<figcaption>{said}</figcaption></figure>"
        )
    heading = (
        _both("The creator", "创作者") if collected.confirmed
        else _both("People <small>choose the creator with --face N</small>",
                   "人物 <small>用 --face N 选定创作者</small>")
    )  # fmt: skip
    return f'<section><h2>{heading}</h2><div class="faces">{"".join(figures)}</div></section>'


def _grid(pictures: Sequence[Picture]) -> str:
    step = max(1, -(-len(pictures) // SHOWN))
    shown = pictures[::step]
    figures = "".join(_figure(picture.id, picture.name) for picture in shown)
    more = ""
    if len(shown) < len(pictures):
        more = _both(
            f"{len(shown)} of {len(pictures)}, evenly spread.", f"从 {len(pictures)} 张中均匀选出 {len(shown)} 张。"
        )
        more = f'<p class="more">{more}</p>'
    return f'<div class="grid">{figures}</div>{more}'


def _rejects(rejects: Sequence[Reject]) -> str:
    by_reason: dict[str, list[Reject]] = {}
    for reject in rejects:
        by_reason.setdefault(reject.reason, []).append(reject)
    if not by_reason:
        return ""
    sections = []
    for key, group in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        with_picture = [reject for reject in group if reject.id][:SHOWN_REJECTS]
        plain = [reject for reject in group if not reject.id][:LISTED]
        figures = "".join(_figure(reject.id, _place(reject), _tip(reject)) for reject in with_picture)
        lines = "".join(
            f'<li>{html.escape(_place(r))} <span class="why">{html.escape(_tip(r))}</span></li>' for r in plain
        )
        left = len(group) - len(with_picture) - len(plain)
        said = _both(html.escape(reason(key, "en")), html.escape(reason(key, "zh")))
        sections.append(
            f"<h3>{said} <small>{len(group)}</small></h3>"
            + (f'<div class="grid small">{figures}</div>' if figures else "")
            + (f'<ul class="files">{lines}</ul>' if lines else "")
            + (f'<p class="more">{_both(f"and {left} more, in material.json", f"另有 {left} 项，见 material.json")}</p>'
               if left else "")
        )  # fmt: skip
    heading = _both("Left out", "未采用")
    return f"<section><h2>{heading} <small>{len(rejects)}</small></h2>{''.join(sections)}</section>"


def _sources(card: Mapping[str, Any]) -> str:
    head = (
        f"<tr><th>{_both('source', '来源')}</th><th class=number>{_both('kept', '保留')}</th>"
        f"<th class=number>{_both('left out', '未采用')}</th></tr>"
    )
    rows = "".join(
        f'<tr><td>{html.escape(row["title"])}</td><td class="number">{row["kept"]}</td>'
        f'<td class="number">{row["left out"]}</td></tr>'
        for row in card["sources"]
    )
    passed = card["passed over"]
    more = ""
    if passed:
        kinds = html.escape(", ".join(f"{count} {suffix or '?'}" for suffix, count in passed.items()))
        more = f'<p class="more">{_both(f"Passed over, as no material: {kinds}", f"不是素材而跳过：{kinds}")}</p>'
    return f"<table>{head}{rows}</table>{more}"


def _figure(name: str, said: str, tip: str = "") -> str:
    whole = html.escape(f"{said} — {tip}" if tip else said, quote=True)
    short = html.escape(said.rpartition("/")[2])
    return (
        f'<figure title="{whole}"><img src="{THUMBNAILS}/{name}.jpg" alt="{whole}" loading="lazy">'
        f"<figcaption>{short}</figcaption></figure>"
    )


def _place(reject: Reject) -> str:
    return reject.source if reject.frame is None else f"{reject.source} @ {reject.frame:.1f} s"


def _tip(reject: Reject) -> str:
    return f"= {reject.detail}" if reject.reason == "duplicate" else reject.detail


def _both(english: str, chinese: str) -> str:
    return f'<span lang="en">{english}</span><span lang="zh">{chinese}</span>'
