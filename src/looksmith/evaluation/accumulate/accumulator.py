"""What every accumulating class has, and the mean that most of them are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray


class Accumulator(Protocol):
    """Takes pictures one after another and gives one number, or a few, of all of them."""

    higher_is_better: ClassVar[bool]

    def update(self, *args: Any, **named: Any) -> None: ...

    def compute(self) -> Any: ...

    def reset(self) -> None: ...


class MeanOver:
    """Mean over the pairs of pictures given; ``measure`` is the pure function of the same name.

    Options of that function are given once, when the object is made.
    """

    higher_is_better: ClassVar[bool]
    measure: ClassVar[Callable[..., float]]

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.values: list[float] = []

    def update(self, *pair: Any, **named: Any) -> None:
        """One pair more, as the function takes it."""
        self.values.append(float(type(self).measure(*pair, **self._options, **named)))

    def compute(self) -> float:
        """The mean so far.

        Raises:
            ValueError: nothing was given yet.
        """
        if not self.values:
            raise ValueError(f"{type(self).__name__}: expected update() before compute()")
        return float(np.mean(self.values))

    def reset(self) -> None:
        """Forget everything."""
        self.values.clear()


class OverFeatures:
    """A number of one set of features or of two; rows come in any number at a time."""

    higher_is_better: ClassVar[bool]
    measure: ClassVar[Callable[..., Any]]
    sets: ClassVar[tuple[str, ...]] = ("generated", "real")

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._rows: dict[str, list[NDArray[np.floating]]] = {name: [] for name in self.sets}

    def update(self, **rows: NDArray[np.floating]) -> None:
        """Rows of features by the name of their set: D, or N x D.

        Raises:
            ValueError: there is no such set.
        """
        for name, given in rows.items():
            if name not in self._rows:
                raise ValueError(f"{type(self).__name__}: expected {' or '.join(self.sets)}, got {name}")
            self._rows[name].append(np.atleast_2d(given))

    def compute(self) -> Any:
        """What the function gives for all rows so far.

        Raises:
            ValueError: a set is empty, or as the function.
        """
        if not all(self._rows.values()):
            raise ValueError(f"{type(self).__name__}: expected update() of {' and '.join(self.sets)} before compute()")
        return type(self).measure(*(np.concatenate(self._rows[name]) for name in self.sets), **self._options)

    def reset(self) -> None:
        """Forget everything."""
        for rows in self._rows.values():
            rows.clear()
