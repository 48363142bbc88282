"""The notebook: what is written stays, a line cut off does not count, other files are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from looksmith.errors import LooksmithError
from looksmith.evaluation.notebook import Notebook, key_of


def test_lines_stay_and_are_there_again(tmp_path: Path) -> None:
    path = tmp_path / "n.jsonl"
    with Notebook(path) as book:
        assert book.get("a") is None
        book.put("a", {"x": 1.5, "name": "画"})
        assert json.loads(path.read_text("utf-8")) == {"key": "a", "x": 1.5, "name": "画"}, "at once"
        book.put("b", {"x": None})
    with Notebook(path) as book:
        assert book.get("a") == {"x": 1.5, "name": "画"} and book.get("b") == {"x": None}
        book.put("c", {})
    assert len(path.read_text("utf-8").splitlines()) == 3


def test_a_line_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "n.jsonl"
    with Notebook(path) as book:
        book.put("a", {"x": 1})
        book.put("b", {"x": 2})
    path.write_bytes(path.read_bytes()[:-4])
    with Notebook(path) as book:
        assert book.get("a") == {"x": 1} and book.get("b") is None
        book.put("b", {"x": 2})
    with Notebook(path) as book:
        assert book.get("b") == {"x": 2}


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Notebook() as book:
        book.put("a", {"x": 1})
        assert book.get("a") == {"x": 1}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["hello\n", "[1]\n", '{"x": 1}\n', '{"key": "a"}\nhello\n'])
def test_another_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "note.txt"
    path.write_text(text)
    with pytest.raises(LooksmithError, match="not a notebook"):
        Notebook(path)
    assert path.read_text() == text


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="a folder"):
        Notebook(tmp_path)
    with pytest.raises(LooksmithError, match="cannot write the file"), Notebook(tmp_path / "no" / "n.jsonl") as book:
        book.put("a", {})


def test_a_key_changes_with_every_file_and_setting(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"x")
    two.write_bytes(b"y")
    keys = {key_of(files, *names) for files in ([one], [two], [one, two], [two, one], [one, None], [None, one])
            for names in ((), ("a",), ("b",), ("a", "b"))}  # fmt: skip
    assert len(keys) == 24
    before = key_of([one])
    assert key_of([one]) == before
    one.write_bytes(b"z")
    assert key_of([one]) != before
    with pytest.raises(LooksmithError, match="no such file"):
        key_of([tmp_path / "nobody"])
