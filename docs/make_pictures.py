"""Make the pictures of README and docs with the product itself: ``make pictures``."""

from __future__ import annotations

from pathlib import Path

from looksmith.cli.demo import portrait
from looksmith.looks.sheet import sheet
from looksmith.looks.shelf import entries
from looksmith.media.read import read_photo
from looksmith.media.write import write_photo


def main(folder: Path = Path(__file__).parent / "pictures") -> None:
    """Write ``sheet.jpg``: one portrait in every built-in look."""
    folder.mkdir(parents=True, exist_ok=True)
    looks = [entry.load() for entry in entries() if entry.built_in]
    page = sheet(read_photo(portrait()), looks, cell=300, columns=6)
    write_photo(page, folder / "sheet.jpg", quality=88)


if __name__ == "__main__":
    main()
