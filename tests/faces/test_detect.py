"""What the detector's cells say, and one box for each face."""

import math

import numpy as np
import pytest

from looksmith.faces.detect import STRIDE, UNIT, decode, one_each


def test_decode_reads_every_cell_as_written_one_by_one() -> None:
    rng = np.random.default_rng(5)
    cells = rng.normal(0, 0.5, (15, 6, 9)).astype(np.float32)
    cells[0] = rng.random((6, 9))
    found = decode(cells, 0.6)
    expected = []
    for row in range(6):
        for column in range(9):
            cell = cells[:, row, column]
            if cell[0] < 0.6:
                continue
            x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
            width, height = UNIT * math.exp(cell[3]), UNIT * math.exp(cell[4])
            longer = max(width, height)
            middle = (x + cell[1] * longer, y + cell[2] * longer)
            box = [middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2]
            points = [(x, y)[k % 2] + cell[5 + k] * longer for k in range(10)]
            expected.append([cell[0], *box, *points])
    assert found == pytest.approx(np.array(expected), abs=1e-3)


def row(score: float, x: float, y: float, size: float) -> list[float]:
    return [score, x, y, x + size, y + size, *[x + size / 2, y + size / 2] * 5]


def test_faces_that_overlap_become_one_and_others_stay() -> None:
    found = np.array(
        [row(0.8, 2, 0, 100), row(0.9, 0, 0, 100), row(0.7, 130, 0, 100), row(0.6, 30, 30, 30)], np.float32
    )
    kept = one_each(found)
    assert kept[:, 0].tolist() == pytest.approx([0.9, 0.7])
    # the mean of the two, weighted by score; the small one inside is the same face
    assert kept[0, 1] == pytest.approx(2 * 0.8 / 1.7, abs=1e-4)
    assert kept[1, 1:5].tolist() == pytest.approx([130, 0, 230, 100])


def test_no_face_is_no_row() -> None:
    assert decode(np.zeros((15, 4, 4), np.float32), 0.5).shape == (0, 15)
    assert one_each(np.zeros((0, 15), np.float32)).shape == (0, 15)
