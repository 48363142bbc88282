"""Drives a headless Chromium over its DevTools pipe: for tests of pages and for pictures of them.

Needs no package: commands go through two file descriptors as JSON (``--remote-debugging-pipe``).
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--hide-scrollbars",
    "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-extensions",
    "--mute-audio", "--disable-component-update", "--force-color-profile=srgb",
)  # fmt: skip

_CODES = {"ArrowLeft": 37, "ArrowRight": 39, "ArrowDown": 40, "Backspace": 8, "Enter": 13, "Escape": 27, "Tab": 9}


def find_chromium() -> str | None:
    """The path of an installed Chromium, or of what LOOKSMITH_CHROMIUM names."""
    named = os.environ.get("LOOKSMITH_CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    """One page of a headless Chromium; close it, or use it as a context.

    Args:
        width, height: of the page, CSS pixels.
        phone: with touch, without a mouse, and two device pixels to one.
        language: what the browser asks for.

    Raises:
        FileNotFoundError: there is no Chromium.
        TimeoutError: it does not answer.
    """

    def __init__(self, width: int = 1280, height: int = 800, *, phone: bool = False, language: str = "en") -> None:
        program = find_chromium()
        if program is None:
            raise FileNotFoundError("no Chromium: apt-get install chromium, or set LOOKSMITH_CHROMIUM")
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        hover, pointer = (1, 2) if phone else (2, 4)  # none and coarse, or hover and fine: what CSS is told
        kinds = {"primaryHoverType": hover, "availableHoverTypes": hover}
        kinds |= {"primaryPointerType": pointer, "availablePointerTypes": pointer}
        settings = ",".join(f"{name}={value}" for name, value in kinds.items())
        profile = f"--user-data-dir={self._profile.name}"
        command = [program, *FLAGS, *sandbox, profile, f"--lang={language}", f"--blink-settings={settings}"]
        self._phone = phone

        def descriptors() -> None:  # Chromium reads 3 and writes 4
            first, second = os.dup(to_read), os.dup(to_write)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self._process = subprocess.Popen(
            [*command, "about:blank"],
            preexec_fn=descriptors,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._number, self._rest, self._session = itertools.count(1), b"", ""
        self.requests: list[dict[str, Any]] = []
        """Of every request of the page: its address, and of its reply the headers."""
        self.problems: list[str] = []
        """Exceptions of the page, and what it wrote to the console as errors."""
        pages = self.send("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.send("Network.setUserAgentOverride", userAgent="Mozilla/5.0 Chromium", acceptLanguage=language)
        self.resize(width, height)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._profile.cleanup()

    def resize(self, width: int, height: int) -> None:
        """Another size of the page."""
        phone = self._phone
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=phone)

    def go(self, address: str) -> None:
        """Load a page."""
        self.send("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def reload(self) -> None:
        """Load the page anew."""
        self.run("window.looksmithOld = true")
        self.send("Page.reload")
        self.wait("!window.looksmithOld && document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression on the page.

        Raises:
            RuntimeError: it threw.
        """
        told = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(f"{script}: {told['exceptionDetails'].get('exception', {}).get('description')}")
        return told["result"].get("value")

    def wait(self, condition: str, seconds: float = 60) -> Any:
        """Until an expression is true; its value.

        Raises:
            TimeoutError: it never was.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                value = self.run(condition)
            except RuntimeError:  # the page is just being replaced
                value = None
            if value:
                return value
            time.sleep(0.02)
        raise TimeoutError(f"never true: {condition}")

    def tap(self, selector: str) -> None:
        """A finger's touch, or a click without touch, in the middle of an element."""
        box = self.run(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2] })()"
        )
        x, y = box
        if self._phone:
            self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
            self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """A key, by its name (``ArrowLeft``, ``a``, `` ``)."""
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        code = _CODES.get(key, ord(key[0].upper()))
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        """Text into what has the focus."""
        self.send("Input.insertText", text=text)

    def picture(self) -> bytes:
        """What the page looks like, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the DevTools protocol, and its result.

        Raises:
            RuntimeError: the browser refuses it.
            TimeoutError: no answer within a minute.
        """
        number = next(self._number)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + 60
        while True:
            told = self._receive(end)
            if told.get("id") == number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']['message']}")
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)

    def _receive(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            data = os.read(self._from, 1 << 20) if ready else b""
            if not data:
                raise TimeoutError("Chromium does not answer")
            self._rest += data
        message, self._rest = self._rest.split(b"\0", 1)
        told: dict[str, Any] = json.loads(message)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        about = told.get("params", {})
        if told.get("method") == "Network.responseReceived":
            reply = about["response"]
            self.requests.append({"url": reply["url"], "headers": reply["headers"]})
        elif told.get("method") == "Runtime.exceptionThrown":
            self.problems.append(str(about["exceptionDetails"].get("exception", {}).get("description")))
        elif told.get("method") == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.problems.append(f"{about['entry']['text']} {about['entry'].get('url', '')}")


def save_picture(browser: Browser, path: Path) -> None:
    """Write what the page looks like."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(browser.picture())
