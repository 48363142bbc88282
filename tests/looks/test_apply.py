"""Applying a look runs its facets in order and strength, checks every option, and can be replayed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from looksmith.errors import LooksmithError, TamperedError, UnreadableError
from looksmith.facets import registry
from looksmith.looks import shelf
from looksmith.looks.apply import apply, apply_each, resolve
from looksmith.looks.learn import learn
from looksmith.looks.look import Look
from looksmith.looks.replay import replay
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.write import write_photo
from looksmith.rights.consent import OWN_LICENCE
from looksmith.rights.provenance import photo_digest, read_recipe, with_recipe


def test_strength_goes_from_the_photo_to_the_look(make_look: Any, astronaut: Photo) -> None:
    look = make_look(gain=(0.5, 0.5, 0.5))
    none, half, full = (apply(look, astronaut, strength=s).pixels.astype(float) for s in (0, 0.5, 1))
    assert np.array_equal(none, astronaut.pixels)
    assert np.abs(full - astronaut.pixels * 0.5).max() <= 0.5
    assert np.abs(half - astronaut.pixels * 0.75).max() <= 0.75


def test_default_strengths_and_only(make_look: Any, astronaut: Photo) -> None:
    look = make_look(gain=(0.5, 0.5, 0.5), strengths={"gain": 0.5})
    assert np.abs(apply(look, astronaut).pixels - astronaut.pixels * 0.75).max() <= 0.75
    idle = make_look(gain=(0.5, 0.5, 0.5), strengths={"gain": 0.0})
    with pytest.raises(LooksmithError, match="nothing that can be applied"):
        apply(idle, astronaut)
    assert np.abs(apply(idle, astronaut, only="gain").pixels - astronaut.pixels * 0.5).max() <= 0.5
    with pytest.raises(LooksmithError, match=r"expected gain.*'tone'"):
        apply(look, astronaut, only="tone")


def test_facets_run_in_order_with_the_controls_they_take(
    monkeypatch: pytest.MonkeyPatch, astronaut: Photo, coffee: Photo
) -> None:
    look = learn(coffee, name="x", with_preview=False)
    ran: list[Any] = []
    make = registry.make

    def spy(name: str, controls: Any) -> Any:
        ran.append(make(name, controls))
        return ran[-1]

    monkeypatch.setattr(registry, "make", spy)
    alone: dict[str, Any] = {"features": 0.0, "identity_floor": "off"}
    made = apply(look, astronaut, only="gain,texture,tone", color="keep", scale=0.5, seed=7, **alone)
    assert [facet.name for facet in ran] == ["tone", "texture", "gain"]
    assert ran[1].colour == "keep" and ran[1].scale == 0.5 and ran[2].seed == 7
    by_hand = astronaut
    for facet in ran:
        by_hand = facet.apply(by_hand, look.facets[facet.name], 1.0, None)
    assert np.array_equal(made.pixels, by_hand.pixels)


def test_mask_keeps_the_rest(make_look: Any, astronaut: Photo) -> None:
    where = np.zeros(astronaut.pixels.shape[:2], np.float32)
    where[:60] = 1
    made = apply(make_look(), astronaut, where=where).pixels
    assert np.array_equal(made[60:], astronaut.pixels[60:]) and not np.array_equal(made[:60], astronaut.pixels[:60])


@pytest.mark.parametrize(
    "options",
    [
        {"strength": -0.1}, {"strength": 1.1}, {"strength": float("nan")}, {"strength": "1"}, {"strength": True},
        {"color": "none"}, {"scale": 0}, {"scale": float("inf")}, {"seed": -1}, {"seed": 1.5}, {"method": "slow"},
        {"where": np.zeros((3, 3), np.float32)}, {"where": np.full((128, 128), 2, np.float32)},
        {"where": np.full((128, 128), np.nan, np.float32)}, {"where": np.zeros((128, 128), np.uint8)}, {"only": "hat"},
    ],
)  # fmt: skip
def test_wrong_option_says_what_is_right(make_look: Any, astronaut: Photo, options: dict[str, Any]) -> None:
    with pytest.raises(LooksmithError, match="expected"):
        apply(make_look(), astronaut, **options)


def test_look_by_name_path_and_picture(look: Look, astronaut: Photo, coffee: Photo, tmp_path: Path) -> None:
    shelf.install(look)
    path = look.replace(name="other").save(tmp_path / "mine.look")
    Image.fromarray(coffee.pixels).save(tmp_path / "coffee.png")
    assert resolve("warm") == look and resolve(str(path)).name == "other"
    learned = resolve(tmp_path / "coffee.png")
    assert learned.name == "coffee" and set(learned.facets) >= {"tone", "texture"}
    assert resolve(coffee).facets["gain"].gain == pytest.approx(learned.facets["gain"].gain)
    with pytest.raises(LooksmithError, match="did you mean warm"):
        apply("wram", astronaut)
    with pytest.raises(LooksmithError, match="no such picture"):
        apply(tmp_path / "gone.jpg", astronaut)
    (tmp_path / "bad.look").write_bytes(path.read_bytes()[:-40])
    with pytest.raises((TamperedError, UnreadableError)):
        apply(tmp_path / "bad.look", astronaut)


def test_alpha_profile_and_metadata_survive(make_look: Any, astronaut: Photo) -> None:
    photo = dataclasses.replace(
        astronaut,
        pixels=astronaut.pixels.astype(np.uint16) * 257,
        alpha=np.arange(128 * 128, dtype=np.uint16).reshape(128, 128),
        exif=b"Exif\0\0keep",
        text={"a": "b"},
    )
    made = apply(make_look(), photo)
    assert made.pixels.dtype == np.uint16 and made.alpha is photo.alpha
    assert (made.exif, made.text, made.icc) == (photo.exif, photo.text, photo.icc)


def test_folder_is_applied_one_by_one(make_look: Any, astronaut: Photo, tmp_path: Path) -> None:
    for name in ("a.png", "sub/b.png", "out/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(astronaut.pixels).save(tmp_path / name)
    (tmp_path / "bad.jpg").write_bytes(b"no")
    outcomes = list(apply_each(make_look(), tmp_path, skip=[tmp_path / "out"], strength=0.5))
    assert [outcome.path.name for outcome in outcomes] == ["a.png", "bad.jpg", "b.png"]
    assert isinstance(outcomes[1].error, UnreadableError) and outcomes[1].photo is None
    assert outcomes[0].photo is not None and outcomes[0].error is None
    for options in ({"strength": 2.0}, {"only": "hat"}, {"color": "x"}):
        with pytest.raises(LooksmithError):
            next(apply_each(make_look(), tmp_path, **options))
    with pytest.raises(LooksmithError, match="no photo"):
        next(apply_each(make_look(), tmp_path / "out", skip=[tmp_path]))


def test_output_tells_how_it_was_made(make_look: Any, astronaut: Photo) -> None:
    look = make_look()
    made = apply(look, dataclasses.replace(astronaut, source=Path("/home/rina/me.jpg")), strength=0.25, seed=5)
    recipe = read_recipe(made)
    assert recipe.look.digest == look.digest and recipe.settings.strength == 0.25 and recipe.settings.seed == 5
    assert recipe.source.name == "me.jpg" and b"/home" not in (made.xmp or b"")
    assert recipe.source.sha256 == photo_digest(astronaut) and recipe.output.sha256 == photo_digest(made)
    assert b"digitalsourcetype" in (made.xmp or b"")
    assert b"digitalsourcetype" not in (apply(look, astronaut, strength=0).xmp or b"")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
@pytest.mark.parametrize("only", ["tone", "texture", "tone,texture,gain"])
def test_output_is_replayed_from_its_own_metadata(
    tmp_path: Path, astronaut: Photo, coffee: Photo, suffix: str, only: str
) -> None:
    write_photo(astronaut, tmp_path / "me.jpg")
    look = learn(coffee, name="x", with_preview=False)
    write_photo(apply(look, tmp_path / "me.jpg", only=only, strength=0.8, color="keep"), tmp_path / f"out{suffix}")
    result = replay(tmp_path / f"out{suffix}")
    assert result.identical and result.message.startswith("Identical"), result.message
    assert result.difference < 0.03 and (suffix == ".jpg" or suffix == ".webp" or result.difference == 0)
    again = replay(tmp_path / f"out{suffix}", tmp_path / "me.jpg", look=look)
    assert again.identical


def test_look_that_may_not_be_passed_on_is_found_by_its_digest(
    make_look: Any, astronaut: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "day" / "out").mkdir(parents=True)
    (tmp_path / "looks").mkdir()
    tmp_path, top = tmp_path / "day" / "out", tmp_path
    write_photo(astronaut, tmp_path / "me.png")
    path = make_look(licence=OWN_LICENCE).save(top / "looks" / "mine.look")
    write_photo(apply(path, tmp_path / "me.png"), tmp_path / "out.png")
    assert not read_recipe(read_photo(tmp_path / "out.png")).look.embedded
    with pytest.raises(LooksmithError, match="not at hand"):
        replay(tmp_path / "out.png")
    assert replay(tmp_path / "out.png", look=path).identical
    path.rename(tmp_path / "renamed.look")
    assert replay(tmp_path / "out.png").identical
    (tmp_path / "renamed.look").rename(tmp_path.parent / "above.look")
    assert replay(tmp_path / "out.png").identical
    monkeypatch.chdir(top)
    (tmp_path.parent / "above.look").rename(top / "renamed.look")
    assert replay(tmp_path / "out.png").identical
    (top / "renamed.look").rename(tmp_path / "renamed.look")
    shelf.install(Look.load(tmp_path / "renamed.look"))
    (tmp_path / "renamed.look").unlink()
    assert replay(tmp_path / "out.png").identical


def test_replay_refuses_what_was_not_used(make_look: Any, astronaut: Photo, coffee: Photo, tmp_path: Path) -> None:
    look = make_look()
    where = np.ones(astronaut.pixels.shape[:2], np.float32) / 2
    made = apply(look, astronaut, where=where)
    assert replay(made, astronaut, where=where).identical
    for words, options in (
        ("not the photo", {"source": coffee}),
        ("not the look", {"source": astronaut, "look": make_look("cold", (0.5, 1, 1)), "where": where}),
        ("mask", {"source": astronaut}),
        ("mask", {"source": astronaut, "where": where / 2}),
        ("--source", {}),
    ):
        with pytest.raises(LooksmithError, match=words):
            replay(made, **options)
    with pytest.raises(UnreadableError, match="does not say how"):
        replay(astronaut, astronaut)


def test_replay_says_when_it_is_not_the_same(make_look: Any, astronaut: Photo) -> None:
    made = apply(make_look(), astronaut)
    painted_over = made.with_pixels(255 - made.pixels)
    result = replay(painted_over, astronaut)
    assert result.identical and "changed after" in result.message
    recipe = read_recipe(made)
    wrong = recipe.model_copy(update={"output": recipe.source})
    result = replay(with_recipe(made, wrong, None), astronaut)
    assert not result.identical and result.message.startswith("Not identical")


def test_recorded_source_name_is_followed_only_beside_the_output(
    make_look: Any, astronaut: Photo, tmp_path: Path
) -> None:
    write_photo(astronaut, tmp_path / "secret.png")
    (tmp_path / "in").mkdir()
    made = apply(make_look(), tmp_path / "secret.png")
    recipe = read_recipe(made)
    for name in ("../secret.png", str(tmp_path / "secret.png"), "secret.look", ""):
        changed = recipe.model_copy(update={"source": recipe.source.model_copy(update={"name": name})})
        write_photo(with_recipe(made, changed, None), tmp_path / "in" / "out.png")
        with pytest.raises(LooksmithError, match="not beside it"):
            replay(tmp_path / "in" / "out.png")
