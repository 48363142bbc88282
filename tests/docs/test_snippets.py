"""What README, guide and how-to pages show is run: ``console`` and ``python`` blocks, page by page, in order.

Blocks marked ``sh`` are not run: they install, train for hours, or need other programs.
"""

from __future__ import annotations

import re
import shlex
import sys
import types
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from looksmith.cli.app import app
from looksmith.looks.shelf import entries
from looksmith.media.read import read_photo
from looksmith.media.write import write_photo

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if re.search(r"^```(console|python)", path.read_text("utf-8"), re.MULTILINE)
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the pages speak of, made of real pictures."""
    spec = find_spec("skimage")
    assert spec is not None and spec.submodule_search_locations
    data = Path(spec.submodule_search_locations[0]) / "data"

    def put(name: str, target: str, side: int = 128) -> None:
        picture = Image.open(data / name).convert("RGB")
        picture.thumbnail((side, side))
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        picture.save(tmp_path / target)

    put("astronaut.png", "me.jpg")
    put("coffee.png", "painting.jpg")
    for number, name in enumerate(("coffee.png", "chelsea.png", "rocket.jpg")):
        put(name, f"creator-photos/{number}.jpg", 240)
    put("chelsea.png", "trip/a.jpg", 96)
    put("astronaut.png", "trip/day-1/b.png", 96)
    (tmp_path / "假日").mkdir()
    write_photo(read_photo(tmp_path / "me.jpg"), tmp_path / "假日" / "me.heic")
    width, height = Image.open(tmp_path / "me.jpg").size
    mask = np.zeros((height, width), np.uint8)
    mask[: height // 2] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    monkeypatch.setenv("LOOKSMITH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKSMITH_LANG", "en")
    monkeypatch.chdir(tmp_path)
    learned = CliRunner().invoke(app, ["learn", "creator-photos", "-o", "rina.look", "--own"])
    assert learned.exit_code == 0, learned.stderr
    made = CliRunner().invoke(app, ["apply", "rina.look", "me.jpg", "-o", "out.jpg"])
    assert made.exit_code == 0, made.stderr
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_page_does_what_it_shows(page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("page")  # dataclasses look their module up
    monkeypatch.setitem(sys.modules, "page", module)
    names = vars(module)
    ran = 0
    for block in BLOCK.finditer(page.read_text("utf-8")):
        kind, text = block.groups()
        line = page.read_text("utf-8")[: block.start()].count("\n") + 2
        if kind == "python":
            exec(compile("\n" * (line - 1) + text, str(page), "exec"), names)
            ran += 1
        elif kind == "console":
            for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
                words = shlex.split(command)
                assert words[0] == "looksmith", f"{name_of(page)}: {command}"
                done = CliRunner().invoke(app, words[1:])
                assert done.exit_code == 0, f"{name_of(page)}: {command}\n{done.stdout}{done.stderr}"
                ran += 1
    assert ran


def test_both_readmes_show_the_same() -> None:
    """The Chinese README has the same commands, code, pictures and tables as the English one."""
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    for pattern in (r"^\$ .*$", r"^```python\n.*?^```", r"\]\((docs/[^)]*)\)", r"<!-- .* -->"):
        found = [re.findall(pattern, text, re.MULTILINE | re.DOTALL if "```" in pattern else re.MULTILINE)
                 for text in (english, chinese)]  # fmt: skip
        assert found[0] == found[1]


def test_no_page_points_into_nothing() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    missing = []
    for page in pages:
        text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                missing.append(f"{name_of(page)} -> {target}")
    assert missing == []


def test_the_looks_that_pages_name_are_on_the_shelf() -> None:
    built_in = {entry.name for entry in entries() if entry.built_in}
    if not built_in:
        pytest.skip("no built-in look in this tree")
    assert {"starry-night", "ukiyo-e"} <= built_in
    assert len(built_in) >= 16
    for entry in entries():
        if entry.built_in:
            look = entry.load()
            assert set(look.title) == {"en", "zh"} and look.preview is not None and look.card
