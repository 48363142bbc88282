"""``looksmith version``."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from looksmith.cli.options import Json
from looksmith.cli.report import out, tell_json
from looksmith.version import __version__


def version(as_json: Json = False) -> None:
    """Show the version, and those of what it stands on."""
    below = {"python": platform.python_version()}
    for name in ("numpy", "onnxruntime", "pillow", "torch"):
        try:
            below[name] = installed(name)
        except PackageNotFoundError:
            continue
    if as_json:
        tell_json({"looksmith": __version__, **below})
        return
    out().print(f"looksmith {__version__}")
    out().print("[dim]" + ", ".join(f"{name} {number}" for name, number in below.items()) + "[/dim]")
