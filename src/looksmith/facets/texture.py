"""The ``texture`` facet: any picture becomes a style vector; a photo is repainted in one pass.

The photo's colours are first carried over to those of the style in closed form (Monge-Kantorovich
map between Gaussians; Pitié & Kokaram 2007), then the shipped painter lays strokes and large
shapes over it, and at last fine differences get the strength that they have in the style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.facets.blocks import from_blocks
from looksmith.facets.detail import NUMBERS, detail_of, give_detail
from looksmith.facets.gaussian import colour_match, gaussian
from looksmith.facets.painting import paint, painter, thumbnail_of
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.facets.rounding import BLOCK, rounded, unrounded
from looksmith.media.blend import mix
from looksmith.media.colour import from_srgb, lab_to_rgb, lightness, rgb_to_lab, to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.media.strips import in_strips
from looksmith.models.load import record, session

Colour = Literal["keep", "match", "style"]
COLOURS: tuple[Colour, ...] = ("keep", "match", "style")

STYLE_NUMBERS = 64
QUANTILES = tuple(np.linspace(0.02, 0.98, 9).round(3).tolist())
SMALLEST_SCALE, LARGEST_SCALE = 0.25, 8.0
_VIEW = 256
_COLOUR_PIXELS = 256 * 256


@dataclass(frozen=True)
class TextureState:
    """What was learned of a style: 64 + 3 + 9 + 27 + 25 = 128 numbers, and a painter of its own if it has one.

    Attributes:
        vector: float32 (64,): the style vector, a point of the style space.
        mean: float32 (3,): mean sRGB colour in [0, 1].
        covariance: float32 (3, 3): covariance of sRGB colours.
        quantiles: float32 (3, 9): quantiles of CIELAB L, a, b (rows) at ``QUANTILES``.
        detail: float32 (25,): how strong its fine and ever less fine differences are, as from :func:`detail_of`.
        network: which shipped network the vector belongs to; another network's space is another space.
        own: int8 (n,): what the look's own painter adds to every weight that the shipped mapping writes, in steps;
            empty for a look that was learned without ``--deep``.
        own_steps: float32 (ceil(n / 256),): the size of a step, of every 256 weights.
    """

    vector: NDArray[np.float32]
    mean: NDArray[np.float32]
    covariance: NDArray[np.float32]
    quantiles: NDArray[np.float32]
    detail: NDArray[np.float32]
    network: str
    own: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    own_steps: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int | None, ...]]]] = {
        "vector": ("float32", (STYLE_NUMBERS,)),
        "mean": ("float32", (3,)),
        "covariance": ("float32", (3, 3)),
        "quantiles": ("float32", (3, len(QUANTILES))),
        "detail": ("float32", (NUMBERS,)),
        "own": ("int8", (None,)),
        "own_steps": ("float32", (None,)),
    }
    LONGEST: ClassVar[int] = 700_000

    def __post_init__(self) -> None:
        if len(self.own_steps) != -(-len(self.own) // BLOCK) or not (np.abs(self.own_steps) <= 1).all():
            raise LooksmithError("the steps of the look's own painter do not fit it", where="texture")
        if not (np.abs(self.detail) <= 1).all():
            raise LooksmithError(
                "the strengths of fine differences are out of range", where="texture", expected="-1 to 1"
            )

    @property
    def additions(self) -> NDArray[np.float32] | None:
        """What the look's own painter adds to the written weights, float32 (n,); None without one."""
        return unrounded(self.own, self.own_steps) if len(self.own) else None


