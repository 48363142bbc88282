"""What hangs together by any chain of links."""

from __future__ import annotations


class Sets:
    """Disjoint sets of places (Tarjan 1975)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def join(self, one: int, other: int) -> None:
        """These two belong together."""
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first

    def firsts(self) -> tuple[int, ...]:
        """For each place the first place of its set."""
        return tuple(self.find(place) for place in range(len(self._parent)))

    def find(self, place: int) -> int:
        """The first place of the set that this one is in."""
        while self._parent[place] != place:
            self._parent[place] = self._parent[self._parent[place]]
            place = self._parent[place]
        return place
