"""The laws that hold for every visual facet (docs/architecture): walked over all that are registered.

A facet of another package is tested by the same suite once its entry point is installed.
"""

from __future__ import annotations

import dataclasses
import io
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFilter
from skimage import data

from looksmith.errors import LooksmithError
from looksmith.faces.people import People
from looksmith.facets import registry
from looksmith.facets.protocol import Card, Material
from looksmith.looks.state import state_from_bytes, state_to_bytes
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.write import write_photo

OF_FACES = frozenset(name for name in registry.facets() if "people" in registry.takes(name))
FACETS = list(registry.facets())
STRENGTHS = (0.0, 0.15, 0.4, 0.6, 0.85, 1.0)

PHOTOS: dict[str, Callable[[], Any]] = {
    "astronaut": lambda: data.astronaut()[:310, 60:470],
    "chelsea": lambda: data.chelsea()[::2, ::2],
    "narrow": lambda: data.coffee()[100:101, :300],
    "tiny": lambda: data.rocket()[200:203, 300:305],
    "grey": lambda: np.full((40, 56, 3), 118, np.uint8),
}
REFERENCES = (data.coffee, data.rocket, data.chelsea)


def softened() -> Any:
    """A portrait with even, warm skin."""
    picture = Image.fromarray(data.astronaut()[:310, 60:370]).filter(ImageFilter.GaussianBlur(2))
    return np.clip(np.asarray(picture) * np.array([1.1, 1.0, 0.85]), 0, 255).astype(np.uint8)


def reddened() -> Any:
    """A portrait with a colour cast, seen in a mirror."""
    picture = data.astronaut()[:310, 60:370][:, ::-1].astype(float)
    return np.clip(picture * np.array([1.0, 0.85, 0.8]), 0, 255).astype(np.uint8)


PORTRAITS: tuple[Callable[[], Any], ...] = (lambda: data.astronaut()[:310, 60:370], softened, reddened)


def photo(name: str) -> Photo:
    return Photo(np.ascontiguousarray(PHOTOS[name]()))


def material(name: str, number: int) -> Material:
    """What a facet learns from: facets of faces need one."""
    made = PORTRAITS[number]() if name in OF_FACES else REFERENCES[number]()[::2, ::2]
    return Material((Photo(np.ascontiguousarray(made)),))


@cache
def states(name: str) -> tuple[Any, ...]:
    """A state learned of each reference picture."""
    facet = registry.make(name, {})
    return tuple(facet.learn(material(name, number)) for number in range(3))


@cache
def _people(pixels: bytes, shape: tuple[int, ...]) -> People:
    return People(Photo(np.frombuffer(pixels, np.uint8).reshape(shape)))


def facet_for(name: str, subject: Photo) -> Any:
    """A facet; who is in a picture is looked for once."""
    if name not in OF_FACES or subject.pixels.dtype != np.uint8:
        return registry.make(name, {})
    return registry.make(name, {"people": _people(subject.pixels.tobytes(), subject.pixels.shape)})


def apply(name: str, subject: Photo, strength: float = 1.0, where: Any = None, state: int = 0) -> Photo:
    made: Photo = facet_for(name, subject).apply(subject, states(name)[state], strength, where)
    return made


def same(one: Photo, other: Photo) -> bool:
    """Pixels, alpha and everything carried along."""
    return (
        one.pixels.dtype == other.pixels.dtype
        and np.array_equal(one.pixels, other.pixels)
        and (other.alpha is None) == (one.alpha is None)
        and (one.alpha is None or np.array_equal(one.alpha, other.alpha))
        and (one.icc, one.exif, one.xmp, dict(one.text)) == (other.icc, other.exif, other.xmp, dict(other.text))
    )


def decorated(name: str) -> Photo:
    """16 bits, alpha, a wide profile, EXIF and text."""
    pixels = photo("astronaut" if name in OF_FACES else "chelsea").pixels.astype(np.uint16) * 257 + 3
    height, width = pixels.shape[:2]
    alpha = np.linspace(0, 65535, height * width).astype(np.uint16).reshape(height, width)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 1, "described"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return Photo(pixels, alpha=alpha, icc=profile, exif=exif.tobytes(), text={"Title": "Cat"}, format="PNG")


