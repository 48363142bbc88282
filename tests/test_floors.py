"""The floors of docs/architecture.md: a room imports only from the floors below it, and only training knows torch."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import looksmith

SOURCE = Path(looksmith.__file__).parent

GROUND = {"media", "models"}
FACETS = GROUND | {"faces", "facets"}
LOOKS = FACETS | {"looks", "materials", "rights", "avatars"}
ABOVE = LOOKS | {"taste", "evaluation", "engines"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "version": set(),
    "media": set(),
    "models": set(),
    "faces": GROUND,
    "facets": GROUND | {"faces"},
    # Beside each other on one floor: rights signs what looks and materials make, never the other way round.
    "rights": FACETS,
    "materials": FACETS | {"rights"},
    "looks": FACETS | {"rights"},
    "avatars": FACETS | {"rights"},
    "taste": LOOKS,
    "evaluation": LOOKS,
    "engines": LOOKS,
    "training": FACETS,
    "studio": ABOVE,
    # The door opens training too, but only inside the verbs that need it (see the torch test below).
    "cli": ABOVE | {"studio", "training"},
    # looksmith/__init__.py names the public calls, imported when they are first used.
    "": LOOKS,
}
EVERYWHERE = {"errors", "version"}
TORCH = {"torch", "lightning_fabric", "tensorboard", "torchvision", "lightning"}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that a module imports, wherever in it the import stands."""
    package = ("looksmith", *path.relative_to(SOURCE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            start = ".".join(part for part in (base, node.module or "") if part)
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:  # import_module("looksmith.training....")
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(path) for path in modules()}
    assert rooms <= set(MAY_IMPORT), f"give these rooms a floor: {sorted(rooms - set(MAY_IMPORT))}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down(path: Path) -> None:
    room = room_of(path)
    allowed = MAY_IMPORT[room] | EVERYWHERE | {room}
    wrong = []
    for line, name in imported(path):
        parts = name.split(".")
        if parts[0] == "looksmith" and len(parts) > 1 and parts[1].removesuffix(".py") not in allowed:
            wrong.append(f"{path.relative_to(SOURCE)}:{line} imports {name}")
        if parts[0] in TORCH and room != "training":
            wrong.append(f"{path.relative_to(SOURCE)}:{line} imports {name}; only training may")
    assert not wrong, "\n".join(wrong)


def test_the_rule_finds_a_breach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "media").mkdir()
    module = tmp_path / "media" / "bad.py"
    module.write_text("def f():\n    from ..looks import look\n    import torch\n")
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    assert [name for _, name in imported(module)] == ["looksmith.looks.look", "torch"]
    with pytest.raises(AssertionError, match=r"bad.py:2 imports looksmith.looks.look\n.*bad.py:3 imports torch"):
        test_imports_go_down(module)


def test_the_house_has_no_circle_of_rooms() -> None:
    """Rooms on one floor may only be joined in one direction."""
    arrows = {room: MAY_IMPORT[room] & set(MAY_IMPORT) for room in MAY_IMPORT}
    while arrows:
        free = [room for room, below in arrows.items() if not below & set(arrows)]
        assert free, f"a circle among {sorted(arrows)}"
        for room in free:
            del arrows[room]


def test_inference_runs_without_torch() -> None:
    """Import every module outside training in a fresh interpreter: torch must not come along."""
    names = [
        ".".join(("looksmith", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for path in modules()
        if room_of(path) != "training"
    ]
    program = (
        "import importlib, json, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "import looksmith\n"
        "for name in looksmith.__all__: getattr(looksmith, name)\n"
        f"print(json.dumps(sorted({TORCH!r} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_inference_runs_where_torch_cannot_be_imported() -> None:
    """The same with torch blocked, as on a computer that has only the base install."""
    program = (
        "import sys\n"
        f"for name in {sorted(TORCH)!r}: sys.modules[name] = None\n"
        "import numpy as np, looksmith\n"
        "photo = looksmith.Photo(np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8))\n"
        "look = looksmith.learn(photo, name='x')\n"
        "made = looksmith.apply(look, photo, only=list(look.facets))\n"
        "assert made.pixels.shape == photo.pixels.shape"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_looksmith_is_quick() -> None:
    """``import looksmith`` alone loads neither onnxruntime nor numpy: the public names come when they are used."""
    program = "import sys, looksmith; print(sorted({'numpy', 'onnxruntime', 'cv2', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
