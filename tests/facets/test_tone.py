"""The tone facet on real pictures: how far it goes, what it keeps, and that the .cube file does the same."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from skimage import data

from looksmith.errors import LooksmithError
from looksmith.evaluation.metrics.gradient_ssim import gradient_ssim
from looksmith.evaluation.metrics.sliced_wasserstein import sliced_wasserstein
from looksmith.facets.grades import GRADES, grade_state
from looksmith.facets.lut import read_cube, sample
from looksmith.facets.protocol import Material
from looksmith.facets.tone import Tone, ToneState, to_cube
from looksmith.media.colour import rgb_to_lab
from looksmith.media.photo import Photo

SOURCES = ("astronaut", "coffee", "chelsea", "rocket")


@cache
def photo(name: str) -> Photo:
    return Photo(np.ascontiguousarray(getattr(data, name)()[::2, ::2]))


@cache
def state(name: str) -> ToneState:
    return Tone().learn(Material((photo(name),)))


def lab(pixels: np.ndarray) -> np.ndarray:
    return rgb_to_lab(pixels.reshape(-1, 3)).astype(np.float64)


def test_most_of_the_colour_gap_is_closed_and_structure_stays() -> None:
    sums = np.zeros(6)
    structure = []
    for name in SOURCES:
        for reference in SOURCES:
            if name == reference:
                continue
            made = Tone().apply(photo(name), state(reference)).pixels
            aim = lab(photo(reference).pixels)
            for k, seen in enumerate((lab(photo(name).pixels), lab(made))):
                sums[3 * k : 3 * k + 3] += (
                    np.linalg.norm(seen.mean(axis=0) - aim.mean(axis=0)),
                    np.linalg.norm(np.cov(seen.T) - np.cov(aim.T)),
                    sliced_wasserstein(seen[::29], aim[::29]),
                )
            structure.append(gradient_ssim(photo(name).pixels, made))
    closed = 1 - sums[3:] / sums[:3]
    assert closed[0] > 0.75 and closed[1] > 0.5 and closed[2] > 0.6, closed
    assert np.mean(structure) > 0.88, structure


def test_a_photo_as_its_own_reference_hardly_changes() -> None:
    for name in SOURCES:
        made = Tone().apply(photo(name), state(name)).pixels
        difference = np.linalg.norm(lab(made) - lab(photo(name).pixels), axis=1)
        assert difference.mean() < 1.5, (name, difference.mean())


def test_adapts_to_the_photo_only_when_asked() -> None:
    dark = photo("astronaut").with_pixels((photo("astronaut").pixels * 0.35).astype(np.uint8))
    aim = lab(photo("coffee").pixels)[:, 0].mean()
    adapted = lab(Tone(adaptive=True).apply(dark, state("coffee")).pixels)[:, 0].mean()
    fixed = lab(Tone(adaptive=False).apply(dark, state("coffee")).pixels)[:, 0].mean()
    half = lab(Tone(adaptive=0.5).apply(dark, state("coffee")).pixels)[:, 0].mean()
    assert abs(adapted - aim) < 5 < abs(fixed - aim)
    assert min(adapted, fixed) < half < max(adapted, fixed)


def test_one_odd_picture_of_six_does_not_turn_the_look() -> None:
    rng = np.random.default_rng(3)
    alike = []
    for _ in range(5):
        noise = photo("coffee").pixels.astype(float) * rng.uniform(0.95, 1.05, 3) + rng.uniform(-4, 4)
        alike.append(Photo(np.clip(noise, 0, 255).astype(np.uint8)))
    odd = Photo(np.full((80, 80, 3), (0, 40, 255), np.uint8))
    clean, spoiled = (Tone().learn(Material(tuple(m))).table for m in (alike, [*alike, odd]))
    plain = np.mean([Tone().learn(Material((p,))).table for p in [*alike, odd]], axis=0)
    assert np.abs(spoiled - clean).mean() < 0.25 * np.abs(plain - clean).mean()


def test_order_of_material_does_not_matter() -> None:
    several = [photo(name) for name in SOURCES]
    one, other = Tone().learn(Material(tuple(several))), Tone().learn(Material(tuple(several[::-1])))
    assert np.abs(one.table - other.table).max() < 1e-2


def test_clear_pixels_do_not_count() -> None:
    base = photo("coffee")
    alpha = np.zeros((base.height, base.width), np.uint8)
    alpha[:, : base.width // 2] = 255
    loud = base.pixels.copy()
    loud[:, base.width // 2 :] = (0, 255, 0)
    learned = [Tone().learn(Material((Photo(p, alpha=alpha),))).table for p in (base.pixels, loud)]
    assert np.abs(learned[0] - learned[1]).max() < 1.0
    graded = [Tone().apply(Photo(p, alpha=alpha), state("rocket")).pixels for p in (base.pixels, loud)]
    seen = alpha > 0
    seen[:, base.width // 2 - 4 :] = False
    assert np.abs(graded[0][seen].astype(int) - graded[1][seen]).mean() < 3


class TestCube:
    def test_the_cube_is_what_the_product_does(self) -> None:
        for chosen in [state("coffee"), state("rocket"), grade_state("noir"), grade_state("teal-orange")]:
            made = Tone(adaptive=False).apply(photo("astronaut"), chosen).pixels.astype(int)
            read = sample(read_cube(to_cube(chosen)), photo("astronaut").pixels / 255) * 255
            assert np.abs(np.rint(read) - made).max() <= 1

    def test_ffmpeg_does_the_same(self, tmp_path: Path) -> None:
        program = shutil.which("ffmpeg")
        if program is None:
            bundled = pytest.importorskip("imageio_ffmpeg", reason="neither ffmpeg nor imageio-ffmpeg is installed")
            program = bundled.get_ffmpeg_exe()
        subject = photo("astronaut")
        for chosen in [*(state(name) for name in SOURCES), grade_state("golden-hour"), grade_state("noir")]:
            (tmp_path / "look.cube").write_text(to_cube(chosen), encoding="ascii")
            raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
            size = f"{subject.width}x{subject.height}"
            command = [program, "-v", "error", *raw, "-s", size, "-i", "-", "-vf", "lut3d=look.cube", *raw, "-"]
            done = subprocess.run(
                command, input=subject.pixels.tobytes(), capture_output=True, check=True, cwd=tmp_path
            )
            theirs = np.frombuffer(done.stdout, np.uint8).reshape(subject.pixels.shape).astype(int)
            assert np.abs(theirs - Tone(adaptive=False).apply(subject, chosen).pixels).max() <= 2

    def test_sizes(self) -> None:
        coarse = read_cube(to_cube(state("coffee"), 17))
        assert coarse.size == 17
        fine = read_cube(to_cube(state("coffee"), 33))
        colours = np.random.default_rng(0).random((500, 3))
        assert np.abs(sample(coarse, colours) - sample(fine, colours)).mean() < 0.015
        with pytest.raises(LooksmithError, match="2 to 129"):
            to_cube(state("coffee"), 300)


class TestRamps:
    """A smooth ramp stays smooth: lightness never falls, and no step stands out."""

    @pytest.mark.parametrize("chosen", [*SOURCES, *GRADES])
    def test_sixteen_bits(self, chosen: str) -> None:
        made = self.graded(chosen, np.linspace(0, 65535, 4096).round().astype(np.uint16))
        light = made @ np.array([0.2126, 0.7152, 0.0722])
        assert (np.diff(light) >= -1e-9).all()
        steps = np.abs(np.diff(made, axis=0)).max()
        assert steps <= 3.5 * 65535 / 4095, "a step of a smooth ramp stands out"
        assert np.abs(np.diff(made, n=2, axis=0)).max() <= 1.5 * 65535 / 4095

    @pytest.mark.parametrize("chosen", [*SOURCES, *GRADES])
    def test_eight_bits(self, chosen: str) -> None:
        made = self.graded(chosen, np.arange(256, dtype=np.uint8))
        assert np.abs(np.diff(made, axis=0)).max() <= 4
        light = made @ np.array([0.2126, 0.7152, 0.0722])
        assert (np.diff(light) >= -1.0).all()

    @staticmethod
    def graded(chosen: str, levels: np.ndarray) -> np.ndarray:
        look = grade_state(chosen) if chosen in GRADES else state(chosen)
        ramp = Photo(np.ascontiguousarray(levels[None, :, None].repeat(3, axis=2)))
        return Tone(adaptive=False).apply(ramp, look).pixels[0].astype(float)


def test_sixteen_bits_agree_with_eight() -> None:
    subject = photo("chelsea")
    deep = Photo(subject.pixels.astype(np.uint16) * 257)
    for facet in (Tone(), Tone(adaptive=False)):
        eight = facet.apply(subject, state("rocket")).pixels.astype(float)
        sixteen = facet.apply(deep, state("rocket")).pixels
        assert sixteen.dtype == np.uint16
        assert np.abs(sixteen / 257 - eight).max() <= 1.6


def test_wide_profile_is_measured_in_srgb() -> None:
    """A photo with an sRGB profile is graded as without; one with another profile keeps it and is not spoiled."""
    subject = photo("chelsea")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = Tone().apply(subject, state("coffee")).pixels
    with_profile = Tone().apply(Photo(subject.pixels, icc=srgb), state("coffee"))
    assert with_profile.icc == srgb and np.array_equal(with_profile.pixels, plain)


def test_skin_stays_skin() -> None:
    """The face of the astronaut keeps hues of skin, whatever the reference."""
    face = (slice(40, 75), slice(90, 130))
    green = Photo(np.ascontiguousarray(photo("chelsea").pixels[..., [1, 0, 2]] // np.array([2, 1, 2], np.uint8)))
    look = Tone().learn(Material((green,)))
    hues = {}
    for colour in ("match", "style"):
        made = lab(Tone(colour=colour).apply(photo("astronaut"), look).pixels[face])
        hues[colour] = float(np.median(np.degrees(np.arctan2(made[:, 2], made[:, 1]))))
    assert hues["match"] < 115 < hues["style"] - 15, hues


def test_keep_changes_lightness_only() -> None:
    made = lab(Tone(colour="keep").apply(photo("coffee"), state("rocket")).pixels)
    before = lab(photo("coffee").pixels)
    inside = (made[:, 0] > 12) & (made[:, 0] < 88) & (np.hypot(before[:, 1], before[:, 2]) < 35)
    assert np.abs(made - before)[inside, 1:].mean() < 1.0
    assert np.abs(made - before)[:, 0].mean() > 5


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.floats(0, 5), min_size=1, max_size=4).filter(lambda w: sum(w) > 0.01),
    order=st.randoms(use_true_random=False),
)
def test_blends_are_barycentres(weights: list[float], order) -> None:  # type: ignore[no-untyped-def]
    states = [state(name) for name in SOURCES[: len(weights)]]
    mixed = Tone().blend(states, weights)
    pairs = list(zip(states, weights, strict=True))
    order.shuffle(pairs)
    again = Tone().blend(*zip(*pairs, strict=True))
    for field in ToneState.ARRAYS:
        assert np.array_equal(getattr(mixed, field), getattr(again, field))
        stack = np.stack([getattr(s, field) for s, w in zip(states, weights, strict=True) if w > 0])
        slack = 1e-4 * (1 + np.abs(stack).max())
        assert (getattr(mixed, field) >= stack.min(axis=0) - slack).all()
        assert (getattr(mixed, field) <= stack.max(axis=0) + slack).all()


@settings(max_examples=20, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    deep=st.booleans(),
    strength=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_picture_is_graded(height: int, width: int, deep: bool, strength: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kind = np.uint16 if deep else np.uint8
    pixels = rng.integers(0, np.iinfo(kind).max + 1, (height, width, 3)).astype(kind)
    given_photo = Photo(pixels.copy())
    made = Tone(grain=0.5, vignette=0.5).apply(given_photo, state("coffee"), strength, None).pixels
    assert made.shape == pixels.shape and made.dtype == kind
    assert np.array_equal(given_photo.pixels, pixels)
    if strength == 0:
        assert np.array_equal(made, pixels)


def test_film_obeys_the_region_and_the_seed() -> None:
    subject = photo("coffee")
    where = np.zeros((subject.height, subject.width), np.float32)
    where[:, :100] = 1
    facet = Tone(grain=0.6, vignette=0.6, seed=4)
    made = facet.apply(subject, grade_state("film-warm"), 0.8, where).pixels
    assert np.array_equal(made[:, 100:], subject.pixels[:, 100:])
    assert np.array_equal(made, facet.apply(subject, grade_state("film-warm"), 0.8, where).pixels)
    other = Tone(grain=0.6, vignette=0.6, seed=5).apply(subject, grade_state("film-warm"), 0.8, where).pixels
    assert not np.array_equal(made, other)


def test_as_the_look_has_it() -> None:
    noir = grade_state("noir")
    subject = photo("coffee")
    plain = Tone().apply(subject, noir).pixels
    grainy, amount = (Tone(grain=g).apply(subject, noir).pixels for g in (True, noir.grain))
    assert np.array_equal(grainy, amount) and not np.array_equal(grainy, plain)
    clean = grade_state("pastel-air")
    assert clean.grain == 0
    assert np.array_equal(Tone(grain=True).apply(subject, clean).pixels, Tone().apply(subject, clean).pixels)


@pytest.mark.parametrize(
    ("controls", "said"),
    [({"colour": "loud"}, "match, style, keep"), ({"grain": 1.5}, "0 to 1"), ({"adaptive": -0.1}, "0 to 1")],
)
def test_wrong_controls_are_told(controls: dict[str, object], said: str) -> None:
    with pytest.raises(LooksmithError, match=said):
        Tone(**controls)  # type: ignore[arg-type]


def test_nothing_to_learn_from_and_nothing_to_blend() -> None:
    with pytest.raises(LooksmithError, match="at least one photo"):
        Tone().learn(Material(()))
    for weights in ([], [-1.0], [0.0]):
        with pytest.raises(LooksmithError, match="weights"):
            Tone().blend([state("coffee")], weights)


@pytest.mark.parametrize("name", GRADES)
class TestGrades:
    def test_is_named_in_both_languages_and_described(self, name: str) -> None:
        assert set(GRADES[name].title) == {"en", "zh"} and not GRADES[name].title["zh"].isascii()
        card = Tone().describe(grade_state(name))
        assert len(card.swatches) == 5 and card.thumbnail is not None and card.thumbnail.shape[2] == 3

    def test_state_does_what_the_design_says(self, name: str) -> None:
        """On colours of a photo the fitted table is near the design as a function."""
        made = lab(Tone(colour="style").apply(photo("astronaut"), grade_state(name)).pixels)
        before = lab(photo("astronaut").pixels)
        wanted = GRADES[name](before)
        calm = (np.hypot(wanted[:, 1], wanted[:, 2]) < 45) & (wanted[:, 0] > 8) & (wanted[:, 0] < 95)
        assert np.linalg.norm(made - wanted, axis=1)[calm].mean() < 3.0

    def test_structure_stays(self, name: str) -> None:
        for source in ("astronaut", "coffee"):
            made = Tone().apply(photo(source), grade_state(name)).pixels
            assert gradient_ssim(photo(source).pixels, made) > 0.93


def test_noir_has_no_colour_at_all() -> None:
    for source in SOURCES:
        made = Tone().apply(photo(source), grade_state("noir")).pixels.astype(int)
        assert (made.max(axis=2) - made.min(axis=2)).max() <= 1


def test_the_grades_differ() -> None:
    pictures = [Tone().apply(photo("astronaut"), grade_state(name)).pixels.astype(float) for name in GRADES]
    for k, one in enumerate(pictures):
        assert np.abs(one - photo("astronaut").pixels).mean() > 4
        assert all(np.abs(one - other).mean() > 3 for other in pictures[:k])


def test_no_such_grade() -> None:
    with pytest.raises(LooksmithError, match="golden-hour"):
        grade_state("golden")


def test_words_fit_the_look() -> None:
    warm = Tone().learn(Material((Photo(np.asarray(Image.fromarray(photo("coffee").pixels))),)))
    assert "warm" in Tone().describe(warm).words
    assert "black and white" in Tone().describe(grade_state("noir")).words
    assert "cool" in Tone().describe(grade_state("cool-fade")).words
    bright = cv2.add(photo("chelsea").pixels, (60, 60, 60, 0))
    assert "bright" in Tone().describe(Tone().learn(Material((Photo(np.asarray(bright, np.uint8)),)))).words
