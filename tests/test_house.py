"""Rules of the house that a machine can hold: names, lengths, one version, no machine's own names in the files."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import looksmith

SOURCE = Path(looksmith.__file__).parent
ROOT = Path(__file__).parents[1]
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff", "core"}
LONGEST = 400


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_what_it_is_about(path: Path) -> None:
    words = {word for part in path.relative_to(SOURCE).with_suffix("").parts for word in part.split("_")}
    assert not words & SAYS_NOTHING, f"{path.name}: what is it about?"
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    # The catalogue of Chinese texts is data.
    assert lines <= LONGEST or path.name == "language.py", f"{lines} lines: is it two modules?"
    if text.strip() and path.name != "__init__.py":
        assert text.lstrip().startswith('"""'), "a module begins with what it is about"


def test_the_version_is_stated_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "src/looksmith/version.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+", looksmith.__version__)
    assert f"## {looksmith.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_base_install_is_what_the_design_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=~!\[ ]", line)[0] for line in project["dependencies"]}
    assert names == {
        "numpy", "pillow", "pillow-heif", "onnxruntime", "pydantic", "typer", "rich", "safetensors", "cryptography",
        "platformdirs",
    }  # fmt: skip
    extras = project["optional-dependencies"]
    assert {"video", "voice", "mesh", "studio", "train", "evaluate", "scale", "provenance", "demo", "dev"} <= set(
        extras
    )
    heavy = {"torch", "lightning-fabric", "ray", "tensorboard"}
    brings = {extra: {re.split(r"[<>=~!\[ ]", line)[0] for line in lines} for extra, lines in extras.items()}
    for extra, packages in brings.items():
        if extra not in ("train", "scale"):
            assert not heavy & packages, extra
    # 160 MB on the disk: only where its functions are called
    assert {extra for extra, packages in brings.items() if "opencv-python-headless" in packages} == {
        "train", "evaluate", "dev",
    }  # fmt: skip


def test_the_command_is_installed() -> None:
    scripts = {point.name: point.value for point in entry_points(group="console_scripts")}
    if "looksmith" not in scripts:
        pytest.skip("run from the source tree, not installed")
    assert scripts["looksmith"] == "looksmith.cli.app:main"


def test_constraints_hold_torch_and_name_no_place() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "torch==2.13.0" in text
    assert not re.search(r"https?://|--index|--find-links|@ ", text)
    for line in text.splitlines():
        assert not line or line.startswith("#") or re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", line), line


def test_weights_and_looks_travel_with_the_package() -> None:
    files = [path for path in SOURCE.rglob("*") if path.suffix in (".onnx", ".look", ".npz", ".toml", ".html")]
    weights = [path for path in files if path.suffix in (".onnx", ".npz")]
    faces = sum(path.stat().st_size for path in weights if path.name.startswith("faces-"))
    assert faces <= 8_000_000, "the networks of faces stay within 8 MB"
    assert sum(path.stat().st_size for path in weights) - faces <= 8_000_000, "all others stay within 8 MB"
    done = subprocess.run(
        ["git", "check-ignore", *map(str, files)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "", "package data that git ignores is left out of the wheel"
