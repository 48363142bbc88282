"""What is measured, as plain callables: photo, style, strength -> picture, all side x side x 3 uint8 sRGB."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

import looksmith
from looksmith.errors import LooksmithError
from looksmith.media.read import photo_from_array

Rgb = NDArray[np.uint8]
Method = Callable[[Rgb, Rgb, float], Rgb]


class Ours:
    """The texture facet at its default setting, through the public interface; a style is learned once."""

    def __init__(self) -> None:
        self._looks: dict[int, tuple[Rgb, looksmith.Look]] = {}

    def look(self, style: Rgb) -> looksmith.Look:
        """The look of one style picture; kept with its picture, so that an id is never taken for another's."""
        if id(style) not in self._looks:
            picture = photo_from_array(style)
            learned = looksmith.learn(picture, only="texture", medium="painting", with_preview=False)
            self._looks[id(style)] = (style, learned)
        return self._looks[id(style)][1]

    def __call__(self, photo: Rgb, style: Rgb, strength: float) -> Rgb:
        done = looksmith.apply(self.look(style), photo_from_array(photo), only="texture", strength=strength)
        return np.asarray(done.pixels, np.uint8)


def method(name: str | None) -> Method:
    """Ours, or another given as ``module:callable``, such as a checkpoint in training.

    Raises:
        LooksmithError: there is no such callable.
    """
    if name is None:
        return Ours()
    module, _, attribute = name.partition(":")
    try:
        found: Method = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise LooksmithError(
            "no such method", where="--method", expected="module:callable", got=f"{name} ({error})"
        ) from error
    return found
