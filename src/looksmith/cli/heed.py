"""What several verbs do about rights: heed withdrawal lists, and write exports into the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from looksmith.cli import pictures, report
from looksmith.cli.language import say
from looksmith.errors import LooksmithError
from looksmith.media.photo import Photo


def heed_lists() -> None:
    """Fetch the subscribed lists whose copies are older than a day; what cannot be fetched is told."""
    from looksmith.rights.lists import refresh

    for error in refresh():
        report.tell_notice(say("a withdrawal list is not up to date: {why}", why=error.message()))


def sealing(cert: Path | None, key: Path | None) -> Callable[[Photo, bytes, str], bytes]:
    """A function that puts Content Credentials into a file: (photo, bytes, format) → bytes.

    Raises:
        LooksmithError: the provenance extra is missing, or the certificate cannot be used.
    """
    from looksmith.rights import credentials
    from looksmith.rights.labels import SOURCE_TYPES, read_labels
    from looksmith.rights.provenance import read_recipe

    signer = credentials.credential(cert, key)
    if not credentials.installed():
        raise LooksmithError(
            say("Content Credentials need the provenance extra"), hint="pip install 'looksmith[provenance]'"
        )
    if signer.development:
        report.tell_notice(say("signed with a development certificate: readers will call it untrusted"))

    def seal(photo: Photo, data: bytes, format: str) -> bytes:
        kind = read_labels(photo.xmp).source_type
        if kind is None:
            report.tell_notice(say("nothing was changed, so there is nothing to sign"))
            return data
        try:
            recipe = read_recipe(photo)
        except LooksmithError:
            recipe = None
        return credentials.with_manifest(data, format, recipe, SOURCE_TYPES + kind, signer)

    return seal


def record_output(photo: Photo, target: Path) -> None:
    """Write into the ledger which file a picture went to."""
    from looksmith.rights.provenance import read_recipe

    try:
        recipe = read_recipe(photo)
    except LooksmithError:
        record_export(target)
        return
    record_export(
        target, look=recipe.look.digest, name=recipe.look.name, creator=recipe.look.creator,
        output=recipe.output.sha256, source=recipe.source.name, use=recipe.use,
    )  # fmt: skip


def record_export(target: Path, **details: Any) -> None:
    """Write into the ledger that something went to a file, or to standard output."""
    from looksmith.rights.record import record

    record("export", {"file": "-" if target == pictures.PIPE else str(target.absolute()), **details})