@dataclass(frozen=True)
class Texture:
    """Strokes, marks and large shapes of a style.

    Attributes:
        colour: "match" gives the photo the style's colours, "keep" the photo's own, "style" the
            style's palette to the letter (the marginal distributions of L, a and b).
        scale: size of the strokes against those the style picture shows; 2 doubles them.
        seed: of the noise from which flat areas get their strokes.
    """

    colour: Colour = "match"
    scale: float = 1.0
    seed: int = 0

    name: ClassVar[str] = "texture"
    applies_to: ClassVar[frozenset[type[Photo]]] = frozenset({Photo})
    STATE: ClassVar[type[TextureState]] = TextureState

    def __post_init__(self) -> None:
        if self.colour not in COLOURS:
            raise LooksmithError(
                "no such colour handling", where="color", expected=" | ".join(COLOURS), got=self.colour
            )
        if not SMALLEST_SCALE <= self.scale <= LARGEST_SCALE:
            raise LooksmithError(
                "the scale of the strokes is out of range",
                where="scale",
                expected=f"{SMALLEST_SCALE} to {LARGEST_SCALE:g}",
                got=self.scale,
            )
        if self.seed < 0:
            raise LooksmithError("the seed is negative", where="seed", expected="0 or more", got=self.seed)

    def learn(self, material: Material) -> TextureState:
        """The style of one picture, or the robust mean style of many.

        Raises:
            LooksmithError: no picture was given.
        """
        if not material.photos:
            raise LooksmithError("no picture to learn from", where="material", expected="at least one", got="none")
        states = [_state_of(to_srgb8(photo)) for photo in material.photos]
        if len(states) == 1:
            return states[0]
        return self.blend(states, _robust_weights(np.stack([s.vector for s in states])))

    def apply(self, subject: Photo, state: TextureState, strength: float, where: Mask | None) -> Photo:
        """Repaint a photo. At strength 0, or where ``where`` is 0, not one byte changes."""
        if strength <= 0 or (where is not None and not where.any()):
            return subject
        _check_network([state])
        rgb = to_srgb8(subject)
        height, width = rgb.shape[:2]
        canvas = rgb
        if self.scale != 1:
            canvas = resize(rgb, max(1, round(height / self.scale)), max(1, round(width / self.scale)))
        small = thumbnail_of(canvas, _COLOUR_PIXELS)
        network = painter(state.vector, state.mean, state.covariance, state.additions)
        match = colour_match(*gaussian(small), state.mean, state.covariance)
        blocks = paint(canvas, network, *match, self.seed)
        give_detail(blocks, state.detail, state.mean)
        painted = from_blocks(blocks, *canvas.shape[:2])
        if self.scale != 1:
            painted = resize(painted, height, width)
        if self.colour == "keep":
            _keep_colours(painted, rgb, small)
        elif self.colour == "style":
            _take_palette(painted, state)
        changed = from_srgb(painted, subject)
        if changed.dtype != subject.pixels.dtype:
            changed = changed.astype(np.uint16) * np.uint16(257)
        pixels: Any = subject.pixels
        return subject.with_pixels(mix(pixels, changed, strength, where))

    def blend(self, states: Sequence[TextureState], weights: Sequence[float]) -> TextureState:
        """Weighted mean in the style space, and of what own painters add; the order of the states does not matter."""
        if len(states) != len(weights) or not states or min(weights) < 0 or sum(weights) <= 0:
            raise LooksmithError(
                "states and weights do not fit", expected="as many weights, none negative, not all 0", got=list(weights)
            )
        pairs = sorted(
            ((s, float(w)) for s, w in zip(states, weights, strict=True) if w > 0),
            key=lambda pair: (pair[0].vector.tobytes(), pair[0].mean.tobytes(), pair[0].own.tobytes(), pair[1]),
        )
        if len(pairs) == 1:
            return pairs[0][0]
        _check_network([s for s, _ in pairs])
        total = sum(w for _, w in pairs)

        def mean(field: str) -> NDArray[np.float32]:
            summed = sum(w / total * getattr(s, field).astype(np.float64) for s, w in pairs)
            return np.asarray(summed, np.float32)

        added = [(s.additions, w / total) for s, w in pairs if len(s.own)]
        own = np.zeros(max((len(s.own) for s, _ in pairs), default=0), np.float64)
        for addition, share in added:
            assert addition is not None
            if len(addition) != len(own):
                raise LooksmithError("the looks' own painters are of different sizes", where="texture")
            own += share * addition
        return TextureState(
            mean("vector"),
            mean("mean"),
            mean("covariance"),
            mean("quantiles"),
            mean("detail"),
            network(),
            *rounded(own.astype(np.float32)),
        )

    def describe(self, state: TextureState) -> Card:
        """The palette and what it says in words."""
        lightness, _, _ = state.quantiles
        chroma = float(np.abs(state.quantiles[1:]).mean() + np.ptp(state.quantiles[1:], axis=1).mean() / 2)
        words = [
            "dark" if lightness[4] < 38 else "light" if lightness[4] > 66 else "mid-toned",
            "muted" if chroma < 14 else "vivid" if chroma > 32 else "coloured",
            "soft" if np.ptp(lightness) < 45 else "contrasty" if np.ptp(lightness) > 75 else "balanced",
            "warm" if state.quantiles[2][4] > 8 else "cool" if state.quantiles[2][4] < -4 else "neutral",
        ]
        if len(state.own):
            words.append("painter of its own")
        return Card(
            words=", ".join(words),
            swatches=_swatches(state),
            numbers={"lightness": float(lightness[4]), "contrast": float(np.ptp(lightness)), "chroma": chroma},
        )


