"""Losses of the detector against formulas written out, and what they ask for."""

import math

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.detection import generalised_iou, quality_focal  # noqa: E402


def test_quality_focal_is_the_formula() -> None:
    logits, wanted = torch.tensor([-2.0, 0.3, 4.0]), torch.tensor([0.0, 0.7, 1.0])
    total = 0.0
    for logit, target in zip(logits.tolist(), wanted.tolist(), strict=True):
        p = 1 / (1 + math.exp(-logit))
        entropy = -(target * math.log(p) + (1 - target) * math.log(1 - p))
        total += abs(target - p) ** 2 * entropy
    assert float(quality_focal(logits, wanted)) == pytest.approx(total, rel=1e-5)
    assert float(quality_focal(logits, wanted, torch.zeros(3))) == 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 1.0),
        ((0, 0, 2, 2), (1, 0, 3, 2), 1 / 3),
        ((0, 0, 1, 1), (2, 0, 3, 1), -1 / 3),  # apart: no union in a third of the hull
        ((0, 0, 2, 2), (1, 1, 3, 3), 1 / 7 - 2 / 9),
    ],
)
def test_generalised_iou_of_boxes_drawn_on_paper(first: tuple, second: tuple, expected: float) -> None:
    got = generalised_iou(torch.tensor(first, dtype=torch.float32), torch.tensor(second, dtype=torch.float32))
    assert float(got) == pytest.approx(expected, abs=1e-6)


def test_a_box_far_away_is_drawn_near() -> None:
    far = torch.tensor([10.0, 10, 12, 12], requires_grad=True)
    (1 - generalised_iou(far, torch.tensor([0.0, 0, 2, 2]))).backward()
    assert far.grad is not None and float(far.grad[0]) > 0 and float(far.grad[1]) > 0
