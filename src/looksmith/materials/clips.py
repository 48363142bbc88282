"""Frames of a clip that are worth learning from: the sharpest of each scene, no two alike.

A scene ends where colours and picture change at once; a long scene counts as several.  PyAV reads the clip (extra
``video``); memory holds a few dozen small frames, however long the clip is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.colour import luma
from looksmith.media.perceptual_hash import perceptual_hash
from looksmith.media.resize import resize, shrink

Rgb = NDArray[np.uint8]

MOST = 24
"""Most frames of a clip."""
STEP = 0.2
"""Seconds between the frames that are looked at; more in a clip of over three minutes."""
LOOKED_AT = 900
"""About the most frames that are looked at in a clip."""
STRETCH = 4.0
"""Seconds of a scene that one frame stands for; doubled whenever there are too many."""
LONGEST = 1024
ONLY_KEYS = 300.0
"""Seconds from which on only key frames are decoded."""
ALIKE = 10
"""Bits of the perceptual hash under which two frames are the same picture."""
MAX_PIXELS = 40_000_000
"""Most pixels of a frame; 8K has 33 million."""


@dataclass(frozen=True)
class Frame:
    """One frame.

    Attributes:
        seconds: into the clip.
        pixels: H x W x 3 uint8 sRGB, upright, long side at most 1024.
        size: width and height as they were.
    """

    seconds: float
    pixels: Rgb
    size: tuple[int, int]


@dataclass
class _Best:
    """The sharpest frame of a stretch so far."""

    frame: Frame
    score: float


def frames(stream: BinaryIO, where: object) -> list[Frame]:
    """The frames of a clip that are worth learning from, in their order.

    Args:
        stream: of the clip's bytes, seekable.
        where: its name, for messages.

    Raises:
        UnreadableError: it cannot be decoded, or has no picture.
        LooksmithError: PyAV is not installed.
    """
    chosen: list[_Best] = []
    stretch, begin = STRETCH, 0.0
    best: _Best | None = None
    before: Rgb | None = None
    for frame in _sampled(stream, where):
        small = resize(frame.pixels, 27, 48)
        if best is not None and ((before is not None and _cut(before, small)) or frame.seconds - begin >= stretch):
            chosen.append(best)
            best = None
            if len(chosen) > 2 * MOST:  # half of them, each standing for twice as much
                chosen, stretch = _halved(chosen), stretch * 2
        if best is None:
            begin = frame.seconds
        score = _detail(frame.pixels)
        if best is None or score > best.score:
            best = _Best(frame, score)
        before = small
    if best is not None:
        chosen.append(best)
    distinct = _distinct(chosen)
    while len(distinct) > MOST:
        distinct = _halved(distinct)
    return [kept.frame for kept in distinct]


def library() -> Any:
    """PyAV.

    Raises:
        LooksmithError: it is not installed.
    """
    try:
        import av  # here, since most collections are pictures
    except ImportError as error:
        raise LooksmithError("clips and recordings need PyAV", hint="pip install 'looksmith[video]'") from error
    return av


def _sampled(stream: BinaryIO, where: object) -> Iterator[Frame]:
    """Frames a step apart."""
    av = library()
    try:
        with av.open(stream, metadata_errors="ignore") as container:
            if not container.streams.video:
                raise UnreadableError("the clip has no picture", where=where)
            video = container.streams.video[0]
            video.codec_context.thread_count = 1
            if video.codec_context.width * video.codec_context.height > MAX_PIXELS:
                raise UnreadableError("the clip's frames are too large", where=where)
            duration = float(container.duration or 0) / av.time_base
            if duration > ONLY_KEYS:
                video.codec_context.skip_frame = "NONKEY"
            step, due, seen = max(STEP, duration / LOOKED_AT), -1.0, 0
            for decoded in container.decode(video):
                seconds = float(decoded.time) if decoded.time is not None else seen * STEP
                if seconds < due or seen > 4 * LOOKED_AT:
                    continue
                due, seen = seconds + step * 0.999, seen + 1
                yield _frame(decoded, seconds)
            if not seen:
                raise UnreadableError("the clip has no frame that can be decoded", where=where)
    except (av.FFmpegError, ValueError, EOFError, OSError) as error:
        raise UnreadableError("the clip cannot be decoded", where=where, expected="a whole MP4 or MOV file",
                              got=str(error)[:200] or type(error).__name__,
                              hint="copy or download it again") from error  # fmt: skip


def _frame(decoded: Any, seconds: float) -> Frame:
    width, height = int(decoded.width), int(decoded.height)
    scale = min(1.0, LONGEST / max(width, height))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    pixels = decoded.to_ndarray(format="rgb24", width=size[0], height=size[1])
    turns = round(getattr(decoded, "rotation", 0) / 90) % 4
    if turns:
        pixels = np.ascontiguousarray(np.rot90(pixels, turns))
        width, height = (height, width) if turns % 2 else (width, height)
    return Frame(round(seconds, 3), np.asarray(pixels, np.uint8), (width, height))


def _cut(before: Rgb, after: Rgb) -> bool:
    """Whether another scene begins: both the picture and its colours change, or the picture changes altogether."""
    change = float(np.abs(after.astype(np.int16) - before).mean())
    return change > 45 or (change > 18 and _colour_change(before, after) > 0.3)


def _colour_change(before: Rgb, after: Rgb) -> float:
    """Half the L1 distance of the histograms of each channel in 16 steps, the mean of three; 0 to 1."""
    total = 0.0
    for channel in range(3):
        one, other = (np.bincount(p[..., channel].ravel() >> 4, minlength=16) for p in (before, after))
        total += float(np.abs(one - other).sum()) / (2 * before[..., 0].size)
    return total / 3


def _detail(pixels: Rgb) -> float:
    """How sharp a frame is against others of its scene: the variance of the Laplacian (Pech-Pacheco et al. 2000)."""
    light = luma(shrink(pixels, longest=320))
    middle = light[1:-1, 1:-1]
    around = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:]
    return float((4 * middle - around).var())


def _halved(chosen: list[_Best]) -> list[_Best]:
    """The sharper one of every two neighbours."""
    return [max(chosen[i : i + 2], key=lambda kept: kept.score) for i in range(0, len(chosen), 2)]


def _distinct(chosen: list[_Best]) -> list[_Best]:
    """Without those that look like an earlier one; the sharper of the two is kept."""
    kept: list[tuple[_Best, int]] = []
    for new in chosen:
        value = perceptual_hash(new.frame.pixels)
        same = next((i for i, (_, other) in enumerate(kept) if (other ^ value).bit_count() < ALIKE), None)
        if same is None:
            kept.append((new, value))
        elif new.score > kept[same][0].score:
            kept[same] = (new, value)
    return sorted((best for best, _ in kept), key=lambda best: best.frame.seconds)
