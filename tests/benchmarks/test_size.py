"""The size of an install: the closure of requirements, and bytes that are really on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("packaging")

from benchmarks import size


def test_the_closure_follows_requirements_of_requirements_and_no_extras() -> None:
    found, missing = size.closure(["rich", "no-such-package-at-all"])
    assert {"rich", "pygments", "markdown-it-py", "mdurl"} <= set(found)
    assert missing == ["no-such-package-at-all"]
    base, absent = size.closure(size.base_requirements())
    assert absent == []
    assert {"numpy", "onnxruntime", "pillow"} <= set(base)
    assert not {"torch", "scikit-image", "pytest", "opencv-python-headless"} & set(base)


def test_numpy_weighs_what_its_folders_weigh() -> None:
    found, _ = size.closure(["numpy"])
    home = Path(np.__file__).parent
    folders = [home, home.parent / "numpy.libs"]
    files = [
        p for folder in folders if folder.is_dir() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"
    ]
    wanted = sum(p.stat().st_size for p in files)
    assert size.on_disk(found["numpy"]) == pytest.approx(wanted, rel=0.02)
