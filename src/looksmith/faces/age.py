"""Whether a face may be a child's, as checks that are installed judge it; Looksmith ships none of its own.

A package adds a check as an entry point of the group ``looksmith.age_checks``::

    [project.entry-points."looksmith.age_checks"]
    mine = "package.module:check"

where ``check(rgb, faces)`` says for each face whether it is likely under 18, with a margin: in doubt, yes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import entry_points

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.face import Face

GROUP = "looksmith.age_checks"
Check = Callable[[NDArray[np.uint8], Sequence[Face]], Sequence[bool]]


@cache
def checks() -> dict[str, Check]:
    """The installed checks by name.

    Raises:
        LooksmithError: one cannot be loaded.
    """
    found: dict[str, Check] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            found[point.name] = point.load()
        except (ImportError, AttributeError) as error:
            raise LooksmithError("an age check cannot be loaded", where=point.value, got=str(error)) from error
    return found


def likely_minors(rgb: NDArray[np.uint8], faces: Sequence[Face]) -> tuple[bool, ...] | None:
    """For each face whether a check says that it is likely under 18; None where no check is installed.

    Args:
        rgb: H x W x 3 sRGB.
        faces: found in it.

    Raises:
        LooksmithError: a check does not answer for every face.
    """
    if not checks():
        return None
    said = [False] * len(faces)
    for name, check in checks().items():
        answers = list(check(rgb, faces)) if faces else []
        if len(answers) != len(faces):
            raise LooksmithError(
                "the age check did not answer for every face", where=name, expected=len(faces), got=len(answers)
            )
        said = [one or bool(other) for one, other in zip(said, answers, strict=True)]
    return tuple(said)
