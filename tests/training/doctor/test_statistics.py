"""The doctor's numbers against what they ought to be, computed another way."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from skimage import data as samples  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from looksmith.training.doctor.even_out import even_out  # noqa: E402
from looksmith.training.doctor.statistics import (  # noqa: E402
    channel_correlation,
    diversity,
    lattice_peak,
    memorised,
    moment_gap,
    saturation,
)


@pytest.fixture(scope="module")
def photos() -> Tensor:
    """Four natural pictures of 128 pixels."""
    cut = [getattr(samples, name)()[100:228, 100:228] for name in ("astronaut", "coffee", "chelsea", "rocket")]
    return torch.from_numpy(np.stack(cut)).permute(0, 3, 1, 2).float() / 255


def test_diversity_is_the_mean_distance(photos: Tensor) -> None:
    blocks = photos.numpy().reshape(4, 3, 16, 8, 16, 8).mean(axis=(3, 5)).reshape(4, -1)
    pairs = [np.sqrt(((blocks[a] - blocks[b]) ** 2).mean()) for a in range(4) for b in range(4) if a != b]
    assert diversity(photos) == pytest.approx(np.mean(pairs), rel=1e-4)
    assert diversity(photos[:1].repeat(5, 1, 1, 1)) == pytest.approx(0, abs=1e-4)
    assert np.isnan(diversity(photos[:1]))


def test_correlation_is_pearsons(photos: Tensor) -> None:
    blocks = photos.numpy().reshape(4, 3, 32, 4, 32, 4).mean(axis=(3, 5)).reshape(4, 3, -1)
    noisy = (photos + 0.2 * torch.randn(photos.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    other = noisy.numpy().reshape(4, 3, 32, 4, 32, 4).mean(axis=(3, 5)).reshape(4, 3, -1)
    wanted = [np.mean([np.corrcoef(blocks[n, c], other[n, c])[0, 1] for n in range(4)]) for c in range(3)]
    assert channel_correlation(photos, noisy)[:3] == pytest.approx(wanted, abs=1e-4)
    assert channel_correlation(photos, 1 - photos) == pytest.approx([-1] * 4, abs=1e-4)
    assert channel_correlation(photos, torch.full_like(photos, 0.5)) == (0, 0, 0, 0)


def test_saturation_counts_both_ends() -> None:
    pictures = torch.cat([torch.zeros(1, 3, 4, 4), torch.full((1, 3, 4, 4), 0.5), torch.ones(2, 3, 4, 4)])
    assert saturation(pictures) == (0.25, 0.5)


@pytest.mark.parametrize("period", [2, 4])
@pytest.mark.parametrize("way", ["rows", "columns", "both"])
def test_a_grid_stands_out_and_its_strength_is_known(photos: Tensor, period: int, way: str) -> None:
    place = torch.arange(128)
    wave = torch.cos(2 * torch.pi * place / period) * 0.03
    if way == "both":
        grid = torch.cos(2 * torch.pi * place / period)[:, None] * torch.cos(2 * torch.pi * place / period)[None] * 0.03
    else:
        grid = wave[:, None].expand(128, 128) if way == "rows" else wave[None].expand(128, 128)
    natural, _ = lattice_peak(photos)
    ratio, strength = lattice_peak((0.1 + 0.8 * photos) + grid)
    assert natural < 15 and ratio > 40
    assert 0.004 < strength < 0.045


def test_noise_and_jpeg_are_no_grid(photos: Tensor) -> None:
    import cv2

    noisy = photos + 0.1 * torch.randn(photos.shape, generator=torch.Generator().manual_seed(0))
    assert lattice_peak(noisy.clamp(0, 1))[0] < 12
    saved = []
    for photo in (photos * 255).byte().permute(0, 2, 3, 1).numpy():
        held = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
        saved.append(cv2.imdecode(held, cv2.IMREAD_COLOR))
    assert lattice_peak(torch.from_numpy(np.stack(saved)).permute(0, 3, 1, 2).float() / 255)[0] < 20


def test_memorised_is_where_the_held_out_lie() -> None:
    rng = torch.Generator().manual_seed(0)
    real, fake = 3 + 0.1 * torch.randn(16, generator=rng), -1 + 0.1 * torch.randn(16, generator=rng)
    half = 1 + 0.1 * torch.randn(16, generator=rng)
    assert memorised(real, half, fake) == pytest.approx(0.5, abs=0.05)
    assert memorised(real, fake, fake) == pytest.approx(1, abs=0.05)
    assert memorised(real, real + 0.01, fake) == 0
    wide = torch.randn(16, generator=rng)
    assert memorised(wide, wide.roll(3) - 0.3, wide - 0.2) == 0, "chance is not taken for it"


def test_moment_gap_sees_plain_differences(photos: Tensor) -> None:
    assert moment_gap(photos, photos) == 0
    assert moment_gap(photos * 0.5, photos) > 0.15
    assert moment_gap(photos[:2], photos[2:]) > 0


def test_evening_out_is_the_least_change_that_does_it() -> None:
    torch.manual_seed(0)
    layers = [
        nn.ConvTranspose2d(4, 3, 3, 2, 1),
        nn.ConvTranspose2d(4, 3, 4, 2, 1),
        nn.Sequential(nn.Conv2d(4, 12, 3, 1, 1), nn.PixelShuffle(2)),
    ]
    flat = torch.rand(2, 4, 1, 1).expand(2, 4, 12, 12)
    for layer in layers:
        before = [p.clone() for p in layer.parameters()]
        with torch.no_grad():
            rough = layer(flat)[..., 5:-5, 5:-5].std(dim=(2, 3)).max()
            assert even_out(nn.Sequential(layer)) == 1
            smooth = layer(flat)[..., 5:-5, 5:-5].std(dim=(2, 3)).max()
        assert float(rough) > 0.01 and float(smooth) < 1e-5
        assert even_out(nn.Sequential(layer)) == 1
        once = [p.clone() for p in layer.parameters()]
        assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(once, layer.parameters(), strict=True))
        kept = [float((a * b).sum() / (a.norm() * b.norm())) for a, b in zip(before, once, strict=True) if a.ndim == 4]
        assert kept[0] > 0.5
