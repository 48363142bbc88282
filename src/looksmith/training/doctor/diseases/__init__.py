"""One module a disease.

Each has ``NAME``, ``TITLE`` (English and Chinese), ``LOOKS`` (how many looks in a row make it certain),
``CURES`` (what to try the first time, the second, ...) and ``examine(looks)``, from all looks so far to signs.
"""

from __future__ import annotations

from types import ModuleType

from looksmith.training.doctor.diseases import (
    checkerboard,
    collapse,
    condition,
    exploding,
    inversion,
    losing,
    memorising,
    non_finite,
    plateau,
    saturated,
    winning,
)

DISEASES: tuple[ModuleType, ...] = (
    non_finite,
    exploding,
    inversion,
    saturated,
    collapse,
    condition,
    checkerboard,
    memorising,
    winning,
    losing,
    plateau,
)
