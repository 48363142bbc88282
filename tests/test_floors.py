"""The floors of docs/architecture.md: a room imports only from the floors below it, and only training knows torch."""

from __future__ import annotations

import ast
import json
import os
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
    # Beside each other on one floor: rights signs what looks and materials make, and looks learn from materials, never
    # the other way round.
    "rights": FACETS,
    "materials": FACETS | {"rights"},
    "looks": FACETS | {"rights", "materials"},
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
NOT_IN_BASE = TORCH | {"cv2", "skimage", "scipy", "h5py", "onnx", "dlib", "lpips"}
"""What only extras bring."""


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


def test_the_base_install_needs_no_extra() -> None:
    """Every module but those of training and evaluation, imported where no package of an extra can be."""
    names = [
        ".".join(("looksmith", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for path in modules()
        if room_of(path) not in ("training", "evaluation")
    ]
    program = (
        "import importlib, sys\n"
        f"for name in {sorted(NOT_IN_BASE)!r}: sys.modules[name] = None\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "import looksmith\n"
        "for name in looksmith.__all__: getattr(looksmith, name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_every_verb_of_the_base_install_runs_without_opencv(tmp_path: Path) -> None:
    """From learning to replaying, on 8 and 16 bits, in one process where no package of an extra can be imported."""
    program = tmp_path / "verbs.py"
    program.write_text(_VERBS.replace("NOT_IN_BASE", repr(sorted(NOT_IN_BASE))), encoding="utf-8")
    own = {"LOOKSMITH_HOME": str(tmp_path / "home"), "LOOKSMITH_LANG": "en", "PYTHONPATH": str(SOURCE.parent)}
    environment = {**os.environ, **own}
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


_VERBS = """
import sys
for name in NOT_IN_BASE: sys.modules[name] = None
import numpy as np
from typer.testing import CliRunner
from looksmith.cli.app import app
from looksmith.media.read import photo_from_array, read_photo
from looksmith.media.write import write_photo

ramp = np.linspace(0, 1, 288 * 240 * 3).reshape(288, 240, 3)
noise = np.random.default_rng(0).random((288, 240, 3))
write_photo(photo_from_array((255 * (0.7 * ramp + 0.3 * noise)).astype(np.uint8)), "me.jpg")
write_photo(photo_from_array((65535 * (0.8 * ramp + 0.2 * noise)).astype(np.uint16)), "deep.png")
write_photo(photo_from_array((65535 * (0.8 * ramp + 0.2 * noise)).astype(np.uint16)), "deep.tif")
write_photo(photo_from_array((255 * ramp[::-1]).astype(np.uint8)), "style.png")
write_photo(photo_from_array((255 * (noise[:144, :120] > 0.5)).astype(np.uint8)), "mask.png")

def types(*words):
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output

types("learn", "style.png", "-o", "mine.look", "--own")
types("apply", "mine.look", "me.jpg", "-o", "out.jpg", "--only", "tone,texture")
types("apply", "mine.look", "deep.png", "-o", "out.png", "--color", "keep", "--where", "mask.png")
types("apply", "mine.look", "deep.tif", "-o", "out.tif", "--color", "style", "--scale", "2", "--only", "texture")
types("apply", "style.png", "me.jpg", "-o", "out.webp", "--scale", "0.5")
assert read_photo("out.png").pixels.dtype == read_photo("out.tif").pixels.dtype == np.uint16
types("learn", "me.jpg", "-o", "yours.look", "--own")
types("blend", "mine.look=0.6", "yours.look=0.4", "-o", "mix.look")
types("sheet", "me.jpg", "--look", "mine.look", "--look", "mix.look", "-o", "sheet.jpg")
types("looks"); types("inspect", "mix.look"); types("export-lut", "mine.look", "mine.cube")
types("apply", "mine.look", "me.jpg", "-o", "marked.png", "--mark", "--badge", "top-left")
types("replay", "out.png", "--where", "mask.png", "-o", "again.png")
assert np.array_equal(read_photo("again.png").pixels, read_photo("out.png").pixels)
types("recipes"); types("version"); types("--help"); types("train")
for verb in [c.name for c in app.registered_commands] + [g.name for g in app.registered_groups]:
    types(verb, "--help")
left = {name for name in NOT_IN_BASE if sys.modules.get(name)}
assert not left, left
"""


def test_importing_looksmith_is_quick() -> None:
    """``import looksmith`` alone loads neither onnxruntime nor numpy: the public names come when they are used."""
    program = "import sys, looksmith; print(sorted({'numpy', 'onnxruntime', 'cv2', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