@pytest.mark.parametrize("name", FACETS)
class TestLaws:
    @pytest.mark.parametrize("subject", PHOTOS)
    def test_strength_0_is_the_photo_bit_for_bit(self, name: str, subject: str) -> None:
        given = photo(subject)
        before = given.pixels.copy()
        assert same(apply(name, given, 0.0), given)
        apply(name, given, 1.0)
        assert np.array_equal(given.pixels, before), "the photo that was given has changed"

    def test_strength_0_is_the_photo_bit_for_bit_with_all_it_carries(self, name: str) -> None:
        given = decorated(name)  # once: a profile carries the second in which it was made
        assert same(apply(name, given, 0.0), given)

    @pytest.mark.parametrize("subject", ["astronaut", "chelsea", "narrow", "tiny"])
    def test_strength_grows_the_change_in_every_pixel(self, name: str, subject: str) -> None:
        given = photo(subject)
        changes = [
            np.abs(apply(name, given, strength).pixels.astype(int) - given.pixels.astype(int)) for strength in STRENGTHS
        ]
        for weaker, stronger in pairwise(changes):
            assert (stronger >= weaker).all()
        if name not in OF_FACES:
            assert changes[-1].mean() > 1, "the look does nothing"
        else:
            assert changes[-1].any() == (subject == "astronaut"), "nothing where nobody is, something on a face"

    def test_not_one_byte_changes_outside_the_mask(self, name: str) -> None:
        given = photo("astronaut")
        rows, columns = np.mgrid[: given.height, : given.width]
        where = np.clip((columns - 0.3 * given.width) / 60, 0, 1).astype(np.float32) * (rows > 50)
        made = apply(name, given, 1.0, where.astype(np.float32))
        assert np.array_equal(made.pixels[where == 0], given.pixels[where == 0])
        full = apply(name, given, 1.0)
        assert np.array_equal(made.pixels[where == 1], full.pixels[where == 1])
        assert same(apply(name, given, 1.0, np.zeros_like(where, np.float32)), given)

    def test_same_inputs_give_the_same_bytes(self, name: str) -> None:
        first = apply(name, photo("astronaut"), 0.7)
        assert same(apply(name, photo("astronaut"), 0.7), first)
        facet = registry.make(name, {})
        again = facet.learn(material(name, 0))
        assert state_to_bytes(again) == state_to_bytes(states(name)[0])

    @pytest.mark.parametrize("subject", PHOTOS)
    def test_size_and_dtype_stay(self, name: str, subject: str) -> None:
        given = photo(subject)
        made = apply(name, given)
        assert made.pixels.shape == given.pixels.shape and made.pixels.dtype == np.uint8

    def test_blend_of_one_is_that_look(self, name: str) -> None:
        facet, state = registry.make(name, {}), states(name)[0]
        for weight in (1.0, 0.3):
            assert state_to_bytes(facet.blend([state], [weight])) == state_to_bytes(state)

    def test_order_of_blending_does_not_matter(self, name: str) -> None:
        facet = registry.make(name, {})
        pairs = list(zip(states(name), (0.5, 0.2, 0.3), strict=True))
        blended = [facet.blend(*zip(*order, strict=True)) for order in permutations(pairs)]
        subject = photo("astronaut" if name in OF_FACES else "chelsea")
        facet = facet_for(name, subject)
        outputs = [facet.apply(subject, state, 1.0, None).pixels.astype(int) for state in blended]
        assert max(np.abs(output - outputs[0]).max() for output in outputs) <= 1

    def test_blend_lies_between_its_looks(self, name: str) -> None:
        subject = photo("astronaut" if name in OF_FACES else "chelsea")
        facet, (one, other, _) = facet_for(name, subject), states(name)
        ends = [facet.apply(subject, state, 1.0, None).pixels.astype(float) for state in (one, other)]
        half = facet.apply(subject, facet.blend([one, other], [0.5, 0.5]), 1.0, None).pixels.astype(float)
        apart = np.abs(ends[0] - ends[1]).mean()
        assert all(np.abs(half - end).mean() < apart for end in ends)

    def test_state_survives_its_file(self, name: str) -> None:
        for state in states(name):
            suffix, written = state_to_bytes(state)
            back = state_from_bytes(type(state), suffix, written, name)
            assert state_to_bytes(back) == (suffix, written) and len(written) < 200_000
            made, again = (registry.make(name, {}).apply(photo("tiny"), s, 1.0, None) for s in (state, back))
            assert same(made, again)

    def test_alpha_profile_depth_and_metadata_survive(self, name: str, tmp_path: Path) -> None:
        given = decorated(name)
        made = apply(name, given)
        assert made.pixels.dtype == np.uint16 and not np.array_equal(made.pixels, given.pixels)
        assert same(made.with_pixels(given.pixels), given)
        write_photo(made, tmp_path / "out.png")
        back = read_photo(tmp_path / "out.png")
        assert np.array_equal(back.pixels, made.pixels) and back.alpha is not None
        assert np.array_equal(back.alpha, given.alpha) and back.icc == given.icc

    def test_orientation_survives(self, name: str, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        buffer = io.BytesIO()
        Image.fromarray(np.rot90(photo("astronaut").pixels)).save(buffer, "PNG", exif=exif.tobytes())
        upright = read_photo(buffer.getvalue())
        assert np.array_equal(upright.pixels, photo("astronaut").pixels)
        write_photo(apply(name, upright), tmp_path / "out.png")
        assert np.array_equal(read_photo(tmp_path / "out.png").pixels, apply(name, photo("astronaut")).pixels)

    def test_facet_describes_its_state(self, name: str) -> None:
        card = registry.make(name, {}).describe(states(name)[0])
        assert isinstance(card, Card) and card.words.strip() and card.words.isprintable()
        assert all(len(s) == 7 and s[0] == "#" and int(s[1:], 16) >= 0 for s in card.swatches)
        assert all(np.isfinite(value) for value in card.numbers.values())

    def test_declaration_is_complete(self, name: str) -> None:
        kind = registry.facets()[name]
        assert kind.name == name and Photo in kind.applies_to and dataclasses.is_dataclass(kind.STATE)
        fields = {field.name for field in dataclasses.fields(kind.STATE)}
        assert set(kind.STATE.ARRAYS) <= fields
        with pytest.raises(dataclasses.FrozenInstanceError):
            states(name)[0].__setattr__(next(iter(fields)), 0)

    @pytest.mark.parametrize("fill", ["zeros", "ones", "huge", "minus huge", "noise"])
    def test_whatever_state_a_file_can_hold_does_no_harm(self, name: str, fill: str) -> None:
        """A look's maker may be hostile: a state that reading accepts gives a photo or a LooksmithError."""
        state = states(name)[0]
        made = {"zeros": 0.0, "ones": 1.0, "huge": 1e9, "minus huge": -1e9}
        noise = np.random.default_rng(0)
        arrays = {
            field: (
                noise.normal(0, 1e4, getattr(state, field).shape)
                if fill == "noise"
                else np.full_like(getattr(state, field), made[fill])
            ).astype(getattr(state, field).dtype)
            for field in type(state).ARRAYS
        }
        given = photo("tiny")
        with warnings.catch_warnings(), suppress(LooksmithError):
            warnings.simplefilter("ignore", RuntimeWarning)
            hostile = state_from_bytes(type(state), *state_to_bytes(dataclasses.replace(state, **arrays)), name)
            facet = registry.make(name, {})
            assert isinstance(facet.describe(hostile), Card)
            changed = facet.apply(given, hostile, 1.0, None)
            assert changed.pixels.shape == given.pixels.shape and changed.pixels.dtype == given.pixels.dtype
            facet.blend([hostile, states(name)[1]], [0.5, 0.5])
