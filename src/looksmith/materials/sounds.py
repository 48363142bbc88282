"""Recordings, and the sound of clips: measured, and kept as mono FLAC at 24 kHz (extra ``video``)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import UnreadableError
from looksmith.materials.clips import library
from looksmith.materials.seen import SeenSound

RATE = 24_000
LONGEST = 1800
"""Seconds of a recording that are taken, from its beginning: half an hour."""
FRAME = RATE // 50
QUIET = -50.0
"""dB of full scale under which nobody speaks."""
SHORTEST = 1.0
"""Seconds of voice that a recording must have."""
CLIPPED = 0.01
"""The share of samples at full scale from which on a recording is spoilt."""


def sound_of(stream: BinaryIO, key: str, folder: Path) -> SeenSound | None:
    """Read a recording or a clip's sound, measure it, and write it to ``folder`` as ``ID.flac``.

    Args:
        stream: of the file's bytes, seekable.
        key: of the entry.
        folder: to write to; nothing is written of a recording with flaws.

    Returns:
        None when the file has no sound.

    Raises:
        UnreadableError: it cannot be decoded.
        LooksmithError: PyAV is not installed.
    """
    av = library()
    try:
        samples = _samples(stream)
    except (av.FFmpegError, ValueError, EOFError, OSError) as error:
        raise UnreadableError("the recording cannot be decoded", where=key, expected="a whole WAV, MP3 or FLAC file",
                              got=str(error)[:200] or type(error).__name__,
                              hint="copy or download it again") from error  # fmt: skip
    if samples is None or not len(samples):
        return None
    name = hashlib.sha256(samples.tobytes()).hexdigest()[:20]
    levels = _levels(samples)
    loud = levels[levels > max(QUIET, float(levels.max()) - 35)]
    voiced = len(loud) * FRAME / RATE
    clipped = float((np.abs(samples.astype(np.int32)) >= 32_700).mean())
    flaws = []
    if voiced < SHORTEST:
        flaws.append("silent" if levels.max() <= QUIET else "short")
    if clipped > CLIPPED:
        flaws.append("clipped")
    level = float(np.mean(loud)) if len(loud) else float(levels.max())
    seen = SeenSound(
        name, key, round(len(samples) / RATE, 2), round(voiced, 2), round(level, 1), round(clipped, 5), tuple(flaws)
    )
    if not flaws:
        _write(samples, folder / f"{name}.flac")
    return seen


def _samples(stream: BinaryIO) -> NDArray[np.int16] | None:
    """Mono samples at :data:`RATE`; None when there is no sound in the file."""
    av = library()
    with av.open(stream, metadata_errors="ignore") as container:
        if not container.streams.audio:
            return None
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        parts: list[NDArray[np.int16]] = []
        length = 0
        for frame in container.decode(container.streams.audio[0]):
            for part in resampler.resample(frame):
                parts.append(part.to_ndarray().reshape(-1))
                length += len(parts[-1])
            if length >= LONGEST * RATE:
                break
        for part in resampler.resample(None):
            parts.append(part.to_ndarray().reshape(-1))
    return np.concatenate(parts)[: LONGEST * RATE] if parts else None


def _levels(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """dB of full scale of every 20 ms."""
    count = max(1, len(samples) // FRAME)
    padded = np.zeros(count * FRAME, np.float64)
    padded[: min(len(samples), count * FRAME)] = samples[: count * FRAME]
    power = np.square(padded.reshape(count, FRAME) / 32768).mean(axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-10)))


def _write(samples: NDArray[np.int16], path: Path) -> None:
    """As FLAC: beside its place, then renamed into it."""
    av = library()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with av.open(str(part), "w", format="flac") as container:
            track = container.add_stream("flac", rate=RATE)
            track.layout = "mono"
            for start in range(0, len(samples), 4096):
                frame = av.AudioFrame.from_ndarray(samples[None, start : start + 4096], format="s16", layout="mono")
                frame.sample_rate = RATE
                frame.pts = start
                for packet in track.encode(frame):
                    container.mux(packet)
            for packet in track.encode(None):
                container.mux(packet)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
