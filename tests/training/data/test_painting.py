"""Photos and styles for painters: the same batch for the same step, computed once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.data.painting import PaintingData  # noqa: E402
from looksmith.training.networks.backbone import backbone  # noqa: E402

Folders = dict[str, tuple[Path, ...]]


@dataclass(frozen=True)
class _Recipe:
    photos: tuple[Path, ...]
    portraits: tuple[Path, ...]
    styles: tuple[Path, ...]
    batch: int = 2
    size: int = 96
    style_size: int = 96
    photo_crops: int = 2
    style_views: int = 2
    recoloured: float = 0.5
    sharp: float = 0.5
    teacher: str = "perceptual"
    seed: int = 11


def _data(recipe: _Recipe, keep: Path | None = None) -> PaintingData:
    return PaintingData(recipe, backbone("perceptual").to(torch.bfloat16), keep=keep)


def test_batches_are_a_function_of_the_step(painting_folders: Folders) -> None:
    one, two = _data(_Recipe(**painting_folders)), _data(_Recipe(**painting_folders))
    one.batch(0)
    for key, value in one.batch(5).items():
        assert torch.equal(value, two.batch(5)[key]), key
    assert not torch.equal(one.batch(5)["photo"], one.batch(6)["photo"])


def test_photos_come_in_the_colours_of_their_style(painting_folders: Folders) -> None:
    batch = _data(_Recipe(**painting_folders)).batch(1)
    for photo, mean in zip(batch["photo"], batch["mean"], strict=True):
        assert float((photo.mean((1, 2)) - mean).abs().max()) < 0.05  # clipping moves it a little


def test_what_was_computed_of_the_pictures_is_kept(painting_folders: Folders, tmp_path: Path) -> None:
    made = _data(_Recipe(**painting_folders), tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = _data(_Recipe(**painting_folders), tmp_path)
    assert len(times) == 3 and times == {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    for key, value in made.batch(3).items():
        assert torch.equal(value, again.batch(3)[key]), key
    _data(_Recipe(**painting_folders, style_size=64), tmp_path)
    assert len(list(tmp_path.iterdir())) == 6  # another recipe, other pictures


def test_sharp_views_are_cuts_of_the_picture_pixel_for_pixel(painting_folders: Folders) -> None:
    data = _data(_Recipe(**painting_folders, recoloured=0.0, style_size=512))
    picture, view = data._pictures()[0], data._sharp_views()[0]
    assert view.shape == (512, 512, 3)
    views = [view, view[:, ::-1]]
    side = min(*picture.shape[:2], 512)
    before = (512 - side) // 2
    cuts = [np.ascontiguousarray(v[before : before + side, before : before + side]) for v in views]
    places = np.lib.stride_tricks.sliding_window_view(picture, (side, side), axis=(0, 1))
    assert any((places == cut.transpose(2, 0, 1)).all(axis=(2, 3, 4)).any() for cut in cuts)
    assert not _data(_Recipe(**painting_folders, sharp=0.0)).sharp
