import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.smoothness import lattice, shading, total_variation  # noqa: E402


def test_total_variation_is_the_mean_step_both_ways() -> None:
    x = np.random.default_rng(0).random((2, 3, 5, 6)).astype(np.float32)
    wanted = np.abs(np.diff(x, axis=2)).mean() + np.abs(np.diff(x, axis=3)).mean()
    assert float(total_variation(torch.from_numpy(x))) == pytest.approx(wanted, rel=1e-5)
    assert float(total_variation(torch.ones(1, 3, 4, 4))) == 0


@pytest.mark.parametrize("period", [2, 4])
def test_a_lattice_is_seen_and_ramps_strokes_and_noise_are_not(period: int) -> None:
    generator = torch.Generator().manual_seed(0)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    ramp = (x / 64 + y / 128).expand(1, 3, 64, 64)
    strokes = torch.sin(x / 1.7 + y / 3.1).expand(1, 3, 64, 64) * 0.2
    noise = 0.1 * torch.randn(1, 3, 64, 64, generator=generator)
    dots = 0.1 * ((x % period == 0) & (y % period == 0)).float().expand(1, 3, 64, 64)
    seen = float(lattice(dots, period))
    assert seen > 0.01
    inner = float(lattice(ramp, period)) + float(lattice(strokes, period))
    assert inner < 0.2 * seen
    assert float(lattice(noise, period)) < seen
    assert float(lattice(ramp + strokes + dots, period)) == pytest.approx(seen, rel=0.2)


def test_shading_sees_broad_light_and_no_strokes() -> None:
    rng = np.random.default_rng(0)
    x, y = (torch.from_numpy(rng.random((2, 3, 64, 64)).astype(np.float32)) for _ in range(2))
    gap = np.einsum("nchw,c->nhw", (x - y).numpy(), [0.299, 0.587, 0.114])

    def through(window: int) -> float:
        step = window // 4
        views = np.lib.stride_tricks.sliding_window_view(gap, (window, window), axis=(1, 2))[:, ::step, ::step]
        return float(np.abs(views.mean(axis=(3, 4))).mean())

    assert float(shading(x, y)) == pytest.approx((through(16) + through(32)) / 2, rel=1e-4)
    strokes = 0.3 * torch.sin(torch.arange(64.0) * np.pi / 2).expand(2, 3, 64, 64)
    assert float(shading(x + strokes, x)) < 0.01 * float(shading(x + 0.3, x))
