"""What a picture file proves about how it was made, what it only states, and what in it is contradicted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from looksmith.errors import LooksmithError, TamperedError
from looksmith.media.photo import Photo
from looksmith.rights import credentials, lists, mark
from looksmith.rights.labels import AIGC_LABELS, label_of, read_labels
from looksmith.rights.provenance import (
    CONTEXT,
    Recipe,
    glance,
    glance_difference,
    photo_digest,
    read_recipe,
    read_signature,
    recipe_digest,
)
from looksmith.rights.signature import signer
from looksmith.rights.signature import verify as verify_signature
from looksmith.rights.withdrawal import matching

State = Literal["proven", "stated", "contradicted", "absent"]
SAME, OTHER = 0.02, 0.07
"""Differences of glances below which two pictures show the same, and above which they do not."""


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        about: what of: ``recipe``, ``signature``, ``pixels``, ``source type``, ``AIGC``, ``look``, ``mark``, ``C2PA``.
        state: ``proven`` by a signature or by the pixels; ``stated`` and not proven; ``contradicted``; ``absent``.
        text: for people, with ``{names}`` to fill in.
        values: what to fill in.
    """

    about: str
    state: State
    text: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return self.text.format(**self.values)


@dataclass(frozen=True)
class Verdict:
    """Everything that was found in a file, and the recipe when it has one."""

    findings: tuple[Finding, ...]
    recipe: Recipe | None

    @property
    def sound(self) -> bool:
        """Whether nothing is contradicted."""
        return all(finding.state != "contradicted" for finding in self.findings)

    @property
    def labelled(self) -> bool:
        """Whether anything says that the picture was generated or altered."""
        return any(f.state in ("proven", "stated") for f in self.findings if f.about in ("source type", "AIGC", "C2PA"))


def verify(data: bytes, photo: Photo, *, named: Callable[[int], Sequence[str]] | None = None) -> Verdict:
    """Read everything that a file says of itself, and check it.

    Args:
        data: the whole file.
        photo: the file, read.
        named: gives the names of looks at hand for the payload of an invisible mark.
    """
    recipe, findings = _recipe(photo)
    findings += _labels(photo, recipe)
    findings.append(_mark(photo, recipe, named))
    findings.append(_manifest(data, photo))
    if recipe is not None and recipe.look.maker:
        found = matching(lists.standing().entries.get(recipe.look.digest, ()), {recipe.look.digest: recipe.look.maker})
        if found is not None:
            text = "the look was withdrawn by its maker on {day}: the picture should no longer be used"
            findings.append(Finding("look", "contradicted", text, {"day": found.made[:10]}))
    return Verdict(tuple(findings), recipe)


def _recipe(photo: Photo) -> tuple[Recipe | None, list[Finding]]:
    try:
        recipe = read_recipe(photo)
    except LooksmithError as error:
        if b"looksmith:recipe" in (photo.xmp or b""):
            text = "the recipe cannot be read: {why}"
            return None, [Finding("recipe", "contradicted", text, {"why": error.what})]
        text = "there is no recipe: the file does not say that looksmith made it, nor that it did not"
        return None, [Finding("recipe", "absent", text)]
    text = "made with the look {look} ({digest})"
    findings = [Finding("recipe", "stated", text, {"look": recipe.look.name, "digest": recipe.look.digest[:12]})]
    signature = read_signature(photo)
    signed = False
    if signature is None:
        absent = b"looksmith:signature" not in (photo.xmp or b"")
        text = "the recipe is not signed" if absent else "the signature of the recipe is damaged"
        findings.append(Finding("signature", "absent" if absent else "contradicted", text))
    else:
        try:
            verify_signature(recipe_digest(recipe), signature, context=CONTEXT)
        except TamperedError:
            text = "the recipe was changed after it was signed"
            findings.append(Finding("signature", "contradicted", text))
        else:
            signed = True
            text = "the recipe is as the key {who} signed it; whose key that is, the file cannot prove"
            findings.append(Finding("signature", "proven", text, {"who": signer(signature)}))
    findings.append(_pixels(photo, recipe, signed))
    return recipe, findings


def _pixels(photo: Photo, recipe: Recipe, signed: bool) -> Finding:
    made = recipe.output
    if photo_digest(photo) == made.sha256:
        return Finding("pixels", "proven" if signed else "stated", "every pixel is as the recipe recorded it")
    if not made.glance:
        return Finding("pixels", "stated", "the pixels are not those recorded: compressed, or changed since")
    difference = glance_difference(glance(photo), made.glance)
    size = (photo.width, photo.height)
    recorded = (made.width, made.height)
    values = {"percent": f"{100 * difference:.1f}", "size": "{} x {}".format(*size), "was": "{} x {}".format(*recorded)}
    if difference > OTHER:
        text = (
            "this is not the picture that the recipe was written for, or it was cropped or painted over ({percent} %)"
        )
        return Finding("pixels", "contradicted", text, values)
    if difference > SAME:
        text = "the picture was changed since the recipe was written ({percent} %)"
        return Finding("pixels", "stated", text, values)
    if size != recorded:
        text = "it shows what the recipe recorded at {was}, now at {size}; small changes cannot be ruled out"
        return Finding("pixels", "stated", text, values)
    text = "it shows what the recipe recorded, compressed since; small changes cannot be ruled out"
    return Finding("pixels", "stated", text, values)


