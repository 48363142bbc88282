"""Votes of planted tastes come out as they were planted."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

from looksmith.evaluation.rating.advice import advice, headline
from looksmith.evaluation.rating.export import COLUMNS, votes_csv
from looksmith.evaluation.rating.plan import Trial
from looksmith.evaluation.rating.report import report_page, results_json
from looksmith.evaluation.rating.results import Results, results
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, read_study

from .conftest import LEVELS, make_folders, vote

TRUTH = np.array([0.9, 0.0, -0.9])


def brightest(trial: Trial) -> str | dict[str, int]:
    """Prefers the source with the smaller number, always, and sees the broken side."""
    if trial.kind == "score":
        return {"quality": 5 - 2 * trial.left}
    if trial.kind == "check":
        return "right" if trial.broken == "left" else "left"
    return "left" if trial.left < trial.right else "right"


class Wavering:
    """Prefers by the odds of the planted strengths; alike one time in ten."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def __call__(self, trial: Trial) -> str:
        if trial.kind == "check":
            return str(brightest(trial))
        if self.rng.random() < 0.1:
            return "alike"
        chance = 1 / (1 + math.exp(TRUTH[trial.right] - TRUTH[trial.left]))
        return "left" if self.rng.random() < chance else "right"


def found_in(store: Store, **options: bool) -> Results:
    return results(store.about, store.raters(), store.answers(), **options)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    folders = make_folders(tmp_path / "pictures", [f"{k}" for k in range(40)], size=(8, 8))
    return Store(tmp_path / "a.votes", read_study(folders, settings=Settings(votes=60)))


def test_planted_strengths_lie_in_their_intervals(store: Store) -> None:
    for seed in range(8):
        vote(store, f"rater {seed}", Wavering(seed))
    found = found_in(store)
    assert [source.label for source in found.sources] == list(LEVELS)
    assert found.votes == 8 * 60
    for source, truth in zip(found.sources, TRUTH, strict=True):
        assert source.strength.low < truth < source.strength.high
        assert source.strength.high - source.strength.low < 1.2
    assert not found.of_these_people, "eight raters may stand for others"
    assert sum(s.won for s in found.sources) == sum(s.lost for s in found.sources)
    assert sum(s.won + s.lost + s.alike for s in found.sources) == 2 * found.votes
    share = found.sources[0].share
    expected = np.mean([1 / (1 + math.exp(-0.9)), 1 / (1 + math.exp(-1.8))])
    assert share.low < expected < share.high
    assert "bright-source is preferred" in headline(found).en
    assert 0 < found.alpha < 0.667, "planted odds leave room for other opinions"
    assert any("tastes differ" in words.en for words in advice(found))


def test_one_who_wins_every_vote_has_a_finite_strength(store: Store) -> None:
    vote(store, "Mei", brightest)
    found = found_in(store)
    assert all(math.isfinite(source.strength.value) for source in found.sources)
    assert found.sources[0].won == 40 and found.sources[0].lost == 0
    assert {pair.chance < 1e-4 for pair in found.pairs} == {True}
    assert math.isnan(found.alpha) and found.shared == 0
    assert any("One rater is one taste" in words.en for words in advice(found))


def test_few_raters_speak_of_themselves(store: Store) -> None:
    for seed in range(3):
        vote(store, f"rater {seed}", Wavering(seed))
    found = found_in(store)
    assert found.of_these_people and any("speak of these 3 raters" in words.en for words in advice(found))


def test_no_taste_is_no_preference(store: Store) -> None:
    rng = np.random.default_rng(1)
    for k in range(3):
        vote(store, f"{k}", lambda trial: "left" if rng.random() < 0.5 else "right")
    found = found_in(store)
    assert all(pair.chance > 0.05 for pair in found.pairs)
    assert headline(found).en == "No preference can be told yet."
    assert found.alpha == pytest.approx(0, abs=0.25)
    assert all(source.share.low < 0.5 < source.share.high for source in found.sources)


