"""Artefacts are found where they were put, and not where there are none; by the same plants as the benchmark."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from skimage import data

from looksmith.evaluation.artefacts import banding, checkerboard, detect, haloes

ROOT = str(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def planted() -> ModuleType:
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    return importlib.import_module("benchmarks.planted")


def small(rgb: np.ndarray) -> np.ndarray:
    picture = Image.fromarray(np.ascontiguousarray(rgb[..., :3]))
    picture.thumbnail((320, 320))
    return np.asarray(picture)


PHOTOS = [small(source()) for source in (data.astronaut, data.coffee, data.chelsea)]


@pytest.mark.parametrize("name", list(detect.DETECTORS))
def test_found_beside_the_photo_and_not_in_it(planted: ModuleType, name: str) -> None:
    for number, photo in enumerate(PHOTOS):
        rng = np.random.default_rng(number)
        made = planted.PLANTS[name](photo, rng)
        found = {artefact.name: artefact for artefact in detect.artefacts(made, photo)}
        assert found[name].found, (number, found[name])
        assert found[name].score > found[name].limit
        assert not any(artefact.found for artefact in detect.artefacts(photo, photo))


def test_most_are_found_without_the_photo_and_few_are_seen_where_none_is(planted: ModuleType) -> None:
    rng = np.random.default_rng(5)
    hits = {
        name: [detect.scores(planted.PLANTS[name](photo, rng))[name] for photo in PHOTOS] for name in detect.DETECTORS
    }
    limits = {name: known.limit for name, known in detect.calibration().items()}
    assert sum(score > limits[name] for name, scores in hits.items() for score in scores) >= 16
    alarms = [artefact for photo in PHOTOS for artefact in detect.artefacts(photo) if artefact.found]
    assert len(alarms) <= 2, "of 18; one of these photos is black in a third of it"


def test_what_the_photo_has_already_is_no_artefact(planted: ModuleType) -> None:
    photo = planted.blown(PHOTOS[0], np.random.default_rng(0))
    assert not any(artefact.found for artefact in detect.artefacts(photo, photo))


def test_the_limit_beside_a_photo() -> None:
    known = detect.Calibration(*(np.zeros(1),) * 3, limit=1.0, level=-2.0, rise=2.0)
    assert known.limit_beside(-9) == -2, "fainter ones count"
    assert known.limit_beside(-1) == 1, "two above the photo, or above the plain limit"
    assert known.limit_beside(0.5) == 1.5
    assert known.limit_beside(5) == 6, "what is there already must grow"


def test_frequencies_of_a_checkerboard() -> None:
    """A pattern of period 2 stands out at its own frequency alone; period 4 at its own."""
    y, x = np.mgrid[:128, :128]
    rng = np.random.default_rng(0)
    grain = rng.normal(128, 10, (128, 128))

    def of(pattern: np.ndarray) -> np.ndarray:
        values = grain + 6 * (2.0 * pattern - 1)
        return checkerboard.features(np.repeat(np.clip(values, 0, 255).astype(np.uint8)[..., None], 3, axis=2))

    nothing = of(np.full((128, 128), 0.5))
    assert np.abs(nothing).max() < 0.8
    assert np.argmax(of((x + y) % 2)) == 0
    assert np.argmax(of(x % 2)) == 1
    assert np.argmax(of((x // 2 + y // 2) % 2)) == 2
    assert np.argmax(of(x // 2 % 2)) == 4
    assert of((x + y) % 2)[0] > 2.5


def test_power_of_any_frequency_is_that_of_the_whole_transform() -> None:
    block = np.random.default_rng(0).normal(size=(64, 64))
    half, whole = (np.abs(f(block)) ** 2 for f in (np.fft.rfft2, np.fft.fft2))
    assert np.allclose(checkerboard._whole(half), whole)
    rows, columns = checkerboard._ring(32, 0)
    assert len(rows) == 11 * 11 - 5 * 5 and (32, 0) not in set(zip(rows, columns, strict=True))
    assert (0, 0) not in set(zip(*checkerboard._ring(0, 4), strict=True)), "flat light is no neighbour"


def test_steps_of_a_ramp() -> None:
    ramp = np.repeat(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 64, axis=0), 3, axis=2)
    stairs = (ramp // 16 * 16).astype(np.uint8)
    assert banding._stairs([ramp[..., 0]], 0, 3) == 0
    assert banding._stairs([stairs[..., 0]], 0, 3) > 0.9
    assert banding._apart(stairs[..., 0]) > 0.5 > 0.1 > banding._apart(ramp[..., 0])


def test_profiles_run_from_dark_to_light_across_an_edge() -> None:
    step = np.full((96, 96), 40, np.float32)
    step[:, 48:] = 200
    lines = haloes.profiles(step)
    assert lines is not None and lines.shape[1] == 41
    assert lines[:, 0] == pytest.approx(40, abs=1) and lines[:, -1] == pytest.approx(200, abs=1)
    assert haloes.profiles(np.full((96, 96), 40, np.float32)) is None


def test_other_shapes() -> None:
    for side in (32, 50, 70):
        assert all(np.isfinite(score) for score in detect.scores(PHOTOS[0][:side, :side]).values())
    with pytest.raises(ValueError, match="32 pixels"):
        detect.artefacts(PHOTOS[0][:31])
    with pytest.raises(ValueError, match="uint8"):
        detect.artefacts(PHOTOS[0].astype(np.float32))
