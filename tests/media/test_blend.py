"""Laws of mix: exact where nothing is asked, monotone, bounded in memory, and quick."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from looksmith.media.blend import mix


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    dtype = draw(st.sampled_from([np.uint8, np.uint16]))
    shape = (draw(st.integers(1, 5)), draw(st.integers(1, 5)), 3)
    original = draw(hnp.arrays(dtype, shape))
    if draw(st.booleans()):
        return original, draw(hnp.arrays(dtype, shape))
    floats = st.floats(-0.25, 1.25, width=32)
    return original, draw(hnp.arrays(np.float32, shape, elements=floats))


unit = st.floats(0, 1, width=32)


@given(pairs(), unit)
def test_nothing_changes_at_strength_0_or_where_0(pair: tuple[np.ndarray, np.ndarray], strength: float) -> None:
    original, changed = pair
    assert np.array_equal(mix(original, changed, 0.0), original)
    where = np.zeros(original.shape[:2], np.float32)
    assert np.array_equal(mix(original, changed, strength, where), original)
    where[0, 0] = 1
    out = mix(original, changed, strength, where)
    assert np.array_equal(out[1:], original[1:]) and np.array_equal(out[0, 1:], original[0, 1:])


@given(pairs(), unit, unit, unit, unit)
@settings(max_examples=400)
def test_every_pixel_goes_one_way_as_strength_or_where_grows(
    pair: tuple[np.ndarray, np.ndarray], a: float, b: float, c: float, d: float
) -> None:
    original, changed = pair
    low, high = sorted((a, b))
    near, far = (np.full(original.shape[:2], value, np.float32) for value in sorted((c, d)))
    start = original.astype(int)
    end = mix(original, changed, 1.0).astype(int)
    steps = [mix(original, changed, low, near), mix(original, changed, high, near), mix(original, changed, high, far)]
    before = np.zeros_like(start)
    for step in steps:
        moved = step.astype(int) - start
        assert (np.abs(moved) >= np.abs(before)).all()
        assert (moved * (end - start) >= 0).all() and (np.abs(moved) <= np.abs(end - start)).all()
        before = moved


@given(pairs())
def test_full_strength_is_the_changed_picture(pair: tuple[np.ndarray, np.ndarray]) -> None:
    original, changed = pair
    expected = changed
    if changed.dtype == np.float32:
        full = np.iinfo(original.dtype).max
        expected = np.rint(np.clip(changed * np.float32(full), 0, full)).astype(original.dtype)
    ones = np.ones(original.shape[:2], np.float32)
    assert np.array_equal(mix(original, changed, 1.0), expected)
    assert np.array_equal(mix(original, changed, 1.0, ones), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_it_agrees_with_the_formula_in_float64_and_with_any_split_into_rows(dtype: type, strength: float) -> None:
    rng = np.random.default_rng(1)
    full = np.iinfo(dtype).max
    original = rng.integers(0, full + 1, (701, 333, 3)).astype(dtype)
    changed = rng.random(original.shape, dtype=np.float32)
    where = rng.random(original.shape[:2], dtype=np.float32)
    out = mix(original, changed, strength, where)
    exact = original + strength * where[..., None].astype(float) * (changed.astype(float) * full - original)
    assert np.abs(out - exact).max() <= 1.01  # twice rounded
    parts = [mix(original[i : i + 37], changed[i : i + 37], strength, where[i : i + 37]) for i in range(0, 701, 37)]
    assert np.array_equal(np.concatenate(parts), out)


def test_views_grey_and_a_single_pixel_work_and_the_result_is_the_callers_own() -> None:
    rng = np.random.default_rng(2)
    original = rng.integers(0, 256, (40, 60, 3)).astype(np.uint8)
    changed = rng.integers(0, 256, (40, 60, 3)).astype(np.uint8)
    assert np.array_equal(mix(original[::2, ::-1], changed[::2, ::-1], 0.4), mix(original, changed, 0.4)[::2, ::-1])
    assert np.array_equal(mix(original[..., 0], changed[..., 0], 0.4), mix(original, changed, 0.4)[..., 0])
    assert np.array_equal(mix(original[:1, :1], changed[:1, :1], 0.4), mix(original, changed, 0.4)[:1, :1])
    for strength in (0.0, 0.5, 1.0):
        out = mix(original, changed, strength)
        assert not np.shares_memory(out, original) and not np.shares_memory(out, changed)


def test_memory_beside_the_result_stays_small() -> None:
    original = np.zeros((3000, 4000, 3), np.uint8)
    changed = np.full(original.shape, 200, np.uint8)
    where = np.full(original.shape[:2], 0.5, np.float32)
    tracemalloc.start()
    mix(original, changed, 0.7, where)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - original.nbytes < 8 << 20


def test_twelve_megapixels_at_full_strength_cost_next_to_nothing() -> None:
    original = np.zeros((3000, 4000, 3), np.uint8)
    changed = np.full(original.shape, 200, np.uint8)
    spent = []
    for _ in range(3):
        start = time.process_time()
        mix(original, changed, 1.0)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.2  # measured: 0.012 s


@pytest.mark.parametrize(
    ("changed", "strength", "where", "word"),
    [
        (np.zeros((2, 3, 3), np.uint8), 0.5, None, "shape"),
        (np.zeros((3, 3, 3), np.uint16), 0.5, None, "uint8"),
        (np.zeros((3, 3, 3), np.uint8), 1.5, None, "strength"),
        (np.zeros((3, 3, 3), np.uint8), float("nan"), None, "strength"),
        (np.zeros((3, 3, 3), np.uint8), 0.5, np.zeros((2, 3), np.float32), "where"),
    ],
)
def test_what_does_not_fit_is_refused(
    changed: np.ndarray, strength: float, where: np.ndarray | None, word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        mix(np.zeros((3, 3, 3), np.uint8), changed, strength, where)