def _labels(photo: Photo, recipe: Recipe | None) -> list[Finding]:
    labels = read_labels(photo.xmp)
    findings = []
    expected = None
    if recipe is not None:
        settings = recipe.settings
        expected = label_of({name: strength * settings.strength for name, strength in settings.facets.items()})
    weakened = expected is not None and (
        labels.source_type is None
        or (expected.name.startswith("composite") and labels.source_type == "algorithmicallyEnhanced")
    )
    if labels.source_type is None:
        if weakened:
            text = "the digital source type was taken out; the recipe calls for {name}"
            findings.append(Finding("source type", "contradicted", text, {"name": expected.name if expected else ""}))
        else:
            findings.append(Finding("source type", "absent", "there is no digital source type"))
    elif weakened:
        text = "the digital source type says {name}, and the recipe calls for more"
        findings.append(Finding("source type", "contradicted", text, {"name": labels.source_type}))
    else:
        findings.append(Finding("source type", "stated", "digital source type: {name}", {"name": labels.source_type}))
    return [*findings, _aigc(photo, recipe, weakened_by_recipe=expected is not None)]


def _aigc(photo: Photo, recipe: Recipe | None, *, weakened_by_recipe: bool) -> Finding:
    labels = read_labels(photo.xmp)
    if labels.fault:
        return Finding("AIGC", "contradicted", "the AIGC label is wrong: {why}", {"why": labels.fault})
    if labels.aigc is None:
        if weakened_by_recipe:
            return Finding("AIGC", "contradicted", "the AIGC label was taken out")
        return Finding("AIGC", "absent", "there is no AIGC label")
    values = {"means": AIGC_LABELS[labels.aigc["Label"]], "who": labels.aigc["ContentProducer"] or "?"}
    if recipe is not None and weakened_by_recipe:
        if labels.aigc["ReservedCode1"] != recipe_digest(recipe):
            text = "the AIGC label belongs to another recipe"
            return Finding("AIGC", "contradicted", text)
        if labels.aigc["Label"] != "1":
            return Finding("AIGC", "contradicted", "the AIGC label was made weaker")
    return Finding("AIGC", "stated", "AIGC label: {means}; producer {who}", values)


def _mark(photo: Photo, recipe: Recipe | None, named: Callable[[int], Sequence[str]] | None) -> Finding:
    found = mark.read(photo)
    asked = recipe is not None and recipe.settings.mark
    if found is None:
        text = "the invisible mark that the recipe speaks of is not found" if asked else "there is no invisible mark"
        return Finding("mark", "absent", text)
    names = list(named(found.payload)) if named is not None else []
    values = {"id": f"{found.payload:08x}", "looks": ", ".join(names) or "?"}
    if recipe is not None and mark.payload_of(recipe.look.digest) != found.payload:
        return Finding("mark", "contradicted", "the invisible mark names another look: {id} ({looks})", values)
    return Finding("mark", "stated", "invisible mark of the look {id} ({looks}); a mark can be copied", values)


def _manifest(data: bytes, photo: Photo) -> Finding:
    if not credentials.installed():
        text = "Content Credentials were not looked for: pip install 'looksmith[provenance]'"
        return Finding("C2PA", "absent", text)
    try:
        claimed = credentials.read_manifest(data, photo.format or "")
    except LooksmithError as error:
        return Finding(
            "C2PA", "contradicted", "the Content Credentials cannot be read: {why}", {"why": error.got or ""}
        )
    if claimed is None:
        return Finding("C2PA", "absent", "there are no Content Credentials")
    values = {"who": claimed.issuer, "why": ", ".join(claimed.problems), "kinds": ", ".join(claimed.source_types)}
    if not claimed.valid:
        return Finding("C2PA", "contradicted", "the Content Credentials do not hold: {why}", values)
    if claimed.development:
        text = "Content Credentials: the file is as it was signed, by a development certificate that proves no identity"
        return Finding("C2PA", "stated", text, values)
    if not claimed.trusted:
        text = "Content Credentials: the file is as {who} signed it; that certificate is not trusted here"
        return Finding("C2PA", "stated", text, values)
    return Finding("C2PA", "proven", "Content Credentials: the file is as {who} signed it", values)
