import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.smoothness import total_variation  # noqa: E402


def test_total_variation_is_the_mean_step_both_ways() -> None:
    x = np.random.default_rng(0).random((2, 3, 5, 6)).astype(np.float32)
    wanted = np.abs(np.diff(x, axis=2)).mean() + np.abs(np.diff(x, axis=3)).mean()
    assert float(total_variation(torch.from_numpy(x))) == pytest.approx(wanted, rel=1e-5)
    assert float(total_variation(torch.ones(1, 3, 4, 4))) == 0
