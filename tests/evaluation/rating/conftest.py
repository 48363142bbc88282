"""A study of three sources on small pictures, and a person who votes by a planted taste."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from looksmith.evaluation.rating.plan import Trial, plan
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, Study, read_study

ROOT = str(Path(__file__).parents[3])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)  # tools/ lies beside src

LEVELS = {"bright-source": 200, "middle-source": 130, "dark-source": 60}
"""Folders and how light their pictures are."""


def make_folders(root: Path, names: list[str], size: tuple[int, int] = (48, 32)) -> list[Path]:
    """A folder for each source, with pictures of its lightness."""
    rng = np.random.default_rng(0)
    for source, level in LEVELS.items():
        (root / source).mkdir(parents=True)
        for name in names:
            pixels = np.clip(rng.normal(level, 8, (size[1], size[0], 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(root / source / f"{name}.png")
    return [root / source for source in LEVELS]


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    return make_folders(tmp_path / "pictures", [f"subject-{k}" for k in range(8)])


@pytest.fixture
def study(folders: list[Path]) -> Study:
    return read_study(folders, settings=Settings(votes=20))


def vote(store: Store, name: str, taste: Callable[[Trial], str | dict[str, int]], milliseconds: int = 1500) -> None:
    """Somebody goes through all of their screens."""
    store._base.execute("PRAGMA synchronous = OFF")  # quick; what a kill leaves is tested elsewhere
    store._base.execute("PRAGMA journal_mode = MEMORY")
    rater = store.join(name)
    about = store.about
    for place, trial in enumerate(plan(len(about.labels), len(about.names), about.settings(), rater.number)):
        store.put(rater, place, trial, taste(trial), milliseconds)
