"""The results for people, as one page without outside resources in English and Chinese; and for programs, as JSON."""

from __future__ import annotations

import html
import math
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from string import Template
from typing import Any

from looksmith.evaluation.rating.advice import Words, advice, headline
from looksmith.evaluation.rating.results import Results
from looksmith.evaluation.rating.store import About
from looksmith.evaluation.statistics.bootstrap import Interval
from looksmith.version import __version__

QUESTION_WORDS = {
    "quality": Words("How good it looks", "画面质量"),
    "content": Words("The content is kept", "内容保持"),
    "style": Words("The style is matched", "风格吻合"),
}


def results_json(found: Results) -> dict[str, Any]:
    """The results as plain data; what cannot be told is null."""
    data = _plain(asdict(found))
    for row, rater in zip(data["raters"], found.raters, strict=True):
        row["careless"] = rater.careless
    data["headline"] = headline(found).en
    data["advice"] = [words.en for words in advice(found)]
    assert isinstance(data, dict)
    return data


def report_page(about: About, found: Results, *, csv: str = "") -> str:
    """The page.

    Args:
        about: the study.
        found: its results.
        csv: address of the table of votes, for a link; empty for none.
    """
    template = Template((files(__package__) / "report.html").read_text(encoding="utf-8"))
    sections = [
        _section(Words("Ranking", "排名"), _ranking(found)),
        _section(Words("Pair by pair", "两两比较"), _pairs(found)),
        _section(Words("Scores, 1 to 5", "评分（1 至 5 分）"), _scores(about, found)),
        _section(Words("What to do next", "下一步"), _advice(found)),
        _section(Words("Raters", "评分者"), _raters(found)),
    ]
    link = f'<a class="button" href="{html.escape(csv)}">CSV</a>' if csv else ""
    return template.substitute(
        headline=_both(headline(found)),
        facts=_both(
            Words(
                f"{_many(found.votes, 'vote')} by {_many(len(found.raters), 'rater')} on "
                f"{_many(len(about.names), 'picture')}, sources hidden.",
                f"{len(found.raters)} 位评分者对 {len(about.names)} 张图片投了 {found.votes} 票，来源不可见。",
            )
        ),
        csv=link,
        sections="".join(sections),
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        version=html.escape(__version__),
    )


def _section(title: Words, body: str) -> str:
    return f"<section><h2>{_both(title)}</h2>{body}</section>" if body else ""


def _ranking(found: Results) -> str:
    rows = []
    for rank, source in enumerate(found.sources, 1):
        rows.append(
            f'<div class="row"><span class="rank">{rank}</span><div class="what"><b>{html.escape(source.label)}</b>'
            f"<small>{_both(Words('won', '胜'))} {source.won} · {_both(Words('lost', '负'))} {source.lost} · "
            f"{_both(Words('alike', '平'))} {source.alike}</small></div>"
            f'{_track(source.share, 0, 1, middle=0.5)}<span class="number">{_percent(source.share)}</span></div>'
        )
    note = Words(
        "How often it is preferred to the others, ties left out; with its 95 % interval over raters and pictures.",
        "与其他来源相比被选中的比例（不含平局）；横线为对评分者与图片重抽样的 95% 区间。",
    )
    return "".join(rows) + f'<p class="note">{_both(note)}</p>' if rows else ""


def _pairs(found: Results) -> str:
    rows = []
    for pair in found.pairs:
        sure = pair.chance < 0.05
        verdict = Words("told apart", "差异显著") if sure else Words("not told apart", "差异不显著")
        rows.append(
            f"<tr><td><b>{html.escape(found.sources[pair.first].label)}</b> : "
            f"{html.escape(found.sources[pair.second].label)}</td><td>{pair.won} : {pair.lost}</td>"
            f"<td>{pair.alike}</td>"
            f"<td>{_percent(pair.share)}</td><td>{pair.chance:.3f}</td>"
            f'<td class="{"sure" if sure else "unsure"}">{_both(verdict)}</td></tr>'
        )
    heads = (
        Words("Sources", "来源"), Words("Votes", "票数"), Words("Alike", "平局"), Words("Share", "比例"),
        Words("p (Holm)", "p（Holm）"), Words("", ""),
    )  # fmt: skip
    return _table(heads, rows, "pairs")


