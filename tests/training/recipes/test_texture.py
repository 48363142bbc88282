"""The texture recipe at its real classes, with the shipped perceptual network as teacher."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from looksmith.training.loop import fit  # noqa: E402
from looksmith.training.recipes.texture import TextureRecipe, TextureTask, train  # noqa: E402


def _recipe(painting_folders: dict[str, tuple[Path, ...]], **changes: object) -> TextureRecipe:
    values: dict[str, object] = {
        **painting_folders, "teacher": "perceptual", "size": 96, "style_size": 96, "batch": 2, "steps": 12,
        "learning_rate": 3e-3,
    }  # fmt: skip
    return TextureRecipe(**{**values, **changes})  # type: ignore[arg-type]


def test_every_loss_is_finite_and_reaches_every_parameter(painting_folders: dict[str, tuple[Path, ...]]) -> None:
    task = TextureTask(_recipe(painting_folders))
    losses = task.losses(task.batch(0), 0)
    assert all(torch.isfinite(v) for v in losses.values())
    losses["total"].backward()
    without = [n for m in task.modules.values() for n, p in m.named_parameters() if p.grad is None]
    assert not without


def test_training_lowers_the_loss_and_exports(painting_folders: dict[str, tuple[Path, ...]], tmp_path: Path) -> None:
    task = TextureTask(_recipe(painting_folders))
    batch = task.batch(0)
    before = float(task.losses(batch, 0)["total"].detach())
    fit(task, tmp_path / "a", steps=12, gradient_clip=5.0)
    assert float(task.losses(batch, 0)["total"].detach()) < before
    assert train(_recipe(painting_folders, steps=2), tmp_path / "b") == 2
    assert sorted(p.name for p in (tmp_path / "b" / "export").iterdir()) == [
        "texture-encoder.onnx", "texture-mapping.onnx", "texture-painter.onnx",
    ]  # fmt: skip
    again = train(_recipe(painting_folders, steps=1, start=tmp_path / "b" / "checkpoint.pt"), tmp_path / "c")
    assert again == 1
