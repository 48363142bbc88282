"""Small folders of photos, portraits and styles for the painters, from pictures that come with scikit-image."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest


@pytest.fixture(scope="session")
def painting_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, ...]]:
    pytest.importorskip("torch", reason="needs the train extra")
    from skimage.data import astronaut, chelsea, coffee

    from looksmith.training.data.pictures import held_out

    root = tmp_path_factory.mktemp("painting")
    for kind, pictures in (("photos", (chelsea(), coffee())), ("portraits", (astronaut(),)), ("styles", (coffee(),))):
        (root / kind).mkdir()
        for k, picture in enumerate(pictures):
            name = next(f"p{k}-{n}.png" for n in range(99) if not held_out(Path(f"p{k}-{n}.png")))
            cv2.imwrite(str(root / kind / name), cv2.resize(picture, (200, 160))[..., ::-1])
    return {kind: (root / kind,) for kind in ("photos", "portraits", "styles")}