def _scores(about: About, found: Results) -> str:
    parts = []
    for question in about.scores:
        rows = [row for row in found.scores if row.question == question]
        if not rows:
            continue
        agreed = "" if math.isnan(rows[0].alpha) else f" <small>α = {rows[0].alpha:.2f}</small>"
        parts.append(f"<h3>{_both(QUESTION_WORDS[question])}{agreed}</h3>")
        for row in sorted(rows, key=lambda row: -row.mean.value):
            parts.append(
                f'<div class="row"><div class="what"><b>{html.escape(row.label)}</b>'
                f"<small>n = {row.mean.n}</small></div>"
                f'{_track(row.mean, 1, 5)}<span class="number">{row.mean.value:.2f}'
                f"{_ends(row.mean)}</span></div>"
            )
    return "".join(parts)


def _advice(found: Results) -> str:
    return f"<ul>{''.join(f'<li>{_both(words)}</li>' for words in advice(found))}</ul>"


def _raters(found: Results) -> str:
    rows = []
    for rater in found.raters:
        word = Words("look at these", "请核查") if rater.careless else Words("careful", "认真")
        rows.append(
            f"<tr><td><b>{html.escape(rater.name)}</b></td><td>{rater.votes}</td><td>{_seconds(rater.seconds)}</td>"
            f"<td>{_percent(rater.left)}</td><td>{rater.consistent} / {rater.repeats}</td>"
            f'<td>{rater.passed} / {rater.checks}</td><td class="{"unsure" if rater.careless else "sure"}">'
            f"{_both(word)}</td></tr>"
        )
    heads = (
        Words("Name", "姓名"), Words("Votes", "票数"), Words("Median time", "中位用时"), Words("Left chosen", "选左侧"),
        Words("Repeats alike", "重复一致"), Words("Checks passed", "注意力检查"), Words("", ""),
    )  # fmt: skip
    return _table(heads, rows)


def _table(heads: tuple[Words, ...], rows: list[str], kind: str = "") -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{_both(words)}</th>" for words in heads)
    return f'<div class="wide {kind}"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _track(interval: Interval, low: float, high: float, middle: float | None = None) -> str:
    """A value with its interval on a line."""

    def at(value: float) -> str:
        return f"{100 * (min(max(value, low), high) - low) / (high - low):.2f}%"

    if math.isnan(interval.value):
        return '<div class="track"></div>'
    mark = "" if middle is None else f'<i class="middle" style="left:{at(middle)}"></i>'
    span = ""
    if not math.isnan(interval.low):
        span = f'<i class="span" style="left:{at(interval.low)};right:calc(100% - {at(interval.high)})"></i>'
    return f'<div class="track">{mark}{span}<i class="dot" style="left:{at(interval.value)}"></i></div>'


def _percent(interval: Interval) -> str:
    if math.isnan(interval.value):
        return "–"
    ends = "" if math.isnan(interval.low) else f" <small>{100 * interval.low:.0f}–{100 * interval.high:.0f}</small>"
    return f"{100 * interval.value:.0f} %{ends}"


def _ends(interval: Interval) -> str:
    if math.isnan(interval.low) or interval.low == interval.high:  # all the same: that says nothing of the spread
        return ""
    return f" <small>{interval.low:.2f}–{interval.high:.2f}</small>"


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _seconds(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f} s"


def _both(words: Words) -> str:
    return f'<span lang="en">{html.escape(words.en)}</span><span lang="zh">{html.escape(words.zh)}</span>'


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
