"""The texture recipe at its real classes, with the shipped perceptual network as teacher."""

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from skimage.data import astronaut, chelsea, coffee  # noqa: E402

from looksmith.training.data.pictures import held_out  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402
from looksmith.training.recipes.texture import (  # noqa: E402
    TextureRecipe,
    TextureTask,
    monge_kantorovich,
    train,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, ...]]:
    root = tmp_path_factory.mktemp("data")
    for kind, pictures in (("photos", (chelsea(), coffee())), ("portraits", (astronaut(),)), ("styles", (coffee(),))):
        (root / kind).mkdir()
        for k, picture in enumerate(pictures):
            name = next(f"p{k}-{n}.png" for n in range(99) if not held_out(Path(f"p{k}-{n}.png")))
            cv2.imwrite(str(root / kind / name), cv2.resize(picture, (200, 160))[..., ::-1])
    return {kind: (root / kind,) for kind in ("photos", "portraits", "styles")}


def _recipe(folders: dict[str, tuple[Path, ...]], **changes: object) -> TextureRecipe:
    values: dict[str, object] = {
        **folders, "teacher": "perceptual", "size": 96, "style_size": 96, "batch": 2, "steps": 12,
        "learning_rate": 3e-3,
    }  # fmt: skip
    return TextureRecipe(**{**values, **changes})  # type: ignore[arg-type]


def test_batches_are_a_function_of_the_step(folders: dict[str, tuple[Path, ...]]) -> None:
    one, two = TextureTask(_recipe(folders)), TextureTask(_recipe(folders))
    one.batch(0)
    for key, value in one.batch(5).items():
        assert torch.equal(value, two.batch(5)[key]), key
    assert not torch.equal(one.batch(5)["photo"], one.batch(6)["photo"])


def test_every_loss_is_finite_and_reaches_every_parameter(folders: dict[str, tuple[Path, ...]]) -> None:
    task = TextureTask(_recipe(folders))
    losses = task.losses(task.batch(0), 0)
    assert all(torch.isfinite(v) for v in losses.values())
    losses["total"].backward()
    without = [n for m in task.modules.values() for n, p in m.named_parameters() if p.grad is None]
    assert not without


def test_what_was_computed_of_the_pictures_is_kept(folders: dict[str, tuple[Path, ...]], tmp_path: Path) -> None:
    made = TextureTask(_recipe(folders), keep=tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = TextureTask(_recipe(folders), keep=tmp_path)
    assert len(times) == 2 and times == {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    for key, value in made.batch(3).items():
        assert torch.equal(value, again.batch(3)[key]), key
    TextureTask(_recipe(folders, style_size=64), keep=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4  # another recipe, other pictures


def test_training_lowers_the_loss_and_exports(folders: dict[str, tuple[Path, ...]], tmp_path: Path) -> None:
    task = TextureTask(_recipe(folders))
    batch = task.batch(0)
    before = float(task.losses(batch, 0)["total"].detach())
    fit(task, tmp_path / "a", steps=12, gradient_clip=5.0)
    assert float(task.losses(batch, 0)["total"].detach()) < before
    assert train(_recipe(folders, steps=2), tmp_path / "b") == 2
    assert sorted(p.name for p in (tmp_path / "b" / "export").iterdir()) == [
        "texture-encoder.onnx", "texture-mapping.onnx", "texture-painter.onnx",
    ]  # fmt: skip
    again = train(_recipe(folders, steps=1, start=tmp_path / "b" / "checkpoint.pt"), tmp_path / "c")
    assert again == 1


def test_monge_kantorovich_moves_one_gaussian_onto_the_other() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5000, 3)) @ rng.normal(size=(3, 3)) * 0.2 + 0.4
    y = rng.normal(size=(5000, 3)) @ rng.normal(size=(3, 3)) * 0.1 + 0.6
    a, b = monge_kantorovich(x.mean(0), np.cov(x.T), y.mean(0), np.cov(y.T))
    moved = x @ a.T + b
    np.testing.assert_allclose(moved.mean(0), y.mean(0), atol=1e-6)
    np.testing.assert_allclose(np.cov(moved.T), np.cov(y.T), atol=2e-3)
    np.testing.assert_allclose(a, a.T, atol=1e-8)  # the gradient of a convex function: least cost
