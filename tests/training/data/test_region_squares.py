"""What is known of a picture's parts by mesh, outline and colours, and squares whose labels stay true."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from looksmith.faces.align import place_of
from looksmith.faces.canonical import canonical
from looksmith.faces.parts import CROP, HEAD, PARTS
from looksmith.faces.regions import ON_BODY
from looksmith.training.data.region_labels import Labelled, one_of, sets_of_mesh
from looksmith.training.data.region_squares import BACKGROUND, FACES, crop_of, disturbed, elsewhere
from looksmith.training.networks.regions import RegionNetwork, widen

SIDE = 256
SKIN, HAIR, WALL = (205, 160, 140), (60, 40, 30), (90, 120, 160)


def _mesh() -> np.ndarray:
    """A face that looks into the camera, its eyes 80 pixels apart."""
    return (canonical().geometry * 80 + (128, 140, 0)).astype(np.float32)


def _portrait(hair: tuple[int, int, int] = HAIR) -> tuple[np.ndarray, np.ndarray]:
    """H x W x 3 and the person's outline: skin up to well over the mesh, hair over that, a wall behind."""
    mesh = _mesh()
    across = float(np.linalg.norm(mesh[33, :2] - mesh[263, :2]))
    top = float(mesh[10, 1])
    rgb = np.full((SIDE, SIDE, 3), WALL, np.uint8)
    person = np.zeros((SIDE, SIDE), np.float32)
    person[round(top - 0.8 * across) :, 50:206] = 1
    rgb[round(top - 0.8 * across) :, 50:206] = hair
    rgb[round(top - 0.3 * across) :, 70:186] = SKIN
    return rgb, person


def _may(sets: np.ndarray, name: str) -> np.ndarray:
    return (sets & np.uint16(one_of(name))) != 0


def test_a_forehead_over_the_mesh_is_skin_and_what_is_over_it_hair() -> None:
    rgb, person = _portrait()
    mesh = _mesh()
    across = float(np.linalg.norm(mesh[33, :2] - mesh[263, :2]))
    forehead, crown = (round(float(mesh[10, 1]) - share * across) for share in (0.2, 0.6))
    sets = sets_of_mesh(mesh, SIDE, SIDE, person, rgb)
    assert not _may(sets, "hair")[forehead, 128] and _may(sets, "skin")[forehead, 128]
    assert not _may(sets, "skin")[crown, 128] and _may(sets, "hair")[crown, 128]
    assert sets[2, 2] == BACKGROUND
    plain = sets_of_mesh(mesh, SIDE, SIDE, person)
    assert _may(plain, "hair")[forehead, 128] and _may(plain, "skin")[forehead, 128]  # without colours: either


def test_where_hair_has_the_colour_of_skin_colours_say_nothing() -> None:
    rgb, person = _portrait(hair=SKIN)
    mesh = _mesh()
    sets = sets_of_mesh(mesh, SIDE, SIDE, person, rgb)
    row = round(float(mesh[10, 1]) - 0.5 * float(np.linalg.norm(mesh[33, :2] - mesh[263, :2])))
    assert _may(sets, "hair")[row, 128] and _may(sets, "skin")[row, 128]


def test_parts_of_the_mesh_are_sure_inside_and_open_along_their_rims() -> None:
    rgb, person = _portrait()
    mesh = _mesh()
    sets = sets_of_mesh(mesh, SIDE, SIDE, person, rgb)
    x, y = (round(float(v)) for v in mesh[[159, 145], :2].mean(axis=0))
    assert sets[y, x] == one_of("eyes")
    x, y = (round(float(v)) for v in mesh[[17, 14], :2].mean(axis=0))
    assert sets[y, x] == one_of("lips")
    rim = _may(sets, "lips") & _may(sets, "skin")
    assert rim.any() and not (rim & (sets == one_of("lips"))).any()
    assert (sets == one_of("nose", "glasses")).any()


@pytest.mark.parametrize("near", [0.0, 1.0])
def test_out_of_the_photo_is_background_and_labels_go_with_pixels(near: float) -> None:
    rgb = np.full((120, 80, 3), 200, np.uint8)
    five = np.array([(30, 40), (50, 40), (40, 50), (33, 60), (47, 60)], np.float32)
    picture = Labelled("a", rgb, np.full((120, 80), one_of("hair"), np.uint16), five)
    seen = 0
    for seed in range(12):
        square, known = crop_of(picture, np.random.default_rng(seed), near)
        assert square.shape == (CROP, CROP, 3) and set(np.unique(known)) <= {BACKGROUND, one_of("hair")}
        out = known == BACKGROUND
        seen += int(out.any())
        assert (square[~out] > 150).mean() > 0.98  # half pixels of the rim are darker
        assert not out.any() or (square[out] < 100).mean() > 0.98
    assert seen


