"""Learning rates at the points that matter."""

import math

import pytest

pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.schedule import constant_then_linear, cosine


def test_constant_then_linear() -> None:
    rates = [constant_then_linear(s, 1000, 0.2, warm=100, share=0.5) for s in (0, 49, 99, 400, 500, 750, 999, 1000)]
    assert rates == pytest.approx([0.002, 0.1, 0.2, 0.2, 0.2, 0.1, 0.004, 0.004])
    assert constant_then_linear(999, 1000, 1.0, warm=1, share=0.0) == 1.0


def test_cosine() -> None:
    assert cosine(0, 1000, 1.0, warm=1) == pytest.approx(1)
    assert cosine(500, 1000, 1.0, warm=1) == pytest.approx(0.02 + 0.98 * 0.5)
    assert cosine(250, 1000, 1.0, warm=1) == pytest.approx(0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi / 4)))
    assert cosine(1500, 1000, 1.0) == pytest.approx(0.02)
    assert cosine(1500, 1000, 2.0, least=0.1) == pytest.approx(0.2)
