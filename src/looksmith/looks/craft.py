"""Make a look of states and words: the last step of learning, and how the built-in looks are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.facets import registry
from looksmith.looks import preview
from looksmith.looks.likeness import Likeness
from looksmith.looks.look import Look
from looksmith.looks.manifest import Source, checked_name
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.rights.consent import Consent

PREVIEW_SIDE = 256


def craft(
    name: str,
    states: Mapping[str, Any],
    *,
    strengths: Mapping[str, float] | None = None,
    version: str = "1.0.0",
    creator: str = "anonymous",
    title: Mapping[str, str] | None = None,
    sources: Sequence[Source] = (),
    licence: str = "",
    consent: Consent | None = None,
    likeness: Likeness | None = None,
    card: str | None = None,
    words: str = "",
    with_preview: bool = True,
) -> Look:
    """A look with its preview and card, not signed yet: ``look.save(path, key)`` signs it.

    The preview is made by applying the look to a picture that the project draws (:func:`preview.scene`).

    Args:
        name: of the look.
        states: facet → state.
        strengths: default strength of every facet; 1 where it is not given.
        card: the card's whole text; default made of the title, ``words``, the sources and the facets' own cards.
        words: a paragraph for the card.
        with_preview: whether to make a preview.
        version, creator, title, sources, licence, consent, likeness: as in :class:`Look`.

    Raises:
        LooksmithError: a field is past its limit.
    """
    look = Look(
        name=checked_name(name),
        facets=states,
        strengths=strengths or {},
        version=version,
        creator=creator,
        title=dict(title or {"en": name}),
        sources=tuple(sources),
        licence=licence,
        consent=consent or Consent(),
        likeness=likeness,
    )
    look = replace(look, card=write_card(look, words) if card is None else card)
    if not with_preview or not look.default:
        return look
    return replace(look, preview_file=preview.encode(render_preview(look)))


def render_preview(look: Look) -> NDArray[np.uint8]:
    """The look's default facets on the drawn picture, H x W x 3 uint8 sRGB."""
    photo = Photo(preview.scene(PREVIEW_SIDE))
    for name in look.default:
        photo = registry.make(name, {}).apply(photo, look.facets[name], look.strengths[name], None)
    return to_srgb8(photo)


def write_card(look: Look, words: str = "") -> str:
    """The card of a look, Markdown: title, words, what each facet says of itself, sources, terms."""
    heading = " · ".join(dict.fromkeys(text for text in (look.title.get("en"), look.title.get("zh")) if text))
    lines = [f"# {heading or look.name}", ""]
    if words:
        lines += [words.strip(), ""]
    for name, state in look.facets.items():
        described = registry.make(name, {}).describe(state)
        swatches = f" Colours: {', '.join(described.swatches)}." if described.swatches else ""
        strength = look.strengths[name]
        runs = "on request" if strength == 0 else "by default" if strength == 1 else f"by default at {strength:g}"
        lines.append(f"- **{name}** ({runs}): {described.words.strip().rstrip('.')}.{swatches}")
    if look.sources:
        lines += ["", "Learned from:"]
        for source in look.sources:
            by = ", ".join(part for part in (source.author, source.year) if part)
            share = f" ({source.weight:.0%})" if source.weight < 1 else ""
            pictures = f"; {source.pictures} pictures" if source.pictures > 1 else ""
            terms = f"; {source.licence}" if source.licence else ""
            lines.append(f"- {source.title}{share}{f', {by}' if by else ''}{pictures}{terms}")
    lines += ["", f"Licence: {look.licence or 'not stated'}. Consent: {look.consent.kind}.", ""]
    if look.likeness is not None:
        lines[-1:] = ["It knows its creator's face, as numbers, so that nobody is made to look like them.", ""]
    return "\n".join(lines)
