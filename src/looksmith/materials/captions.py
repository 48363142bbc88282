"""Captions from text, CSV and JSON files: what was written, and under which picture or clip."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from looksmith.errors import UnreadableError

MOST = 200_000
"""Most captions of one file."""
LONGEST = 10_000
"""Letters of a caption that are kept."""

TEXT = ("caption", "text", "title", "description", "content", "文案", "标题", "正文", "内容", "描述", "配文")
FILE = (
    "file", "filename", "file_name", "path", "uri", "image", "picture", "photo", "video", "media", "文件", "文件名",
    "图片", "照片", "视频",
)  # fmt: skip
TIME = (
    "time",
    "date",
    "timestamp",
    "created",
    "created_at",
    "creation_timestamp",
    "posted",
    "时间",
    "日期",
    "发布时间",
)
"""Names of columns and keys, the best first; capitals do not count."""


@dataclass(frozen=True)
class Caption:
    """Something that was written.

    Attributes:
        text: as it was written, without blanks at both ends.
        file: the name, or path, of the picture or clip that it stands under, as it was given; or empty.
        time: when, as it was given; or empty.
    """

    text: str
    file: str = ""
    time: str = ""


def read_captions(data: bytes, name: str) -> list[Caption]:
    """The captions in a file, by its ending.

    A text has one caption a paragraph, or a line where no line is empty.  A CSV has a column whose name says that it
    is text (``caption``, ``title``, ``文案`` …), perhaps one that names a file and one with the time; without such
    names in its first row the longest column is the text.  A JSON is a list of texts, a list of objects with such
    keys, an object of file names and texts, or an object that holds one of these.

    Raises:
        UnreadableError: it is no text, or no CSV or JSON as its ending says.
    """
    text = decoded(data, name)
    if name.lower().endswith(".csv"):
        found = _from_csv(text, name)
    elif name.lower().endswith(".json"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UnreadableError("this is not JSON", where=name, got=str(error)[:200]) from error
        found = list(_from_value(value))
    else:
        parts = text.replace("\r\n", "\n").split("\n\n")
        parts = parts if len(parts) > 1 else text.splitlines()
        found = [Caption(part.strip()) for part in parts]
    kept = [Caption(clean(caption.text), caption.file.strip(), caption.time.strip()) for caption in found]
    return [caption for caption in kept if caption.text][:MOST]


def clean(text: str) -> str:
    """A text without control characters and blanks at its ends, no longer than :data:`LONGEST`."""
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()[:LONGEST]


def decoded(data: bytes, name: str) -> str:
    """The text in some bytes: UTF-8, UTF-16 with its mark, or the GB 18030 of Chinese Windows.

    Raises:
        UnreadableError: it is none of these.
    """
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableError("this is not a text", where=name, expected="UTF-8, UTF-16 or GB 18030")


def _from_csv(text: str, name: str) -> list[Caption]:
    sample = text[:8192]
    delimiter = max(",;\t", key=sample.partition("\n")[0].count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UnreadableError("this is not a CSV", where=name, got=str(error)) from error
    if not rows:
        return []
    head = [cell.strip().lower() for cell in rows[0]]
    at = {role: _column(head, names) for role, names in (("text", TEXT), ("file", FILE), ("time", TIME))}
    if at["text"] is None:
        width = max(len(row) for row in rows)
        if any(place is not None for place in at.values()):  # a head, though none of the names of texts
            rows = rows[1:]
        long = [sum(len(row[i]) for row in rows if i < len(row)) for i in range(width)]
        at["text"] = long.index(max(long))
    else:
        rows = rows[1:]

    def cell(row: list[str], role: str) -> str:
        place = at[role]
        return row[place] if place is not None and place < len(row) else ""

    return [Caption(cell(row, "text"), cell(row, "file"), cell(row, "time")) for row in rows]


def _column(head: list[str], names: Iterable[str]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _from_value(value: Any) -> Iterable[Caption]:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, str):
                yield Caption(item)
            elif isinstance(item, Mapping):
                fields = {str(key).lower(): item[key] for key in item}
                text = _field(fields, TEXT)
                if text:
                    yield Caption(text, _field(fields, FILE), _field(fields, TIME))
    elif isinstance(value, Mapping):
        if value and all(isinstance(text, str) for text in value.values()):
            yield from (Caption(text, str(name)) for name, text in value.items())
        else:
            yield from (caption for part in value.values() if isinstance(part, list) for caption in _from_value(part))


def _field(fields: Mapping[str, Any], names: Iterable[str]) -> str:
    for name in names:
        if isinstance(fields.get(name), str | int | float) and str(fields[name]).strip():
            return str(fields[name])
    return ""
