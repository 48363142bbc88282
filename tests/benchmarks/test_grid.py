"""Which pictures a run takes: held out, the same in every run, half of them portraits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import grid
from looksmith.errors import LooksmithError
from looksmith.training.data.pictures import held_out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    for folder in (*grid.PORTRAITS, *grid.SCENES, "styles/paintings/x", "styles/classics"):
        (root / folder).mkdir(parents=True)
        for k in range(200):
            Image.fromarray(rng.integers(0, 255, (12, 20, 3), np.uint8)).save(
                root / folder / f"{folder[:9]}{k}.png".replace("/", "-")
            )
    return root


def test_only_held_out_pictures_the_same_every_time(data: Path) -> None:
    photos, styles = grid.photos(data, 8, 32), grid.styles(data, 8, 32)
    assert all(held_out(Path(picture.name)) for picture in (*photos, *styles))
    assert len({picture.name for picture in photos}) == 8
    assert [p.portrait for p in photos] == [True] * 4 + [False] * 4
    assert [p.name for p in photos] == [p.name for p in grid.photos(data, 8, 32)]
    assert all(p.rgb.shape == (32, 32, 3) and p.rgb.dtype == np.uint8 for p in (*photos, *styles))
    assert sum("classics" in p.name for p in styles) == 2


def test_too_few_pictures_or_no_folder_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LooksmithError, match="too few held-out"):
        grid.choose(data, "faces/rated", 199)
    monkeypatch.delenv(grid.VARIABLE, raising=False)
    with pytest.raises(LooksmithError, match="--data"):
        grid.data_folder(None)
    monkeypatch.setenv(grid.VARIABLE, str(data))
    assert grid.data_folder(None) == data


def test_the_square_is_the_middle() -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    assert (grid.square(wide, 40) == 200).all()
