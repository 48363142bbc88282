"""Steady faces in clips: each point goes through a one-euro filter, face by face.

Casiez, Roussel, Vogel (2012), "1 € Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.face import Face
from looksmith.faces.pose import pose_of

Values = NDArray[np.float64]


@dataclass(eq=False)
class OneEuro:
    """A low-pass filter whose cut-off grows with speed: still things stand still, quick ones do not lag.

    Attributes:
        cutoff: Hz, of what stands still; less is steadier.
        beta: Hz for each unit a second; more lags less.
        speed_cutoff: Hz, of the filter over the speed.
    """

    cutoff: float = 1.0
    beta: float = 0.0
    speed_cutoff: float = 1.0
    _value: Values | None = field(default=None, repr=False)
    _speed: Values | None = field(default=None, repr=False)
    _time: float = field(default=0.0, repr=False)

    def __call__(self, values: NDArray[np.floating], seconds: float) -> Values:
        """The filtered values.

        Args:
            values: of any shape, always the same.
            seconds: time of the values; must grow.

        Raises:
            LooksmithError: time stands still or runs back.
        """
        raw = np.asarray(values, np.float64)
        if self._value is None or self._speed is None:
            self._value, self._speed, self._time = raw, np.zeros_like(raw), seconds
            return raw
        step = seconds - self._time
        if step <= 0:
            raise LooksmithError("time must grow from frame to frame", expected=f"> {self._time:g} s", got=seconds)
        share = _share(self.speed_cutoff, step)
        self._speed = self._speed + share * ((raw - self._value) / step - self._speed)
        shares = _share(self.cutoff + self.beta * np.abs(self._speed), step)
        self._value, self._time = self._value + shares * (raw - self._value), seconds
        return self._value


@dataclass(eq=False)
class Steady:
    """Faces from frame to frame of one clip.

    Attributes:
        cutoff: as of the filter.
        beta: Hz for each face's width a second.
        overlap: least intersection over union of the boxes of one face in two frames.
        patience: seconds after which a face that was not seen is forgotten.
    """

    cutoff: float = 1.5
    beta: float = 6.0
    overlap: float = 0.3
    patience: float = 0.5
    _tracks: list[_Track] = field(default_factory=list, repr=False)

    def __call__(self, faces: Sequence[Face], seconds: float) -> tuple[Face, ...]:
        """The faces of a frame, in their order, with steadied landmarks, irises, boxes and poses.

        Raises:
            LooksmithError: time stands still or runs back.
        """
        self._tracks = [track for track in self._tracks if seconds - track.seen <= self.patience]
        free = list(self._tracks)
        steadied: dict[int, Face] = {}
        for index in sorted(range(len(faces)), key=lambda k: -faces[k].size):
            face = faces[index]
            track = max(free, key=lambda t: _overlap(t.box, face.box), default=None)
            if track is None or _overlap(track.box, face.box) < self.overlap:
                track = _Track(OneEuro(self.cutoff, self.beta))
                self._tracks.append(track)
            else:
                free.remove(track)
            steadied[index] = track.next(face, seconds)
        return tuple(steadied[index] for index in range(len(faces)))


@dataclass(eq=False)
class _Track:
    filter: OneEuro
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    seen: float = 0.0
    unit: float = 0.0

    def next(self, face: Face, seconds: float) -> Face:
        """Filter in units of the face's size when it was first seen, so that near and far faces are treated alike."""
        self.unit = self.unit or max(1.0, face.size)
        self.box, self.seen = face.box, seconds
        corners = np.array([[*face.box[:2], 0.0], [*face.box[2:], 0.0]])
        parts = [face.landmarks, corners]
        if face.irises is not None:
            parts.append(np.pad(face.irises.reshape(10, 2), ((0, 0), (0, 1))))
        held = self.filter(_padded(np.concatenate(parts)) / self.unit, seconds) * self.unit
        count = len(face.landmarks)
        landmarks = held[:count].astype(np.float32)
        irises = None if face.irises is None else held[count + 2 : count + 12, :2].reshape(2, 5, 2).astype(np.float32)
        (x0, y0, _), (x1, y1, _) = held[count : count + 2].tolist()
        return replace(face, landmarks=landmarks, irises=irises, box=(x0, y0, x1, y1), pose=pose_of(landmarks))


def _padded(points: Values) -> Values:
    """Always of one shape, whether there are irises or not."""
    return np.pad(points, ((0, 480 - len(points)), (0, 0)))


def _share(cutoff: Values | float, step: float) -> Values:
    """How much of the new value a low-pass filter of a cut-off takes after a step of time."""
    turn = 2 * math.pi * np.asarray(cutoff) * step
    return np.asarray(turn / (turn + 1), np.float64)


def _overlap(first: tuple[float, float, float, float], second: tuple[float, float, float, float]) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return width * height / (sum(areas) - width * height)
