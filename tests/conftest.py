"""For every test: no test writes into the home of the person who runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of Looksmith's own for tests that make none themselves: applying a look writes into its ledger."""
    before = os.environ.get("LOOKSMITH_HOME")
    os.environ["LOOKSMITH_HOME"] = str(tmp_path_factory.mktemp("nobody"))
    yield
    if before is None:
        del os.environ["LOOKSMITH_HOME"]
    else:
        os.environ["LOOKSMITH_HOME"] = before
