"""Faults put into small real trainings are named within so many steps; healthy ones raise no alarm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.errors import LooksmithError  # noqa: E402
from looksmith.training.devices import RunOptions  # noqa: E402
from looksmith.training.journal import Note, read_lines  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402

from .patients import (  # noqa: E402
    Fitting,
    FromNoise,
    Labelled,
    Paired,
    Patient,
    Translation,
    Transposed,
    pictures,
    warmed,
)

EVERY = 5


def _from(begins: int, change: Callable[[Any], None]) -> Callable[[Any, int], None]:
    """A fault that is put in once, at a step."""
    done = []

    def fault(task: Any, now: int) -> None:
        if now >= begins and not done:
            done.append(now)
            with torch.no_grad():
                change(task)

    return fault


def _spoil_weight(task: Any) -> None:
    next(task.generator.parameters()).view(-1)[0] = float("inf")


def _spoil_loss(task: Patient) -> None:
    task.loss_factor = float("nan")


def _spoil_data(task: Patient) -> None:
    real = task.real
    task.real = lambda numbers: real(numbers) / 0.0 * 0.0  # type: ignore[method-assign]


def _huge_rate(task: Patient) -> None:
    task.rate = 1e30


def _unbounded(task: Fitting) -> None:
    task.generator[-1] = torch.nn.Identity()
    task.sign, task.rate = -1.0, 0.1


def _negative(task: Patient) -> None:
    task.generator.sign.fill_(-1.0)
    task.rate = 0.0


def _negative_red(task: Patient) -> None:
    task.generator.sign[:, 0] = -1.0
    task.rate = 0.0


def _learns_negatives(task: Patient) -> None:
    task.other_terms = lambda made, batch: {"identity": 10 * (made - (1 - batch["input"])).abs().mean()}  # type: ignore[method-assign]
    task.rate = 3.0


def _black(task: Patient) -> None:
    task.generator.layers[-1].bias.fill_(-12.0)


def _white(task: Patient) -> None:
    task.other_terms = lambda made, batch: {"identity": 100 * (1 - made).mean()}  # type: ignore[method-assign]
    task.rate = 6.0


def _blind(task: Patient) -> None:
    task.generator.sees.fill_(0.0)


def _deaf(task: Patient) -> None:
    task.generator.hears.fill_(0.0)


def _heedless(task: Patient) -> None:
    task.generator.heeds.fill_(0.0)


def _no_condition(task: Labelled) -> None:
    task.weight = 0.0
    task.generator.layers[0].weight[:, 3] = 0
    task.optimizers["generator"].param_groups[0]["scale"] = 1e-9


def _uneven_kernel(task: Patient) -> None:
    task.generator.up.weight[:, :, ::2, ::2] += 0.3
    task.optimizers["generator"].param_groups[0]["scale"] = 1e-9


def _uneven_columns(task: Patient) -> None:
    task.generator.up.weight[:, :, :, ::2] += 0.3
    task.optimizers["generator"].param_groups[0]["scale"] = 1e-9


def _few_pictures(task: Patient) -> None:
    """A generator as good as can be, whose pictures are of the same world, and six real ones to tell them from."""
    task.set_size = 6
    task.knobs["r1"] = 0.0
    task.optimizers["discriminator"].param_groups[0]["scale"] = 4e-3
    world = warmed(pictures(5, 256))
    task.made = lambda generator, batch: (
        world[(batch["input"][:, 0] * 1e4).long() % 256] + 0 * generator(batch["input"])
    )  # type: ignore[method-assign]


def _marked(task: Patient) -> None:
    """Such as a frame that only the training pictures were saved with."""
    real = task.real

    def with_mark(numbers: torch.Tensor) -> torch.Tensor:
        marked = real(numbers).clone()
        marked[:, :, :2] = 1.0
        return marked

    task.real = with_mark  # type: ignore[method-assign]
    task.knobs["r1"] = 0.1
    task.optimizers["generator"].param_groups[0]["scale"] = 1e-4


def _strong_critic(task: Patient) -> None:
    task.knobs["r1"] = 0.0
    task.optimizers["discriminator"].param_groups[0]["scale"] = 5e-3
    task.optimizers["generator"].param_groups[0]["scale"] = 1e-9


def _cut(task: Patient) -> None:
    task.cut_adversarial = True
    task.knobs["r1"] = 0.0


def _dims(made: torch.Tensor, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {"dim": 4 * (made - 0.25 * batch["input"]).abs().mean()}


def _frozen_critic(task: Patient) -> None:
    task.optimizers["discriminator"].param_groups[0]["scale"] = 0.0
    task.critic.layers[-1].weight.zero_()
    task.other_terms = _dims  # type: ignore[method-assign]


def _nothing_to_tell(task: Patient) -> None:
    task.same = True
    task.other_terms = _dims  # type: ignore[method-assign]


def _no_rate(task: Fitting) -> None:
    task.rate = 1e-9


def _dead(task: Fitting) -> None:
    task.generator[2].weight.zero_()
    task.generator[2].bias.fill_(-20.0)


FAULTS: dict[str, tuple[Any, Callable[[Any], None], str, int, int]] = {
    # what goes wrong: the training, the fault, the disease, the step at which it begins, steps until it is named
    "a weight flips to infinity": (Paired, _spoil_weight, "non-finite", 30, 10),
    "the loss becomes NaN": (Paired, _spoil_loss, "non-finite", 30, 10),
    "pictures with NaN": (Translation, _spoil_data, "non-finite", 30, 10),
    "a learning rate of 1e30": (FromNoise, _huge_rate, "non-finite", 30, 10),
    "a loss that grows without bound": (Fitting, _unbounded, "exploding", 30, 40),
    "a negative": (Translation, _negative, "inversion", 30, 30),
    "red alone turned round": (Paired, _negative_red, "inversion", 30, 30),
    "the wrong sign in a loss": (Translation, _learns_negatives, "inversion", 30, 80),
    "a bias that turns all black": (Translation, _black, "saturated", 30, 25),
    "a loss that wants white": (Paired, _white, "saturated", 30, 80),
    "a generator that does not see its input": (Translation, _blind, "collapse", 30, 40),
    "a generator that never heard its noise": (FromNoise, _deaf, "collapse", 1, 110),
    "a label that is no longer heeded": (Labelled, _heedless, "ignores-condition", 60, 40),
    "a label that never was": (Labelled, _no_condition, "ignores-condition", 1, 130),
    "an uneven kernel": (Transposed, _uneven_kernel, "checkerboard", 30, 40),
    "uneven columns": (Transposed, _uneven_columns, "checkerboard", 30, 40),
    "six real pictures": (FromNoise, _few_pictures, "memorising", 1, 200),
    "a mark on the training pictures alone": (FromNoise, _marked, "memorising", 1, 200),
    "a discriminator that learns too fast": (FromNoise, _strong_critic, "discriminator-winning", 1, 200),
    "a generator cut off from it": (FromNoise, _cut, "discriminator-winning", 1, 250),
    "a discriminator that is frozen": (Translation, _frozen_critic, "discriminator-losing", 1, 130),
    "a discriminator shown the same twice": (Translation, _nothing_to_tell, "discriminator-losing", 1, 130),
    "a learning rate of nothing": (Fitting, _no_rate, "plateau", 1, 140),
    "a dead layer": (Fitting, _dead, "plateau", 1, 140),
}


class _NamedError(Exception):
    pass


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault: str, tmp_path: Path) -> None:
    kind, change, disease, begins, within = FAULTS[fault]
    told: list[Note] = []

    def hear(note: Note) -> None:
        told.append(note)
        if note.kind == disease:
            raise _NamedError

    task = kind(_from(begins, change))
    options = RunOptions(device="cpu", doctor="warn", doctor_every=EVERY, report=False)
    with pytest.raises(_NamedError):
        fit(task, tmp_path, steps=begins + within, options=options, on_note=hear, gradient_clip=10.0)
    assert begins <= told[-1].step <= begins + within
    assert told[-1].evidence and told[-1].words["zh"] and not told[-1].done, "warn tells and does nothing"


@pytest.mark.parametrize("kind", [Paired, Translation, FromNoise, Labelled, Fitting])
def test_a_healthy_run_raises_no_alarm(kind: Any, tmp_path: Path) -> None:
    told: list[Note] = []
    options = RunOptions(device="cpu", doctor="act", doctor_every=EVERY, report=False)
    assert fit(kind(), tmp_path, steps=120, options=options, on_note=told.append, gradient_clip=10.0) == 120
    assert [note.kind for note in told if note.level == "sick"] == []


def _act(task: Any, folder: Path, steps: int, every: int = EVERY) -> list[Note]:
    told: list[Note] = []
    options = RunOptions(device="cpu", doctor="act", doctor_every=every, report=False)
    assert fit(task, folder, steps=steps, options=options, on_note=told.append, gradient_clip=10.0) == steps
    return [note for note in told if note.kind not in ("estimate", "memory")]


def test_spoiled_weights_are_brought_back(tmp_path: Path) -> None:
    task = Paired(_from(42, _spoil_weight))
    (note,) = _act(task, tmp_path, 60)
    assert note.kind == "non-finite" and "healthy state of step" in note.done["en"]
    assert all(torch.isfinite(p).all() for p in task.generator.parameters())
    assert any(line["kind"] == "non-finite" for line in read_lines(tmp_path / "notes.jsonl"))


def test_a_checkerboard_is_evened_out(tmp_path: Path) -> None:
    task = Transposed(_from(30, _uneven_kernel))
    notes = _act(task, tmp_path, 90)
    assert notes[0].kind == "checkerboard" and "upsampling kernels" in notes[0].done["en"]
    flat = torch.full((1, 24, 8, 8), 0.5)
    with torch.no_grad():
        inner = task.generator.up(flat)[..., 3:-3, 3:-3]
    assert float(inner.std(dim=(2, 3)).max()) < 1e-5, "flat stays flat"


def test_a_winning_discriminator_is_slowed_down(tmp_path: Path) -> None:
    task = FromNoise(_from(1, _strong_critic))
    notes = [note for note in _act(task, tmp_path, 80) if note.kind == "discriminator-winning"]
    assert "learning rate of the discriminator times 0.5" in notes[0].done["en"].lower()
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["treatment"]
    assert state["rates"]["discriminator"] <= 0.5 * state["rates"].get("generator", 1.0)


def test_a_collapse_goes_back_and_turns_a_knob(tmp_path: Path) -> None:
    task = Translation(_from(50, _blind))
    notes = _act(task, tmp_path, 75)
    assert notes[0].kind == "collapse" and "diversity" in notes[0].done["en"]
    assert task.knobs["diversity"] == 2.0
    assert float(task.generator.sees) == 1.0, "what was healthy is back"


def test_what_cannot_be_cured_ends_the_run_with_words(tmp_path: Path) -> None:
    def always(task: Any, step: int) -> None:
        if step >= 25:
            _spoil_loss(task)

    with pytest.raises(LooksmithError, match="given up") as told:
        _act(Paired(always), tmp_path, 300)
    assert "learning-rate" in told.value.message() and "report.html" in told.value.message()


def test_what_the_doctor_did_is_remembered(tmp_path: Path) -> None:
    """Going on from the checkpoint knows the treatment: it is not told and treated anew."""
    _act(Translation(_from(50, _blind)), tmp_path, 75)
    before = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert before["doctor"]["treated"] and before["treatment"]["attempt"] == 1
    task = Translation()
    assert _act(task, tmp_path, 77) == []
    after = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert after["doctor"]["treated"] == before["doctor"]["treated"]
    assert after["treatment"] == before["treatment"] and task.knobs == before["knobs"]


def test_off_is_off(tmp_path: Path) -> None:
    told: list[Note] = []
    options = RunOptions(device="cpu", doctor="off", doctor_every=EVERY, report=False)
    fit(Translation(_from(5, _blind)), tmp_path, steps=60, options=options, on_note=told.append)
    assert [note for note in told if note.kind != "estimate"] == []