def test_others_stand_behind_but_people_stay() -> None:
    rgb = np.full((CROP, CROP, 3), 50, np.uint8)
    known = np.full((CROP, CROP), BACKGROUND, np.uint16)
    known[100:, 100:] = one_of("clothes")
    made = elsewhere(rgb, known, np.full_like(rgb, 220))
    assert (made[102:, 102:] == 50).all() and (made[:98] == 220).all()


def test_a_disturbed_square_keeps_to_its_range_and_says_what_it_covers() -> None:
    covered = framed = 0
    for seed in range(40):
        rgb = np.full((CROP, CROP, 3), 120, np.uint8)
        known = np.full((CROP, CROP), one_of("skin"), np.uint16)
        x = disturbed(rgb, known, np.random.default_rng(seed))
        assert x.shape == rgb.shape and x.dtype == np.float32 and x.min() >= 0 and x.max() <= 1
        assert known.max() < 1 << len(PARTS) and (known != 0).all()
        covered += int(((known & np.uint16(one_of("body", "other"))) != 0).any())
        framed += int((known == BACKGROUND).any())
    assert covered > 3 and framed > 3


def test_one_seed_gives_one_square() -> None:
    rgb = np.random.default_rng(3).integers(0, 255, (90, 140, 3)).astype(np.uint8)
    picture = Labelled("a", rgb, np.full((90, 140), one_of("hair"), np.uint16), None)
    one, other = (crop_of(picture, np.random.default_rng(9), 0.5) for _ in range(2))
    assert (one[0] == other[0]).all() and (one[1] == other[1]).all()
    left, right = (disturbed(c[0].copy(), c[1].copy(), np.random.default_rng(4)) for c in (one, other))
    assert (left == right).all()


def test_the_smallest_part_is_as_small_as_asked_for() -> None:
    rgb = np.zeros((400, 400, 3), np.uint8)
    rgb[..., 0] = np.arange(400)[:, None] // 2
    rgb[..., 1] = np.arange(400)[None] // 2
    picture = Labelled("a", rgb, np.full((400, 400), one_of("clothes"), np.uint16), None)
    spans = {}
    for part in (0.5, 0.3):
        seen = [crop_of(picture, np.random.default_rng(seed), 0, part) for seed in range(60)]
        inside = [square[known != BACKGROUND].astype(int) for square, known in seen]
        spans[part] = min(2 * np.hypot(*(np.ptp(pixels[:, :2], axis=0))) / 400 / np.sqrt(2) for pixels in inside)
    assert 0.25 < spans[0.3] < 0.4 and 0.45 < spans[0.5] < 0.65


def test_squares_on_a_body_are_those_of_use_moved_a_little() -> None:
    height, width = 400, 260
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0], rgb[..., 1] = np.arange(height)[:, None] // 2, np.arange(width)[None] // 2
    five = np.array([(125, 40), (135, 40), (130, 46), (126, 51), (134, 51)], np.float32)
    picture = Labelled("a", rgb, np.full((height, width), one_of("clothes"), np.uint16), five)
    size = place_of(five, HEAD, CROP).side / FACES
    largest = ON_BODY[0][0] * size
    tops, talls = [], []
    for seed in range(60):
        square, known = crop_of(picture, np.random.default_rng(seed), 0.0, 0.5, 1.0)
        middle = square[:, CROP // 2][known[:, CROP // 2] != BACKGROUND][:, 0].astype(int)
        tops.append(2 * middle.min())
        talls.append(2 * np.ptp(middle))
    lower = np.array(tops) > 0.3 * ON_BODY[1][1] * size
    assert max(talls) < 1.4 * largest and 8 < lower.sum() < 40
    assert min(np.array(talls)[~lower]) < 0.75 * ON_BODY[2][0] / ON_BODY[0][0] * largest * 1.4  # the bust


def test_a_network_without_the_last_block_is_taken_over_as_it_is() -> None:
    torch.manual_seed(3)
    before, after = RegionNetwork((8, 12, 16, 20)).eval(), RegionNetwork((8, 12, 16, 20)).eval()
    x = torch.rand(1, 3, CROP, CROP)
    with torch.no_grad():
        before.at_fine[3] = torch.nn.Identity()
        lacks = {key: value for key, value in before.state_dict().items() if not key.startswith("at_fine.3.")}
        widen(after, lacks)
        assert float((before(x) - after(x)).abs().max()) < 1e-5


def test_a_widened_network_says_what_the_narrower_one_said() -> None:
    torch.manual_seed(2)
    narrow, wide = RegionNetwork((8, 12, 16, 20)).eval(), RegionNetwork((12, 16, 24, 20)).eval()
    x = torch.rand(1, 3, CROP, CROP)
    with torch.no_grad():
        assert float((narrow(x) - wide(x)).abs().max()) > 1e-2
        widen(wide, narrow.state_dict())
        assert float((narrow(x) - wide(x)).abs().max()) < 1e-4
