"""The report: everything that lies in the folder, nothing from outside, hostile names harmless, both languages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from PIL import Image  # noqa: E402

from looksmith.training.curves import panel, short, smoothed, thinned, ticks  # noqa: E402
from looksmith.training.devices import RunOptions  # noqa: E402
from looksmith.training.journal import Journal, Note, Progress, read_lines  # noqa: E402
from looksmith.training.looking import grid_of, save_grid, thin_out  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402
from looksmith.training.report import report_html, write_report  # noqa: E402

from .doctor.patients import Paired  # noqa: E402


class _Page(HTMLParser):
    """Collects tags that do not close, and what the page would fetch."""

    EMPTY = frozenset({"meta", "img", "input", "br", "line", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)
        self.fetched += [v or "" for k, v in attrs if k in ("src", "href") and not (v or "").startswith("data:")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with everything in it, some of it hostile."""
    run = tmp_path / "run <b>"
    run.mkdir()
    journal = Journal(run, -1, tensorboard=False)
    for step in range(10, 410, 10):
        losses = {"generator.total": 3 / step, "generator.<script>": 1.0 + 0.01 * step}
        journal.log(Progress(step, 1000, step / 2, losses), 1e-3)
    words = {"en": "The colours are <i>inverted</i>.", "zh": "颜色反转。"}
    journal.note(Note("inversion", 250, "sick", words, {"en": "Went back.", "zh": "回到健康状态。"}, {"light": -0.5}))
    journal.note(Note("memory", 20, "warning", {"en": "Memory ran out.", "zh": "内存不足。"}))
    for step in (0, 200, 400):
        rows = {"input": torch.rand(4, 3, 24, 24), "output": torch.rand(4, 3, 24, 24)}
        save_grid(run, "", step, rows)
        save_grid(run, "painting", step, rows)
    (run / "recipe.json").write_text(json.dumps({"size": 64, "data": ["a & b"], "learning_rate": 0.001}))
    (run / "run.json").write_text(json.dumps({"recipe": "pix2pix"}))
    finding = {
        "kind": "flat",
        "level": "warning",
        "words": {"en": "1 of one colour", "zh": "单色"},
        "names": ["<x>.jpg"],
    }
    record = {"photos": {"counts": {"train": 90, "val": 5, "test": 5}, "findings": [finding]}}
    (run / "data.json").write_text(json.dumps(record))
    return run


def test_the_page_holds_everything_and_is_well_formed(folder: Path) -> None:
    html = report_html(folder, steps=1000, running=True)
    page = _Page()
    page.feed(html)
    assert page.open == [] and page.fetched == [], "self-contained"
    for part in (
        "pix2pix",
        "400 / 1,000",
        "inverted",
        "Went back.",
        "颜色反转",
        "1 of one colour",
        "&lt;x&gt;.jpg",
        "a &amp; b",
    ):
        assert part in html, part
    assert "<script>" not in html.split("<body>")[1].split("</main>")[0] and "<i>inverted" not in html
    assert html.count("data:image/jpeg;base64,") == 6
    assert 'http-equiv="refresh"' in html
    assert 'class="m"' in html, "the finding is marked in the curves"
    done = report_html(folder, steps=400, running=False)
    assert 'http-equiv="refresh"' not in done and "finished" in done
    assert "stopped" in report_html(folder, steps=1000, running=False)


def test_an_empty_folder_has_a_page_too(tmp_path: Path) -> None:
    path = write_report(tmp_path, steps=10, running=True)
    page = _Page()
    page.feed(path.read_text("utf-8"))
    assert page.open == []


def test_a_real_run_writes_it(tmp_path: Path) -> None:
    options = RunOptions(device="cpu", doctor_every=10)
    fit(Paired(), tmp_path, steps=24, log_every=4, options=options, gradient_clip=10.0)
    html = (tmp_path / "report.html").read_text("utf-8")
    assert "generator.l1" in html and "data:image/jpeg" in html and "refresh" not in html
    assert list((tmp_path / "tensorboard").glob("events*"))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
def test_it_opens_in_a_browser(folder: Path, tmp_path: Path) -> None:
    write_report(folder, steps=1000, running=False)
    words = [
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,1500",
        f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={tmp_path / 'page.png'}",
        (folder / "report.html").as_uri(),
    ]  # fmt: skip
    subprocess.run(words, capture_output=True, timeout=120, check=False)
    if not (tmp_path / "page.png").exists():
        pytest.skip("this Chromium does not start here")
    shown = np.asarray(Image.open(tmp_path / "page.png").convert("RGB")).astype(int)
    assert shown.shape[:2] == (1500, 1280) and len(np.unique(shown.reshape(-1, 3), axis=0)) > 200
    accent = np.abs(shown - [179, 84, 30]).sum(axis=2) < 40
    assert accent.sum() > 300, "the bar and the curves are drawn"


def test_what_a_kill_undid_is_taken_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path, -1, tensorboard=False)
    for step in (10, 20, 30):
        journal.log(Progress(step, 40, 1.0, {"total": 1.0}), 1e-3)
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"step": 40, "tot')
    Journal(tmp_path, 20, tensorboard=False)
    assert [line["step"] for line in read_lines(tmp_path / "log.jsonl")] == [10, 20]
    Journal(tmp_path, -1, tensorboard=False)
    assert read_lines(tmp_path / "log.jsonl") == [], "a run that starts over forgets the one before"


def test_a_disk_that_is_full_is_told_once(tmp_path: Path) -> None:
    told: list[Note] = []
    journal = Journal(tmp_path / "gone", 0, on_note=told.append, tensorboard=False)
    for step in range(5):
        journal.log(Progress(step, 10, 1.0, {"total": 1.0}), 1e-3)
    assert [note.kind for note in told] == ["disk"]


def test_grids(tmp_path: Path) -> None:
    rows = {"input": torch.zeros(3, 3, 20, 30), "output": torch.ones(2, 3, 10, 10)}
    grid = grid_of(rows)
    assert grid.shape == (3, 54, 96) and float(grid[:, 1:21, 1:31].max()) == 0
    for step in range(100):
        save_grid(tmp_path, "", step, rows)
    thin_out(tmp_path, most=20)
    steps = sorted(int(path.name[:8]) for path in (tmp_path / "samples").glob("*.jpg"))
    assert len(steps) == 10 and steps[0] == 0 and steps[-1] == 99


def test_curves_say_what_the_numbers_are() -> None:
    svg = panel([(k, 0.5) for k in range(1, 50)], 100)
    (line,) = re.findall(r'class="mean" points="([^"]+)"', svg)
    xs, ys = zip(*(map(float, point.split(",")) for point in line.split()), strict=True)
    assert len(set(ys)) == 1 and max(xs) < 260, "half of the run is half of the width"
    falling = panel([(k, 10.0 ** (-k / 10)) for k in range(1, 50)], 50)
    assert ">log<" in falling and ">log<" not in svg
    assert len(thinned([(k, float(k)) for k in range(5000)])) == 300
    assert smoothed([(0, 1.0), (1, 1.0), (2, 1.0)]) == [(0, 1.0), (1, 1.0), (2, 1.0)]
    for low, high in ((0.0, 1.0), (0.013, 0.0141), (-3.0, 250.0), (1e-7, 3e-7)):
        marks = ticks(low, high)
        assert 2 <= len(marks) <= 6 and low <= marks[0] and marks[-1] <= high * (1 + 1e-9)
    assert [short(v) for v in (0, 0.5, 12345, 2e6, 1.23e-5)] == ["0", "0.5", "12.3k", "2M", "1.2e-5"]
