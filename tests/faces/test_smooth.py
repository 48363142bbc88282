"""The one-euro filter against its paper, and faces followed through a clip."""

import math
from dataclasses import replace

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.faces.face import Face, Pose
from looksmith.faces.smooth import OneEuro, Steady


def by_the_paper(values: list[float], rate: float, cutoff: float, beta: float, speed_cutoff: float) -> list[float]:
    """Algorithm 1 and 2 of Casiez et al., one number at a time."""

    def alpha(frequency: float) -> float:
        tau = 1 / (2 * math.pi * frequency)
        return 1 / (1 + tau * rate)

    smooth, speed, out = None, 0.0, []
    for value in values:
        if smooth is None:
            smooth = value
        else:
            share = alpha(speed_cutoff)
            speed = share * (value - smooth) * rate + (1 - share) * speed
            share = alpha(cutoff + beta * abs(speed))
            smooth = share * value + (1 - share) * smooth
        out.append(smooth)
    return out


@pytest.mark.parametrize(("cutoff", "beta"), [(1.0, 0.0), (0.5, 2.0)])
def test_the_filter_is_that_of_the_paper(cutoff: float, beta: float) -> None:
    rng = np.random.default_rng(2)
    values = np.cumsum(rng.normal(0, 1, 60)).tolist()
    filter = OneEuro(cutoff, beta, 1.0)
    made = [float(filter(np.array([v]), k / 30)[0]) for k, v in enumerate(values)]
    assert made == pytest.approx(by_the_paper(values, 30, cutoff, beta, 1.0), abs=1e-9)


def face(x: float, rng: np.random.Generator | None = None, size: float = 100) -> Face:
    """A face at a place, its points jittered."""
    points = np.zeros((468, 3), np.float32)
    grid = np.random.default_rng(0).uniform(0, size, (468, 2))
    points[:, :2] = grid + np.array([x, 50])
    if rng is not None:
        points[:, :2] += rng.normal(0, 1.0, (468, 2))
    irises = np.full((2, 5, 2), x, np.float32)
    return Face((x, 50, x + size, 50 + size), 0.9, points, Pose(0, 0, 0), irises=irises)


def test_still_faces_stand_still_and_quick_ones_do_not_lag() -> None:
    rng, steady = np.random.default_rng(4), Steady()
    still = [steady([face(100, rng)], k / 30)[0] for k in range(40)]
    jitter = np.std([f.landmarks[:, 0] for f in still[10:]], axis=0).mean()
    assert jitter < 0.55
    steady = Steady()
    quick = [steady([face(10 * k)], k / 30)[0] for k in range(20)]
    assert quick[-1].landmarks[:, 0] == pytest.approx(face(190).landmarks[:, 0], abs=6)
    assert quick[-1].irises is not None and quick[-1].irises.shape == (2, 5, 2)


def test_two_faces_keep_their_own_filter_whatever_their_order() -> None:
    steady = Steady()
    first, second = face(0), face(400)
    steady([first, second], 0.0)
    right, left = steady([second, first], 1 / 30)
    assert right.box[0] == pytest.approx(400) and left.box[0] == pytest.approx(0)


def test_a_face_that_comes_back_later_starts_anew() -> None:
    steady = Steady(patience=0.2)
    steady([face(0)], 0.0)
    steady([], 1.0)
    (back,) = steady([face(20)], 1.1)
    assert back.box[0] == pytest.approx(20)


def test_irises_may_come_and_go() -> None:
    steady = Steady()
    steady([face(0)], 0.0)
    (made,) = steady([replace(face(0), irises=None)], 0.1)
    assert made.irises is None and made.landmarks == pytest.approx(face(0).landmarks, abs=1e-3)


def test_time_must_grow() -> None:
    filter = OneEuro()
    filter(np.zeros(2), 1.0)
    with pytest.raises(LooksmithError, match="time must grow"):
        filter(np.zeros(2), 1.0)
