"""The network that reads layers: ``makeup-reader.onnx`` is made of makeups of known numbers on many faces.

``python -m looksmith.training.makeup_reader FOLDER --faces MORE --people OTHERS --out makeup-reader.onnx`` with what
the recipe ``makeup`` reads, faces that show nobody, and people who may wear makeup (those who seem to are left
out).  People who are held out take no part, and a seventh of the others is set aside for judging.  What stands beside
the file (``.pt``) lets an interrupted run go on.
"""

from __future__ import annotations

import argparse
import copy
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn

from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.face import Face
from looksmith.facets.makeup.bare import expected, places_seen, skin_of
from looksmith.facets.makeup.extract import look_at
from looksmith.facets.makeup.layers import LAYERS
from looksmith.facets.makeup.light import MEAN_LAB
from looksmith.facets.makeup.reading import READ
from looksmith.facets.makeup.window import SIDE
from looksmith.media.colour import lab_to_rgb
from looksmith.media.read import read_photo
from looksmith.training.data.laid_makeup import Laid, laid_on
from looksmith.training.data.laid_textures import LaidTextures, Textures, laid_textures, textures
from looksmith.training.data.made_up_faces import face_held_out, person_held_out
from looksmith.training.data.splits import share_of
from looksmith.training.export import to_onnx
from looksmith.training.export_people import written
from looksmith.training.losses.colour_difference import colour_difference
from looksmith.training.networks.makeup_reader import MakeupReader
from looksmith.training.updates import follow

SMALLEST, TURNED = 60.0, 40.0
"""Side of a face, pixels, from which on makeup is laid on it, and degrees of yaw up to which."""
ASIDE = 0.15
"""Share of the people who are set aside."""
BATCH, PIECE, KEPT = 48, 8, 240
"""Makeups a step, half of them new, the others among the last pieces; of how many makeups a piece is, and how many
pieces are kept."""
SHARES = (0.10, 0.33, 0.57)
"""Of bare people, faces that show nobody, and people who may wear makeup."""
RATE = 1.5e-3
WORN = 0.08
"""Opacity from which on a layer's shade counts."""

Pictured = tuple[NDArray[np.uint8], Face]


@dataclass(frozen=True)
class Weights:
    """Of the terms: a unit of opacity is as bad as so many units of colour."""

    opacity: float = 30.0
    below: float = 0.25
    shade: float = 0.6
    worn: float = 0.3


def loss_of(told: Sequence[Tensor], laid: LaidTextures, weights: Weights) -> Tensor:
    """What is told of makeups against what was laid: opacities; colours below, shades as far as they are opaque, and
    what layers make of a mean skin, by differences as people see them."""
    opacity, below, shade = told[:3]
    counts = laid.opacity.clamp(0.1, 0.8) * (laid.opacity > WORN)
    counts[:, 0] = 0.5 * (laid.opacity[:, 0] > WORN)
    mean = torch.from_numpy(MEAN_LAB)
    worn, true = (mean + share[..., None] * (colour - mean) for share, colour in
                  ((opacity, shade), (laid.opacity, laid.shade)))  # fmt: skip
    apart = (colour_difference(shade, laid.shade) * counts).sum() / counts.sum().clamp_min(1e-6)
    return (
        weights.opacity * (opacity - laid.opacity).abs().mean()
        + weights.below * colour_difference(below, laid.below).mean()
        + weights.shade * apart
        + weights.worn * colour_difference(worn, true).mean()
    )


