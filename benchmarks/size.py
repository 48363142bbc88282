"""How much an install takes on disk, and how much our weights.

    python -m benchmarks.size

Counts the files of Looksmith's base requirements (no extras) and of everything that they require in turn, in the
environment that runs this; then the shipped networks and looks.  Writes results/size.json.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

import looksmith
from benchmarks import record

TARGETS = {"install_mb": 250, "weights_mb": 8, "faces_mb": 8}
ROOT = Path(__file__).parents[1]
WEIGHTS = (".onnx", ".npz", ".safetensors")
FACES = ("models/faces-", "faces/")
"""Files of the networks that look at people: they came after the rest and have an aim of their own."""


def base_requirements(project: Path = ROOT / "pyproject.toml") -> list[str]:
    """What pyproject.toml asks for when no extra is chosen."""
    listed: list[str] = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    return listed


def closure(requirements: list[str]) -> tuple[dict[str, Distribution], list[str]]:
    """Every installed distribution that the requirements bring along, by name; and those that are missing."""
    found: dict[str, Distribution] = {}
    missing: list[str] = []
    waiting = [Requirement(line) for line in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        extras = {"", *wanted.extras}
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if all((name, extra) in seen for extra in extras):
            continue
        seen |= {(name, extra) for extra in extras}
        try:
            found[name] = distribution(wanted.name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        for line in found[name].requires or []:
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in extras):
                inner.marker = None
                waiting.append(inner)
    return found, sorted(set(missing))


def on_disk(package: Distribution) -> int:
    """Bytes of a distribution's files, without caches that Python writes later."""
    total = 0
    for file in package.files or []:
        path = Path(str(package.locate_file(file)))
        if path.suffix != ".pyc" and path.is_file():
            total += path.stat().st_size
    return total


def measure() -> dict[str, Any]:
    """Megabytes (10⁶ bytes) of the requirements, of Looksmith itself and of its weights."""
    found, missing = closure(base_requirements())
    sizes = {name: on_disk(package) for name, package in found.items()}
    home = Path(looksmith.__file__).parent
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    weights = {p.relative_to(home).as_posix(): p.stat().st_size for p in files if p.suffix in WEIGHTS}
    faces = sum(size for name, size in weights.items() if name.startswith(FACES))
    own = sum(path.stat().st_size for path in files)
    return {
        "targets": TARGETS,
        "install_mb": round((sum(sizes.values()) + own) / 1e6, 1),
        "looksmith_mb": round(own / 1e6, 2),
        "weights_mb": round((sum(weights.values()) - faces) / 1e6, 2),
        "faces_mb": round(faces / 1e6, 2),
        "looks_kb": {
            path.stem: round(path.stat().st_size / 1e3, 1) for path in sorted(files) if path.suffix == ".look"
        },
        "weight files": {name: round(size / 1e6, 3) for name, size in sorted(weights.items())},
        "requirements_mb": {
            name: round(size / 1e6, 1) for name, size in sorted(sizes.items(), key=lambda item: -item[1])
        },
        "missing": missing,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.size", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    result = measure()
    if result["missing"]:
        print(f"error: not installed here, so not counted: {', '.join(result['missing'])}", file=sys.stderr)
        return 2
    print(f"install {result['install_mb']} MB, our weights {result['weights_mb']} MB and {result['faces_mb']} MB")
    print(record.write("size", result, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
