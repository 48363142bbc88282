"""The ladders are ladders, and what is said of them can fail."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut, coffee

from benchmarks import artefacts, corruptions, evaluation, grid, picture_ladders, planted, set_ladders, tables
from looksmith.evaluation.artefacts import detect
from looksmith.evaluation.features import shipped
from looksmith.evaluation.notebook import Notebook

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
    found = picture_ladders.climb(corruptions.LADDERS["noise"], PHOTO, OTHER, 0, None)
    assert all(picture_ladders.worsens(name, found[name]) for name in ("psnr", "ssim", "ms-ssim", "perceptual"))
    assert not picture_ladders.worsens("ssim", [1.0, 0.9, 0.9]) and not picture_ladders.worsens(
        "perceptual", [0, 0.2, 0.1]
    )
    assert found["psnr"][0] == np.inf and found["ssim"][0] == pytest.approx(1)


def test_change_outside_and_flicker_have_ladders_of_their_own() -> None:
    shares = picture_ladders.outside(PHOTO, 0)["changed-outside-share"]
    assert shares[0] == 0 and shares[-1] > 0.9 and picture_ladders.worsens("changed-outside-share", shares)
    gains = picture_ladders.flicker(PHOTO, 0)["noise-gain"]
    assert gains[0] == 1 and gains[-1] > 1.5 and picture_ladders.worsens("noise-gain", gains)


def test_climbs_in_the_notebook_are_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [grid.Picture(name, PHOTO[k : k + 64, :64].copy()) for k, name in enumerate(("a", "b"))]
    monkeypatch.setattr(picture_ladders, "LADDERS", {"blur": corruptions.LADDERS["blur"]})
    with Notebook(tmp_path / "n.jsonl") as book:
        first = picture_ladders.ladders(pictures, pictures, None, book)
    monkeypatch.setattr(picture_ladders, "climb", lambda *rest: pytest.fail("measured again"))
    with Notebook(tmp_path / "n.jsonl") as book:
        assert picture_ladders.ladders(pictures, pictures, None, book) == first
    assert first["blur"]["told by"]["psnr"]["value"] == 1 and set(first) == {"blur", "outside", "flicker"}
    monkeypatch.setattr(picture_ladders, "code", lambda: "newer")
    with Notebook(tmp_path / "n.jsonl") as book, pytest.raises(pytest.fail.Exception, match="measured again"):
        picture_ladders.ladders(pictures, pictures, None, book)


def test_pairs_by_the_command_survive_a_kill() -> None:
    pictures = [grid.Picture(f"{k}", np.ascontiguousarray(PHOTO[k : k + 48, :48])) for k in range(4)]
    found = evaluation.speed(pictures, OTHER[:48, :48].copy(), 12, None)
    assert 4 <= found["killed after"] <= 12 and found["nothing lost"] and found["nothing twice"]
    assert found["seconds"] > 0 and found["processor seconds for 1000 pairs"] > 0


def test_the_table_shows_the_least(tmp_path: Path) -> None:
    told = {"ssim": {"value": 1.0}, "psnr": {"value": 0.9}}
    rows = evaluation.table({"ladders": {"noise": {"told by": told}}})
    assert rows[0]["value"] == "90.0%" and "psnr of 2" in rows[0]["en"] and "psnr" in rows[0]["zh"]
    nulls = {"pictures": 3, "away from perfect": {"ssim": 0.0, "psnr": 0.25}}
    spent = {"side": 256, "seconds for 1000 pairs": 300.0, "processor seconds for 1000 pairs": 240.0, "load": 3.0}
    rows = evaluation.table({"nulls": nulls, "speed": spent})
    assert [row["value"] for row in rows] == ["0.25", "4.0 min (5.0 min)"] and "farthest of 2" in rows[0]["en"]


def test_the_table_is_made_anew_without_measuring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = {"when": "once", "nulls": {"pictures": 3, "away from perfect": {"ssim": 0.0}}}
    (tmp_path / "evaluation.json").write_text(json.dumps(result))
    assert evaluation.main(["--only", "rows", "--out", str(tmp_path)]) == 0
    made = json.loads((tmp_path / "evaluation.json").read_text())
    assert made["when"] == "once" and [row["value"] for row in made["rows"]] == ["0"]
    with pytest.raises(SystemExit):
        evaluation.main(["--only", "ladder"])
    assert "not ladder" in capsys.readouterr().err


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
    steps = set_ladders.fewer_kinds(rows)
    kinds = [len(np.unique(step, axis=0)) for step in steps]
    assert kinds == sorted(kinds, reverse=True) and kinds[0] == 60 and {len(step) for step in steps} == {60}
    found = [set_ladders.measured(step, rows, 0.0) for step in steps]
    assert all(set_ladders.told(name, (s[name] for s in found)) for name in set_ladders.VARIED)


def test_ever_more_of_a_set_are_ruined_and_those_that_were_stay_so() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(64, 8))
    last = {name: rows + 100 * (k + 1) for k, name in enumerate(set_ladders.RUIN)}
    bad = set_ladders.ruined(last)
    assert [int(np.rint((bad - rows)[k, 0])) for k in range(5)] == [100, 200, 300, 400, 100]
    steps = set_ladders.ever_more(rows, bad)
    assert [int((step != rows).any(axis=1).sum()) for step in steps] == [0, 8, 16, 32, 64]
    assert all((a[(a != rows).any(axis=1)] == b[(a != rows).any(axis=1)]).all() for a, b in pairwise(steps))
    found = [set_ladders.measured(step, rows, 0.0) for step in steps]
    assert all(set_ladders.told(name, (s[name] for s in found)) for name in set_ladders.RUINED)
    assert [round(s["precision"], 3) for s in found] == [1, 0.875, 0.75, 0.5, 0]


def test_sets_of_pictures_climb() -> None:
    pictures = [
        grid.Picture(f"{k}", np.ascontiguousarray(np.roll(PHOTO, 16 * k, axis=1)[:64, :64]), False) for k in range(12)
    ]
    found = set_ladders.climbs(pictures, shipped(), draws=2, size=10)
    assert set(found) == {*corruptions.LADDERS, "fewer kinds", "ever more ruined"} - {"another person"}
    noisy = found["noise"]
    assert len(noisy["steps"]) == len(noisy["values"]["frechet-distance"]) == 6
    assert noisy["values"]["frechet-distance"][0] == pytest.approx(0, abs=1e-6)
    assert noisy["told by"]["frechet-distance"]["value"] == 1
    rows = evaluation.table({"sets": {"ladders": found, "interval holds the floor": {"frechet": 1.0}}})
    assert len(rows) == 8 and all(row["en"] != row["zh"] for row in rows)
