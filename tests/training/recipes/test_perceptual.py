"""The distillation recipe with a stand-in teacher of the real class's shape."""

from pathlib import Path

import cv2
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from skimage.data import astronaut, chelsea  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from looksmith.training.data.pictures import held_out  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402
from looksmith.training.networks.perceptual import TEACHER_WIDTHS, shipped_perceptual  # noqa: E402
from looksmith.training.networks.vgg import TAPS  # noqa: E402
from looksmith.training.recipes.perceptual import PerceptualRecipe, PerceptualTask  # noqa: E402


class Wide(nn.Module):
    """The shipped network, widened by fixed random 1x1 maps to the widths of the teacher."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.network = shipped_perceptual()
        self.maps = nn.ModuleDict(
            {t: nn.Conv2d(w // 4, w, 1) for t, w in zip(TAPS, TEACHER_WIDTHS, strict=True)}
        ).requires_grad_(False)

    def forward(self, rgb: Tensor) -> dict[str, Tensor]:
        return {t: torch.relu(self.maps[t](x)) for t, x in self.network(rgb).items()}


def test_distillation_lowers_every_layer(tmp_path: Path) -> None:
    for k, picture in enumerate((astronaut(), chelsea())):
        name = next(f"p{k}-{n}.png" for n in range(99) if not held_out(Path(f"p{k}-{n}.png")))
        cv2.imwrite(str(tmp_path / name), cv2.resize(picture, (160, 160))[..., ::-1])
    recipe = PerceptualRecipe(data=(tmp_path,), steps=60, batch=4, size=48)
    task = PerceptualTask(recipe, Wide())
    batch = task.batch(10_000)
    before = {k: float(v.detach()) for k, v in task.losses(batch, 0).items()}
    fit(task, tmp_path / "run", steps=60, gradient_clip=20.0)
    after = {k: float(v.detach()) for k, v in task.losses(batch, 0).items()}
    assert all(after[t] < 0.9 * before[t] for t in TAPS), (before, after)
