"""What was done to a picture, in words, from its recipe."""

from __future__ import annotations

from looksmith.rights.provenance import Recipe
from looksmith.rights.verify import Finding

_DOES = {
    "tone": "its colours and light were graded",
    "texture": "it was repainted with the look's strokes",
    "makeup": "makeup was put on",
    "retouch": "skin was retouched",
    "hair": "hair was changed",
    "wardrobe": "clothes were changed",
}
_COLOURS = {
    "keep": "the photo's own colours were kept",
    "match": "its colours were brought to the look's",
    "style": "it took the look's palette outright",
}


def explain(recipe: Recipe) -> tuple[Finding, ...]:
    """What was done, sentence by sentence; each is stated by the recipe, which :func:`verify` checks."""
    settings, look = recipe.settings, recipe.look
    said: list[Finding] = []

    def say(text: str, **values: object) -> None:
        said.append(Finding("recipe", "stated", text, values))

    whose = look.creator or "?"
    say("the look {look} by {whose} was applied ({digest})", look=look.name, whose=whose, digest=look.digest[:12])
    source = recipe.source.name or "?"
    say("to the photo {name} ({digest})", name=source, digest=recipe.source.sha256[:12])
    for facet, share in settings.facets.items():
        strength = share * settings.strength
        if strength > 0:
            what = _DOES.get(facet, f"the facet {facet} was applied")
            say("{facet}: {what}, at {percent} % of the look's strength", facet=facet, what=what,
                percent=f"{100 * strength:.0f}")  # fmt: skip
    if settings.strength == 0:
        say("the strength was 0: nothing was changed")
    if "texture" in settings.facets:
        say("{what}", what=_COLOURS[settings.color])
        if settings.scale != 1:
            say("strokes were {scale} times as large as learned", scale=f"{settings.scale:g}")
    if recipe.where is not None:
        say("only inside a region; outside it not one byte was changed")
    if settings.mark:
        say("an invisible mark that names the look was added")
    if settings.badge is not None:
        say("words that say so were written into a corner ({corner})", corner=settings.badge.position)
    say("it was made for {use} use, with looksmith {version}", use=recipe.use, version=recipe.version)
    say("looksmith replay makes it again from the same photo and look")
    return tuple(said)