def test_raters_of_one_mind_agree(store: Store) -> None:
    vote(store, "a", brightest)
    vote(store, "b", brightest)
    found = found_in(store)
    assert found.alpha == pytest.approx(1) and found.kappa == pytest.approx(1) and found.shared >= 30


def test_the_careless_are_found_and_can_be_left_out(store: Store) -> None:
    vote(store, "careful", brightest)
    vote(store, "always left", lambda trial: "left", milliseconds=300)
    found = found_in(store)
    careful, careless = found.raters
    assert (careful.consistent, careful.passed) == (careful.repeats, careful.checks) and careful.repeats == 6
    assert careless.consistent == 0 and careless.left.value == 1 and careless.seconds == pytest.approx(0.3)
    assert not careful.careless and careless.careless
    assert any("always left" in words.en for words in advice(found))
    without = found_in(store, without_careless=True)
    assert without.left_out == ("always left",) and without.votes == 60
    assert without.sources[0].share.value > found.sources[0].share.value


def test_repeats_and_checks_are_no_votes(store: Store) -> None:
    vote(store, "Mei", brightest)
    kinds = [(a.trial.kind, a.trial.repeat) for a in store.answers()]
    assert kinds.count(("pair", False)) == found_in(store).votes == 60
    assert len(kinds) > 66


def test_nobody_has_voted(store: Store) -> None:
    found = found_in(store)
    assert found.sources == () and found.pairs == () and headline(found).en == "Nobody has voted yet."
    assert "Nobody has voted yet" in report_page(store.about, found)
    assert results_json(found)["alpha"] is None


def test_sources_that_never_met_have_no_common_scale(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "pictures", ["x", "y"], size=(8, 8))
    store = Store(tmp_path / "a.votes", read_study(folders, settings=Settings(votes=6)))
    store.put(store.join("Mei"), 0, Trial("pair", 0, 0, 1), "left", 1000)
    found = found_in(store)
    assert [source.label for source in found.sources] == ["bright-source", "middle-source"]


def test_scores(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "pictures", [f"{k}" for k in range(10)], size=(8, 8))
    settings = Settings(votes=0, scores=("quality",), scored=30)
    store = Store(tmp_path / "a.votes", read_study(folders, settings=settings))
    vote(store, "a", brightest)
    vote(store, "b", lambda trial: {"quality": 4 - trial.left})
    found = found_in(store)
    assert [row.mean.value for row in found.scores] == pytest.approx([4.5, 3.0, 1.5])
    assert [row.mean.n for row in found.scores] == [20, 20, 20]
    assert 0.4 < found.scores[0].alpha < 1, "two raters who rank alike but not equally"
    rows = list(csv.DictReader(io.StringIO(votes_csv(store.about, store.raters(), store.answers()))))
    assert len(rows) == 60 and {row["question"] for row in rows} == {"quality"}


def test_every_vote_is_in_the_table(store: Store) -> None:
    vote(store, "=cmd()", brightest)
    text = votes_csv(store.about, store.raters(), store.answers())
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS and len(rows) == len(store.answers())
    assert {row["rater"] for row in rows} == {"'=cmd()"}, "a spreadsheet must not compute a name"
    for row in rows:
        assert row["preferred"] == row[row["answer"]]
        if row["kind"] == "check":
            assert "(broken)" not in row["preferred"] and "(broken)" in row["left"] + row["right"]


def test_the_page_needs_nothing_from_outside_and_escapes_names(store: Store) -> None:
    vote(store, "<img src=x>", brightest)
    found = found_in(store)
    page = report_page(store.about, found, csv="results.csv?key=1&x")
    assert "<img" not in page and "&lt;img src=x&gt;" in page
    assert "http" not in page and "$" not in page
    assert page.count('<span lang="zh"') == page.count('<span lang="en"')
    for label in LEVELS:
        assert label in page
    told = json.loads(json.dumps(results_json(found), allow_nan=False))
    assert told["sources"][0]["label"] == "bright-source" and told["raters"][0]["careless"] is False
