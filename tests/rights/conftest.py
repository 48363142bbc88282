from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("looksmith", deadline=None)
settings.load_profile("looksmith")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of Looksmith's own for every test."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LOOKSMITH_HOME", str(folder))
    return folder
