"""Crops: the same seed gives the same, pairs stay aligned, nothing varied means nothing changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from looksmith.training.data.augment import NOTHING, Augment, crop, crops

from .conftest import Rgb

STRONG = Augment(zoom=(1.0, 2.0), turn=20, stretch=0.2, light=0.1, contrast=0.2, colour=0.1)


def test_nothing_is_the_middle_square(draw: Callable[..., Rgb]) -> None:
    picture = draw(3, 40, 64)
    assert np.array_equal(crop(picture, 40, NOTHING, np.random.default_rng(0)), picture[:, 12:52])


def test_a_seed_decides(draw: Callable[..., Rgb]) -> None:
    picture = draw(3, 100, 80)
    noisy = Augment(noise=0.05, turn=10)
    one, two, other = (crop(picture, 32, noisy, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, two) and not np.array_equal(one, other)
    assert one.shape == (32, 32, 3) and one.dtype == np.uint8


@pytest.mark.parametrize("seed", range(8))
def test_pairs_are_cut_alike(draw: Callable[..., Rgb], seed: int) -> None:
    picture = draw(3, 120, 90)
    flat = Augment(zoom=(1.0, 2.0), turn=20, stretch=0.2)
    one, two = crops((picture, 255 - picture), 48, flat, np.random.default_rng(seed))
    assert np.abs(one.astype(int) + two - 255).max() <= 1


def test_mirroring_happens_as_often_as_asked(draw: Callable[..., Rgb]) -> None:
    picture = draw(3, 32, 32)
    never = Augment(zoom=(1.0, 1.0001), mirror=0.25)
    mirrored = 0
    for seed in range(400):
        made = crop(picture, 32, never, np.random.default_rng(seed)).astype(int)
        mirrored += np.abs(made - picture[:, ::-1]).mean() < np.abs(made - picture).mean()
    assert 70 < mirrored < 130


def test_strong_augmentation_keeps_what_is_shown(draw: Callable[..., Rgb]) -> None:
    picture = draw(3, 200, 200)
    values = [
        structural_similarity(
            picture[36:164, 36:164], crop(picture, 128, STRONG, np.random.default_rng(s)), channel_axis=2
        )
        for s in range(10)
    ]
    assert 0.1 < np.mean(values) < 0.98


def test_shrinking_does_not_alias() -> None:
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    made = crop(stripes, 64, Augment(zoom=(1.0, 1.1), mirror=0), np.random.default_rng(0)).astype(float)
    assert made.std() < 12 and abs(made.mean() - 127.5) < 3


def test_pictures_of_two_sizes_are_refused(draw: Callable[..., Rgb]) -> None:
    with pytest.raises(ValueError, match="one size"):
        crops((draw(1), draw(1, 20, 20)), 16, NOTHING, np.random.default_rng(0))
