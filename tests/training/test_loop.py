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


class Duel:
    """Two updates a step, against each other: ``up`` raises what ``down`` lowers; a buffer counts the steps."""

    updates = ("up", "down")

    def __init__(self, poison: tuple[str, int] | None = None, endless: int | None = None) -> None:
        torch.manual_seed(0)
        self.modules: Mapping[str, nn.Module] = {"a": nn.Linear(3, 1), "b": nn.Linear(3, 1), "memory": nn.Module()}
        self.modules["memory"].register_buffer("seen", torch.zeros(()))
        self.optimizers = {
            "up": torch.optim.Adam([{"params": self.modules["a"].parameters(), "scale": 0.5}]),
            "down": torch.optim.Adam(self.modules["b"].parameters()),
        }
        self.poison, self.endless = poison, endless
        self.asking: list[tuple[str, bool, bool]] = []

    def batch(self, step: int) -> Tensor:
        return torch.randn(4, 3, generator=torch.Generator().manual_seed(step))

    def update(self, name: str, batch: Tensor, step: int) -> dict[str, Tensor]:
        a, b = self.modules["a"], self.modules["b"]
        self.asking.append((name, a.weight.requires_grad, b.weight.requires_grad))  # type: ignore[union-attr]
        gap = (a(batch) - b(batch)).square().mean() + torch.rand(()) * a(batch).mean()
        total = -gap if name == "up" else gap
        if (name, step) == self.poison:
            total = total * float("nan")
        if name == "up" and step == self.endless:
            total = total + (a.weight * 0).sqrt().sum()  # finite, its gradient is not
        if name == "down":
            self.modules["memory"].seen.add_(1)  # type: ignore[operator, union-attr]
        return {"total": total, **({"rare": torch.tensor(4.0)} if step % 5 == 0 else {})}

    def learning_rate(self, step: int) -> float:
        return 1e-2


def _all(task: Duel) -> list[Tensor]:
    return [value for module in task.modules.values() for value in module.state_dict().values()]


def test_updates_alternate_and_each_moves_its_own(tmp_path: Path) -> None:
    task = Duel()
    seen = []
    fit(task, tmp_path, steps=10, log_every=10, on_log=seen.append)
    assert task.asking[:2] == [("up", True, False), ("down", False, True)]
    assert all(p.requires_grad for m in task.modules.values() for p in m.parameters())
    assert [g["lr"] for o in task.optimizers.values() for g in o.param_groups] == [5e-3, 1e-2]
    assert {"up.total", "down.total", "up.rare"} == set(seen[0].losses) - {"down.rare"}
    assert seen[0].losses["up.rare"] == 4.0, "a term's mean is over the steps that have it"


def test_updates_resume_bit_for_bit_with_what_they_remember(tmp_path: Path) -> None:
    whole = Duel()
    fit(whole, tmp_path / "whole", steps=20)
    fit(Duel(), tmp_path / "parts", steps=9)
    second = Duel()
    fit(second, tmp_path / "parts", steps=20)
    assert float(second.modules["memory"].seen) == 20
    for a, b in zip(_all(whole), _all(second), strict=True):
        assert torch.equal(a, b)


def test_one_update_that_is_not_finite_leaves_the_other(tmp_path: Path) -> None:
    fit(Duel(), tmp_path / "before", steps=3)
    before = torch.load(tmp_path / "before" / CHECKPOINT, weights_only=True)["modules"]
    for number, fault in enumerate(({"poison": ("up", 3)}, {"endless": 3})):
        seen = []
        task = Duel(**fault)  # type: ignore[arg-type]
        fit(task, tmp_path / str(number), steps=4, log_every=4, on_log=seen.append)
        assert seen[0].losses["skipped"] == 1
        assert torch.equal(task.modules["a"].weight, before["a"]["weight"])
        assert not torch.equal(task.modules["b"].weight, before["b"]["weight"])


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
