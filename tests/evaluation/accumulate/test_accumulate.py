"""Every metric has its accumulating class in a module of the same name; it gives the mean, and forgets when told."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut

import looksmith.evaluation.accumulate as accumulate
import looksmith.evaluation.metrics as metrics
from looksmith.evaluation.features import shipped
from looksmith.evaluation.metrics.artfid import artfid
from looksmith.evaluation.metrics.frechet_distance import frechet_distance
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance

NAMES = sorted(p.stem for p in Path(metrics.__path__[0]).glob("*.py") if p.stem != "__init__")
PHOTO = np.ascontiguousarray(astronaut()[:192, 100:292])
NOISY = np.clip(PHOTO + np.random.default_rng(0).normal(0, 20, PHOTO.shape), 0, 255).astype(np.uint8)
MASK = np.zeros(PHOTO.shape[:2])


def classes(name: str) -> list[type[Any]]:
    module = import_module(f"looksmith.evaluation.accumulate.{name}")
    return [c for _, c in inspect.getmembers(module, inspect.isclass) if c.__module__ == module.__name__]


def pairs(name: str) -> list[tuple[Any, ...]]:
    """Two updates that differ."""
    if name in ("perceptual_distance", "style_distance", "content_distance"):
        features = shipped()
        return [(features(PHOTO), features(NOISY)), (features(PHOTO), features(PHOTO[::-1].copy()))]
    if name in ("sliced_wasserstein", "colour_difference"):
        a, b = (p.reshape(-1, 3)[::40].astype(float) for p in (PHOTO, NOISY))
        return [(a, b), (a, b + 5)]
    if name == "noise_gain":
        return [(PHOTO, NOISY, PHOTO, NOISY), (PHOTO // 2, NOISY // 2, PHOTO, NOISY)]
    if name == "change_outside":
        return [(PHOTO, NOISY, MASK), (PHOTO, PHOTO, MASK)]
    return [(PHOTO, NOISY), (PHOTO, np.ascontiguousarray(NOISY[::-1] // 2))]


def test_the_trees_are_mirrored() -> None:
    there = {p.stem for p in Path(accumulate.__path__[0]).glob("*.py")} - {"__init__", "accumulator"}
    assert sorted(there) == NAMES
    for name in NAMES:
        assert classes(name), name
        for kind in classes(name):
            better = import_module(f"looksmith.evaluation.metrics.{name}").HIGHER_IS_BETTER
            assert kind.higher_is_better is better


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("frechet_distance", "kernel_distance", "coverage",
                                                                "diversity", "artfid")])  # fmt: skip
def test_pairs(name: str) -> None:
    first, second = pairs(name)
    for kind in classes(name):
        alone = []
        for pair in (first, second):
            one = kind()
            one.update(*pair)
            alone.append(one.compute())
        both = kind()
        with pytest.raises(ValueError, match="before compute"):
            both.compute()
        both.update(*first)
        both.update(*second)
        found = both.compute()
        if isinstance(found, float):
            assert alone[0] != alone[1] and found == pytest.approx(np.mean(alone))
        elif name == "colour_drift":
            assert found.mean == pytest.approx((alone[0].mean + alone[1].mean) / 2)
        else:
            assert found.share == pytest.approx(alone[0].share / 2) and found.largest == alone[0].largest
        both.reset()
        with pytest.raises(ValueError, match="before compute"):
            both.compute()


@pytest.mark.parametrize("name", ["frechet_distance", "kernel_distance", "coverage", "diversity"])
def test_sets_in_pieces_are_the_whole(name: str) -> None:
    x, y = (np.random.default_rng(s).normal(s / 2, 1, (30, 5)) for s in (0, 1))
    for kind in classes(name):
        both = kind()
        with pytest.raises(ValueError, match="before compute"):
            both.compute()
        both.update(generated=x[0])
        both.update(generated=x[1:])
        if "real" in kind.sets:
            both.update(real=y[:20])
            both.update(real=y[20:])
        given = (x, y) if "real" in kind.sets else (x,)
        assert both.compute() == kind.measure(*given)
        with pytest.raises(ValueError, match="got other"):
            both.update(other=x)
        both.reset()
        with pytest.raises(ValueError, match="before compute"):
            both.compute()


def test_artfid() -> None:
    from looksmith.evaluation.accumulate.artfid import ArtFID

    features = shipped()
    pair = features(PHOTO), features(NOISY)
    x, y = (np.random.default_rng(s).normal(s / 2, 1, (30, 5)) for s in (0, 1))
    score = ArtFID()
    score.update(pair=pair, generated=x)
    score.update(real=y)
    assert score.compute() == pytest.approx(artfid(perceptual_distance(*pair), frechet_distance(x, y)))
    score.reset()
    with pytest.raises(ValueError, match="before compute"):
        score.compute()
