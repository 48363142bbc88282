"""Pictures at hand for training: decoded when asked for, kept while they fit, those that fail named and passed over."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.training.data.decode import UndecodableError, decode
from looksmith.training.data.references import Reference, find_references
from looksmith.training.data.splits import Split, split

Rgb = NDArray[np.uint8]
KEEP_BYTES = 2 << 30
"""Decoded pictures kept in memory, at most; the rest is read again each time, so that a set of any size trains."""


class Stock(Sequence[Rgb]):
    """A sequence of pictures, H x W x 3 uint8 RGB each.

    A picture that cannot be read is named in ``unreadable``, with the reason, and the next one that can is given in its
    place: which one comes at an index is a function of the files alone.  Safe to read from several threads.

    Args:
        references: where the pictures are.
        short_side: they are shrunk so that the short side has at most so many pixels; None leaves them.
        keep_bytes: decoded pictures are kept up to so many bytes.
    """

    def __init__(
        self, references: Sequence[Reference], short_side: int | None = None, keep_bytes: int = KEEP_BYTES
    ) -> None:
        self.references = tuple(references)
        self.short_side = short_side
        self.unreadable: dict[str, str] = {}
        self._bad: set[int] = set()
        self._kept: OrderedDict[int, Rgb] = OrderedDict()
        self._bytes, self._keep_bytes = 0, keep_bytes
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.references)

    @overload
    def __getitem__(self, index: int) -> Rgb: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rgb]: ...
    def __getitem__(self, index: int | slice) -> Rgb | Sequence[Rgb]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        return self.get(int(index))[1]

    def __iter__(self) -> Iterator[Rgb]:
        return (self[k] for k in range(len(self)))

    def get(self, index: int) -> tuple[int, Rgb]:
        """The picture at ``index``, or the next one after it that can be read, and its own index.

        Raises:
            LooksmithError: there is none at all.
        """
        count = len(self)
        if not -count <= index < count:
            raise IndexError(index)
        for k in range(count):
            place = (index + k) % count
            found = self._one(place)
            if found is not None:
                return place, found
        first = next(iter(self.unreadable.items()), ("", "no file"))
        raise LooksmithError(
            "none of the pictures can be read", where=first[0] or None, expected="a picture", got=first[1]
        )

    def _one(self, place: int) -> Rgb | None:
        with self._lock:
            if place in self._bad:
                return None
            if place in self._kept:
                self._kept.move_to_end(place)
                return self._kept[place]
        reference = self.references[place]
        try:
            rgb = decode(reference.read(), self.short_side)
        except (OSError, UndecodableError) as reason:
            with self._lock:
                self._bad.add(place)
                words = str(reason) if isinstance(reason, UndecodableError) else (reason.strerror or str(reason))
                self.unreadable[reference.name] = words
            return None
        rgb.setflags(write=False)
        with self._lock:
            if place not in self._kept and rgb.nbytes <= self._keep_bytes:
                self._kept[place] = rgb
                self._bytes += rgb.nbytes
                while self._bytes > self._keep_bytes:
                    self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return rgb

    def warm(self, workers: int = 4) -> None:
        """Read every picture once, as far as they are kept; then ``unreadable`` is complete."""
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(self._one, range(len(self))))


def open_stock(
    sources: Iterable[Path],
    short_side: int | None = None,
    part: Literal["train", "val", "test"] = "train",
    keep_bytes: int = KEEP_BYTES,
) -> Stock:
    """The pictures of one part of the sources (folders, lists, shards; see ``references``), ready to be drawn from.

    Raises:
        LooksmithError: a source is missing, or has no picture for training.
    """
    return Stock(getattr(split_sources(sources), part), short_side, keep_bytes)


def split_sources(sources: Iterable[Path]) -> Split[Reference]:
    """The pictures of the sources by part.

    Raises:
        LooksmithError: a source is missing, or there is no picture for training.
    """
    given = [Path(source) for source in sources]
    parts = split(find_references(given), lambda reference: reference.name)
    if not parts.train:
        raise LooksmithError(
            "there is no picture to train on",
            where=", ".join(map(str, given))[:200],
            expected="at least one picture outside the validation and test parts",
            got=f"{len(parts.val) + len(parts.test)} for validation and test",
            hint="add pictures: a dozen at the very least, better hundreds",
        )
    return parts
