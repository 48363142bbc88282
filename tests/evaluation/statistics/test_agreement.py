"""Agreement against the examples of the papers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from looksmith.evaluation.statistics.agreement import fleiss_kappa, krippendorff_alpha

FLEISS = np.array(
    [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
     [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]
)  # fmt: skip
"""Fourteen raters, ten units, five categories: kappa 0.210."""

_ = math.nan
KRIPPENDORFF = np.array(
    [[1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
     [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
     [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
     [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _]]
).T  # fmt: skip
"""Krippendorff (2011), section C: four observers, twelve units, gaps."""


def test_fleiss_example() -> None:
    assert fleiss_kappa(FLEISS) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_needs_as_many_raters_for_each() -> None:
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa(np.array([[2, 0], [1, 0]]))
    assert math.isnan(fleiss_kappa(np.array([[3, 0], [3, 0]])))


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorff_example(level: str, alpha: float) -> None:
    assert krippendorff_alpha(KRIPPENDORFF, level) == pytest.approx(alpha, abs=5e-4)  # type: ignore[arg-type]


def test_two_observers_binary() -> None:
    # Krippendorff (2011), section A: two observers, ten units, alpha = 0.095.
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(np.array([first, second], float).T) == pytest.approx(0.095, abs=5e-4)


def test_alpha_by_counting_pairs() -> None:
    """Another way: mean disagreement of pairs within units over that of all pairs."""
    table = np.random.default_rng(0).integers(1, 6, (30, 4)).astype(float)
    table[table[:, 0] > 3, 1] = math.nan
    within, total = 0.0, 0.0
    for row in table:
        values = row[np.isfinite(row)]
        within += sum((a - b) ** 2 for a in values for b in values) / (len(values) - 1)
        total += len(values)
    everything = table[np.isfinite(table)]
    between = sum((a - b) ** 2 for a in everything for b in everything) / (len(everything) - 1)
    assert krippendorff_alpha(table, "interval") == pytest.approx(1 - within / between)


def test_full_agreement_and_nothing_to_compare() -> None:
    assert krippendorff_alpha(np.array([[1.0, 1], [2, 2], [3, 3]])) == pytest.approx(1)
    assert math.isnan(krippendorff_alpha(np.array([[1.0, _], [_, 2]])))
    assert math.isnan(krippendorff_alpha(np.array([[2.0, 2], [2, 2]])))
    assert math.isnan(krippendorff_alpha(np.full((3, 2), _)))
