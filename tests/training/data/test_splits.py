"""A picture's part is its own: others coming and going do not move it, and it is written down."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from looksmith.training.data.splits import changed_since, split, write_split

NAMES = [f"folder/{n}.jpg" for n in range(2000)]


def _same(name: str) -> str:
    return name


def test_shares_are_as_asked() -> None:
    parts = split(NAMES, _same, val=0.1, test=0.2)
    assert len(parts.train) + len(parts.val) + len(parts.test) == 2000
    assert 150 < len(parts.val) < 250 and 340 < len(parts.test) < 460


@given(st.lists(st.sampled_from(NAMES), unique=True), st.sampled_from(NAMES))
def test_others_do_not_move_a_picture(others: list[str], name: str) -> None:
    alone = split([name], _same)
    together = split([*others, name] if name not in others else others, _same)
    for part in ("train", "val", "test"):
        assert (name in getattr(alone, part)) == (name in getattr(together, part))


def test_folders_named_for_it_decide() -> None:
    names = [f"train/photo/{n}.jpg" for n in range(400)] + [f"test/photo/{n}.jpg" for n in range(30)]
    parts = split(names, _same)
    assert set(parts.test) == set(names[400:])
    assert 5 < len(parts.val) < 60 and all(name.startswith("train/") for name in parts.val + parts.train)


def test_it_is_written_and_a_change_is_seen(tmp_path: Path) -> None:
    parts = split(NAMES[:50], _same)
    path = write_split(tmp_path, {"photos": parts}, _same)
    record = json.loads(path.read_text())
    assert record["photos"]["train"] == list(parts.train) and set(record["photos"]) == {"train", "val", "test"}
    assert changed_since(tmp_path, {"photos": parts}, _same) == {}
    fewer = split([n for n in NAMES[:50] if n != parts.train[3]] + ["folder/new.jpg"], _same)
    assert changed_since(tmp_path, {"photos": fewer}, _same) == {"photos": ["+ folder/new.jpg", f"- {parts.train[3]}"]}
