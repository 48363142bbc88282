"""One portrait whose rights are clear, and who is in it, looked for once."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from looksmith.faces.people import People
from looksmith.media.photo import Photo


@pytest.fixture(scope="session")
def portrait() -> Photo:
    return Photo(np.ascontiguousarray(data.astronaut()[:310, 60:370]))


@pytest.fixture(scope="session")
def people(portrait: Photo) -> People:
    found = People(portrait)
    assert len(found.faces) == 1
    return found
