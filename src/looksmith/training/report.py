"""``report.html`` of a run: samples, curves, the doctor's notes, what was found in the data; made of the run's folder.

One file without outside resources, in English and Chinese, that reloads itself while the run goes on.
"""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from looksmith.media.atomic import write_bytes
from looksmith.training.beforehand import DATA
from looksmith.training.curves import panels, short
from looksmith.training.doctor.diseases import DISEASES
from looksmith.training.estimate import duration
from looksmith.training.journal import LOG, NOTES, read_lines
from looksmith.training.looking import SAMPLES

REPORT = "report.html"
RECIPE, RUN = "recipe.json", "run.json"
RELOAD_SECONDS = 15
MOST_GRIDS = 12
_KEYS = {"input": "原图", "output": "生成", "target": "目标", "other": "换条件", "real": "真实"}
_TITLES = {
    "memory": {"en": "Memory", "zh": "内存"},
    "disk": {"en": "Disk", "zh": "磁盘"},
    "data": {"en": "Pictures", "zh": "图片"},
    "estimate": {"en": "Estimate", "zh": "估计"},
    **{disease.NAME: disease.TITLE for disease in DISEASES},
}
_FINDINGS = {
    "count": {"en": "How many", "zh": "数量"},
    "sizes": {"en": "Sizes", "zh": "尺寸"},
    "unreadable": {"en": "Unreadable", "zh": "无法读取"},
    "small": {"en": "Too small", "zh": "太小"},
    "flat": {"en": "One colour", "zh": "单色"},
    "duplicates": {"en": "Duplicates", "zh": "重复"},
}


def write_report(folder: Path, *, steps: int, running: bool) -> Path:
    """Write ``report.html`` into a run's folder, whole or not at all."""
    write_bytes(folder / REPORT, report_html(folder, steps=steps, running=running).encode())
    return folder / REPORT


def report_html(folder: Path, *, steps: int, running: bool) -> str:
    """The page, from what lies in the folder; what is missing is left out."""
    lines, notes = read_lines(folder / LOG), read_lines(folder / NOTES)
    recipe, data = _json(folder / RECIPE), _json(folder / DATA)
    step = max([0, *(line["step"] for line in lines[-1:])])
    sick = [note for note in notes if note["level"] == "sick"]
    body = [
        _samples(folder),
        _curves(lines, steps, [note["step"] for note in sick]),
        _notes(notes),
        _data(data),
        _recipe(recipe),
    ]
    title = str(_json(folder / RUN).get("recipe") or folder.name)
    template = Template((files(__package__) / "report.html").read_text(encoding="utf-8"))
    return template.substitute(
        refresh=f'<meta http-equiv="refresh" content="{RELOAD_SECONDS}">' if running else "",
        title=html.escape(title),
        folder=html.escape(folder.name),
        state=_state(step, steps, running, bool(sick)),
        share=f"{100 * min(1.0, step / max(1, steps)):.1f}",
        facts=_facts(lines, steps, notes, running),
        body="".join(body),
        written=time.strftime("%Y-%m-%d %H:%M:%S"),
    )


def _state(step: int, steps: int, running: bool, sick: bool) -> str:
    done = step >= steps
    kind = "run" if running else "done" if done else "stop"
    words = {"run": ("training", "训练中"), "done": ("finished", "已完成"), "stop": ("stopped", "已停止")}[kind]
    pill = f'<span class="pill {kind}">{_both(*words)}</span>'
    return pill + (
        f'<span class="pill sick">{_both("see the doctor’s notes", "请看医生的记录")}</span>' if sick else ""
    )


def _facts(lines: Sequence[Mapping[str, Any]], steps: int, notes: Sequence[Mapping[str, Any]], running: bool) -> str:
    step = lines[-1]["step"] if lines else 0
    facts = [(_both("step", "步"), f"{step:,} / {steps:,}")]
    if lines and lines[-1].get("seconds"):
        facts.append((_both("this run", "本次用时"), duration(float(lines[-1]["seconds"]))))
    if len(lines) > 1 and running and step < steps:
        recent = lines[-min(6, len(lines)) :]
        passed, made = recent[-1]["seconds"] - recent[0]["seconds"], recent[-1]["step"] - recent[0]["step"]
        if passed > 0 and made > 0:
            facts.append((_both("to go", "剩余"), duration(passed / made * (steps - step))))
            facts.append((_both("a step", "每步"), f"{passed / made:.2g} s"))
    if lines and lines[-1].get("rate"):
        facts.append((_both("learning rate", "学习率"), short(float(lines[-1]["rate"]))))
    sick = sum(note["level"] == "sick" for note in notes)
    facts.append(
        (_both("doctor", "医生"), _both(f"{sick} findings", f"{sick} 项") if sick else _both("all well", "一切正常"))
    )
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)


