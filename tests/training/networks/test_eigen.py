"""Principal components of pictures: against numpy's decomposition, there and back, and what they make of noise."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.networks.eigen import EigenPictures  # noqa: E402


def _pictures(count: int, rank: int, side: int = 8) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    axes = rng.normal(size=(rank, side, side, 3)) * np.linspace(24, 6, rank)[:, None, None, None]
    made = 128 + np.tensordot(rng.normal(size=(count, rank)), axes, 1)
    return list(made.round().clip(0, 255).astype(np.uint8))


def test_components_are_those_of_numpy() -> None:
    pictures = _pictures(60, rank=3)
    eigen = EigenPictures(6, 8)
    eigen.fit(pictures)
    rows = np.stack(pictures).transpose(0, 3, 1, 2) / 127.5 - 1
    rows = np.concatenate([rows, rows[..., ::-1]]).reshape(120, -1)
    values, vectors = np.linalg.eigh(np.cov(rows.T, bias=True))
    np.testing.assert_allclose(eigen.mean.numpy(), rows.mean(0), atol=1e-5)
    mine = eigen.axes.numpy().astype(float)
    np.testing.assert_allclose((mine**2).sum(1), values[::-1][:6], rtol=0.02)
    same = np.abs((mine / np.linalg.norm(mine, axis=1, keepdims=True) * vectors[:, ::-1][:, :6].T).sum(1))
    assert (same > 0.99).all()


def test_there_and_back() -> None:
    pictures = _pictures(60, rank=3)
    eigen = EigenPictures(6, 8)
    eigen.fit(pictures)
    given = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    code = eigen.code(given)
    assert float((eigen(code) - given).abs().mean()) < 0.05 * float(given.std()), (
        "six components hold three and mirrors"
    )
    both = torch.cat([code, eigen.code(given.flip(3))])
    torch.testing.assert_close(both.mean(0), torch.zeros(6), atol=1e-3, rtol=0)
    torch.testing.assert_close(both.square().mean(0), torch.ones(6), atol=0.02, rtol=0)
    large = torch.nn.functional.interpolate(given, scale_factor=2, mode="nearest")
    torch.testing.assert_close(eigen.code(large), code, atol=1e-4, rtol=1e-4)


def test_fewer_pictures_than_components_leave_some_at_nought() -> None:
    eigen = EigenPictures(9, 8)
    assert not eigen(torch.randn(2, 9)).any(), "nothing before it is fitted"
    eigen.fit(_pictures(3, rank=3))
    held = eigen.axes.abs().sum(1) > 0
    assert 0 < int(held.sum()) < 9 and torch.isfinite(eigen.code(torch.zeros(1, 3, 8, 8))).all()
