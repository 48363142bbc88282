"""Every facet that is installed, in the order in which facets are applied."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from looksmith.errors import LooksmithError

GROUP = "looksmith.facets"
"""Entry points of this group add facets: ``name = "package.module:Class"``."""

ORDER = ("retouch", "makeup", "hair", "tone", "texture")
"""The order of application; facets that others add come after these, by name."""

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "retouch": "looksmith.facets.retouch.facet:Retouch",
        "makeup": "looksmith.facets.makeup:Makeup",
        "hair": "looksmith.facets.hair.facet:HairColour",
        "tone": "looksmith.facets.tone:Tone",
        "texture": "looksmith.facets.texture:Texture",
    }
)


TRAINED: Mapping[str, str] = MappingProxyType({"generator": "looksmith.facets.generator:Generator"})
"""Facets that are trained in the workshop and not learned from material: made by name, in no look that is learned."""


@cache
def facets() -> Mapping[str, type[Any]]:
    """All facet classes by name, in the order of application.

    Raises:
        LooksmithError: an entry point of another package does not load, or is not a facet.
    """
    found: dict[str, type[Any]] = {}
    for name, target in BUILT_IN.items():
        module, _, attribute = target.partition(":")
        found[name] = getattr(import_module(module), attribute)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.name in BUILT_IN:
            raise LooksmithError("an entry point takes the name of a built-in facet", where=point.value, got=point.name)
        found[point.name] = _load(point)
    return MappingProxyType({name: found[name] for name in in_order(found)})


def in_order(names: Iterable[str]) -> list[str]:
    """Names of facets in the order of application."""
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def make(name: str, controls: Mapping[str, Any]) -> Any:
    """A facet object with those of ``controls`` that it takes; the others are left out.

    Args:
        name: a name of :func:`facets`.
        controls: fields of facet objects, such as ``colour``, ``scale`` and ``seed``.
    """
    kind = _kind(name)
    return kind(**{key: value for key, value in controls.items() if key in takes(name)})


def moves(facet: Any, state: Any) -> bool:
    """Whether a facet moves the parts of faces, so that who comes after it must look for them anew."""
    found = getattr(facet, "moves", None)
    return bool(found is not None and found(state))


def takes(name: str) -> frozenset[str]:
    """The names of the controls of a facet."""
    return frozenset(inspect.signature(_kind(name)).parameters)


def _kind(name: str) -> type[Any]:
    if name in TRAINED and name not in facets():
        module, _, attribute = TRAINED[name].partition(":")
        trained: type[Any] = getattr(import_module(module), attribute)
        return trained
    return facets()[name]


def _load(point: EntryPoint) -> type[Any]:
    owner = point.dist.name if point.dist is not None else point.value
    try:
        kind = point.load()
    except Exception as error:  # whatever another package's import raises
        raise LooksmithError(
            "a facet of another package does not load",
            where=f"{owner}: {point.name} = {point.value}",
            got=f"{type(error).__name__}: {error}",
            hint=f"pip uninstall {owner}",
        ) from error
    missing = [part for part in ("learn", "apply", "blend", "describe", "STATE", "name") if not hasattr(kind, part)]
    if missing or kind.name != point.name:
        raise LooksmithError(
            "an entry point is not a facet",
            where=f"{owner}: {point.name} = {point.value}",
            expected="a class as in looksmith.facets.protocol, under its own name",
            got=f"missing {', '.join(missing)}" if missing else f"name {kind.name!r}",
        )
    return kind  # type: ignore[no-any-return]
