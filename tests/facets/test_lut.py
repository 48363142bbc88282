"""The colour table: quick lookups against the plain one, the .cube text, and dither."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from looksmith.errors import UnreadableError
from looksmith.facets import lut as lut_module
from looksmith.facets.lut import Lut, apply_lut, identity_nodes, read_cube, sample, write_cube


def bent(size: int = 33, gain: float = 1.0) -> Lut:
    nodes = identity_nodes(size)
    mixed = nodes @ np.array([[0.9, 0.1, 0.0], [0.05, 0.85, 0.1], [0.0, 0.1, 0.9]], np.float32)
    return Lut(np.clip(0.5 + gain * (mixed**1.2 - 0.5), 0, 1).astype(np.float32))


PICTURE = np.ascontiguousarray(data.chelsea()[:151, :203])


def test_identity_changes_nothing() -> None:
    same = Lut(identity_nodes(33))
    assert np.array_equal(apply_lut(same, PICTURE), PICTURE)
    deep = PICTURE.astype(np.uint16) * 257 + 11
    assert np.abs(apply_lut(same, deep).astype(int) - deep).max() <= 1
    assert same.steepest() == pytest.approx(1.0, abs=1e-5)


def test_eight_bits_against_the_plain_lookup() -> None:
    made = apply_lut(bent(), PICTURE)
    assert np.abs(made - sample(bent(), PICTURE / 255) * 255).max() < 0.55


@pytest.mark.parametrize("size", [2, 17, 33])
def test_sixteen_bits_against_the_plain_lookup(size: int) -> None:
    deep = (PICTURE.astype(np.uint16) * 257) ^ np.random.default_rng(0).integers(0, 256, PICTURE.shape).astype(
        np.uint16
    )
    deep[0, :3] = 0, 65535, 1
    wanted = sample(bent(size), deep / 65535) * 65535
    assert np.abs(apply_lut(bent(size), deep) - wanted).max() < 0.55
    assert np.array_equal(apply_lut(bent(size), deep[::-1, ::2]), apply_lut(bent(size), deep)[::-1, ::2])


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("dither", [False, True])
def test_strips_are_the_whole(monkeypatch: pytest.MonkeyPatch, kind: type, dither: bool) -> None:
    pixels = PICTURE.astype(kind) * (257 if kind is np.uint16 else 1)
    whole = apply_lut(bent(), pixels, dither=dither)
    monkeypatch.setattr(lut_module, "_STRIP", 203 * 10)
    assert np.array_equal(apply_lut(bent(), pixels, dither=dither), whole)


def test_a_steep_table_is_dithered_and_a_flat_one_is_not() -> None:
    ramp = np.arange(256, dtype=np.uint8).repeat(4)[None, :, None].repeat(4, axis=0).repeat(3, axis=2)
    assert np.array_equal(apply_lut(bent(), ramp), apply_lut(bent(), ramp, dither=False))
    steep = bent(gain=2.6)
    plain, spread = (apply_lut(steep, ramp, dither=d).astype(float) for d in (False, None))
    inside = (plain[0, :, 1] > 12) & (plain[0, :, 1] < 243)
    # more levels appear between the steps, while blocks of 2 x 2 keep the colour
    assert len(np.unique(spread[:, inside, 1])) > 1.5 * len(np.unique(plain[:, inside, 1]))
    blocks = [v.reshape(2, 2, -1, 2, 3).mean(axis=(1, 3)) for v in (plain, spread)]
    assert np.abs(blocks[0] - blocks[1]).max() < 1.3
    assert np.abs(spread - plain).max() <= 2
    assert np.array_equal(spread[:, :4], plain[:, :4]) and np.array_equal(spread[:, -4:], plain[:, -4:])


@settings(max_examples=20, deadline=None)
@given(size=st.integers(2, 9), seed=st.integers(0, 2**32 - 1), title=st.text(max_size=30))
def test_cube_survives_its_text(size: int, seed: int, title: str) -> None:
    table = np.random.default_rng(seed).random((size, size, size, 3)).astype(np.float32)
    text = write_cube(Lut(table), title)
    assert np.abs(read_cube(text).table - table).max() <= 5.1e-7
    assert text.splitlines()[0].startswith('TITLE "') and text.splitlines()[0].count('"') == 2


def test_red_runs_fastest_in_a_cube() -> None:
    rows = [line for line in write_cube(Lut(identity_nodes(3)), "x").splitlines() if line[0].isdigit()]
    assert rows[:4] == [
        "0.000000 0.000000 0.000000",
        "0.500000 0.000000 0.000000",
        "1.000000 0.000000 0.000000",
        "0.000000 0.500000 0.000000",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LUT_3D_SIZE 2\n0 0 0\n",
        "LUT_3D_SIZE 100000\n",
        "LUT_3D_SIZE two\n",
        "LUT_1D_SIZE 16\n",
        "LUT_3D_SIZE 2\nDOMAIN_MAX 2 2 2\n" + "0 0 0\n" * 8,
        "LUT_3D_SIZE 2\n" + "0 0 0\n" * 7 + "0 0 nan\n",
        "LUT_3D_SIZE 2\n" + "0 0 0\n" * 9,
        "LUT_3D_SIZE 2\n" + "0 0\n" * 8,
    ],
)
def test_what_is_not_a_cube_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="cube"):
        read_cube(text)
