"""``docs/pictures/rate.jpg``: the rating page on a computer and on a phone, taken in a headless Chromium.

python -m docs.make_rating_picture
"""

from __future__ import annotations

import io
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image
from tools.chromium import Browser, find_chromium

from looksmith.cli.demo import portrait
from looksmith.evaluation.rating.desk import Desk
from looksmith.evaluation.rating.serve import Server
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, read_study
from looksmith.looks.apply import apply
from looksmith.media.read import read_photo
from looksmith.media.write import write_photo

LOOKS = ("golden-hour", "cool-fade")
NAMES = tuple(f"portrait-{number}" for number in range(1, 13))
PAPER = (232, 229, 223)


def page(link: str, width: int, height: int, *, phone: bool, language: str) -> Image.Image:
    """The first pair, as a new rater sees it."""
    with Browser(width, height, phone=phone, language=language) as browser:
        browser.go(link)
        browser.wait("!document.getElementById('start').hidden")
        browser.run("document.getElementById('name').focus()")
        browser.type(f"{language} {width}")
        browser.tap("#join button")
        browser.wait("open")
        browser.wait("[...document.images].every(picture => picture.complete)")
        browser.run("new Promise(done => setTimeout(done, 400))")
        return Image.open(io.BytesIO(browser.picture())).convert("RGB")


def main(target: Path = Path(__file__).parent / "pictures" / "rate.jpg") -> int:
    """Write the picture."""
    if find_chromium() is None:
        print("no Chromium: rate.jpg stays as it is", file=sys.stderr)  # noqa: T201
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "photos").mkdir()
        photo = read_photo(portrait())
        for look in LOOKS:
            (folder / look).mkdir()
            made = apply(look, photo, recorded=False)
            for subject in NAMES:
                write_photo(made, folder / look / f"{subject}.jpg")
                write_photo(photo, folder / "photos" / f"{subject}.jpg")
        study = read_study([folder / look for look in LOOKS], photos=folder / "photos", settings=Settings(votes=20))
        desk = Desk(study, Store(folder / "a.votes", study))
        with Server(desk, port=0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            link = f"http://127.0.0.1:{server.port}/"
            desktop = page(link, 1180, 720, phone=False, language="en")
            phone = page(link, 360, 720, phone=True, language="zh").resize((360, 720), Image.Resampling.LANCZOS)
            server.shutdown()
        desk.store.close()
    edge = 24
    whole = Image.new("RGB", (desktop.width + phone.width + 3 * edge, 720 + 2 * edge), PAPER)
    whole.paste(desktop, (edge, edge))
    whole.paste(phone, (desktop.width + 2 * edge, edge))
    target.parent.mkdir(parents=True, exist_ok=True)
    whole.save(target, quality=88)
    return 0


if __name__ == "__main__":
    sys.exit(main())
