"""The loop: exact resume, checkpoints that are never half written, losses that are not finite."""

import multiprocessing
import os
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch import Tensor, nn  # noqa: E402

from looksmith.errors import LooksmithError  # noqa: E402
from looksmith.training import loop  # noqa: E402
from looksmith.training.journal import read_lines  # noqa: E402
from looksmith.training.loop import CHECKPOINT, LOG, Note, Progress, RunOptions  # noqa: E402

QUIET = RunOptions(device="cpu", report=False)


def fit(task: object, out: Path, **named: object) -> int:
    """The loop without TensorBoard and report, unless the test is about them."""
    return loop.fit(task, out, **{"options": QUIET, **named})  # type: ignore[arg-type]


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


def test_a_full_disk_at_the_end_keeps_the_last_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(Line(), tmp_path, steps=5)
    before = (tmp_path / CHECKPOINT).read_bytes()
    monkeypatch.setattr(torch, "save", _full_disk)
    with pytest.raises(LooksmithError, match="No space left"):
        fit(Line(), tmp_path, steps=9)
    assert (tmp_path / CHECKPOINT).read_bytes() == before
    assert not list(tmp_path.glob(".looksmith*")), "no half file stays"


def test_a_full_disk_on_the_way_is_told_and_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[Note] = []
    real = torch.save

    def full_for_a_while(state: object, stream: IO[bytes]) -> None:
        if isinstance(state, dict) and state["step"] < 8:
            _full_disk(state, stream)
        real(state, stream)

    monkeypatch.setattr(torch, "save", full_for_a_while)
    assert fit(Line(), tmp_path, steps=10, checkpoint_seconds=0, on_note=notes.append) == 10
    assert "disk" in {note.kind for note in notes}
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == 10


def test_too_little_room_is_told_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(LooksmithError, match="not enough room on the disk"):
        fit(Line(), tmp_path, steps=5)


def _full_disk(_state: object, stream: IO[bytes]) -> None:
    stream.write(b"half")
    raise OSError(28, "No space left on device")


class Big(Line):
    """Runs out of memory when more than ``room`` rows come at once."""

    def __init__(self, room: int, at: int = 0) -> None:
        super().__init__()
        self.model[1] = nn.Identity()
        self.room, self.at, self.sizes = room, at, []

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        self.sizes.append(len(batch))
        if len(batch) > self.room and step >= self.at:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().losses(batch, step)


def test_a_batch_halves_itself_and_the_result_is_that_of_the_whole(tmp_path: Path) -> None:
    notes: list[Note] = []
    whole, small = Big(16), Big(5, at=3)
    fit(whole, tmp_path / "whole", steps=12)
    fit(small, tmp_path / "small", steps=12, on_note=notes.append)
    assert small.sizes[:3] == [16] * 3 and small.sizes[3:10] == [16, 8, 4, 4, 4, 4, 4]
    for a, b in zip(_weights(whole), _weights(small), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)
    told = [note for note in notes if note.kind == "memory"]
    assert len(told) == 2 and told[-1].evidence["parts"] == 4 and "4 at a time" in told[-1].words["en"]
    assert any(line["kind"] == "memory" for line in read_lines(tmp_path / "small" / "notes.jsonl"))
    again = Big(5)
    fit(again, tmp_path / "small", steps=14)
    assert set(again.sizes) == {4}, "remembered in the checkpoint"


def test_one_picture_that_does_not_fit_is_told(tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="not enough memory for a single picture"):
        fit(Big(0), tmp_path, steps=3)


def test_another_error_is_not_taken_for_memory(tmp_path: Path) -> None:
    class Wrong(Line):
        def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
            raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes"):
        fit(Wrong(), tmp_path, steps=3)


class Followed(Duel):
    """Two optimisers, followers made by the loop, knobs."""

    ema = ("a",)
    ema_decay = 0.8

    def __init__(self) -> None:
        super().__init__()
        self.knobs = {"r1": 1.0}


def test_followers_and_two_optimisers_go_on_bit_for_bit_even_after_a_kill(tmp_path: Path) -> None:
    """The second half begins from a checkpoint on the way; what was logged after it is taken back."""

    class Killed(Followed):
        def batch(self, step: int) -> Tensor:
            if step == 13:
                raise SystemError("killed")
            return super().batch(step)

    fit(Followed(), tmp_path / "whole", steps=20, log_every=2)
    first = Killed()
    first.knobs["r1"] = 4.0
    with pytest.raises(SystemError):
        fit(first, tmp_path / "parts", steps=20, checkpoint_seconds=0, log_every=2)
    shutil.copy(tmp_path / "parts" / CHECKPOINT, tmp_path / "kept.pt")
    second = Followed()
    fit(second, tmp_path / "parts", steps=20, log_every=2)
    assert second.knobs == {"r1": 4.0}
    one, two = (torch.load(tmp_path / run / CHECKPOINT, weights_only=True) for run in ("whole", "parts"))
    assert torch.load(tmp_path / "kept.pt", weights_only=True)["step"] >= 12
    for part in ("modules", "ema"):
        for name, weights in one[part].items():
            for key, value in weights.items():
                assert torch.equal(value, two[part][name][key]), (part, name, key)
    assert not torch.equal(one["ema"]["a"]["weight"], one["modules"]["a"]["weight"])
    for name in one["optimizers"]:
        for key, moments in one["optimizers"][name]["state"].items():
            assert all(torch.equal(v, two["optimizers"][name]["state"][key][k]) for k, v in moments.items())
    steps = [line["step"] for line in read_lines(tmp_path / "parts" / LOG)]
    assert steps == list(range(2, 21, 2)), "every line once"


