"""Strips of rows: every row once, in order, and no more at a time than asked."""

import multiprocessing
import sys
import threading

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


def test_strips_of_strips_do_not_wait_for_themselves() -> None:
    found = in_strips(lambda rows: in_strips(lambda inner: inner.start, 64, 64, pixels=64), 64, 64, pixels=64)
    assert found == [list(range(64))] * 64


def test_threads_are_kept() -> None:
    calls = [in_strips(lambda rows: threading.current_thread(), 64, 64, pixels=64) for _ in range(20)]
    hands = {hand for call in calls for hand in call}
    assert len(hands) <= 4 and all(hand.is_alive() for hand in hands)


def _sum() -> None:
    sys.exit(0 if sum(in_strips(lambda rows: rows.stop - rows.start, 64, 64, pixels=64)) == 64 else 1)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    in_strips(lambda rows: None, 64, 64, pixels=64)
    child = multiprocessing.get_context("fork").Process(target=_sum)
    child.start()
    child.join(30)
    alive = child.is_alive()
    child.kill()
    assert not alive and child.exitcode == 0
