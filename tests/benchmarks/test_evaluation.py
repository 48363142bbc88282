"""The ladders are ladders, and what is said of them can fail."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut, coffee

from benchmarks import artefacts, corruptions, evaluation, grid, planted, set_ladders, tables
from looksmith.evaluation.artefacts import detect
from looksmith.evaluation.features import shipped

PHOTO = np.ascontiguousarray(astronaut()[:192, 130:322])
OTHER = np.ascontiguousarray(coffee()[:192, 130:322])


@pytest.mark.parametrize("name", list(corruptions.LADDERS))
def test_steps_go_ever_farther_from_the_picture(name: str) -> None:
    ladder = corruptions.LADDERS[name]
    away = [np.abs(ladder.at(PHOTO, step, 3, OTHER).astype(float) - PHOTO).mean() for step in ladder.steps]
    assert away[0] > 0 and (np.diff(away) > 0).all()
    assert np.array_equal(ladder.at(PHOTO, ladder.steps[0], 3, OTHER), ladder.at(PHOTO, ladder.steps[0], 3, OTHER))


def test_shuffling_moves_tiles_and_loses_none() -> None:
    whole = corruptions.shuffle(PHOTO, 1.0, 0, OTHER)
    assert sorted(whole.reshape(-1).tolist()) == sorted(PHOTO.reshape(-1).tolist())
    assert (whole != PHOTO).any(axis=2).mean() > 0.9


def test_noise_is_told_and_a_number_that_does_not_move_is_not() -> None:
    found = evaluation.climb(corruptions.LADDERS["noise"], PHOTO, OTHER, 0, None)
    assert all(evaluation.worsens(name, found[name]) for name in ("psnr", "ssim", "ms-ssim", "perceptual"))
    assert not evaluation.worsens("ssim", [1.0, 0.9, 0.9]) and not evaluation.worsens("perceptual", [0, 0.2, 0.1])
    assert found["psnr"][0] == np.inf and found["ssim"][0] == pytest.approx(1)


def test_the_table_shows_the_least(tmp_path: Path) -> None:
    told = {"ssim": {"value": 1.0}, "psnr": {"value": 0.9}}
    rows = evaluation.table({"ladders": {"noise": {"told by": told}}})
    assert rows[0]["value"] == "90%" and "psnr of 2" in rows[0]["en"] and "psnr" in rows[0]["zh"]


@pytest.mark.parametrize("name", list(planted.PLANTS))
def test_plants_change_the_photo_and_stay_pictures(name: str) -> None:
    made = planted.PLANTS[name](PHOTO, np.random.default_rng(0))
    assert made.shape == PHOTO.shape and made.dtype == np.uint8
    assert np.abs(made.astype(int) - PHOTO).mean() > 1
    harmless = planted.harmless(PHOTO, np.random.default_rng(0))
    assert harmless.dtype == np.uint8 and np.abs(harmless.astype(int) - PHOTO).mean() < 25


def test_a_detector_learns_what_is_there_to_learn() -> None:
    """Two features, one of which tells: the fit finds it, and its limits keep the alarms they promise."""
    rng = np.random.default_rng(0)
    clean, harmless = (rng.normal(0, 1, (400, 2)) for _ in range(2))
    bad = rng.normal(0, 1, (400, 2)) + np.array([4, 0])
    known = artefacts.fit(clean, harmless, bad)
    scores = [np.array([known.score(row) for row in rows]) for rows in (clean, harmless, bad)]
    assert (scores[2] > known.limit).mean() > 0.9
    assert max((s > known.limit).mean() for s in scores[:2]) <= artefacts.ALARMS + 0.003
    assert known.level < known.limit and known.rise > 0


def test_what_is_calibrated_is_what_is_measured() -> None:
    known = detect.calibration()
    assert set(known) == set(detect.DETECTORS) == set(planted.PLANTS)
    for name, calibration in known.items():
        width = len(detect.measure(name, PHOTO))
        assert calibration.mean.shape == calibration.deviation.shape == (width,)
        assert calibration.weights.shape == (2 * width + 1,)


def test_the_detectors_table(tmp_path: Path) -> None:
    photos = [PHOTO, OTHER]
    result = artefacts.measure(photos)
    rows = artefacts.table(result)
    assert len(rows) == 12 and all(row["en"] != row["zh"] for row in rows)
    (tmp_path / "artefacts.json").write_text(json.dumps({"rows": rows}))
    assert tables.render("artefacts", results=tmp_path).count("\n") == 14


def test_the_least_rise_lets_so_few_alarms_through() -> None:
    """By trying: with the rise that is found there are as many alarms beside the photo as promised, not far fewer."""
    rng = np.random.default_rng(5)
    before = rng.normal(0, 1, 2000)
    after = before + rng.normal(0.3, 0.8, 2000)
    limit, level = 1.5, 0.6
    rise = artefacts.least_rise(before, after, limit, level)

    def alarms(rise: float) -> float:
        known = detect.Calibration(*(np.zeros(1),) * 3, limit=limit, level=level, rise=rise)
        return float(np.mean([a > known.limit_beside(float(b)) for b, a in zip(before, after, strict=True)]))

    assert artefacts.ALARMS - 0.002 <= alarms(rise) <= artefacts.ALARMS
    assert alarms(0.8 * rise) > artefacts.ALARMS


def test_sets_are_told_on_their_ladders_and_what_does_not_move_is_not() -> None:
    assert set_ladders.told("frechet-distance", [0, 0.1, 0.2]) and not set_ladders.told(
        "frechet-distance", [0, 0.1, 0.1]
    )
    assert set_ladders.told("precision", [1, 1, 0.4]) and not set_ladders.told("precision", [1, 1, 1])
    assert not set_ladders.told("recall", [0.5, 0.6, 0.1])
    rows = np.abs(np.random.default_rng(0).normal(size=(60, 8)))
    steps = set_ladders.fewer_kinds(rows, 0)
    kinds = [len(np.unique(step, axis=0)) for step in steps]
    assert kinds == sorted(kinds, reverse=True) and kinds[0] == 60 and {len(step) for step in steps} == {60}
    found = [set_ladders.measured(step, rows, 0.0) for step in steps]
    assert all(set_ladders.told(name, (s[name] for s in found)) for name in ("frechet-distance", "diversity", "recall"))


def test_sets_of_pictures_climb() -> None:
    pictures = [
        grid.Picture(f"{k}", np.ascontiguousarray(np.roll(PHOTO, 16 * k, axis=1)[:64, :64]), False) for k in range(12)
    ]
    found = set_ladders.climbs(pictures, shipped(), draws=2, size=10)
    assert set(found) == {*corruptions.LADDERS, "fewer kinds"} - {"another person"}
    noisy = found["noise"]
    assert len(noisy["steps"]) == len(noisy["values"]["frechet-distance"]) == 6
    assert noisy["values"]["frechet-distance"][0] == pytest.approx(0, abs=1e-6)
    assert noisy["told by"]["frechet-distance"]["value"] == 1
    rows = evaluation.table({"sets": {"ladders": found, "interval holds the floor": {"frechet": 1.0}}})
    assert len(rows) == 7 and all(row["en"] != row["zh"] for row in rows)