def test_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    fit(Line(), tmp_path, steps=3)
    (tmp_path / CHECKPOINT).write_bytes((tmp_path / CHECKPOINT).read_bytes()[:500])
    with pytest.raises(LooksmithError, match="checkpoint cannot be read"):
        fit(Line(), tmp_path, steps=5)
    (tmp_path / CHECKPOINT).unlink()
    fit(Duel(), tmp_path, steps=2)
    with pytest.raises(LooksmithError, match="other networks"):
        fit(Line(), tmp_path, steps=5)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """A task that shows samples (with randomness of its own) trains as one that does not."""

    class Shown(Line):
        looked = 0

        def samples(self, batch: Tensor, modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
            self.looked += 1
            assert not modules["model"].training
            torch.rand(7)
            return {"output": modules["model"](batch)[:, :, None, None].expand(-1, 3, 16, 16).sigmoid()}

    plain, shown = Line(), Shown()
    fit(plain, tmp_path / "plain", steps=20)
    fit(shown, tmp_path / "shown", steps=20, options=RunOptions(doctor_every=3))
    assert shown.looked >= 6
    for a, b in zip(_weights(plain), _weights(shown), strict=True):
        assert torch.equal(a, b)
    assert list((tmp_path / "shown" / "samples").glob("*.jpg"))


def test_progress_says_what_is_left(tmp_path: Path) -> None:
    seen: list[Progress] = []
    notes: list[Note] = []

    class Slow(Line):
        def batch(self, step: int) -> Tensor:
            time.sleep(0.01)
            return super().batch(step)

    fit(Slow(), tmp_path, steps=40, log_every=10, on_log=seen.append, on_note=notes.append)
    assert seen[0].left >= 0.3 and seen[-1].left == 0
    estimate = next(note for note in notes if note.kind == "estimate")
    assert 0.01 <= estimate.evidence["step_seconds"] < 0.5
    assert "a step" in estimate.words["en"] and "GiB" in estimate.words["zh"]


class Wide:
    """A task whose batch is ``wide`` times eight rows; every process begins with weights of its own."""

    ema = ("model",)

    def __init__(self, wide: int, rank: int) -> None:
        torch.manual_seed(rank)
        self.wide = wide
        self.model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
        self.modules = {"model": self.model}
        self.optimizers = {"sgd": torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)}

    def batch(self, step: int) -> Tensor:
        numbers = range(step * self.wide, (step + 1) * self.wide)
        return torch.cat([torch.randn(8, 4, generator=torch.Generator().manual_seed(n)) for n in numbers])

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        return {"total": (self.model(batch)[:, 0] - batch.prod(1)).square().mean()}

    def learning_rate(self, step: int) -> float:
        return 0.1


def _one_of_two(rank: int, port: int, out: Path) -> None:
    """What torchrun sets for each of two processes on this machine."""
    launched = {
        "RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2, "GROUP_RANK": 0,
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "TORCHELASTIC_RUN_ID": "looksmith",
    }  # fmt: skip
    os.environ.update({name: str(value) for name, value in launched.items()})
    fit(Wide(1, rank), out, steps=4, gradient_clip=1e9)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts its processes by forking")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_two_processes_train_as_one_with_twice_the_batch(tmp_path: Path) -> None:
    """Over gloo, each takes its own half; the weights come out as those of the doubled batch in one process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("fork")
    two = [context.Process(target=_one_of_two, args=(rank, port, tmp_path / "two")) for rank in (0, 1)]
    for process in two:
        process.start()
    for process in two:
        process.join(120)
        assert process.exitcode == 0
    fit(Wide(2, 0), tmp_path / "one", steps=4, gradient_clip=1e9)
    of_two, of_one = (torch.load(tmp_path / run / CHECKPOINT, weights_only=True) for run in ("two", "one"))
    assert of_two["step"] == 4
    for part in ("modules", "ema"):
        for key, value in of_one[part]["model"].items():
            torch.testing.assert_close(of_two[part]["model"][key], value, rtol=1e-5, atol=1e-6)
    fit(Wide(1, 0), tmp_path / "half", steps=4, gradient_clip=1e9)
    half = torch.load(tmp_path / "half" / CHECKPOINT, weights_only=True)["modules"]["model"]["0.weight"]
    assert not torch.allclose(half, of_one["modules"]["model"]["0.weight"], atol=1e-3), "the second half mattered"
