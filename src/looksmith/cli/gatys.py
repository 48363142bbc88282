"""``looksmith apply --method gatys``: the slow reference, which needs the style picture itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from looksmith.cli.language import say
from looksmith.cli.train import needs_train_extra
from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo

Step = Callable[[int, int], None]


def painter_of(look: str, *, strength: float, where: Path | None) -> Callable[[Photo, Step], Photo]:
    """A function that paints a photo like the picture ``look``.

    Raises:
        LooksmithError: ``look`` is no picture, or the train extra is missing.
    """
    from looksmith.looks.learn import SUFFIXES
    from looksmith.media.blend import mix
    from looksmith.media.colour import from_srgb, to_srgb8
    from looksmith.media.mask import read_mask
    from looksmith.media.read import read_photo
    from looksmith.rights.labels import Label, Made, with_labels
    from looksmith.rights.provenance import photo_digest

    path = Path(look)
    if path.suffix.lower() not in SUFFIXES:
        raise LooksmithError(
            say("the method gatys needs the style picture itself"),
            where=look,
            expected=say("the path of a picture"),
            hint=f"looksmith apply {look} … --method fast",
        )
    picture = read_photo(path)
    style = to_srgb8(picture)
    made = Made(Label("compositeWithTrainedAlgorithmicMedia"), path.stem[:200], photo_digest(picture))
    with needs_train_extra():
        from looksmith.training.gatys import gatys

    def paint(photo: Photo, step: Step) -> Photo:
        mask = None if where is None else read_mask(where, photo.height, photo.width)
        painted = gatys(to_srgb8(photo), style, on_step=lambda done, total, _loss: step(done, total))
        pixels: Any = photo.pixels
        mixed = photo.with_pixels(mix(pixels, from_srgb(painted.astype(np.float32) / 255, photo), strength, mask))
        return with_labels(mixed, made) if strength > 0 else mixed

    return paint
