"""Numbers in a byte each."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from looksmith.facets.rounding import BLOCK, rounded, unrounded


@given(st.integers(0, 1000), st.integers(0, 2**32 - 1))
def test_an_error_is_at_most_half_a_step(count: int, seed: int) -> None:
    numbers = (np.random.default_rng(seed).standard_normal(count) ** 3).astype(np.float32)
    counts, steps = rounded(numbers)
    assert counts.dtype == np.int8 and len(counts) == count and len(steps) == -(-count // BLOCK)
    error = np.abs(unrounded(counts, steps) - numbers)
    assert (error <= 0.501 * np.repeat(steps, BLOCK)[:count] + 1e-12).all()


def test_zeros_stay_zeros() -> None:
    counts, steps = rounded(np.zeros(300, np.float32))
    assert not counts.any() and not steps.any() and not unrounded(counts, steps).any()
