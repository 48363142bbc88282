"""Hair reaches its shade, keeps its strands, and nothing else is dyed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.evaluation.metrics.colour_difference import colour_difference
from looksmith.faces.people import People
from looksmith.faces.regions import Regions
from looksmith.facets.hair.colours import dyed, lab_of
from looksmith.facets.hair.dye import dye
from looksmith.facets.hair.facet import HairColour
from looksmith.facets.hair.learn import seen_in
from looksmith.facets.hair.region import Hair, hair_of
from looksmith.facets.protocol import Material
from looksmith.media.colour import lab_to_rgb, rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.media.smooth import blurred


@pytest.fixture(scope="module")
def hair(portrait: Photo, people: People) -> Hair:
    found = hair_of(portrait, people, 0)
    assert found is not None
    return found


def core(hair: Hair, photo: Photo) -> np.ndarray:
    """Where hair is for sure, at the photo's size."""
    left, top, right, bottom = hair.box
    whole = np.zeros((photo.height, photo.width), np.float32)
    whole[top:bottom, left:right] = resize(hair.mask, bottom - top, right - left, enlarge="linear")
    return whole > 0.98


def test_hair_is_above_the_face_and_not_in_it(portrait: Photo, people: People, hair: Hair) -> None:
    points = hair.near.points
    for point, low, high in ((50, 0, 0.05), (13, 0, 0.01), (159, 0, 0.01), (1, 0, 0.05), (105, 0, 0.3), (152, 0, 0.05)):
        x, y = np.floor(points[point]).astype(int)
        held = 0 <= y < hair.mask.shape[0] and 0 <= x < hair.mask.shape[1]  # the chin may be out of the box of hair
        assert low <= (hair.mask[y, x] if held else 0) <= high, point
    top = points[10] - (0, 0.5 * hair.near.unit)
    assert hair.mask[int(top[1]), int(top[0])] > 0.9
    assert hair.along[int(top[1]), int(top[0])] < 0.35


@pytest.mark.parametrize("shade", ["black", "copper", "golden-blonde", "#3a5a90"])
def test_the_shade_is_reached_and_strands_stay(portrait: Photo, people: People, hair: Hair, shade: str) -> None:
    made = HairColour(people=people).apply(portrait, dyed(shade))
    sure = core(hair, portrait)
    before, after = rgb_to_lab(portrait.pixels), rgb_to_lab(made.pixels)
    assert colour_difference(after[sure].mean(axis=0)[None], lab_of(shade)[None])[0] < 6

    def strands(lab: np.ndarray) -> np.ndarray:
        light = np.ascontiguousarray(lab[..., 0])
        return np.asarray((light - blurred(light, 4))[sure])

    assert np.corrcoef(strands(before), strands(after))[0, 1] > 0.7
    assert strands(after).std() / (after[sure][:, 0].mean() + 8) > 0.5 * strands(before).std() / (
        before[sure][:, 0].mean() + 8
    )


def test_face_and_background_are_not_dyed(portrait: Photo, people: People, hair: Hair) -> None:
    made = HairColour(people=people).apply(portrait, dyed("blue"))
    change = np.abs(made.pixels.astype(int) - portrait.pixels).max(axis=2)
    for point in (50, 280, 13, 4, 152, 159, 386):
        x, y = np.floor(people.faces[0].landmarks[point, :2]).astype(int)
        assert change[y, x] <= 3, point
    assert change[:, :20].max() == 0 and change[-40:].max() <= 3