def train(
    groups: Sequence[Textures], steps: int, seed: int = 1, weights: Weights | None = None, kept: Path | None = None,
    network: MakeupReader | None = None,
) -> MakeupReader:  # fmt: skip
    """The mean of the network over its last steps, trained on makeups that are laid on as it goes.

    Args:
        groups: bare faces; of each as many as :data:`SHARES` says, or alike where they are not three.
        steps: of :data:`BATCH` makeups; the rate falls over the last two thirds of them.
        kept: file from which an interrupted run goes on.
        network: to begin with; None for a new one.
    """
    torch.manual_seed(seed)
    network, weights = network or MakeupReader(), weights or Weights()
    mean = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.02)
    done = 0
    if kept is not None and kept.exists():
        held = torch.load(kept, weights_only=True)
        network.load_state_dict(held["network"])
        mean.load_state_dict(held["mean"])
        optimizer.load_state_dict(held["optimizer"])
        done = int(held["step"])
    rng = np.random.default_rng([seed, done])
    shares = np.array(SHARES if len(groups) == len(SHARES) else [1 / len(groups)] * len(groups))
    pieces: list[LaidTextures] = []
    for step in track(range(done, steps), description="steps"):
        part = max(0.0, (step / steps - 1 / 3) * 1.5)
        for one in optimizer.param_groups:
            one["lr"] = RATE * min(1.0, (step + 1) / 200) * 0.5 * (1 + math.cos(math.pi * part)) + 1e-6
        with torch.no_grad():
            fresh = [_piece(rng, groups, shares) for _ in range(BATCH // PIECE // 2)]
        pieces = (pieces + fresh)[-KEPT:]
        shown = together([*fresh, *(pieces[k] for k in rng.integers(len(pieces), size=len(fresh)))])
        loss = loss_of(network(shown.rgb, shown.lab, shown.visible, shown.skin, shown.light), shown, weights)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        with torch.no_grad():
            follow(mean, network, min(0.999, (step + 1) / (step + 51)))
        if kept is not None and (step % 100 == 99 or step + 1 == steps):
            state = {"network": network.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state | {"step": step + 1}, kept.with_suffix(".new"))
            kept.with_suffix(".new").rename(kept)
    return mean


def together(pieces: Sequence[LaidTextures]) -> LaidTextures:
    """Makeups of several pieces."""
    return LaidTextures(
        *(torch.cat([getattr(piece, field.name) for piece in pieces]) for field in fields(LaidTextures))
    )


def judged(network: MakeupReader, laid: Iterable[Laid]) -> dict[str, tuple[float, float]]:
    """Layer → mean errors of shade (of those of opacity 0.25 and more) and opacity, on rendered pictures."""
    found: dict[str, list[list[float]]] = {name: [[], []] for name in ("foundation", *READ)}
    for one in laid:
        lab, face = one.face.lab, one.face
        planes = [np.ascontiguousarray(p.transpose(2, 0, 1)[None]) for p in (lab_to_rgb(lab), lab)]
        rest = [face.visible[None], skin_of(lab, face.visible)[None], face.light[None]]
        with torch.no_grad():
            told = network(*(torch.from_numpy(np.asarray(a, np.float32)) for a in (*planes, *rest)))
        for row, name in enumerate(found):
            layer = LAYERS.index(name)
            true = torch.from_numpy(np.asarray(one.state.shades[layer], np.float32))
            if one.opacity[layer] > 0.25:
                found[name][0].append(float(colour_difference(told[2][0, row], true)))
            found[name][1].append(abs(float(told[0][0, row]) - float(one.opacity[layer])))
    return {name: (float(np.mean(s)) if s else float("nan"), float(np.mean(o))) for name, (s, o) in found.items()}


def export_reader(network: MakeupReader, path: Path) -> Path:
    """Write ``makeup-reader.onnx``, weights as float16: see :meth:`MakeupReader.forward`."""
    plain = copy.deepcopy(network).eval()
    inputs = {"rgb": (2, 3, SIDE, SIDE), "lab": (2, 3, SIDE, SIDE), "visible": (2, SIDE, SIDE), "skin": (2, 3),
              "light": (2, 3)}  # fmt: skip
    outputs = ["opacity", "below", "shade", "strange"]
    axes = {name: {0: "n"} for name in (*inputs, *outputs)}
    graph = to_onnx(plain, tuple(0.5 + torch.rand(size) for size in inputs.values()), list(inputs), outputs, axes)
    _packed(graph)
    return written(graph, path, {})


def _packed(graph: onnx.ModelProto) -> None:
    """Large constants of a graph as bytes or as float16, where that says the same."""
    for number, node in reversed(list(enumerate(graph.graph.node))):
        values = numpy_helper.to_array(node.attribute[0].t) if node.op_type == "Constant" else np.empty(0)
        if values.dtype != np.float32 or values.size < 1 << 12:
            continue
        smaller = [kind for kind in (np.uint8, np.float16) if (values.astype(kind) == values).all()]
        if smaller:
            name = node.output[0]
            node.attribute[0].t.CopyFrom(numpy_helper.from_array(values.astype(smaller[0])))
            node.output[0] = name + "_packed"
            cast = onnx.helper.make_node("Cast", [node.output[0]], [name], to=onnx.TensorProto.FLOAT)
            graph.graph.node.insert(number + 1, cast)


def _piece(rng: np.random.Generator, groups: Sequence[Textures], shares: NDArray[np.floating]) -> LaidTextures:
    group = [groups[k] for k in rng.choice(len(groups), PIECE, p=shares)]
    rows = [(one, int(rng.integers(len(one.values)))) for one in group]
    picked = Textures(*(np.stack([getattr(one, field.name)[row] for one, row in rows]) for field in fields(Textures)))
    return laid_textures(rng, picked, np.arange(PIECE))


def _far_from_bare(pictured: Pictured) -> NDArray[np.floating]:
    """How far lips and lids are from those that the skin lets one expect, CIELAB."""
    looked = look_at(*pictured)
    apart = looked.lab - expected(looked.lab, looked.visible)
    where = [places_seen()[name] for name in ("lipstick", "eyeshadow-1")]
    return np.array([np.linalg.norm(np.einsum("yxc,yx->c", apart, place) / place.sum()) for place in where])


def _largest(path: Path) -> list[Pictured]:
    """The picture and its largest face, if it has one that is large enough and not turned too far."""
    rgb = np.ascontiguousarray(read_photo(path).pixels[..., :3].astype(np.uint8))
    face = max(analyse_pixels(rgb), key=lambda face: face.size, default=None)
    return [(rgb, face)] if face is not None and face.size > SMALLEST and abs(face.pose.yaw) <= TURNED else []


def _split(named: Sequence[tuple[str, Pictured]]) -> tuple[list[Pictured], list[Pictured]]:
    """To learn from, and set aside."""
    aside = [share_of("val " + name) < ASIDE for name, _ in named]
    return tuple([one for (_, one), out in zip(named, aside, strict=True) if out == which]
                 for which in (False, True))  # type: ignore[return-value] # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--faces", type=Path, nargs="*", default=[], help="folders of faces that show nobody")
    parser.add_argument("--people", type=Path, nargs="*", default=[], help="folders of people who may wear makeup")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4500)
    parser.add_argument("--judged", type=int, default=300, help="makeups laid on people who are set aside")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)

    def found(folders: Sequence[Path], out: bool) -> list[tuple[str, Pictured]]:
        paths = (path for folder in folders for path in sorted(folder.glob("*.jpg")))
        return [(path.stem, one) for path in paths if not (out and face_held_out(path.stem)) for one in _largest(path)]

    bare = [one for one in found([given.folder / "bare"], False) if not person_held_out(one[0])]
    usual = np.quantile([_far_from_bare(one) for _, one in bare], 0.8, axis=0)
    others = [one for one in found(given.people, False) if (_far_from_bare(one[1]) <= usual).all()]
    parts = [_split(group) for group in (bare, found(given.faces, True), others) if group]
    groups = [textures(learned) for learned, _ in parts if learned]
    network = train(groups, given.steps, given.seed, kept=given.out.with_suffix(".pt"))
    export_reader(network, given.out)
    aside = [one for _, part in parts for one in part]
    if aside and given.judged:
        for name, (shade, opacity) in judged(network, laid_on(aside, given.judged, given.seed)).items():
            Console().print(f"{name:12} shade {shade:5.1f}  opacity {opacity:.3f}")


if __name__ == "__main__":
    main()
