"""An exported network as a look, so that it is applied as one: strength, region, metadata, replay."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from looksmith.errors import UnreadableError
from looksmith.facets.generator import GeneratorState
from looksmith.looks.look import Look
from looksmith.models.foreign import MOST_BYTES, check_network

SUFFIX = ".onnx"


def look_of_network(path: Path) -> Look:
    """The look that an ONNX file of ``looksmith export`` stands for, named after the file.

    Raises:
        UnreadableError: there is no such file, or it is refused; see :func:`looksmith.models.foreign.check_network`.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableError(
                "the network is too large",
                where=path,
                expected=f"at most {MOST_BYTES >> 20} MiB",
                got=f"{size >> 20} MiB",
            )
        data = path.read_bytes()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise UnreadableError(
            "there is no such file" if missing else "the file cannot be opened",
            where=path,
            expected="an ONNX file that looksmith export wrote",
            got=None if missing else error.strerror,
            hint="looksmith export RUN",
        ) from error
    described = check_network(data, path)
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "network"
    title = {"en": described.name, "zh": described.name}
    return Look(name=name, title=title, facets={"generator": GeneratorState(np.frombuffer(data, np.uint8))})