def network() -> str:
    """The name of the style space: that of the shipped encoder and of the painter behind it."""
    return record("texture-encoder").sha256[:8] + record("texture-mapping").sha256[:8]


def _check_network(states: Sequence[TextureState]) -> None:
    for state in states:
        if state.network != network():
            raise LooksmithError(
                "the look was learned with another texture network",
                where="texture",
                expected=f"network {network()}",
                got=f"network {state.network[:32] or 'unnamed'}",
                hint="looksmith learn, with the same pictures",
            )


def _state_of(rgb: NDArray[np.uint8]) -> TextureState:
    """Learn from one picture, H x W x 3 sRGB: style vectors of square views along the long side, averaged."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    spare = max(height, width) - side
    places = [spare // 2] if spare < side // 8 else [0, spare // 2, spare]
    views = []
    for place in places:
        top, left = (place, 0) if height > width else (0, place)
        view = rgb[top : top + side, left : left + side]
        views.append(resize(view, _VIEW, _VIEW))
    batch = np.stack(views).transpose(0, 3, 1, 2).astype(np.float32) / 255.0
    vector = session("texture-encoder").run(None, {"picture": batch})[0].mean(axis=0)
    small = thumbnail_of(rgb, _COLOUR_PIXELS)
    mean, covariance = gaussian(small)
    lab = rgb_to_lab(small).reshape(-1, 3)
    return TextureState(
        vector=np.asarray(vector, np.float32),
        mean=mean.astype(np.float32),
        covariance=covariance.astype(np.float32),
        quantiles=np.quantile(lab, QUANTILES, axis=0).T.astype(np.float32),
        detail=detail_of(rgb),
        network=network(),
    )


def _robust_weights(vectors: NDArray[np.float32]) -> list[float]:
    """Weights of the geometric median (Weiszfeld 1937): pictures that stray from the rest count less."""
    centre = vectors.mean(axis=0)
    weights = np.ones(len(vectors))
    for _ in range(20):
        distance = np.linalg.norm(vectors - centre, axis=1)
        weights = 1.0 / np.maximum(distance, 1e-3 * max(1e-6, float(distance.max())))
        centre = (weights[:, None] * vectors).sum(axis=0) / weights.sum()
    return [float(w) for w in weights / weights.sum()]


def _keep_colours(painted: NDArray[np.uint8], rgb: NDArray[np.uint8], small: NDArray[np.float32]) -> None:
    """In place: the painting's light, fitted to the photo's range, with the photo's hue and chroma."""
    light, wanted = lightness(thumbnail_of(painted, _COLOUR_PIXELS)), lightness(small)
    gain = float(wanted.std() / max(1.0, float(light.std())))
    shift = float(wanted.mean() - gain * light.mean())

    def repaint(rows: slice) -> None:
        own = rgb_to_lab(rgb[rows])
        own[..., 0] = np.clip(lightness(painted[rows]) * gain + shift, 0, 100)
        painted[rows] = _to_bytes(lab_to_rgb(own))

    in_strips(repaint, *painted.shape[:2])


def _take_palette(painted: NDArray[np.uint8], state: TextureState) -> None:
    """In place: L, a and b each take the style's distribution (quantile matching on a thumbnail)."""
    lab_small = rgb_to_lab(thumbnail_of(painted, _COLOUR_PIXELS)).reshape(-1, 3)
    have = np.quantile(lab_small, QUANTILES, axis=0).T

    def repaint(rows: slice) -> None:
        lab = rgb_to_lab(painted[rows])
        for c in range(3):
            lab[..., c] += np.interp(lab[..., c], have[c], state.quantiles[c] - have[c]).astype(np.float32)
        lab[..., 0] = np.clip(lab[..., 0], 0, 100)
        painted[rows] = _to_bytes(lab_to_rgb(lab))

    in_strips(repaint, *painted.shape[:2])


def _to_bytes(rgb: NDArray[Any]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(rgb * 255.0 + 0.5, 0, 255), np.uint8)


def _swatches(state: TextureState) -> tuple[str, ...]:
    """Five colours along the palette's main axis, and its mean."""
    w, v = np.linalg.eigh(state.covariance.astype(np.float64))
    main = v[:, -1] * np.sqrt(max(w[-1], 0))
    main = main if main.sum() >= 0 else -main
    second = v[:, -2] * np.sqrt(max(w[-2], 0))
    points = [state.mean + k * main for k in (-1.6, -0.6, 0.0, 0.8, 1.7)] + [state.mean + 1.5 * second]
    return tuple("#" + "".join(f"{int(np.clip(c * 255 + 0.5, 0, 255)):02x}" for c in p) for p in points)
