"""The page driven end to end in a real browser, against the real command: 20 votes and more, reload, kill, phone."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from looksmith.evaluation.rating.desk import Desk
from looksmith.evaluation.rating.results import results
from looksmith.evaluation.rating.serve import Server
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, Study, read_study

from .conftest import LEVELS, ROOT, make_folders

if ROOT not in sys.path:
    sys.path.insert(0, ROOT)
from tools.chromium import Browser, find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium; apt-get install chromium")


@contextmanager
def browser_of(width: int, height: int, *, phone: bool = False, language: str = "en") -> Iterator[Browser]:
    """A browser; where the system does not let it start, the test is skipped."""
    try:
        started = Browser(width, height, phone=phone, language=language)
    except (OSError, TimeoutError) as error:
        pytest.skip(f"Chromium does not start here: {error}")
    with started:
        yield started


LIGHTNESS = """(() => [...document.querySelectorAll('.card img')].map(picture => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 8;
  const c = canvas.getContext('2d'); c.drawImage(picture, 0, 0, 8, 8);
  const d = c.getImageData(0, 0, 8, 8).data; let sum = 0, square = 0;
  for (let i = 0; i < d.length; i += 4) { sum += d[i + 1]; square += d[i + 1] ** 2; }
  return sum / 64; }))()"""


@contextmanager
def rating(folder: Path, *options: str, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command in a process of its own; gives the link of the host."""
    command = [sys.executable, "-m", "looksmith.cli.app", "evaluate", "rate", *LEVELS, "-o", "a.votes",
               "--no-open", "--port", str(port), *options]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LOOKSMITH_LANG": "en"}
    environment |= {"COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while not (link := re.search(r"Vote here\s+(http://\S+)", said)):
                line = process.stdout.readline()
                assert line, said
                said += line
            yield link[1], process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(20)
                finally:
                    process.kill()


@contextmanager
def served(study: Study, folder: Path) -> Iterator[str]:
    """The same without the command; gives the link of the host."""
    desk = Desk(study, Store(folder / "a.votes", study))
    with Server(desk, port=0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}/#host={desk.host_key}"
        finally:
            server.shutdown()
            thread.join()


def enter(browser: Browser, link: str, name: str) -> None:
    browser.go(link)
    browser.wait("!document.getElementById('start').hidden")
    browser.run("document.getElementById('name').focus()")
    browser.type(name)
    browser.tap("#join button")
    browser.wait("document.body.dataset.screen && open")


def choose(browser: Browser, *, by_key: bool = False) -> str:
    """Vote for the lighter picture; gives what was chosen."""
    screen = browser.wait("open && performance.now() - since > 160 && state.screen && state.screen.id")
    left, right = browser.run(LIGHTNESS)
    side = "left" if left >= right else "right"
    if by_key:
        browser.press("ArrowLeft" if side == "left" else "ArrowRight")
    else:
        browser.tap(f".card[data-side={side}]")
    browser.wait(f"state.screen === null || (open && state.screen.id !== '{screen}')")
    return side


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_twenty_votes_with_a_reload_and_a_kill_in_the_middle(tmp_path: Path) -> None:
    make_folders(tmp_path, [f"subject-{k}" for k in range(8)], size=(240, 160))
    port, said = free_port(), []
    with browser_of(1280, 800) as browser:
        with rating(tmp_path, "--votes", "20", port=port) as (link, process):
            enter(browser, link, "Mei")
            for k in range(7):
                said.append(choose(browser, by_key=bool(k % 2)))
            browser.reload()
            browser.wait("open")
            assert (
                browser.run("state.done") == 7
                and browser.run("document.getElementById('count').textContent") == "8 / 23"
            )
            for _ in range(4):
                said.append(choose(browser))
            process.kill()
            process.wait()
            screen = browser.run("state.screen.id")
            left, right = browser.run(LIGHTNESS)
            said.append("left" if left >= right else "right")
            browser.wait("open && performance.now() - since > 160")
            browser.tap(f".card[data-side={said[-1]}]")  # the program is away: the page keeps the answer
            assert browser.wait("!document.getElementById('notice').hidden")
        with rating(tmp_path, "--votes", "20", port=port) as (_, process):
            browser.wait(f"open && state.screen.id !== '{screen}'")
            assert browser.run("state.done") == 12
            assert browser.run("document.getElementById('notice').hidden")
            while browser.run("Boolean(state.screen)"):
                said.append(choose(browser))
            browser.wait("!document.getElementById('end').hidden")
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
            assert process.stdout is not None and "23 answers are in a.votes" in process.stdout.read()
        unexpected = [p for p in browser.problems if "ERR_CONNECTION" not in p]
        assert unexpected == []
        addresses = [request["url"] for request in browser.requests]
        headers = json.dumps([request["headers"] for request in browser.requests]).lower()
        for secret in (*LEVELS, "subject"):
            assert secret not in headers and not any(secret in address for address in addresses)
        assert all(address.startswith((f"http://127.0.0.1:{port}/", "data:")) for address in addresses)
        assert "python" not in headers
    store = Store(tmp_path / "a.votes")
    answers = store.answers()
    assert [a.answer for a in answers] == said and len(said) == 23, "nothing lost, nothing twice"
    assert [a.place for a in answers] == list(range(23))
    found = results(store.about, store.raters(), answers)
    assert [source.label for source in found.sources] == list(LEVELS)
    assert found.sources[0].share.low > found.sources[2].share.high
    assert found.votes == 20 and found.raters[0].consistent == found.raters[0].repeats == 2


@pytest.mark.slow
def test_on_a_phone_in_chinese_with_scores_and_results(tmp_path: Path) -> None:
    folders = make_folders(tmp_path, ["subject-0", "subject-1"], size=(160, 120))
    settings = Settings(votes=3, scores=("quality", "content"))
    with (
        served(read_study(folders, photos=folders[1], settings=settings), tmp_path) as link,
        browser_of(390, 844, phone=True, language="zh") as browser,
    ):
        enter(browser, link, "小美")
        assert browser.run("document.getElementById('question').textContent") == "你更喜欢哪一张？"
        assert browser.run("document.querySelector('.stage').classList.contains('stacked')")
        inside = "document.documentElement.scrollWidth <= innerWidth && document.body.scrollHeight <= innerHeight"
        assert browser.run(inside)
        # everything can be hit with a finger, once the cards are laid out
        browser.wait(
            "[...document.querySelectorAll('nav button:not([hidden]), .beside button, .card')]"
            ".every(node => Math.min(node.offsetWidth, node.offsetHeight) >= 44)"
        )
        browser.tap("#compare")
        before = browser.run("document.querySelector('.view img.on').dataset.side")
        browser.tap("#view")
        assert {before, browser.run("document.querySelector('.view img.on').dataset.side")} == {"left", "right"}
        browser.tap("#pick .quiet")
        choose(browser)
        browser.tap("#back")
        browser.wait("open && state.done === 0 && performance.now() - since > 160")
        browser.tap("#alike")
        browser.wait("open && state.done === 1")
        while browser.run("state.screen && state.screen.kind === 'pair'"):
            choose(browser)
        while browser.run("Boolean(state.screen)"):
            screen = browser.wait("open && state.screen.id")
            assert browser.run("document.getElementById('next').disabled")
            assert browser.run(inside)
            for question, points in (("quality", 4), ("content", 2)):
                browser.tap(f"fieldset[data-question={question}] button:nth-child({points})")
            browser.tap("#next")
            browser.wait(f"state.screen === null || (open && state.screen.id !== '{screen}')")
        browser.tap("#language")
        assert "Thank you" in browser.run("document.getElementById('end').innerText")
        results_at = browser.run("document.getElementById('results').href")
        browser.go(results_at)
        text: Any = browser.run("document.body.innerText")
        assert "小美" in text and "bright-source" in text
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), "wide tables scroll in themselves"
        assert browser.problems == []
    store = Store(tmp_path / "a.votes")
    assert store.answers()[0].answer == "alike"
    assert [a.answer for a in store.answers() if a.trial.kind == "score"] == [{"quality": 4, "content": 2}] * 6
