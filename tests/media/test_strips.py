"""Strips of rows: every row once, in order, and no more at a time than asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksmith.media.strips import in_strips


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 5_000), st.sampled_from([1, 2, 8]))
def test_strips_hold_every_row_once(height: int, width: int, pixels: int, multiple: int) -> None:
    strips = in_strips(lambda rows: rows, height, width, pixels=pixels, multiple=multiple)
    assert [row for strip in strips for row in range(strip.start, strip.stop)] == list(range(height))
    sizes = [strip.stop - strip.start for strip in strips]
    assert all(size % multiple == 0 for size in sizes[:-1])
    assert all(size * width <= pixels or size <= multiple for size in sizes)


def test_what_goes_wrong_in_a_strip_is_told() -> None:
    def fail(rows: slice) -> None:
        if rows.start:
            raise ValueError("row")

    with pytest.raises(ValueError, match="row"):
        in_strips(fail, 10, 10, pixels=20)
