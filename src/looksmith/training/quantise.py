"""A network in whole numbers: static quantisation by ONNX Runtime, with pictures of the run's data to calibrate on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

Feeds = Mapping[str, NDArray[np.float32]]
KINDS = ("Conv", "ConvTranspose", "Gemm", "MatMul")
"""Operators that are quantised; norms and activations stay float."""


def in_whole_numbers(model: onnx.ModelProto, calibration: list[Feeds], keep_float: int = 1) -> onnx.ModelProto:
    """Weights as int8 with a scale a channel, activations as uint8 with scales from the calibration pictures.

    Args:
        model: in floats.
        calibration: inputs by name, one picture each.
        keep_float: so many of the first convolutions, and as many of the last, stay in floats: they see and paint the
            pixels themselves, where rounding shows.
    """
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._rest: Iterator[Feeds] = iter(calibration)

        def get_next(self) -> Any:
            return next(self._rest, None)

    with tempfile.TemporaryDirectory() as folder:
        prepared, made = Path(folder) / "prepared.onnx", Path(folder) / "made.onnx"
        quant_pre_process(model, str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(made),
            Reader(),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(KINDS),
            per_channel=True,
            weight_type=QuantType.QInt8,
            activation_type=QuantType.QUInt8,
            nodes_to_exclude=_at_the_ends(onnx.load(prepared), keep_float),
            calibrate_method=CalibrationMethod.MinMax,
        )
        found = onnx.load(made)
    del found.metadata_props[:]
    used = {node.domain for node in found.graph.node}
    domains = [
        entry for entry in found.opset_import if entry.domain in used
    ]  # the quantiser names some it does not use
    del found.opset_import[:]
    found.opset_import.extend(domains)
    return found


def _at_the_ends(model: onnx.ModelProto, count: int) -> list[str]:
    """Names of the first and last convolutions, in the order in which they run."""
    names = [node.name for node in model.graph.node if node.op_type in ("Conv", "ConvTranspose")]
    return sorted({*names[:count], *names[len(names) - count :]}) if count else []
