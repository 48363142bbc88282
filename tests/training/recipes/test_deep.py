"""A look's own painter: it comes near the style, is kept only when it does, and fits into the look."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from PIL import Image  # noqa: E402
from skimage.data import astronaut, coffee  # noqa: E402

from looksmith.errors import LooksmithError  # noqa: E402
from looksmith.facets.painting import written  # noqa: E402
from looksmith.facets.protocol import Material  # noqa: E402
from looksmith.facets.texture import Texture, TextureState  # noqa: E402
from looksmith.media.photo import Photo  # noqa: E402
from looksmith.training.data.pictures import find_pictures  # noqa: E402
from looksmith.training.networks.own_painter import FROZEN, OwnPainter  # noqa: E402
from looksmith.training.networks.texture import paint, white_noise  # noqa: E402
from looksmith.training.recipes import deep  # noqa: E402
from looksmith.training.recipes.deep import DeepRecipe, DeepTask, deepen  # noqa: E402

Folders = dict[str, tuple[Path, ...]]


@pytest.fixture(scope="module")
def state() -> TextureState:
    return Texture().learn(Material((Photo(coffee()),)))


def _recipe(folders: Folders, **changes: object) -> DeepRecipe:
    values: dict[str, object] = {
        **folders, "teacher": "perceptual", "size": 96, "style_size": 128, "batch": 2, "steps": 20,
        "style_views": 2, "photo_crops": 3,
    }  # fmt: skip
    return DeepRecipe(**{**values, **changes})  # type: ignore[arg-type]


def test_a_painter_of_its_own_is_kept_when_it_beats_the_quick_look(
    painting_folders: Folders, state: TextureState, tmp_path: Path
) -> None:
    rounds: list[int] = []
    made = deepen(
        state, _recipe(painting_folders, margin=0.0), tmp_path, on_round=lambda step, _of, _now: rounds.append(step)
    )
    assert made.kept and made.steps == 20 and rounds[-1] == 20
    assert made.deep.style < made.quick.style and made.deep.content <= made.quick.content + 0.01
    photo = Photo(astronaut()[:200, 100:300])
    quick, deep = (Texture().apply(photo, s, 1.0, None).pixels for s in (state, made.state))
    assert 0.5 < np.abs(quick.astype(float) - deep).mean() < 60
    asked_too_much = deepen(state, _recipe(painting_folders, margin=0.9), tmp_path)
    assert not asked_too_much.kept and asked_too_much.state is state


def test_without_additions_it_is_the_painter_that_applies_looks(painting_folders: Folders, state: TextureState) -> None:
    weights = OwnPainter(written(state.vector, state.mean, state.covariance))()
    photo, noise = torch.rand(1, 3, 64, 64), white_noise(1, 64, 64)
    with torch.no_grad():
        once = paint(photo, noise, weights)
        task = DeepTask(_recipe(painting_folders), state)
        again = paint(photo, noise, task.painter())
    assert torch.equal(once, again)


def test_every_layer_but_the_frozen_ones_learns(painting_folders: Folders, state: TextureState) -> None:
    task = DeepTask(_recipe(painting_folders), state)
    task.update("painter", task.batch(0), 0)["total"].backward()
    moved = {n.split("_")[0] for n, p in task.painter.additions.items() if p.grad is not None and p.grad.any()}
    assert moved.isdisjoint(FROZEN) and {"leave", "refine", "up1", "down2"} <= moved
    assert len(task.painter.flat()) == sum(w.numel() for w in task.painter.written.values())


def test_no_material_is_an_error(painting_folders: Folders, state: TextureState, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LooksmithError, match="no picture to learn from"):
        deepen(state, _recipe(painting_folders, styles=(tmp_path / "empty",)), tmp_path / "run")
    with pytest.raises(LooksmithError, match="no photo to paint"):
        deepen(state, _recipe(painting_folders, photos=(tmp_path / "empty",), portraits=()), tmp_path / "run")


def test_a_painter_of_another_size_is_refused(state: TextureState) -> None:
    other = replace(state, own=np.ones(300, np.int8), own_steps=np.full(2, 0.01, np.float32))
    with pytest.raises(LooksmithError, match="does not fit"):
        Texture().apply(Photo(astronaut()[:64, :64]), other, 1.0, None)


def test_what_is_checked_is_not_learned_from(painting_folders: Folders, state: TextureState, tmp_path: Path) -> None:
    Image.fromarray(coffee()).save(tmp_path / "held.png")
    task = DeepTask(_recipe(painting_folders, checked=(tmp_path / "held.png",)), state)
    assert len(task.judged) == 1 and task.judged[0].shape[0] == 128
    assert len(task.material) == len(find_pictures(painting_folders["styles"], 0.0))


def test_interrupted_it_ends_without_a_painter_and_goes_on_with_the_best_so_far(
    painting_folders: Folders, state: TextureState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = deep.fit
    monkeypatch.setattr(deep, "fit", lambda task, out, *, steps, **rest: real(task, out, steps=steps - 2, **rest))
    with pytest.raises(KeyboardInterrupt):
        deepen(state, _recipe(painting_folders, margin=0.0), tmp_path)
    assert (tmp_path / "checkpoint.pt").exists()
    monkeypatch.setattr(deep, "fit", real)
    steps: list[int] = []
    made = deepen(
        state, _recipe(painting_folders, margin=0.0), tmp_path, on_round=lambda step, _of, _now: steps.append(step)
    )
    assert made.steps == 20 and steps[-1] == 20
