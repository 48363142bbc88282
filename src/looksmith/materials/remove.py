"""Remove a collection: the pictures, thumbnails, sounds and embeddings that collecting made; nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from looksmith.materials.collect import OURS


def remove(folder: Path) -> list[str]:
    """Delete what :func:`collect.collect` wrote into a folder, and the folder when nothing else is in it.

    Args:
        folder: of a collection.

    Returns:
        what could not be deleted, in words.
    """
    failed: list[str] = []

    def told(_function: object, path: str, error: BaseException) -> None:
        failed.append(f"{path}: {getattr(error, 'strerror', None) or error}")

    for name in sorted(OURS):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, onerror=lambda function, at, error: told(function, at, error[1]))
        else:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                told(None, str(path), error)
    try:
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        told(None, str(folder), error)
    return failed
