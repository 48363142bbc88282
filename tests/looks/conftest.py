from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings
from skimage import data

from looksmith.facets import registry
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.looks.craft import craft
from looksmith.looks.look import Look
from looksmith.looks.manifest import Source
from looksmith.media.blend import mix
from looksmith.media.photo import Photo
from looksmith.rights.consent import Consent

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


settings.register_profile("looksmith", deadline=None)
settings.load_profile("looksmith")


@dataclass(frozen=True)
class GainState:
    """Multiplies every channel."""

    gain: np.ndarray[Any, Any]
    words: str = "plain"
    bands: tuple[float, ...] = (0.0, 1.0)

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int | None, ...]]]] = {"gain": ("float32", (3,))}


@dataclass(frozen=True)
class Gain:
    """The smallest facet that there is, as another package would add it."""

    seed: int = 0

    name: ClassVar[str] = "gain"
    applies_to: ClassVar[frozenset[type[Any]]] = frozenset({Photo})
    STATE: ClassVar[type[Any]] = GainState

    def learn(self, material: Material) -> GainState:
        means = np.mean([photo.pixels.mean((0, 1)) / photo.full_scale for photo in material.photos], axis=0)
        return GainState((means * 2).astype(np.float32))

    def apply(self, subject: Photo, state: GainState, strength: float, where: Mask | None) -> Photo:
        changed = np.clip(subject.pixels / subject.full_scale * state.gain, 0, 1)
        return subject.with_pixels(mix(subject.pixels, changed, strength, where))

    def blend(self, states: Any, weights: Any) -> GainState:
        return GainState(np.average([s.gain for s in states], axis=0, weights=weights).astype(np.float32))

    def describe(self, state: GainState) -> Card:
        return Card(f"gain {state.gain.round(2).tolist()}", ("#808080",))


class _Point:
    """An entry point of another package."""

    name, value, dist = "gain", "elsewhere:Gain", None

    def load(self) -> Any:
        return Gain


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of Looksmith's own for every test."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LOOKSMITH_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def gain_facet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test facet is installed."""
    monkeypatch.setattr(registry, "entry_points", lambda group: [_Point()])
    registry.facets.cache_clear()
    yield
    registry.facets.cache_clear()


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return KEY


@pytest.fixture
def make_look() -> Any:
    """Makes looks of the test facet, without preview unless asked for."""

    def make(name: str = "warm", gain: tuple[float, float, float] = (1.2, 1.0, 0.7), **fields: Any) -> Look:
        given: dict[str, Any] = {
            "title": {"en": name.title(), "zh": "暖"},
            "creator": "Rina",
            "sources": [Source(title="Holiday", licence="CC0-1.0", pictures=3)],
            "licence": "CC0-1.0",
            "consent": Consent("own"),
            "with_preview": False,
            **fields,
        }
        return craft(name, {"gain": GainState(np.array(gain, np.float32))}, **given)

    return make


@pytest.fixture
def look(make_look: Any) -> Look:
    made: Look = make_look(with_preview=True)
    return made


@pytest.fixture(scope="session")
def astronaut() -> Photo:
    return Photo(np.ascontiguousarray(data.astronaut()[::4, ::4]))


@pytest.fixture(scope="session")
def coffee() -> Photo:
    return Photo(np.ascontiguousarray(data.coffee()[::4, ::4]))
