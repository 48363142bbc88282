"""Collect material: from folders, zips, clips, recordings and captions to a clean, split collection with a data card.

Sources are only read.  The work can be interrupted and goes on where it stopped; what comes out is the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from looksmith.errors import LooksmithError
from looksmith.materials import sources
from looksmith.materials.augment import write_views
from looksmith.materials.captions import Caption, read_captions
from looksmith.materials.card import data_card
from looksmith.materials.card_page import card_page
from looksmith.materials.crew import look_at_all
from looksmith.materials.curate import Given, curate, matched
from looksmith.materials.exports import Export, read_exports
from looksmith.materials.faces import identity_limits, networks
from looksmith.materials.journal import FILE as JOURNAL
from looksmith.materials.journal import Journal
from looksmith.materials.looking import LONGEST, PICTURES, SOUNDS, THUMBNAILS
from looksmith.materials.material import FILE, Collected, to_bytes
from looksmith.materials.previews import hide_others, show_people, shown_people
from looksmith.materials.seen import Looked
from looksmith.materials.sources import Entry, Listing
from looksmith.media.atomic import write_bytes
from looksmith.models.load import record
from looksmith.version import __version__

CARD, PAGE = "card.json", "card.html"
VIEWS = "views"
PEOPLE = "people"
OURS = {FILE, CARD, PAGE, JOURNAL, PICTURES, THUMBNAILS, SOUNDS, VIEWS, PEOPLE}


def collect(
    given: Sequence[str | Path],
    folder: str | Path,
    *,
    face: int | None = None,
    views: int = 0,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Collected:
    """Collect material into a folder.

    Args:
        given: folders, zips, and files: pictures, clips (MP4, MOV), recordings (WAV, MP3, FLAC), captions (text, CSV,
            JSON), and the archives that Instagram and TikTok hand out.
        folder: to write to; a collection that was begun there goes on.
        face: number of the creator among the people found, 0 for nobody; None to propose one.
        views: augmented views to write for every picture that is learned from, for training.
        workers: processes; default one a core, at most 8.
        progress: called with (files looked at, in all).

    Returns:
        the collection, as :func:`material.read_material` reads it.

    Raises:
        LooksmithError: a source is missing, the folder cannot be used, or nothing can be learned from.
    """
    folder = Path(folder)
    paths = [Path(path) for path in given]
    _prepare(folder, paths)
    listing = sources.list_sources(paths)
    inside = folder.resolve()
    listing.entries = [entry for entry in listing.entries if inside not in entry.path.resolve().parents]
    export = read_exports(listing.entries, sources.read)
    entries = [entry for entry in listing.entries if entry.kind != "captions" and entry.key not in export.left]
    captions, bad = _captions(listing, entries, export)
    decided = Given(
        sources=_titles(listing, paths),
        platforms=tuple(sorted(export.platforms)),
        bad=tuple((key, error.what) for key, error in [*listing.bad, *bad]),
        passed=listing.passed,
        captions=tuple(captions),
        posts=export.posts,
        limits=identity_limits(),
        face=face,
    )
    count = workers if workers is not None else min(8, os.cpu_count() or 1)
    with Journal(folder, _settings()) as journal:
        todo = [entry for entry in entries if not _done(journal, entry)]
        _look(todo, folder, count, journal, progress, len(entries))
        collected = curate(_in_order(journal, entries), decided)
        missing = _missing(collected, folder)
        if missing:  # of a run with another face, or deleted by hand
            _look([entry for entry in entries if entry.key in missing], folder, count, journal, progress, len(missing))
            collected = curate(_in_order(journal, entries), decided)
    if not (collected.pictures or collected.sounds or collected.captions):
        raise LooksmithError(
            "there is nothing to learn from", where=", ".join(map(str, paths))[:200],
            expected="pictures, clips, recordings or captions", got=_why(collected),
        )  # fmt: skip
    show_people(collected, folder)
    _tidy(collected, folder)
    hide_others(collected, folder)
    if views:
        write_views(collected, folder, views)
    card = data_card(collected)
    write_bytes(folder / CARD, json.dumps(card, ensure_ascii=False, indent=1).encode() + b"\n")
    write_bytes(folder / PAGE, card_page(collected, card).encode())
    write_bytes(folder / FILE, to_bytes(collected))
    return collected


def _prepare(folder: Path, paths: Sequence[Path]) -> None:
    """Make the folder and the folders in it.

    Raises:
        LooksmithError: it is a source itself, holds something else, or cannot be made.
    """
    if not paths:
        raise LooksmithError("there is nothing to collect", expected="folders, zips or files")
    if any(path.exists() and path.resolve() == folder.resolve() for path in paths):
        raise LooksmithError("a source cannot be collected into itself", where=folder, hint="-o another folder")
    try:
        if folder.exists():
            others = sorted(p.name for p in folder.iterdir() if p.name not in OURS and not p.name.startswith("."))
            if others:
                raise LooksmithError("the folder holds other things", where=folder,
                                     expected="a new folder, or one of an earlier looksmith collect",
                                     got=", ".join(others[:5]), hint="-o material/")  # fmt: skip
        for name in (PICTURES, THUMBNAILS, SOUNDS):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for part in (folder / name).glob(".*.part"):  # of a run that was killed
                part.unlink()
    except OSError as error:
        raise LooksmithError("the folder cannot be written to", where=folder, got=error.strerror,
                             hint="-o a folder of your own") from error  # fmt: skip


def _captions(
    listing: Listing, entries: Sequence[Entry], export: Export
) -> tuple[list[Caption], list[tuple[str, LooksmithError]]]:
    """All captions: of the platforms' archives, and of files; and the files that cannot be read."""
    captions, bad = list(export.captions), []
    keys = [entry.key for entry in entries if entry.kind in ("picture", "clip")]
    stems = {entry.stem: entry.key for entry in entries if entry.kind in ("picture", "clip")}
    for entry in listing.entries:
        if entry.kind != "captions" or entry.key in export.left:
            continue
        try:
            found = read_captions(sources.read(entry), entry.name)
        except LooksmithError as error:
            bad.append((entry.key, error))
            continue
        if entry.key.lower().endswith(".txt") and entry.stem in stems:  # a.txt beside a.jpg
            captions.append(Caption("\n\n".join(caption.text for caption in found), stems[entry.stem]))
        else:
            captions += matched(found, entry.key, keys)
    return [caption for caption in captions if caption.text], bad


