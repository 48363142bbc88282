"""What a typical photo looks like, and the weights of the transport: fitted by the recipe ``tone``.

A fixed grade, such as a ``.cube`` file, knows no photo; it is solved against this prior instead.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources
from typing import IO

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.tone_transport import BASIS, Settings, basis

FILE = "tone_prior.npz"
POINTS = 1024


@dataclass(frozen=True)
class Prior:
    """A photo-independent stand-in for a photo.

    Attributes:
        points: 1024 x 3 float32 Lab, colours of a typical photo.
        metric: 72 x 72 float64, mean detail metric of photos.
        settings: weights of the transport.
    """

    points: NDArray[np.float32]
    metric: NDArray[np.float64]
    settings: Settings

    @property
    def phi(self) -> NDArray[np.float64]:
        """The basis at the points, 1024 x 72."""
        return basis(self.points)


def save_prior(prior: Prior, target: IO[bytes]) -> None:
    """Write the prior as a plain ``.npz``."""
    numbers = {f"setting_{f.name}": np.float64(getattr(prior.settings, f.name)) for f in fields(Settings)}
    metric = prior.metric[np.triu_indices(BASIS)].astype(np.float32)
    np.savez_compressed(target, points=prior.points.astype(np.float16), metric=metric, **numbers)  # type: ignore[arg-type]


def read_prior(source: IO[bytes]) -> Prior:
    """Read what :func:`save_prior` wrote."""
    with np.load(source, allow_pickle=False) as stored:
        numbers = {f.name: float(stored[f"setting_{f.name}"]) for f in fields(Settings)}
        metric = np.zeros((BASIS, BASIS))
        metric[np.triu_indices(BASIS)] = stored["metric"]
        points = stored["points"].astype(np.float32)
    metric = metric + np.triu(metric, 1).T
    whole = {name: int(numbers[name]) for name in ("rounds", "samples")}
    return Prior(points, metric, Settings(**{**numbers, **whole}))  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def prior() -> Prior:
    """The prior that ships with the package."""
    with resources.files(__package__).joinpath(FILE).open("rb") as source:
        return read_prior(source)
