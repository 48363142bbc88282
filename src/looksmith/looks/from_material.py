"""Pictures of a collection for learning: only of the part ``train``, and for each facet as it needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.materials.card import amounts
from looksmith.materials.material import Collected, Picture, is_material, read_material
from looksmith.materials.needs import NEEDS, Stuff, need_of
from looksmith.materials.prepare import fit_for, prepare
from looksmith.materials.split import Part
from looksmith.media.photo import Photo

BUDGET, LONGEST, SHORTEST = 64_000_000, 1024, 256
"""Pixels held at once, and the sides between which pictures are read so that it is kept to."""
MOST = 1500
"""Most pictures of a facet; of more, this many are taken evenly spread."""


@dataclass
class Stock:
    """A collection that a look is learned from.

    Attributes:
        folder: where it lies.
        collected: what is in it.
    """

    folder: Path
    collected: Collected

    def photos_for(self, facet: str) -> tuple[Photo, ...]:
        """The pictures that a facet is learned from."""
        return self._read(tuple(fit_for(self.collected, facet)), facet)

    def files(self, part: Part) -> tuple[Path, ...]:
        """The files of the pictures of one part."""
        return tuple(self.folder / picture.file for picture in self.collected.part(part))

    @property
    def title(self) -> str:
        """Of what it was collected from, in words."""
        words = ", ".join(Path(source).stem if "." in source else source for source in self.collected.sources)
        return words[:120]

    @property
    def painted(self) -> bool:
        """Whether the pictures are taken for a painting when nobody says what they are: a single one of no camera."""
        return len(self.collected.pictures) == 1 and not self.collected.pictures[0].camera

    @property
    def there(self) -> dict[Stuff, float]:
        """How much there is of everything that facets are learned from."""
        return amounts(self.collected)

    def why_none(self, facet: str) -> tuple[str, str]:
        """Why a facet of the face has no pictures though there are faces, in English and Chinese; else empty texts."""
        if need_of(facet).stuff == "faces" and self.collected.faces != "known":
            return (
                "faces were not looked for, or people not told apart, when this was collected",
                "收集素材时没有查找人脸或没有区分人物",
            )
        if need_of(facet).stuff == "faces" and not self.collected.confirmed:
            return (
                "nobody confirmed which face is the creator's (looksmith collect … --face N)",
                "还没有确认哪张脸是创作者（looksmith collect … --face N）",
            )
        return "", ""

    def _read(self, pictures: Sequence[Picture], facet: str) -> tuple[Photo, ...]:
        if len(pictures) > MOST:
            pictures = [pictures[i * len(pictures) // MOST] for i in range(MOST)]
        longest = int(np.clip((BUDGET / max(1, len(pictures))) ** 0.5, SHORTEST, LONGEST))
        return prepare(self.folder, pictures, facet, longest)


def stock_of(source: object) -> Stock | None:
    """The collection that a source is; None when it is something else.

    Raises:
        LooksmithError: several sources, of which one is a collection.
        UnreadableError: the collection is damaged.
    """
    given = list(source) if isinstance(source, list | tuple) else [source]
    folders = [Path(item) for item in given if isinstance(item, str | Path) and is_material(Path(item))]
    if not folders:
        return None
    if len(given) > 1:
        raise LooksmithError(
            "a collection is learned from by itself", where=folders[0], expected="one collection",
            got=f"{len(given)} sources", hint="looksmith collect all of them into one",
        )  # fmt: skip
    return Stock(folders[0], read_material(folders[0]))


def facets_of_material() -> list[str]:
    """Every facet that material could be there for."""
    return list(NEEDS)
