"""Facets of other packages join by entry point, and a broken one is named instead of breaking quietly."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from looksmith.errors import LooksmithError
from looksmith.facets import registry
from looksmith.facets.tone import Tone


class Hat(Tone):
    """A facet of another package."""

    name = "hat"


class Nameless:
    """Not a facet."""

    name = "nameless"


def points(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    made = [EntryPoint(name, f"{__name__}:{target}", registry.GROUP) for name, target in targets.items()]
    monkeypatch.setattr(EntryPoint, "load", lambda point: _target(point.value.rpartition(":")[2]))
    monkeypatch.setattr(registry, "entry_points", lambda group: made if group == registry.GROUP else [])
    registry.facets.cache_clear()


def _target(name: str) -> Any:
    if name == "Broken":
        raise ImportError("no module named hats")
    return globals()[name]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    registry.facets.cache_clear()


def test_facet_of_another_package_comes_after_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, hat="Hat")
    assert list(registry.facets()) == [*registry.in_order(registry.BUILT_IN), "hat"] and registry.facets()["hat"] is Hat


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"hat": "Broken"}, r"does not load.*no module named hats"),
        ({"nameless": "Nameless"}, r"not a facet.*missing learn, apply, blend"),
        ({"cap": "Hat"}, r"not a facet.*name 'hat'"),
        ({"tone": "Hat"}, "name of a built-in facet"),
    ],
)
def test_broken_entry_point_is_named(monkeypatch: pytest.MonkeyPatch, targets: dict[str, str], words: str) -> None:
    points(monkeypatch, **targets)
    with pytest.raises(LooksmithError, match=words):
        registry.facets()


def test_a_facet_gets_only_the_controls_that_it_takes() -> None:
    made = registry.make("tone", {"colour": "keep", "seed": 3, "unheard-of": 1})
    assert made.colour == "keep" and made.seed == 3


def test_order() -> None:
    given = ["zebra", "texture", "retouch", "apple", "tone", "makeup", "hair"]
    assert registry.in_order(given) == ["retouch", "makeup", "hair", "tone", "texture", "apple", "zebra"]
