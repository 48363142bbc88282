"""One number for a set of restyled photos: content kept and style there."""

from __future__ import annotations

HIGHER_IS_BETTER = False


def artfid(content: float, style: float) -> float:
    """(1 + content) (1 + style): the form of ArtFID (Wright & Ommer 2022).

    There, content is the mean LPIPS to the photos and style the Frechet distance to the style pictures, on networks
    of their own. With other networks, as here, the score orders methods and cannot be compared with published ones.

    Args:
        content: mean distance of the pictures to the photos that they were made of, 0 or more.
        style: distance of the set to the set of style pictures, 0 or more.

    Returns:
        1 at best.

    Raises:
        ValueError: a distance is negative.
    """
    if content < 0 or style < 0:
        raise ValueError(f"artfid: expected distances of 0 or more, got {content} and {style}")
    return (1 + content) * (1 + style)
