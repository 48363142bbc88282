import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.cycle import cycle_consistency  # noqa: E402


def test_it_is_the_sum_of_two_mean_absolute_differences() -> None:
    x, xx, y, yy = (np.random.default_rng(k).random((2, 3, 5, 4)) for k in range(4))
    wanted = np.abs(xx - x).mean() + np.abs(yy - y).mean()
    got = cycle_consistency(*(torch.from_numpy(a) for a in (x, xx, y, yy)))
    assert float(got) == pytest.approx(wanted, rel=1e-9)


def test_inverse_maps_cost_nothing() -> None:
    x, y = torch.rand(1, 3, 4, 4), torch.rand(1, 3, 4, 4)
    there, back = (lambda p: 1 - p), (lambda p: 1 - p)
    assert float(cycle_consistency(x, back(there(x)), y, there(back(y)))) == pytest.approx(0, abs=1e-6)
