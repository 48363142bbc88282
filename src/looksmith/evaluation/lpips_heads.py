"""The trained weights of LPIPS, read from the installed package ``lpips`` without torch."""

from __future__ import annotations

import importlib.util
import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError

VGG_WIDTHS = (64, 128, 256, 512, 512)
_MAGIC = 0x1950A86A20F9469CFC6C


def vgg_heads(layers: Sequence[str], widths: Sequence[Any]) -> Mapping[str, NDArray[np.float32]] | None:
    """LPIPS v0.1's weights for VGG-16 (Zhang et al. 2018) by layer, of the first layers of that network.

    Returns:
        None when the widths are not those of VGG-16's relu1_2, 2_2, 3_3, 4_3 (and 5_3), or ``lpips`` is not installed.
    """
    if not 4 <= len(widths) <= 5 or tuple(widths) != VGG_WIDTHS[: len(widths)]:
        return None
    spec = importlib.util.find_spec("lpips")
    if spec is None or spec.origin is None:
        return None
    heads = read_heads(Path(spec.origin).parent / "weights" / "v0.1" / "vgg.pth")
    return {layer: heads[f"lin{k}.model.1.weight"].reshape(-1) for k, layer in enumerate(layers)}


@cache
def read_heads(path: Path) -> Mapping[str, NDArray[np.float32]]:
    """Float tensors of a file in torch's old format (before 1.6); nothing but tensors is ever built from it.

    Raises:
        LooksmithError: it is another format, or wants to build something else.
    """
    try:
        with path.open("rb") as stream:
            magic, _, _ = (_Tensors(stream).load() for _ in range(3))
            if magic != _MAGIC:
                raise ValueError("not torch's old format")
            reader = _Tensors(stream)
            named = reader.load()
            for key in _Tensors(stream).load():
                count = int.from_bytes(stream.read(8), "little")
                reader.storages[key][:] = np.frombuffer(stream.read(4 * count), "<f4")
    except (OSError, ValueError, KeyError, EOFError, pickle.UnpicklingError) as error:
        raise LooksmithError(
            "LPIPS' weights cannot be read",
            where=path,
            expected="vgg.pth of lpips 0.1.4",
            got=str(error),
            hint="pip install --force-reinstall --no-deps lpips==0.1.4",
        ) from error
    return dict(named)


class _Tensors(pickle.Unpickler):
    """Builds an ordered dict of float tensors and refuses anything else."""

    def __init__(self, stream: io.BufferedReader) -> None:
        super().__init__(stream, encoding="latin1")
        self.storages: dict[str, NDArray[np.float32]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("torch", "FloatStorage"):
            return "float32"
        raise pickle.UnpicklingError(f"{module}.{name} is no tensor")

    def persistent_load(self, pid: Any) -> NDArray[np.float32]:
        kind, of, key, _, count, *_ = pid
        if kind != "storage" or of != "float32" or not 0 <= count <= 1 << 20:
            raise pickle.UnpicklingError("not a storage of floats")
        return self.storages.setdefault(str(key), np.zeros(count, np.float32))


def _tensor(storage: NDArray[np.float32], offset: int, shape: tuple[int, ...], *_: Any) -> NDArray[np.float32]:
    size = int(np.prod(shape))
    return storage[offset : offset + size].reshape(shape)
