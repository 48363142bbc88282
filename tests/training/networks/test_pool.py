"""The image pool: fills, then hands out old pictures half of the time; a checkpoint holds it."""

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.networks.pool import ImagePool  # noqa: E402


def _batch(value: float) -> "torch.Tensor":
    return torch.full((4, 3, 4, 4), value)


def test_it_fills_first_then_swaps_half() -> None:
    pool, generator = ImagePool(8, 3, 4), torch.Generator().manual_seed(0)
    for k in range(2):
        assert torch.equal(pool.swap(_batch(0.1 * k), generator), _batch(0.1 * k))
    old = 0
    for k in range(200):
        value = -1 + 2 * (k % 256) / 255
        out = pool.swap(_batch(value), generator)
        old += int((out[:, 0, 0, 0] - value).abs().gt(1e-6).sum())
    assert old / 800 == pytest.approx(0.5, abs=0.06)


def test_pictures_come_back_as_they_went_in_to_8_bits_and_ask_for_no_gradient() -> None:
    pool, generator = ImagePool(1, 3, 4), torch.Generator().manual_seed(1)
    kept = (torch.rand(1, 3, 4, 4) * 2 - 1).requires_grad_()
    pool.swap(kept, generator)
    seen = [pool.swap(torch.zeros(1, 3, 4, 4), generator) for _ in range(20)]
    first = next(p for p in seen if float(p.abs().max()) > 0)
    torch.testing.assert_close(first, kept.detach(), atol=1 / 127.5, rtol=0)
    assert not first.requires_grad


def test_a_checkpoint_goes_on_with_the_same_pictures() -> None:
    one, two = ImagePool(3, 3, 4), ImagePool(3, 3, 4)
    one.swap(_batch(0.3), torch.Generator().manual_seed(0))
    two.load_state_dict(one.state_dict())
    a, b = (p.swap(_batch(-0.5), torch.Generator().manual_seed(5)) for p in (one, two))
    assert torch.equal(a, b)


def test_no_pool_gives_back_what_comes() -> None:
    x = _batch(0.2)
    assert torch.equal(ImagePool(0, 3, 4).swap(x, torch.Generator()), x)
