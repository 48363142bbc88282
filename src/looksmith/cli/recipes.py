"""``looksmith recipes``, and where the recipes are."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from types import MappingProxyType

from rich.table import Table

from looksmith.cli import options, report
from looksmith.cli.language import say

GROUP = "looksmith.recipes"
"""Entry points of this group add recipes: ``name = "package.module"``, a module like those in training/recipes."""

BUILT_IN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "conditional": (
            "looksmith.training.recipes.conditional",
            "One network for many domains, steered by a label, a text or a reference picture.",
        ),
        "cyclegan": (
            "looksmith.training.recipes.cyclegan",
            "Turn pictures of one domain into another and back, without pairs.",
        ),
        "faces-detector": (
            "looksmith.training.recipes.faces_detector",
            "Find faces: learned in scenes made of pictures that teachers label.",
        ),
        "faces-identity": (
            "looksmith.training.recipes.faces_identity",
            "Tell people apart: distilled from dlib's network, parted by labelled people.",
        ),
        "faces-mesh": (
            "looksmith.training.recipes.faces_mesh",
            "The 468 points of a face: distilled from the attention mesh.",
        ),
        "faces-regions": (
            "looksmith.training.recipes.faces_regions",
            "The parts of people: from masks that people drew, meshes and outlines.",
        ),
        "fast": ("looksmith.training.recipes.fast", "Learn one picture's style as a small network of one pass."),
        "makeup": (
            "looksmith.training.recipes.makeup",
            "Bare faces under made-up ones: the network that takes makeup off and reads its layers.",
        ),
        "noise": ("looksmith.training.recipes.noise", "Make pictures like those of a folder from noise."),
        "perceptual": (
            "looksmith.training.recipes.perceptual",
            "Distil the VGG teacher into the narrow network for losses, metrics and Gatys.",
        ),
        "pix2pix": (
            "looksmith.training.recipes.pix2pix",
            "Turn pictures of one kind into another, learned from pairs.",
        ),
        "texture": (
            "looksmith.training.recipes.texture",
            "Train the style encoder and the painter that restyle a photo in one pass.",
        ),
        "tone": ("looksmith.training.recipes.tone", "Train the grade that is learned from reference pictures."),
    }
)


def recipes(as_json: options.Json = False) -> None:
    """List the recipes that looksmith train knows."""
    found = known()
    if as_json:
        report.tell_json({"recipes": [{"name": n, "module": m, "words": w} for n, (m, w) in found.items()]})
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, (_, words) in found.items():
        table.add_row(f"[bold]{name}[/bold]", say(words) if name in BUILT_IN else words)
    report.out().print(table)


def known() -> dict[str, tuple[str, str]]:
    """Recipe → module and what it does; nothing is imported."""
    found = dict(BUILT_IN)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        owner = point.dist.name if point.dist is not None else point.value
        found.setdefault(point.name, (point.value, owner))
    return found
