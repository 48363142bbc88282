"""The parts of the workshop's demonstrations that decide numbers: splits, baselines, judges' arithmetic, curves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("skimage", reason="needs the dev extra")
from benchmarks.workshop import bench, conditional, fast, noise, pix2pix
from benchmarks.workshop.judging import colour_correlation
from skimage.data import astronaut, coffee

from looksmith.training.data.splits import split
from looksmith.training.data.stock import split_sources
from looksmith.training.networks.backbone import backbone


def test_the_split_in_folders_is_the_one_that_training_sees(tmp_path: Path) -> None:
    for number in range(60):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number}_{number % 2}.png")
    folder = bench.split_folder(
        tmp_path / "split", tmp_path.glob("*.png"), lambda p: "odd" if "_1" in p.stem else None, 0.3
    )
    train, test = (sorted(p.name for p in (folder / part / "odd").iterdir()) for part in ("train", "test"))
    assert len(train) + len(test) == 30 and 3 <= len(test) <= 16 and not set(train) & set(test)
    parts = split_sources([folder])
    assert sorted(r.name.rpartition("/")[2] for r in parts.test) == test
    assert len(parts.train) + len(parts.val) == len(train)
    assert split([], str).test == ()


def test_the_pencil_filter_is_white_where_nothing_is_and_dark_at_edges() -> None:
    flat = np.full((64, 64, 3), 90, np.uint8)
    assert pix2pix.edge_filter(flat).min() > 240
    drawn = pix2pix.edge_filter(bench.portraits(128)[0])
    assert drawn.std() > 15 and (drawn[..., 0] == drawn[..., 2]).all()


def test_labels_of_ages() -> None:
    names = {
        "25_1_0_x.jpg": "young-female",
        "70_0_2_x.jpg": "old-male",
        "40_0_1.jpg": None,
        "x.jpg": None,
        "30_7_1.jpg": None,
    }
    assert {name: conditional.label_of(Path(name)) for name in names} == names


def test_copies_are_not_distinct_and_real_pictures_are() -> None:
    real = np.random.default_rng(0).normal(size=(200, 16))
    other = np.random.default_rng(1).normal(size=(100, 16))
    assert noise.distinct(other, real) == 1.0
    assert noise.distinct(np.concatenate([other[:50], other[:50] + 1e-3]), real) == 0.0


def test_styles_are_compared_at_equal_content() -> None:
    slow = [{"content": c, "style": s} for c, s in ((0.2, 0.9), (0.6, 0.5), (0.4, 0.7))]
    found = fast.compare({"content": 0.5, "style": 0.66}, slow)
    assert found["gatys_at_equal_content"] == pytest.approx(0.6) and found["ratio"] == pytest.approx(1.1)
    assert fast.compare({"content": 0.7, "style": 0.66}, slow)["ratio"] is None


def test_distances_by_losses_are_nought_to_oneself() -> None:
    photo, painting = bench.portraits(32)
    measure = fast.by_losses(backbone("perceptual"), painting)
    same, style = measure(photo, (0, photo)), measure(painting, (0, photo))
    assert same["content"] == pytest.approx(0, abs=1e-6) and style["style"] == pytest.approx(0, abs=1e-5)
    assert same["style"] > 0.05 and style["content"] > 0.05


def test_inverted_colours_have_a_correlation_below_nought() -> None:
    photo = bench.portraits(64)[1]
    assert colour_correlation(photo, photo) == pytest.approx(1)
    assert colour_correlation(photo, 255 - photo) == pytest.approx(-1)


def test_curves_and_sheets(tmp_path: Path) -> None:
    lines = [{"step": s, "seconds": 1.0, "generator.l1": 1 / s, "d<x>": 0.5} for s in range(1, 50)]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)))
    from xml.etree import ElementTree

    tree = ElementTree.parse(bench.curves(tmp_path, 50, tmp_path / "curves.svg"))
    assert len(tree.findall(".//{http://www.w3.org/2000/svg}polyline")) == 4
    page = bench.sheet([[astronaut()[:64, :64]] * 2, [coffee()[:64, :64]]], tmp_path / "sheet.jpg", cell=32)
    assert Image.open(page).size == (68, 68)
