"""What is compared: folders of same-named pictures, each folder a hidden source."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from looksmith.errors import LooksmithError
from looksmith.looks.learn import pictures_of

QUESTIONS = ("quality", "content", "style")
"""What a single picture can be given 1 to 5 for: how good it looks, how well the content is kept, the style matched."""


@dataclass(frozen=True)
class Settings:
    """What raters are asked.

    Attributes:
        votes: pairs that each rater sees, before repeats and checks; fewer where there are not so many.
        scores: questions of 1 to 5, of :data:`QUESTIONS`; none by default.
        scored: pictures that each rater gives scores to, where there are questions.
        question: asked above a pair, in place of "Which picture do you prefer?"; empty for that.
        seed: of the order and the sides.
    """

    votes: int = 40
    scores: tuple[str, ...] = ()
    scored: int = 20
    question: str = ""
    seed: int = 0


@dataclass(frozen=True)
class Study:
    """Pictures to compare.

    Attributes:
        labels: of the sources, from the names of their folders; raters never see them.
        names: of the subjects: what the pictures are called in every folder, without ending.
        files: by source, then subject.
        photos: of each subject, the photo that it was made of; None where there is none.
        styles: of each subject, the style that was wanted; None where there is none.
        settings: what raters are asked.
        digest: SHA-256 (hex) over the pictures' bytes and names: a study goes on only with the same pictures.
        left_out: names that are not in every folder.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]
    files: tuple[tuple[Path, ...], ...]
    photos: tuple[Path | None, ...]
    styles: tuple[Path | None, ...]
    settings: Settings
    digest: str
    left_out: tuple[str, ...] = ()


def read_study(
    folders: Sequence[Path],
    *,
    photos: Path | None = None,
    styles: Path | None = None,
    settings: Settings | None = None,
) -> Study:
    """The study of some folders.

    Args:
        folders: two or more; pictures that are called alike (whatever their ending) show the same subject.
        photos: a folder with the photos under the same names, or one photo for all.
        styles: a folder with the styles under the same names, or one picture for all.
        settings: default :class:`Settings`.

    Raises:
        LooksmithError: a folder is missing, given twice or empty, two pictures in one are called alike, no name is in
            all of them, or what is asked cannot be answered.
    """
    chosen = settings or Settings()
    if len(folders) < 2:
        raise LooksmithError("there is nothing to compare with", expected="two folders or more", got=len(folders))
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise LooksmithError("a folder is given twice", where=", ".join(map(str, folders)))
    found = [_by_name(folder) for folder in folders]
    everywhere = set(found[0]).intersection(*found[1:])
    if not everywhere:
        raise LooksmithError(
            "no picture is in every folder",
            where=", ".join(map(str, folders)),
            expected="pictures of the same names in all of them",
            got=", ".join(next(iter(names)) for names in found)[:200],
        )
    names = tuple(sorted(everywhere))
    known = _check(chosen, photos, styles)
    labels = _labels(folders)
    files = tuple(tuple(by_name[name] for name in names) for by_name in found)
    return Study(
        labels=labels,
        names=names,
        files=files,
        photos=_references(photos, names),
        styles=_references(styles, names),
        settings=known,
        digest=_digest(labels, names, files),
        left_out=tuple(sorted(set().union(*found) - everywhere)),
    )


def _by_name(folder: Path) -> dict[str, Path]:
    """Pictures of a folder by their path in it, without ending."""
    if not folder.is_dir():
        raise LooksmithError("there is no such folder", where=folder, expected="a folder of pictures")
    found: dict[str, Path] = {}
    for path in pictures_of(folder):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in found:
            raise LooksmithError("two pictures are called alike", where=folder, got=f"{found[name].name}, {path.name}")
        found[name] = path
    if not found:
        raise LooksmithError("there is no picture in the folder", where=folder, expected="pictures")
    return found


def _check(settings: Settings, photos: Path | None, styles: Path | None) -> Settings:
    if settings.votes < 0 or (settings.votes == 0 and not settings.scores):
        raise LooksmithError("nothing is asked", where="--votes", expected="1 or more, or --score", got=settings.votes)
    for question in settings.scores:
        if question not in QUESTIONS:
            raise LooksmithError(
                "there is no such question", where="--score", expected=", ".join(QUESTIONS), got=question
            )
    for question, given, option in (("content", photos, "--photos"), ("style", styles, "--style")):
        if question in settings.scores and given is None:
            raise LooksmithError(
                f"whether the {question} is right cannot be seen without it",
                where=f"--score {question}",
                hint=f"add {option} FOLDER",
            )
    return settings


def _references(path: Path | None, names: Sequence[str]) -> tuple[Path | None, ...]:
    if path is None:
        return (None,) * len(names)
    if path.is_dir():
        found = _by_name(path)
        missing = [name for name in names if name not in found]
        if missing:
            raise LooksmithError(
                "a picture to show beside is missing", where=path, expected=f"a picture named {missing[0]}"
            )
        return tuple(found[name] for name in names)
    if not path.is_file():
        raise LooksmithError("there is no such file or folder", where=path, expected="a picture or a folder of them")
    return (path,) * len(names)


def _labels(folders: Sequence[Path]) -> tuple[str, ...]:
    """The shortest ends of the paths that tell them apart."""
    resolved = [folder.resolve() for folder in folders]
    for depth in range(1, max(len(path.parts) for path in resolved) + 1):
        labels = ["/".join(path.parts[-depth:]) for path in resolved]
        if len(set(labels)) == len(labels):
            return tuple(labels)
    raise AssertionError("folders that are not the same have different paths")


def _digest(labels: Sequence[str], names: Sequence[str], files: Sequence[Sequence[Path]]) -> str:
    whole = hashlib.sha256()
    for label, paths in zip(labels, files, strict=True):
        for name, path in zip(names, paths, strict=True):
            whole.update(f"{label}\0{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
