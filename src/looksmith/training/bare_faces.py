"""What bare faces have in common: ``facets/makeup/bare_faces.npz`` is made of pictures of them.

``python -m looksmith.training.bare_faces FOLDER --out bare_faces.npz`` with a folder as the recipe ``makeup`` reads it;
people who are held out take no part.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.makeup.bare import skin_of
from looksmith.facets.makeup.layers import LAYERS
from looksmith.facets.makeup.places import places
from looksmith.facets.makeup.window import SIDE, WHOLE, cut
from looksmith.media.colour import rgb_to_lab
from looksmith.media.resize import resize

STORED = 64
"""Side at which it is kept."""


def fit_common(textures: Sequence[NDArray[np.uint8]]) -> dict[str, NDArray[np.generic]]:
    """The arrays of ``bare_faces.npz``, of bare textures 128 x 128 x 3 of different people.

    In every place colour less that of the plain skin is a straight line in the skin's lightness (least squares, its
    slope held back by a ridge as strong as ten people), made the same on both sides.
    """
    whole = np.ones((SIDE, SIDE), np.float32)
    labs = np.stack([rgb_to_lab(texture) for texture in textures])
    skins = np.stack([skin_of(lab, whole) for lab in labs])
    apart = labs - skins[:, None, None]
    apart = (apart + apart[:, :, ::-1]) / 2
    middle = float(skins[:, 0].mean())
    along = (skins[:, 0] - middle)[:, None, None, None]
    offset = np.median(apart, axis=0)
    slope = (along * (apart - offset)).sum(axis=0) / (float(np.square(along).sum()) + 10 * 15.0**2)
    left = apart - offset - slope * along
    seen = {name: cut(plane) for name, plane in places(WHOLE).items()}
    means = {n: np.einsum("nyxc,yx->nc", left, seen[n]) / seen[n].sum() for n in LAYERS}
    noise = [float(np.sqrt(np.square(means[name]).sum(axis=1).mean())) for name in LAYERS]
    return {
        "offset": resize(offset.astype(np.float32), STORED, STORED).astype(np.float16),
        "slope": resize(slope.astype(np.float32), STORED, STORED).astype(np.float16),
        "middle": np.float32(middle),
        "layers": np.array(LAYERS),
        "noise": np.array(noise, np.float32),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    from looksmith.training.data.made_up_faces import read_made_up

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    faces = read_made_up(given.folder)
    people = {pair.person: pair.bare for pair in faces.pairs}
    np.savez_compressed(given.out, **fit_common(list(people.values())))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
