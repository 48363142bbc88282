"""The conditions of stocks of pictures, whatever they are: labels, texts, or features of the pictures themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from looksmith.training.data.augment import NOTHING
from looksmith.training.data.batches import draw
from looksmith.training.data.conditions import Conditions, by_label, by_text, labels_of
from looksmith.training.data.stock import Stock
from looksmith.training.networks.picture_features import PictureFeatures

Kind = Literal["labels", "text", "features"]


def conditions_of(
    stocks: Sequence[Stock],
    kind: Kind,
    sources: Sequence[Path],
    labels: str = "",
    size: int = 64,
    features: PictureFeatures | None = None,
) -> list[Conditions]:
    """Of every stock.

    Args:
        stocks: the first is for training; labels, and what is usual of features, are its own.
        kind: see ``recipes.conditional``.
        sources: where captions are looked for.
        labels: names of the folders that are labels, with commas between them; empty for all.
        size: side of the crops whose features are taken, in pixels.
        features: for that kind; it is fitted to the first stock.

    Raises:
        LooksmithError: a picture is in none of the labels' folders, there are no labels, a caption is not UTF-8.
    """
    if kind == "labels":
        chosen = tuple(word.strip() for word in labels.split(",") if word.strip())
        chosen = chosen or labels_of(stocks[0].references)
        return [by_label(stock.references, chosen) for stock in stocks]
    if kind == "text":
        return [by_text(stock.references, sources) for stock in stocks]
    assert features is not None
    found, rng = [], np.random.default_rng(0)
    for number, stock in enumerate(stocks):
        places = range(len(stock))
        middles = [draw(Stock(stock.references[k : k + 1]), 1, size, NOTHING, rng)[0] for k in places]
        with torch.no_grad():
            if number == 0:
                features.fit(torch.cat([features.raw(m) for m in middles]))
            found.append(Conditions(torch.cat([features(m) for m in middles]).numpy()))
    return found


def even_chances(conditions: Conditions) -> NDArray[np.float64]:
    """Chances of pictures with which every label comes equally often."""
    weights = (conditions.vectors / np.maximum(conditions.vectors.sum(0), 1)).sum(1).astype(np.float64)
    chances: NDArray[np.float64] = weights / weights.sum()
    return chances
