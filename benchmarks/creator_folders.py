"""Four creators' folders as they would hand them over: a painter, a fashion account, a portrait account, and our own.

The first three are put together from the data, whose pictures are not for publishing; the fourth draws with a program.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.few_shot import ordered
from benchmarks.made_creator import picture
from benchmarks.planted_material import encoded, near_duplicate, screenshot
from benchmarks.planted_people import pictures_of

PAINTER = "henri-martin"
DRAWN = 30
"""Pictures of our own creator: the first 18 in a platform's archive, the others beside it."""
CAPTIONS = (
    "Chalk on toned paper, drawn before breakfast.", "The hill behind the station, again.", "Vermilion was a gift.",
    "Still life with a jar that leaks.", "清晨的山丘，只用九支粉笔。", "A sun too large, and I like it so.",
)  # fmt: skip


def painter(data: Path, folder: Path) -> None:
    """A painter: photographs of canvases, some of them posted twice."""
    folder.mkdir(parents=True)
    paths = sorted((data / "styles/paintings").rglob(f"{PAINTER}_*.jpg"))
    for path in paths:
        shutil.copyfile(path, folder / path.name)
    _copies(paths[:3], folder)


def fashion(data: Path, folder: Path) -> None:
    """A street-fashion account: outfits worn, street scenes, and a few screens."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(2)
    paths = [*ordered(data / "fashion/street")[:90], *ordered(data / "content/street")[:50]]
    for number, path in enumerate(paths):
        shutil.copyfile(path, folder / f"look-{number:03d}.jpg")
    _copies(paths[:6], folder)
    for number, path in enumerate(paths[:4]):
        photo = Image.open(path).convert("RGB")
        (folder / f"Screenshot_{number}.jpg").write_bytes(encoded(screenshot(draw, photo)))
        (folder / f"blur-{number}.jpg").write_bytes(encoded(photo.filter(ImageFilter.GaussianBlur(6))))


def portraits(data: Path, folder: Path) -> None:
    """A portrait account with makeup: one person in many places and in a clip, and others whose makeup she likes."""
    folder.mkdir(parents=True)
    clip = data / "video/talking-d10.mp4"
    places = ordered(data / "content/photos")[:40]
    for number, shown in enumerate(pictures_of(clip, places, seed=4)):
        shown.save(folder / f"me-{number:02d}.jpg", quality=92)
    shutil.copyfile(clip, folder / "reel.mp4")
    for number, path in enumerate(ordered(data / "makeup/worn")[:20]):
        shutil.copyfile(path, folder / f"inspiration-{number:02d}.jpg")


def chalk(data: Path, folder: Path) -> None:
    """Our own creator with mixed media: a platform's archive as a zip, loose pictures, a reel, a voice, captions."""
    folder.mkdir(parents=True)
    drawn = [picture(number) for number in range(DRAWN)]
    _archive(drawn[:18], folder / "instagram-chalk.zip")
    loose = folder / "posts"
    loose.mkdir()
    with (loose / "captions.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["file", "caption"])
        for number, sheet in enumerate(drawn[18:]):
            (loose / f"chalk-{number:02d}.jpg").write_bytes(encoded(sheet, 93))
            table.writerow([f"chalk-{number:02d}.jpg", f"{CAPTIONS[number % len(CAPTIONS)]} No. {number + 19}"])
    (loose / "chalk-00-small.jpg").write_bytes(encoded(drawn[18].resize((400, 400)), 70))
    (loose / "broken.jpg").write_bytes(encoded(drawn[19])[:2000])
    _reel([picture(number) for number in range(100, 104)], folder / "reel.mp4")
    _voice(data, folder / "voice memo.flac")


FOLDERS = {"painter": painter, "fashion": fashion, "portraits": portraits, "chalk": chalk}


def _copies(paths: Sequence[Path], folder: Path) -> None:
    draw = np.random.default_rng(1)
    for number, path in enumerate(paths):
        how = ("smaller", "cropped", "saved again")[number % 3]
        (folder / f"again-{number}.jpg").write_bytes(near_duplicate(draw, Image.open(path).convert("RGB"), how))


def _archive(drawn: Sequence[Image.Image], path: Path) -> None:
    """As Instagram hands it out: pictures, what lists them, and a message that is nobody else's business."""
    posts = []
    with zipfile.ZipFile(path, "w") as archive:
        for number, sheet in enumerate(drawn):
            uri = f"media/posts/202606/{17_000 + number}.jpg"
            archive.writestr(uri, encoded(sheet, 92))
            text = f"{CAPTIONS[number % len(CAPTIONS)]} No. {number + 1}".encode().decode("latin-1")
            posts.append({"media": [{"uri": uri, "creation_timestamp": 1_780_000_000 + number}], "title": text})
        archive.writestr("your_instagram_activity/media/posts_1.json", json.dumps(posts))
        archive.writestr("messages/inbox/friend_1/photos/1.jpg", encoded(Image.new("RGB", (640, 640), (90, 120, 60))))
        archive.writestr("your_instagram_activity/messages/inbox/friend_1/message_1.json", '{"messages": []}')


def _reel(drawn: Sequence[Image.Image], path: Path) -> None:
    """A clip: the camera moves slowly over each drawing, three seconds a drawing."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.bit_rate = 480, 480, 4_000_000
        stream.pix_fmt = "yuv420p"
        for sheet in drawn:
            large = sheet.resize((600, 600), Image.Resampling.LANCZOS)
            for step in range(36):
                at = step * 120 // 36
                pixels = np.asarray(large.crop((at, at // 2, at + 480, at // 2 + 480)))
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))


def _voice(data: Path, path: Path) -> None:
    """A minute and more of one speaker, put together from short recordings."""
    import av

    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=16000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=16000)
        for recording in sorted((data / "speech/english/p225").glob("*.flac"))[:30]:
            with av.open(io.BytesIO(recording.read_bytes()), "r") as source:
                for frame in source.decode(audio=0):
                    frame.pts = None
                    for piece in resampler.resample(frame):
                        piece.pts = None
                        container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