def _look(
    todo: Sequence[Entry], folder: Path, workers: int, journal: Journal,
    progress: Callable[[int, int], None] | None, total: int,
) -> None:  # fmt: skip
    done = total - len(todo)
    if progress is not None:
        progress(done, total)
    for looked in look_at_all(todo, folder, workers):
        journal.add(looked)
        done += 1
        if progress is not None:
            progress(done, total)


def _done(journal: Journal, entry: Entry) -> bool:
    looked = journal.seen.get(entry.key)
    return looked is not None and looked.stamp == entry.stamp


def _in_order(journal: Journal, entries: Sequence[Entry]) -> list[Looked]:
    return [journal.seen[entry.key] for entry in entries]


def _missing(collected: Collected, folder: Path) -> set[str]:
    """Entries of which a kept file is not there."""
    missing = {p.source for p in collected.pictures if not (folder / p.file).is_file()}
    missing |= {s.source for s in collected.sounds if not (folder / s.file).is_file()}
    missing |= {
        person.source for person in shown_people(collected)
        if not (folder / person.file).is_file() and not (folder / PICTURES / f"{person.example}.jpg").is_file()
    }  # fmt: skip
    shown = [(p.id, p.source) for p in collected.pictures]
    shown += [(r.id, r.source) for r in collected.rejects if r.id]
    return missing | {source for name, source in shown if not (folder / THUMBNAILS / f"{name}.jpg").is_file()}


def _tidy(collected: Collected, folder: Path) -> None:
    """Delete pictures, thumbnails and sounds of what is not kept; of other people not even a thumbnail stays."""
    kept = {p.id for p in collected.pictures}
    shown = kept | {r.id for r in collected.rejects if r.id}
    heard = {s.id for s in collected.sounds}
    for name, ids in ((PICTURES, kept), (THUMBNAILS, shown), (SOUNDS, heard)):
        for path in (folder / name).iterdir():
            if path.stem not in ids:
                path.unlink()


def _titles(listing: Listing, paths: Sequence[Path]) -> tuple[str, ...]:
    """Titles of the sources, in the order given, as the keys begin."""
    titles: list[str] = []
    for path in paths:
        title, number = path.resolve().name, 1
        while (title if number == 1 else f"{title} ({number})") in titles:
            number += 1
        titles.append(title if number == 1 else f"{title} ({number})")
    return tuple(titles)


def _settings() -> dict[str, object]:
    """What a record depends on beside the file."""
    return {
        "looksmith": __version__,
        "longest": LONGEST,
        "encoder": record("texture-encoder").sha256[:16],
        "faces": networks(),
    }


def _why(collected: Collected) -> str:
    reasons = {reject.reason for reject in collected.rejects}
    first = next((r for r in collected.rejects if r.detail), None)
    told = f"; {first.source}: {first.detail}" if first is not None else ""
    return (
        f"{len(collected.rejects)} left out ({', '.join(sorted(reasons))}){told}"[:400] if reasons else "no such file"
    )
