"""What the tone facet stands on: statistics, transport, limits, film, the prior and its recipe."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from looksmith.facets import tone_limits
from looksmith.facets.film import grain_field, lay_film, measure_grain, measure_vignette
from looksmith.facets.tone_grade import fit_to_photo, grade_lut
from looksmith.facets.tone_prior import prior, read_prior, save_prior
from looksmith.facets.tone_statistics import (
    DIRECTIONS,
    TABLE_SHAPE,
    WEIGHTS,
    covariance_of,
    mean_of,
    quantile_table,
    robust_mean,
    split_toning,
    thumbnail,
)
from looksmith.facets.tone_transport import BASIS, Settings, basis, detail_metric, folded, transport
from looksmith.media.colour import lab_to_rgb, rgb_to_lab

COFFEE = np.ascontiguousarray(data.coffee()[::2, ::2])
CHELSEA = np.ascontiguousarray(data.chelsea()[::2, ::2])


def colours(picture: np.ndarray) -> np.ndarray:
    return rgb_to_lab(picture.reshape(-1, 3)).astype(np.float64)


class TestStatistics:
    def test_directions_are_a_tight_frame(self) -> None:
        assert np.allclose(np.linalg.norm(DIRECTIONS, axis=1), 1)
        assert np.allclose(3 / len(DIRECTIONS) * DIRECTIONS.T @ DIRECTIONS, np.eye(3), atol=0.02)
        assert WEIGHTS.sum() == pytest.approx(1)

    @pytest.mark.parametrize("picture", [COFFEE, CHELSEA])
    def test_a_table_tells_mean_and_covariance(self, picture: np.ndarray) -> None:
        table, lab = quantile_table(colours(picture)), colours(picture)
        assert table.shape == TABLE_SHAPE
        assert np.abs(mean_of(table) - lab.mean(axis=0)).max() < 0.2
        wanted = np.cov(lab.T)
        assert np.linalg.norm(covariance_of(table) - wanted) < 0.04 * np.linalg.norm(wanted)

    def test_split_toning_by_fifths(self) -> None:
        lab = np.zeros((100, 3))
        lab[:, 0] = np.arange(100)
        lab[80:, 2] = 10
        toning = split_toning(np.random.default_rng(0).permutation(lab))
        assert np.allclose(toning[:, 0], [9.5, 29.5, 49.5, 69.5, 89.5])
        assert np.allclose(toning[:, 2], [0, 0, 0, 0, 10]) and np.allclose(toning[:, 3], [0, 0, 0, 0, 10])
        assert np.isfinite(split_toning(lab[:1])).all()

    def test_geometric_median(self) -> None:
        points = [np.array([0.0, 0.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([1000.0, 1000.0])]
        found = robust_mean(points)
        assert np.abs(found).max() < 2
        assert np.array_equal(robust_mean(points[:1]), points[0])
        assert np.array_equal(robust_mean(points[:2]), [0.5, 0.0])

    def test_thumbnail_of_sixteen_bits(self) -> None:
        eight, sixteen = thumbnail(COFFEE, 64), thumbnail(COFFEE.astype(np.uint16) * 257, 64)
        assert min(eight.shape[:2]) == 64 and np.abs(eight - sixteen).max() < 1
        assert thumbnail(COFFEE[:5, :9], 64).shape == (5, 9, 3)


class TestTransport:
    def test_the_basis_is_smooth_and_holds_linear_grades(self) -> None:
        lab = colours(COFFEE)[::50]
        step = 1e-3
        for axis in range(3):
            moved = lab.copy()
            moved[:, axis] += step
            assert np.abs(basis(moved) - basis(lab)).max() < 0.2 * step * 20
        wanted = np.stack([np.full(len(lab), 3.0), -lab[:, 1], 0.5 * lab[:, 2]], axis=1)
        coefficients = np.linalg.lstsq(basis(lab), wanted, rcond=None)[0]
        assert np.abs(basis(lab) @ coefficients - wanted).max() < 1e-6

    def test_detail_is_a_metric(self) -> None:
        metric = detail_metric(thumbnail(CHELSEA), 2.0)
        assert np.allclose(metric, metric.T) and np.linalg.eigvalsh(metric).min() > -1e-9
        flat = np.full((30, 30, 3), 50.0)
        assert np.abs(detail_metric(flat, 2.0)).max() == 0
        assert detail_metric(flat[:1], 2.0).shape == (BASIS, BASIS)

    def test_detail_holds_contrast_back(self) -> None:
        """The more detail weighs, the nearer the curve keeps to slope 1 where the photo has edges."""
        lab = colours(CHELSEA)[::40]
        aim = lab.copy()
        aim[:, 0] = 50 + 1.8 * (aim[:, 0] - 50)
        metric = detail_metric(thumbnail(CHELSEA), 2.0)
        spread = []
        for light in (0.0, 100.0, 10_000.0):
            known = replace(Settings(), light=light)
            coefficients = transport(lab, basis(lab), metric, quantile_table(aim), known)
            spread.append(float((lab + basis(lab) @ coefficients)[:, 0].std() / lab[:, 0].std()))
        assert spread[0] > 1.6 > spread[1] > spread[2] > 0.99

    def test_a_fold_is_found(self) -> None:
        lab = colours(COFFEE)[::200]
        mirror = np.stack([0 * lab[:, 0], -2.2 * lab[:, 1], 0 * lab[:, 2]], axis=1)
        wrong = np.linalg.lstsq(basis(lab), mirror, rcond=None)[0]
        assert folded(lab, wrong) > 0.9
        assert folded(lab, 0.2 * wrong) == folded(lab, np.zeros((BASIS, 3))) == 0

    def test_grades_of_photos_fold_little(self) -> None:
        for one, other in ((COFFEE, CHELSEA), (CHELSEA, COFFEE)):
            found = fit_to_photo(one, None, quantile_table(colours(other)))
            assert folded(colours(one)[::100], found) < 0.1


class TestLimits:
    @settings(max_examples=30, deadline=None)
    @given(white=st.floats(90, 160), black=st.floats(-60, 20))
    def test_roll_off_rises_and_stays_inside(self, white: float, black: float) -> None:
        light = np.linspace(black, white, 300)
        rolled = tone_limits.roll_off(light, black, white)
        assert rolled.min() >= 0 and rolled.max() <= 100
        assert (np.diff(rolled) >= -1e-9).all()
        if black >= 0 and white <= 100:
            assert np.allclose(rolled, light)

    def test_no_limit_touches_the_identity(self) -> None:
        lab = colours(COFFEE)[::17]
        assert np.allclose(tone_limits.keep_skin(lab, lab), lab, atol=1e-6)
        assert np.allclose(tone_limits.keep_neutrals(lab, lab), lab, atol=1e-6)
        rgb = COFFEE.reshape(-1, 3)[::17] / 255
        assert np.allclose(tone_limits.into_gamut(rgb, rgb), rgb, atol=1e-6)

    def test_skin_of_every_tone_is_skin_and_the_sky_is_not(self) -> None:
        skin = [(255, 224, 196), (234, 192, 168), (198, 134, 96), (141, 85, 54), (84, 52, 36)]
        other = [(120, 170, 230), (70, 140, 60), (128, 128, 128), (200, 40, 200)]
        likeness = tone_limits.skin_likeness(rgb_to_lab(np.array(skin + other, np.uint8)))
        assert (likeness[: len(skin)] > 0.4).all() and (likeness[len(skin) :] < 0.15).all()

    def test_greys_take_a_tint_but_not_a_paint(self) -> None:
        grey = np.array([[50.0, 0.0, 0.0]] * 2)
        after = np.array([[50.0, 0.0, 15.0], [50.0, 0.0, 60.0]])
        held = tone_limits.keep_neutrals(grey, after)
        assert held[0, 2] == 15 and 20 < held[1, 2] < 50

    def test_open_rgb_is_the_inverse_of_lab(self) -> None:
        rgb = COFFEE.reshape(-1, 3)[::13] / 255
        lab = rgb_to_lab(rgb.astype(np.float32))
        assert np.abs(tone_limits.open_rgb(lab) - rgb).max() < 2e-3
        assert np.abs(np.clip(tone_limits.open_rgb(lab * 1.3), 0, 1) - lab_to_rgb(lab * np.float32(1.3))).max() < 3e-3
        assert tone_limits.open_rgb(np.array([[50.0, 120.0, 80.0]])).min() < 0

    def test_no_grade_is_the_identity(self) -> None:
        table = grade_lut(np.zeros((BASIS, 3))).table
        line = np.linspace(0, 1, 33)
        assert np.abs(table[:, 0, 0, 2] - line).max() < 2e-3 and np.abs(table[0, 0, :, 0] - line).max() < 2e-3


class TestFilm:
    def test_grain_is_a_function_of_place(self) -> None:
        whole = grain_field(0, 0, 300, 520, 9)
        assert np.allclose(grain_field(100, 250, 90, 120, 9), whole[100:190, 250:370], atol=1e-5)
        assert not np.array_equal(grain_field(0, 0, 300, 520, 10), whole)
        assert abs(whole.mean()) < 0.01 and whole.std() == pytest.approx(1, abs=0.03)

    @pytest.mark.parametrize("kind", [np.uint8, np.uint16])
    def test_amounts(self, kind: type) -> None:
        full = np.iinfo(kind).max
        grey = np.full((200, 300, 3), full // 2, kind)
        little, much = (lay_film(grey, grain=g, vignette=0.0, seed=1).astype(float) / full for g in (0.3, 0.9))
        assert 0.01 < little.std() < much.std() < 0.08
        assert np.allclose(much[..., 0], much[..., 2], atol=0.006), "grain is of luma only"
        dark = lay_film(grey, grain=0.0, vignette=0.8, seed=1).astype(float) / full
        assert dark[0, 0, 0] < 0.8 * dark[100, 150, 0]
        assert np.allclose(dark, dark[::-1, ::-1], atol=1 / 200)
        assert (np.diff(dark[100, 150:, 0]) <= 1 / 200).all()

    def test_black_and_white_have_no_grain(self) -> None:
        for value in (0, 255):
            flat = np.full((64, 64, 3), value, np.uint8)
            made = lay_film(flat, grain=1.0, vignette=0.0, seed=3).astype(int)
            assert np.abs(made - flat).max() <= (0 if value == 0 else 12)

    def test_what_was_laid_is_measured(self) -> None:
        smooth = cv2.GaussianBlur(CHELSEA, (0, 0), 4)
        measured = [measure_grain(lay_film(smooth, grain=g, vignette=0.0, seed=5)) for g in (0.0, 0.4, 0.8)]
        assert measured[0] < 0.1 < measured[1] < measured[2], measured
        grey = np.full((200, 300, 3), 140, np.uint8)
        vignettes = [measure_vignette(lay_film(grey, grain=0.0, vignette=v, seed=5)) for v in (0.0, 0.6, 1.0)]
        assert vignettes[0] == 0 < vignettes[1] < vignettes[2]
        assert measure_grain(CHELSEA[:9, :9]) == 0


class TestPrior:
    def test_the_shipped_prior_is_a_plausible_photo(self) -> None:
        known = prior()
        assert known.points.shape == (1024, 3) and known.metric.shape == (BASIS, BASIS)
        assert 40 < known.points[:, 0].mean() < 60 and 15 < known.points[:, 0].std() < 30
        assert np.abs(known.points[:, 1:].mean(axis=0)).max() < 12
        assert np.linalg.eigvalsh(known.metric).min() > -1e-3

    def test_it_survives_its_file(self) -> None:
        written = BytesIO()
        save_prior(prior(), written)
        back = read_prior(BytesIO(written.getvalue()))
        assert back.settings == prior().settings and len(written.getvalue()) < 40_000
        assert np.array_equal(back.points, prior().points) and np.allclose(back.metric, prior().metric)

    def test_the_recipe_runs_and_repeats(self, tmp_path: Path) -> None:
        recipes = pytest.importorskip("looksmith.training.recipes.tone")
        folder = tmp_path / "photos"
        folder.mkdir()
        for name in ("coffee", "chelsea", "rocket", "astronaut"):
            for k in range(3):
                crop = np.ascontiguousarray(getattr(data, name)()[20 * k :: 3, 15 * k :: 3])
                cv2.imwrite(str(folder / f"{name}{k}.png"), crop[..., ::-1])
        recipe = recipes.ToneRecipe(data=(folder,), pictures=8, light=99.0)
        first = recipes.train(recipe, tmp_path / "one").read_bytes()
        assert first == recipes.train(recipe, tmp_path / "two").read_bytes()
        found = read_prior(BytesIO(first))
        assert found.settings.light == 99 and found.points.shape == (1024, 3)
        assert not list(tmp_path.rglob("*.partial"))
