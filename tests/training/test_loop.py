"""The loop: exact resume, checkpoints that are never half written, losses that are not finite."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch import Tensor, nn  # noqa: E402

from looksmith.training.loop import CHECKPOINT, LOG, fit  # noqa: E402


class Line:
    """Fits a line; the batch is a pure function of the step, dropout uses torch's generator."""

    def __init__(self, poison: int | None = None) -> None:
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.Linear(8, 1))
        self.modules: Mapping[str, nn.Module] = {"model": self.model}
        self.optimizers = {"adam": torch.optim.Adam(self.model.parameters())}
        self.poison = poison

    def batch(self, step: int) -> Tensor:
        return torch.randn(16, 3, generator=torch.Generator().manual_seed(step))

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        loss = (self.model(batch)[:, 0] - batch @ torch.tensor([1.0, -2.0, 0.5])).square().mean()
        if step == self.poison:
            loss = loss * float("nan")
        return {"total": loss}

    def learning_rate(self, step: int) -> float:
        return 1e-2


def _weights(task: Line) -> list[Tensor]:
    return [p.detach().clone() for p in task.model.parameters()]


def test_training_learns(tmp_path: Path) -> None:
    seen = []
    task = Line()
    assert fit(task, tmp_path, steps=300, log_every=50, on_log=seen.append) == 300
    assert seen[-1].losses["total"] < 0.5 * seen[0].losses["total"]
    assert len((tmp_path / LOG).read_text().splitlines()) == 6


def test_resume_is_bit_for_bit(tmp_path: Path) -> None:
    whole = Line()
    fit(whole, tmp_path / "whole", steps=40)
    first = Line()
    fit(first, tmp_path / "parts", steps=17)
    second = Line()
    assert fit(second, tmp_path / "parts", steps=40) == 40
    for a, b in zip(_weights(whole), _weights(second), strict=True):
        assert torch.equal(a, b)


def test_ema_follows_and_is_kept(tmp_path: Path) -> None:
    task, follower = Line(), Line()
    fit(task, tmp_path, steps=50, ema={"model": follower.model}, ema_decay=0.9)
    state = torch.load(tmp_path / CHECKPOINT, weights_only=True)
    assert torch.equal(state["ema"]["model"]["0.weight"], follower.model[0].weight)
    assert not torch.equal(state["ema"]["model"]["0.weight"], state["modules"]["model"]["0.weight"])


def test_a_loss_that_is_not_finite_changes_nothing_and_is_counted(tmp_path: Path) -> None:
    seen = []
    task = Line(poison=3)
    fit(task, tmp_path, steps=10, log_every=10, on_log=seen.append)
    assert all(torch.isfinite(w).all() for w in _weights(task))
    assert seen[0].losses["skipped"] == 1


def test_interrupt_saves_and_resume_goes_on(tmp_path: Path) -> None:
    class Stopped(Line):
        def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
            if step == 11:
                os.kill(os.getpid(), signal.SIGINT)
            return super().losses(batch, step)

    reached = fit(Stopped(), tmp_path, steps=40)
    assert reached < 40
    resumed = Line()
    assert fit(resumed, tmp_path, steps=40) == 40
    whole = Line()
    fit(whole, tmp_path / "whole", steps=40)
    for a, b in zip(_weights(resumed), _weights(whole), strict=True):
        assert torch.equal(a, b)


def test_a_failed_save_keeps_the_last_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(Line(), tmp_path, steps=5)
    before = (tmp_path / CHECKPOINT).read_bytes()

    def full(*_args: object, **_kw: object) -> None:
        Path(_args[1]).write_bytes(b"half")  # type: ignore[arg-type]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="No space"):
        fit(Line(), tmp_path, steps=9)
    assert (tmp_path / CHECKPOINT).read_bytes() == before
