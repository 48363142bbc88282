"""What the pictures of a set are: labels, texts or features, as one vector a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.training.data.references import Reference, find_references
from looksmith.training.data.text_bag import BUCKETS, text_bag

Vectors = NDArray[np.float32]
_PARTS = {"train", "training", "val", "valid", "validation", "test"}


@dataclass(frozen=True)
class Conditions:
    """Of every picture of a set.

    Attributes:
        vectors: float32, pictures x width.
        entries: what each number of a vector stands for, where it has a name: the labels.
    """

    vectors: Vectors
    entries: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return int(self.vectors.shape[1])


def label_of(reference: Reference) -> str:
    """The name of the folder that a picture lies in (other than ``train``, ``val`` and ``test``), or ""."""
    folders = [f for f in reference.name.split("/")[:-1] if f.lower() not in _PARTS]
    return folders[-1] if folders else ""


def labels_of(references: Iterable[Reference]) -> tuple[str, ...]:
    """Every label, sorted.

    Raises:
        LooksmithError: there are fewer than two.
    """
    found = tuple(sorted({label_of(reference) for reference in references} - {""}))
    if len(found) < 2:
        raise LooksmithError(
            "the pictures have no labels",
            expected="at least two folders of pictures, whose names are the labels",
            got=", ".join(found) or "pictures in no folder",
            hint="sort the pictures into folders, or choose --condition text or features",
        )
    return found


def by_label(references: Sequence[Reference], labels: Sequence[str]) -> Conditions:
    """One-hot vectors; a blend of several is a condition too.

    Raises:
        LooksmithError: a picture is in none of the labels' folders.
    """
    place = {label: k for k, label in enumerate(labels)}
    vectors = np.zeros((len(references), len(labels)), np.float32)
    for row, reference in enumerate(references):
        label = label_of(reference)
        if label not in place:
            raise LooksmithError(
                "a picture is in none of the labels' folders",
                where=reference.name,
                expected=", ".join(labels),
                got=label or "no folder",
            )
        vectors[row, place[label]] = 1.0
    return Conditions(vectors, tuple(labels))


def by_text(references: Sequence[Reference], sources: Iterable[Path], buckets: int = BUCKETS) -> Conditions:
    """The hashed bag of each picture's caption: ``NAME.txt`` beside it, or else the words of its folder and name.

    Raises:
        LooksmithError: a caption is not UTF-8.
    """
    folders = [source for source in sources if source.is_dir()]
    captions = {reference.key: reference for reference in find_references(folders, {".txt"})}
    rows = []
    for reference in references:
        rows.append(text_bag(_caption(reference, captions.get(reference.key)), buckets))
    return Conditions(np.stack(rows).astype(np.float32) if rows else np.zeros((0, buckets), np.float32))


def _caption(picture: Reference, caption: Reference | None) -> str:
    if caption is None:
        return f"{label_of(picture)} {picture.key.rpartition('/')[2]}".replace("_", " ").replace("-", " ")
    try:
        return caption.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise LooksmithError(
            "a caption cannot be read", where=caption.name, expected="text in UTF-8", got=str(error)
        ) from error