def test_roots_keep_their_own_colour(portrait: Photo, people: People, hair: Hair) -> None:
    plain, rooted = (HairColour(people=people).apply(portrait, dyed("blue", roots=r)) for r in (0.0, 1.0))
    left, top, right, _ = hair.box
    above = (slice(top, top + (hair.near.box[3] - top) // 8), slice(left, right))
    changes = [np.abs(made.pixels[above].astype(int) - portrait.pixels[above]).sum() for made in (plain, rooted)]
    assert changes[1] < 0.25 * changes[0]


def test_highlights_are_lighter_strands(portrait: Photo, people: People, hair: Hair) -> None:
    sure = core(hair, portrait)
    plain = rgb_to_lab(HairColour(people=people).apply(portrait, dyed("chestnut")).pixels)[sure][:, 0]
    light = rgb_to_lab(
        HairColour(people=people).apply(portrait, dyed("chestnut", highlights="platinum", share=0.4)).pixels
    )[sure][:, 0]
    assert light.mean() > plain.mean() + 2 and light.std() > plain.std()


def test_what_was_dyed_is_learned_again(portrait: Photo, people: People) -> None:
    made = HairColour(people=people).apply(portrait, dyed("copper"))
    held = People(made, people.faces)
    held.__dict__["regions"] = people.regions
    found = hair_of(made, held, 0)
    assert found is not None
    state = seen_in(found)
    assert state is not None
    assert colour_difference(state.colours.mean(axis=0)[None], lab_of("copper")[None])[0] < 8


def test_less_detail_is_nearly_the_same(portrait: Photo, people: People) -> None:
    whole, quick = (HairColour(people=people, detail=d).apply(portrait, dyed("copper")) for d in (1e6, 40.0))
    assert np.abs(whole.pixels.astype(int) - quick.pixels).mean() < 2


def test_without_the_network_it_is_told(portrait: Photo, people: People) -> None:
    bare = People(portrait, people.faces)
    bare.__dict__["regions"] = Regions(portrait.pixels, people.faces, None)  # type: ignore[arg-type]
    with pytest.raises(LooksmithError, match="network that knows the parts"):
        HairColour(people=bare).apply(portrait, dyed("copper"))


def test_pictures_without_faces_teach_nothing() -> None:
    grey = Photo(np.full((64, 64, 3), 120, np.uint8))
    with pytest.raises(LooksmithError, match="no picture shows a face with hair"):
        HairColour().learn(Material((grey,)))


def _black(hair: Hair, beside: float) -> tuple[Hair, np.ndarray]:
    """Black strands and the shadows between them on the left, something even on the right, their border mixed."""
    height, width = hair.mask.shape
    middle = width // 2
    light = np.where((np.arange(width) // 2) % 4 == 0, 1.0, 13.0)[None].repeat(height, axis=0)
    light[:, middle:] = beside
    for column, share in ((middle - 1, 0.5), (middle - 2, 0.15)):
        light[:, column] += share * (beside - light[:, column])
    lab = np.zeros((height, width, 3), np.float32)
    lab[..., 0] = light
    mask = np.zeros((height, width), np.float32)
    mask[:, :middle] = 1
    black = replace(
        hair, lab=lab, mask=mask, clear=mask > 0.5, by_face=np.zeros_like(mask), skin=None,
        along=np.full_like(mask, 0.6),
    )  # fmt: skip
    return black, np.rint(255 * lab_to_rgb(lab)).astype(np.uint8)


def test_shadows_between_black_strands_are_lifted_too(hair: Hair) -> None:
    black, rgb = _black(hair, 70.0)
    change, weight = dye(rgb, black, dyed("golden-blonde"))
    inner = np.s_[:, 8 : rgb.shape[1] // 2 - 8]
    made = rgb_to_lab(np.clip(rgb / 255 + change * weight[..., None], 0, 1).astype(np.float32))
    assert weight[inner].min() > 0.95
    assert made[inner][..., 0].min() > 35 and made[inner][..., 0].max() < 85


@pytest.mark.parametrize("beside", [60.0, 90.0])
def test_the_outline_before_something_light_does_not_glow(hair: Hair, beside: float) -> None:
    black, rgb = _black(hair, beside)
    change, weight = dye(rgb, black, dyed("golden-blonde"))
    light = rgb_to_lab(np.clip(rgb / 255 + change * weight[..., None], 0, 1).astype(np.float32))[..., 0]
    middle = rgb.shape[1] // 2
    within = light[:, 8 : middle - 8]
    outline, highest = light[:, middle - 6 : middle], float(np.quantile(within, 0.98))
    assert outline.max() < max(highest, beside) + 3
    assert np.abs(light[:, middle + 8 :] - rgb_to_lab(rgb)[:, middle + 8 :, 0]).max() < 1
