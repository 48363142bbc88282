"""Makes the built-in looks: eight painterly ones from public-domain art, eight photographic grades.

    python tools/shelf.py --styles FOLDER --key project-key.pem [--photos FOLDER --portraits FOLDER --work FOLDER]

FOLDER holds the pictures named in ``PAINTERLY`` (only numbers learned from them enter the looks).
The grades come from ``looksmith.facets.grades``.  A look is signed with the project's key, whose public
half is in ``looksmith.rights.signature``; without ``--key`` with your own, and then does not verify as built in.
With ``--photos`` every painterly look gets a painter of its own, trained on them with the recipe ``deep``, where that
beats the quick look; what was trained lies in ``--work`` and is taken from there the next time.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from looksmith.facets.grades import GRADES, grade_state
from looksmith.facets.protocol import Material
from looksmith.facets.registry import make
from looksmith.facets.texture import TextureState
from looksmith.looks.craft import craft
from looksmith.looks.manifest import Source
from looksmith.media.read import read_photo
from looksmith.rights.consent import Consent
from looksmith.rights.signature import signing_key

SHELF = Path(__file__).resolve().parents[1] / "src" / "looksmith" / "looks" / "shelf"
PUBLIC_DOMAIN = Consent("public-domain", "The artists died more than seventy years ago.")


@dataclass(frozen=True)
class Painterly:
    """One painterly look: pictures (glob patterns below the styles folder), words, where they come from."""

    name: str
    english: str
    chinese: str
    patterns: tuple[str, ...]
    words: str
    sources: tuple[Source, ...]


def _by(title: str, author: str, year: str, pictures: int = 1) -> Source:
    return Source(title=title, author=author, year=year, licence="public domain", pictures=pictures)


PAINTERLY = (
    Painterly(
        "starry-night", "Starry Night", "星月夜", ("classics/vg_starry_night.jpg",),
        "Swirling strokes of ultramarine and chrome yellow.",
        (_by("The Starry Night", "Vincent van Gogh", "1889"),),
    ),
    Painterly(
        "fuji", "Fuji", "富岳", ("paintings/Ukiyo-e/katsushika-hokusai_the-fuji-reflects*",),
        "Prussian blue grading into paper, clear outlines, calm planes.",
        (_by("Reflection in Lake at Misaka in Kai Province", "Katsushika Hokusai", "1830"),),
    ),
    Painterly(
        "ukiyo-e", "Ukiyo-e", "浮世绘", ("paintings/Ukiyo-e/katsushika-hokusai*", "paintings/Ukiyo-e/utagawa*",
                                      "paintings/Ukiyo-e/kitagawa*", "paintings/Ukiyo-e/hiroshige*"),
        "Woodblock prints of Edo: flat washes, fine contours, aged paper.",
        (_by("Woodblock prints", "Hokusai, Utamaro, Hiroshige and the Utagawa school", "1790–1860"),),
    ),
    Painterly(
        "water-lilies", "Water Lilies", "睡莲", ("classics/water-lilies-1919-2.jpg",),
        "Loose wet strokes of green, violet and rose.",
        (_by("Water Lilies", "Claude Monet", "1919"),),
    ),
    Painterly(
        "scream", "The Scream", "呐喊", ("classics/the_scream.jpg",),
        "Long bending strokes, burning sky, deep blue.",
        (_by("The Scream", "Edvard Munch", "1893"),),
    ),
    Painterly(
        "sunlit-dots", "Sunlit Dots", "点彩", ("paintings/Divisionism/henri-martin*",),
        "Divisionist touches of pure colour in southern light.",
        (_by("Paintings of Labastide-du-Vert and Collioure", "Henri Martin", "1895–1923"),),
    ),
    Painterly(
        "composition", "Composition", "构成", ("classics/kandinsky.jpg",),
        "Abstract planes of clear colour with black accents.",
        (_by("Composition VII", "Wassily Kandinsky", "1913"),),
    ),
    Painterly(
        "night-cafe", "Night Cafe", "夜间咖啡馆", ("classics/vg_la_cafe.jpg",),
        "Blood red against green under lamps with yellow halos; thick short strokes.",
        (_by("The Night Café", "Vincent van Gogh", "1888"),),
    ),
)  # fmt: skip


def deepened(state: TextureState, paths: list[Path], name: str, options: argparse.Namespace) -> TextureState:
    """The state with a painter of its own, trained now or before, where that beats the quick look."""
    from looksmith.training.recipes.deep import DeepRecipe, deepen

    kept = options.work / f"{name}-{state.network}.npz"
    if not kept.exists():
        if options.only and name not in options.only:
            return state
        made = deepen(
            state,
            DeepRecipe(
                styles=tuple(paths),
                photos=(options.photos,),
                portraits=(options.portraits,) if options.portraits else (),
                steps=options.steps,
                style_views=max(2, 16 // len(paths)),
            ),
            options.work / name,
            on_round=lambda step, steps, now: print(f"  {name}: {step} of {steps}, {now}", flush=True),
        )
        print(
            f"  {name}: kept {made.kept}, {made.share:.0%}; {made.quick} -> {made.deep}; {made.seconds:.0f} s",
            flush=True,
        )
        np.savez(kept, own=made.state.own, own_steps=made.state.own_steps)
    with np.load(kept) as arrays:
        return replace(state, own=arrays["own"], own_steps=arrays["own_steps"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", type=Path, required=True)
    parser.add_argument("--key", type=Path, help="the project's private key (PEM)")
    parser.add_argument("--out", type=Path, default=SHELF)
    parser.add_argument("--photos", type=Path, help="photos to train a painter of its own on, for each painterly look")
    parser.add_argument("--portraits", type=Path, help="portraits to train it on, too")
    parser.add_argument("--work", type=Path, default=Path("runs/shelf"), help="checkpoints of the own painters")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--only", nargs="*", help="names of painterly looks that are trained; default all")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    key = signing_key(options.key) if options.key else signing_key()
    for look in PAINTERLY:
        paths = sorted(p for pattern in look.patterns for p in options.styles.glob(pattern))
        if not paths:
            parser.error(f"no picture for {look.name} below {options.styles}: {', '.join(look.patterns)}")
        material = Material(tuple(read_photo(p) for p in paths))
        states = {name: make(name, {}).learn(material) for name in ("tone", "texture")}
        if options.photos:
            states["texture"] = deepened(states["texture"], paths, look.name, options)
        made = craft(
            look.name,
            states,
            strengths={"texture": 1.0, "tone": 0.0},
            creator="Looksmith project",
            title={"en": look.english, "zh": look.chinese},
            sources=look.sources,
            licence="CC0-1.0",
            consent=PUBLIC_DOMAIN,
            words=look.words,
        )
        made.save(options.out / f"{look.name}.look", key=key)
        print(f"{look.name}: {len(paths)} pictures")
    for name, design in GRADES.items():
        made = craft(
            name,
            {"tone": grade_state(name)},
            creator="Looksmith project",
            title=design.title,
            licence="CC0-1.0",
            consent=Consent("own", "Numbers set by hand by the project; no picture was used."),
        )
        made.save(options.out / f"{name}.look", key=key)
        print(name)


if __name__ == "__main__":
    main()
