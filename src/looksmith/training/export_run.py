"""A run's network out of the workshop: ONNX in floats and in whole numbers, compared with what was trained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.media.atomic import write_bytes
from looksmith.models.foreign import METADATA, Condition, Described, check_network, metadata_text
from looksmith.training.checkpoint import CHECKPOINT, load, load_modules
from looksmith.training.deliver import Deliverable, Delivers, Kind
from looksmith.training.export import to_onnx
from looksmith.training.memory import batch_size
from looksmith.training.parity import Array, Feeds, Parity, compare
from looksmith.training.quantise import PLANS, in_whole_numbers
from looksmith.training.task import AnyTask, Shows
from looksmith.version import __version__

REPORT = "export.json"
FLOAT_LARGEST, FLOAT_SSIM = 0.02, 0.995
"""Limits of the float file: largest difference of full scale, least SSIM."""
INT8_SSIM, INT8_MEAN = 0.93, 0.03
"""Limits of the int8 file: least SSIM, largest mean difference of full scale."""
CALIBRATION, COMPARED = 24, 4
"""Pictures to calibrate on, and to compare on."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        name: of the network.
        paths: ``float`` and, when asked for, ``int8`` → file.
        parity: of each.
        rounded: what is in whole numbers in the int8 file, in words.
        kind: what the network takes first, see :class:`~looksmith.training.deliver.Deliverable`.
    """

    name: str
    paths: Mapping[str, Path]
    parity: Mapping[str, Parity]
    rounded: str = ""
    kind: Kind = "picture"


def export_run(
    task: AnyTask, run: Path, *, recipe: str, network: str | None = None, int8: bool = False, out: Path | None = None
) -> Exported:
    """Export a network of a run, with the followers' weights where there are any.

    Args:
        task: made of the run's recipe.
        run: its folder, with a checkpoint.
        recipe: its name, for the record.
        network: which of those that the task delivers; default its first.
        int8: write a quantised file too.
        out: folder for the files; default ``export`` in the run's folder.

    Raises:
        LooksmithError: there is no checkpoint, no such network, or a file is worse than its limit; nothing is then
            written.
    """
    name, given = _chosen(task, run, network)
    feeds = _feeds(task, name, given)
    module = given.network.eval().float().cpu()
    with torch.no_grad():
        wanted = [module(*(torch.from_numpy(a) for a in each.values())).numpy() for each in feeds[:COMPARED]]
    in_floats = _described(_to_onnx(module, given, feeds[0]), given, name, recipe, int8=False)
    data = {"float": in_floats.SerializeToString(deterministic=True)}
    parity = {"float": compare(wanted, data["float"], feeds[:COMPARED])}
    _hold(parity["float"], FLOAT_SSIM, FLOAT_LARGEST, parity["float"].largest, run)
    rounded = ""
    if int8:
        data["int8"], parity["int8"], rounded = _int8(in_floats, feeds, wanted, given, name, recipe, run)
    folder = out or run / "export"
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for kind, content in data.items():
        check_network(content, name)  # what leaves here must be let in there
        paths[kind] = folder / (f"{name}.onnx" if kind == "float" else f"{name}.int8.onnx")
        write_bytes(paths[kind], content)
    record: dict[str, dict[str, Any]] = {k: {"file": paths[k].name, **asdict(parity[k])} for k in paths}
    if int8:
        record["int8"]["rounded"] = rounded
    write_bytes(folder / f"{name}.{REPORT}", json.dumps(record, indent=1).encode() + b"\n")
    return Exported(name, paths, parity, rounded, given.kind)


def _chosen(task: AnyTask, run: Path, network: str | None) -> tuple[str, Deliverable]:
    if not isinstance(task, Delivers):
        raise LooksmithError("this recipe's networks are not exported this way", where=run, hint="looksmith recipes")
    state = load(run / CHECKPOINT)
    load_modules(state, task.modules, {})
    modules: dict[str, nn.Module] = dict(task.modules)
    for name, weights in state.get("ema", {}).items():
        modules[name].load_state_dict(weights)
    delivered = task.deliver(modules)
    name = network or next(iter(delivered))
    if name not in delivered:
        raise LooksmithError("the run has no such network", where=run, expected=", ".join(delivered), got=name)
    return name, delivered[name]


def _feeds(task: AnyTask, name: str, given: Deliverable) -> list[Feeds]:
    """Inputs to calibrate and compare on: pictures of the training part, or noise; one picture each."""
    if given.kind == "noise":
        rng = np.random.default_rng(0)
        first = [rng.standard_normal((1, given.noise)).astype(np.float32) for _ in range(CALIBRATION)]
    else:
        first = _pictures(task, name)
    conditions = {key: value.detach().float().reshape(1, -1).numpy() for key, value in given.conditions.items()}
    return [{("noise" if given.kind == "noise" else "picture"): one, **conditions} for one in first]


def _pictures(task: AnyTask, name: str) -> list[Array]:
    found: list[Array] = []
    number = 0
    while len(found) < CALIBRATION and number < 4 * CALIBRATION:
        batch = task.batch(number)
        shown: Mapping[str, Tensor] = {}
        if isinstance(task, Shows):
            with torch.no_grad():
                shown = task.samples(batch, {k: m.eval() for k, m in task.modules.items()})
        pictures = shown.get(f"{name}.input", shown.get("input"))
        if pictures is None:
            raise LooksmithError("the task shows no inputs to compare on", where=name, expected="samples with an input")
        found += [np.ascontiguousarray(p[None].float().clamp(0, 1).numpy()) for p in pictures]
        number += max(1, batch_size(batch) // max(1, len(pictures)))
    return found[:CALIBRATION]


def _to_onnx(module: nn.Module, given: Deliverable, feeds: Feeds) -> onnx.ModelProto:
    names = list(feeds)
    free = {0: "n"} if given.kind == "noise" else {} if given.fixed else {2: "h", 3: "w"}
    axes = {name: dict(free) for name in [names[0], "made"] if free} if given.kind == "picture" else {}
    return to_onnx(module, tuple(torch.from_numpy(a) for a in feeds.values()), names, ["made"], axes)


def _described(model: onnx.ModelProto, given: Deliverable, name: str, recipe: str, *, int8: bool) -> onnx.ModelProto:
    described = Described(
        name=name,
        kind=given.kind,
        size=given.size,
        multiple=given.multiple,
        reach=given.reach,
        fixed=given.fixed,
        conditions=[
            Condition(
                name=key,
                default=[float(v) for v in value.flatten()],
                entries=[word[:64] for word in given.entries.get(key, ())],
            )
            for key, value in given.conditions.items()
        ],
        noise=given.noise,
        recipe=recipe,
        version=__version__,
        int8=int8,
    )
    del model.metadata_props[:]
    entry: Any = model.metadata_props.add()
    entry.key, entry.value = METADATA, metadata_text(described)
    model.doc_string = ""
    model.producer_name, model.producer_version = "looksmith", __version__
    return model


def _int8(
    in_floats: onnx.ModelProto,
    feeds: list[Feeds],
    wanted: list[Array],
    given: Deliverable,
    name: str,
    recipe: str,
    run: Path,
) -> tuple[bytes, Parity, str]:
    """The quantised file, and what was rounded: more is left in floats while it is worse than its limit."""
    worst: Parity | None = None
    for plan in PLANS:
        model = _described(in_whole_numbers(in_floats, feeds, plan), given, name, recipe, int8=True)
        data = model.SerializeToString(deterministic=True)
        parity = compare(wanted, data, feeds[:COMPARED])
        if parity.ssim >= INT8_SSIM and parity.mean <= INT8_MEAN:
            return data, parity, plan.words
        worst = parity
    assert worst is not None
    _hold(worst, INT8_SSIM, INT8_MEAN, worst.mean, run)
    raise AssertionError("unreachable")


def _hold(parity: Parity, least_ssim: float, most: float, difference: float, run: Path) -> None:
    if not (parity.ssim >= least_ssim and difference <= most):
        raise LooksmithError(
            "the exported network does not make what was trained; nothing was written",
            where=run,
            expected=f"SSIM of {least_ssim:g} or more, a difference of {most:g} or less",
            got=f"SSIM {parity.ssim:.4f}, difference {difference:.4f}",
            hint="export without --int8" if difference == parity.mean else "train longer, or report this run",
        )