def _samples(folder: Path) -> str:
    by_name: dict[str, list[tuple[int, str, Path]]] = {}
    for path in sorted((folder / SAMPLES).glob("*.jpg")):
        step, _, rest = path.stem.partition("-")
        name, _, rows = rest.rpartition("-")
        by_name.setdefault(name, []).append((int(step), rows, path))
    parts = []
    for name, grids in by_name.items():
        count = min(MOST_GRIDS, len(grids))
        chosen = [grids[round(k * (len(grids) - 1) / max(1, count - 1))] for k in range(count)]
        titles = chosen[-1][1].split("+")
        labels = "".join(f"<span>{_both(title, _KEYS.get(title, title))}</span>" for title in titles)
        pictures = "".join(
            f'<img src="{_picture(path)}" alt="step {step}" data-step="{step:,}"'
            + (">" if path is chosen[-1][2] else " hidden>")
            for step, _, path in chosen
        )
        slider = (
            f'<label class="film"><input type="range" min="0" max="{count - 1}" value="{count - 1}"'
            f' aria-label="step"><output>{_both("step", "第")} <b>{chosen[-1][0]:,}</b>'
            '<span lang="zh"> 步</span></output></label>'
            if count > 1
            else ""
        )
        heading = f"<h3>{html.escape(name)}</h3>" if name else ""
        parts.append(
            f'<div class="samples">{heading}<div class="sheet"><div class="rows">{labels}</div>'
            f'<div class="pictures">{pictures}</div></div>{slider}</div>'
        )
    return _section("Samples", "样张", "".join(parts)) if parts else ""


def _curves(lines: Sequence[Mapping[str, Any]], steps: int, marks: Sequence[int]) -> str:
    figures = []
    for name, svg in panels(lines, steps, marks):
        last = next(line[name] for line in reversed(lines) if name in line)
        caption = f"<b>{html.escape(name)}</b><span>{short(float(last))}</span>"
        figures.append(f"<figure><figcaption>{caption}</figcaption>{svg}</figure>")
    return _section("Losses", "损失", f'<div class="curves">{"".join(figures)}</div>') if figures else ""


def _notes(notes: Sequence[Mapping[str, Any]]) -> str:
    if not notes:
        return _section("Notes", "记录", f'<p class="calm">{_both("Nothing so far.", "暂无。")}</p>')
    cards = []
    for note in reversed(notes):
        title = _TITLES.get(note["kind"], {"en": note["kind"], "zh": note["kind"]})
        at = f"{note['step']:,}"
        done = note.get("done") or {}
        cards.append(
            f'<article class="note {html.escape(str(note["level"]))}"><header><b>{_both(title["en"], title["zh"])}</b>'
            f"<span>{_both(f'step {at}', f'第 {at} 步')}</span></header>"
            f"<p>{_words(note['words'])}</p>" + (f'<p class="done">{_words(done)}</p>' if done else "") + "</article>"
        )
    return _section("Notes", "记录", f'<div class="notes">{"".join(cards)}</div>')


def _data(data: Mapping[str, Any]) -> str:
    parts = []
    for title, record in data.items():
        counts = record.get("counts", {})
        split = " · ".join(
            f"{_both(en, zh)} {counts.get(key, 0):,}"
            for key, en, zh in (("train", "train", "训练"), ("val", "validation", "验证"), ("test", "test", "测试"))
        )
        rows = []
        for finding in record.get("findings", ()):
            name = _FINDINGS.get(finding["kind"], {"en": finding["kind"], "zh": finding["kind"]})
            names = "".join(f"<li>{html.escape(n)}</li>" for n in finding.get("names", ()))
            more = f"<details><summary>{_both('which', '哪些')}</summary><ul>{names}</ul></details>" if names else ""
            rows.append(
                f'<tr class="is-{html.escape(finding["level"])}"><th>{_both(name["en"], name["zh"])}</th>'
                f"<td>{_words(finding['words'])}{more}</td></tr>"
            )
        parts.append(f"<h3>{html.escape(title)} <small>{split}</small></h3><table>{''.join(rows)}</table>")
    return _section("Pictures", "图片", "".join(parts)) if parts else ""


def _recipe(recipe: Mapping[str, Any]) -> str:
    if not recipe:
        return ""
    rows = "".join(
        f"<div><dt>{html.escape(key)}</dt><dd>{html.escape(_plain(value))}</dd></div>" for key, value in recipe.items()
    )
    return _section("Recipe", "配方", f'<dl class="recipe">{rows}</dl>')


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _section(english: str, chinese: str, inner: str) -> str:
    return f"<section><h2>{_both(english, chinese)}</h2>{inner}</section>"


def _words(words: Mapping[str, str]) -> str:
    english = str(words.get("en", ""))
    return _both(html.escape(english), html.escape(str(words.get("zh", english))))


def _both(english: str, chinese: str) -> str:
    return f'<span lang="en">{english}</span><span lang="zh">{chinese}</span>'


def _picture(path: Path) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
