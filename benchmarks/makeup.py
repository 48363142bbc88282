"""Makeup against colour transfer by region, on people and makeups that were held out; and what it must never do.

    python -m benchmarks.makeup --data FOLDER [--pairs 24] [--faces 24] [--network makeup-bare.onnx]

Writes results/makeup.json.  ``transfer``: the makeup of a reference on a bare face, beside what another network made of
the same two (``makeup/pairs``), or what another hand paints on both (``other_hand.py``; needs dlib); distances inside
the face by the shipped network of features, which had no part in making makeup.  ``known``: layers of known numbers,
put on bare faces and read again.  ``removed``, ``light``, ``lock``, ``kept`` and ``pose`` are what their functions say.
Times are processor time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000
from skimage.exposure import match_histograms
from skimage.measure import find_contours

from benchmarks import other_hand, record
from looksmith.evaluation.features import shipped
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance
from looksmith.evaluation.metrics.ssim import ssim
from looksmith.faces import identity
from looksmith.faces.canonical import wrap
from looksmith.faces.people import People
from looksmith.faces.regions import mesh_mask
from looksmith.faces.skin_tone import TONES, tone_of, typology_angle
from looksmith.facets.makeup import bare as bare_face
from looksmith.facets.makeup.bare import skin_of
from looksmith.facets.makeup.extract import extract, look_at
from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.makeup.layers import GROUPS, LAYERS, MAP_SIDE, MakeupState, edited, empty
from looksmith.facets.makeup.lips import edge_of_lips
from looksmith.facets.makeup.places import places, zones
from looksmith.facets.makeup.remove import remove
from looksmith.facets.makeup.window import WHOLE, cut
from looksmith.facets.protocol import Material
from looksmith.media.colour import lab_to_rgb, rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize
from looksmith.training.data.made_up_faces import face_held_out, makeup_held_out, person_held_out

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
LIPS = ("#b11b3c", "#8f2f45", "#d0605e", "#a04a3c", "#c23a6e", "#702036")
LIDS = ("#5a4038", "#7a4a58", "#3c4a5c", "#8a5a3a", "#604468", "#46423e")
FIRST_PIXEL = 0.5
"""What is taken off the given 68 points: they call the middle of the first pixel 1, we call it a half.  (On 60 heads
that look ahead our mesh lies 0.6 pixels to the left of them and 0.7 above.)"""
CHEEKS = ("#c8605a", "#d07070", "#b85a68", "#c06a4a", "#cf7a86", "#a84848")


def people_of(rgb: Rgb) -> People | None:
    """With faces and regions looked for; None without a face."""
    found = People(Photo(np.ascontiguousarray(rgb)))
    return found if found.faces else None


def parts_of(people: People) -> dict[str, Floats]:
    """Masks of the largest face: lips, lids, skin, and the face."""
    height, width = people.rgb.shape[:2]
    face = people.faces[0]
    lids, _, (top, left) = wrap(zones(256)["lids"], face, height, width)
    whole = np.zeros((height, width), np.float32)
    whole[top : top + lids.shape[0], left : left + lids.shape[1]] = lids
    masks = {name: mesh_mask(face, name, height, width) for name in ("face", "lips", "eyes", "brows", "mouth")}
    skin = np.clip(masks["face"] - sum(masks[n] for n in ("lips", "eyes", "brows", "mouth")) - whole, 0, 1)
    return {"lips": masks["lips"], "lids": whole, "skin": skin, "face": masks["face"]}


def by_region(change: Callable[[Floats, Floats], Floats], bare: People, reference: People) -> Rgb:
    """A colour transfer in each of lips, lids and skin: values (n, 3) CIELAB to those of the reference."""
    here, there = parts_of(bare), parts_of(reference)
    lab, wanted = rgb_to_lab(bare.rgb).astype(np.float64), rgb_to_lab(reference.rgb).astype(np.float64)
    made = lab.copy()
    for name in ("skin", "lids", "lips"):
        inside, aim = here[name] > 0.5, there[name] > 0.5
        if inside.sum() > 20 and aim.sum() > 20:
            moved = lab.copy()
            moved[inside] = change(lab[inside], wanted[aim])
            made += here[name][..., None] * (moved - lab) * inside[..., None]
    return np.rint(255 * lab_to_rgb(made)).astype(np.uint8)


def reinhard(values: Floats, aim: Floats) -> Floats:
    return (values - values.mean(0)) / np.maximum(values.std(0), 1e-6) * aim.std(0) + aim.mean(0)


def histograms(values: Floats, aim: Floats) -> Floats:
    return np.asarray(match_histograms(values[None], aim[None], channel_axis=-1)[0], np.float64)


def held_out_pairs(data: Path, count: int) -> Iterator[tuple[str, People, People, Rgb]]:
    """Held-out people in held-out makeups: name, bare face, reference, and what another network made of the two."""
    done = 0
    for path in sorted((data / "makeup/pairs").glob("*.jpg")):
        person, _, makeup = path.stem.rpartition("_")
        target_of = data / "makeup/references" / f"{makeup}.jpg"
        if not (person_held_out(person) and makeup_held_out(makeup) and target_of.is_file()) or done == count:
            continue
        both = read_photo(path).pixels
        middle = both.shape[1] // 2
        bare, reference = people_of(both[:, :middle]), people_of(read_photo(target_of).pixels)
        if bare is not None and reference is not None:
            done += 1
            yield path.stem, bare, reference, np.ascontiguousarray(both[:, middle : 2 * middle])


def laid_by_hand(data: Path, count: int) -> Iterator[tuple[str, People, People, Rgb]]:
    """The same for makeups that another hand (``other_hand.py``) lays on both people, on each in their own light: here
    what a transfer should give is known."""
    faces, rng = bare_faces(data, count), np.random.default_rng(11)
    for number, bare in enumerate(faces):
        worn_by, makeup = faces[(number + len(faces) // 3) % len(faces)], other_hand.drawn(rng)
        there, here = (other_hand.points_of(one.rgb, one.faces[0]) for one in (worn_by, bare))
        reference = people_of(other_hand.photographed(other_hand.painted(worn_by.rgb, there, makeup), rng))
        if reference is not None:
            yield str(number), bare, reference, other_hand.painted(bare.rgb, here, makeup)


def in_the_light_of(bare: People, made: Rgb) -> Rgb:
    """What another network made, with its plain skin in the tone of the bare face: its change of the light taken out,
    as the pairs are when the recipe ``makeup`` learns from them."""
    laid, _, (top, left) = wrap(zones(256)["plain"], bare.faces[0], *bare.rgb.shape[:2])
    plain = np.zeros(bare.rgb.shape[:2], bool)
    plain[top : top + laid.shape[0], left : left + laid.shape[1]] = laid > 0.5
    gain = (np.median(bare.rgb[plain], axis=0) + 4.0) / (np.median(made[plain], axis=0) + 4.0)
    return np.clip(np.rint(made * np.clip(gain, 0.4, 2.5)), 0, 255).astype(np.uint8)


def _parts_from(bare: People, target: Rgb) -> Rgb:
    """The bare face with lips and lids as they should be, to the byte: the most that lips and eyes alone can give."""
    share = np.clip(parts_of(bare)["lips"] + parts_of(bare)["lids"], 0, 1)[..., None]
    return np.rint(bare.rgb + share * (target.astype(np.float32) - bare.rgb)).astype(np.uint8)


def beside_skin(rgb: Rgb, parts: Mapping[str, Floats]) -> dict[str, Floats]:
    """Mean colours of lips and lids less the median of the skin, CIELAB: what makeup makes of a face, whatever its
    skin and light."""
    lab = rgb_to_lab(rgb)
    skin = np.median(lab[parts["skin"] > 0.5], axis=0)
    return {name: lab[parts[name] > 0.5].mean(axis=0) - skin for name in ("lips", "lids")}


_BESIDE = ("lips", "lids", "lips, chroma", "lids, chroma")
"""Distances in CIELAB, and in a* and b* alone: how much lighter or darker than the skin one shade is depends on whose
skin it is, its hue and chroma hardly."""


def transfer(pairs: Iterable[tuple[str, People, People, Rgb]], same_light: bool = False) -> dict[str, Any]:
    """Held-out people in held-out makeups, beside what another network made: nearness, and identity.

    That network moves the tone and the light of the whole face as well.  With ``same_light`` this is taken out of its
    pictures (:func:`in_the_light_of`); what is left is makeup."""
    rows: dict[str, list[list[float]]] = {}
    kept: dict[str, list[list[float]]] = {}
    same: list[float] = []
    done = 0
    for _, bare, reference, other in pairs:
        done += 1
        face = parts_of(bare)["face"]
        inside = (face > 0.5)[..., None]
        target = np.where(inside, in_the_light_of(bare, other) if same_light else other, bare.rgb)
        state = Makeup().learn(Material((reference.photo,)))
        ours = {lock: Makeup(people=bare, lock=lock).apply(bare.photo, state).pixels for lock in (True, False)}
        made = {
            "unchanged": bare.rgb,
            "Reinhard by region": by_region(reinhard, bare, reference),
            "histograms by region": by_region(histograms, bare, reference),
            "Looksmith": ours[True],
            "Looksmith, tone free": ours[False],
            "its own lips and lids alone": _parts_from(bare, target),
        }
        aim = shipped()(target)
        for name, picture in made.items():
            held = np.where(inside, picture, bare.rgb)
            error = float(np.square(held[face > 0.5].astype(float) - target[face > 0.5]).mean())
            rows.setdefault(name, []).append([perceptual_distance(shipped()(held), aim), error])
        aims = beside_skin(reference.rgb, parts_of(reference))
        for name, picture in {**made, "other network": other}.items():
            own = beside_skin(picture, parts_of(bare))
            apart = [own[part] - aims[part] for part in aims]
            kept.setdefault(name, []).append([float(np.linalg.norm(one)) for one in (*apart, *(a[1:] for a in apart))])
        after = identity.embed(ours[False], bare.faces[:1])
        same.append(identity.similarity(bare.embeddings[0], after[0]))
    table = {name: np.array(values) for name, values in rows.items()}
    plain = table["unchanged"].mean(axis=0)
    return {
        "pairs": done,
        "judge": "features of the shipped network `perceptual`",
        "methods": {
            name: {
                "distance": record.bootstrap(values[:, 0]),
                "psnr": round(float(10 * np.log10(255**2 / values[:, 1].mean())), 2),
                "gap closed, distance": round(float(1 - values[:, 0].mean() / plain[0]), 4),
                "gap closed, squared error": round(float(1 - values[:, 1].mean() / plain[1]), 4),
            }
            for name, values in table.items()
        },
        "from the reference": {
            name: dict(zip(_BESIDE, np.mean(values, axis=0).round(2).tolist(), strict=True))
            for name, values in kept.items()
        },
        "identity": {"lowest": round(min(same), 4), "floor": round(identity.thresholds().same, 4)},
    }


def bare_faces(data: Path, count: int, real: bool = False) -> list[People]:
    """Bare faces of people who were held out, and when these are used up, unless they are to be ``real``, faces that
    show nobody and were held out."""
    paths = [path for path in sorted((data / "makeup/bare").glob("*.jpg")) if person_held_out(path.stem)]
    if not real:
        paths += [path for path in sorted((data / "faces/generated").glob("*.jpg"))[::7] if face_held_out(path.stem)]
    found = (people_of(read_photo(path).pixels) for path in paths)
    return [people for people, _ in zip((p for p in found if p is not None), range(count), strict=False)]


def drawn(rng: np.random.Generator, skin: Floats | None = None) -> MakeupState:
    """A makeup of known numbers; the foundation's tone is near that of the skin (CIELAB), as foundations are."""
    made = empty()
    if skin is not None:
        made.shades[0] = skin + rng.normal(0, (2.5, 1.2, 2.0))
    return edited(
        made,
        {
            "foundation.coverage": float(rng.uniform(0.2, 0.8)),
            "blush.shade": str(rng.choice(CHEEKS)), "blush.opacity": float(rng.uniform(0.2, 0.5)),
            "eyeshadow-1.shade": str(rng.choice(LIDS)), "eyeshadow-1.opacity": float(rng.uniform(0.35, 0.8)),
            "lipstick.shade": str(rng.choice(LIPS)), "lipstick.opacity": float(rng.uniform(0.45, 0.9)),
        },
    )  # fmt: skip


@cache
def seen_small() -> dict[str, Floats]:
    """The places of layers over the window that their maps lie in, 64 x 64."""
    return {name: np.asarray(resize(cut(plane), MAP_SIDE, MAP_SIDE), np.float64) for name, plane in
            places(WHOLE).items()}  # fmt: skip


def known(faces: list[People]) -> dict[str, Any]:
    """Known layers put on and read again: shade (CIEDE2000), shade as it is worn over a mean skin, and opacity; and the
    structural similarity of the face after makeup was taken off to the bare one."""
    rng = np.random.default_rng(6)
    errors: dict[str, list[list[float]]] = {}
    back: list[float] = []
    for people in faces:
        before = look_at(people.rgb, people.faces[0])
        state = drawn(rng, skin_of(before.lab, before.visible))
        facet = Makeup(people=people, lock=False)  # nothing is in front, the tone is worn: all of it is there to read
        worn = facet.put_on(people, people.faces[:1], facet.composed(state), None)
        found = extract(look_at(worn.pixels, people.faces[0]))
        for name in ("foundation", "blush", "eyeshadow-1", "lipstick"):
            row = LAYERS.index(name)
            place = seen_small()[name]
            cover = 1.0 if name == "foundation" else float((place * found.maps[row]).sum() / place.sum() / 255)
            opacity = [float(state.amounts[row, 0]), float(found.amounts[row, 0]) * cover]
            shades = [state.shades[row], found.shades[row]]
            seen = [np.array([64, 14, 17]) * (1 - a) + a * s for a, s in zip(opacity, shades, strict=True)]
            errors.setdefault(name, []).append(
                [float(deltaE_ciede2000(*shades)), float(deltaE_ciede2000(*seen)), abs(opacity[1] - opacity[0])]
            )
        gone = remove(People(worn, people.faces)).pixels
        x0, y0, x1, y1 = (max(0, round(v)) for v in people.faces[0].box)
        back.append(ssim(gone[y0:y1, x0:x1], people.rgb[y0:y1, x0:x1]))
    layers = {
        name: dict(zip(("shade", "shade as worn", "opacity"), np.mean(v, axis=0).round(3).tolist(), strict=True))
        for name, v in errors.items()
    }
    return {"faces": len(faces), "layers": layers, "removed, SSIM": record.bootstrap(np.array(back))}


def bared(pairs: Iterable[tuple[str, People, People, Rgb]], network: Path | None) -> dict[str, Any]:
    """What another network made, with its makeup taken off again, beside the bare face, in one light: perceptual
    distance and squared error inside the face, and squared error in lips and lids.

    Args:
        network: an export of the recipe ``makeup`` (``makeup-bare.onnx``) beside the way that ships; None for the
            latter alone.
    """
    found: dict[str, list[list[float]]] = {}
    for _, people, _, other in pairs:
        made = in_the_light_of(people, other)
        masks = parts_of(people)
        face, near = masks["face"] > 0.5, masks["lips"] + masks["lids"] > 0.5
        taken = {"makeup left on": made, "line of bare faces": remove(People(Photo(made), people.faces)).pixels}
        if network is not None:
            with by_network(network):
                taken["network"] = remove(People(Photo(made), people.faces)).pixels
        aim = shipped()(people.rgb)
        for name, picture in taken.items():
            error = np.square(picture.astype(float) - people.rgb)
            distance = perceptual_distance(shipped()(np.where(face[..., None], picture, people.rgb)), aim)
            found.setdefault(name, []).append([distance, float(error[face].mean()), float(error[near].mean())])
    return {
        name: dict(
            zip(("distance", "error", "error in lips and lids"), np.mean(v, axis=0).round(4).tolist(), strict=True)
        )
        for name, v in found.items()
    }


@contextmanager
def by_network(path: Path) -> Iterator[None]:
    """While it lasts, bare faces come from this network."""
    run = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def change(texture: NDArray[np.float32]) -> NDArray[np.float32]:
        given = np.ascontiguousarray(texture.transpose(2, 0, 1)[None], np.float32)
        return np.ascontiguousarray(run.run(None, {"texture": given})[0][0].transpose(1, 2, 0))

    with patch.object(bare_face, "installed", lambda: True), patch.object(bare_face, "change", change):
        yield


def light(data: Path, count: int) -> dict[str, Any]:
    """The makeup of one reference under two lights, over that of two references under one light."""
    lights = (np.array([1.18, 1.05, 0.92]), np.array([0.85, 0.9, 0.98]))
    states: list[list[MakeupState]] = []
    for path in sorted((data / "makeup/references").glob("*.jpg")):
        people = people_of(read_photo(path).pixels)
        if people is None or len(states) == count:
            continue
        lit = [np.rint(np.clip(people.rgb * k, 0, 255)).astype(np.uint8) for k in lights]
        states.append([extract(look_at(one, people.faces[0])) for one in lit])
    own = [_apart(one, other) for one, other in states]
    others = [_apart(states[k][0], states[(k + 1) % len(states)][0]) for k in range(len(states))]
    return {
        "references": len(states),
        "one makeup": round(float(np.mean(own)), 3),
        "two makeups": round(float(np.mean(others)), 3),
        "ratio": round(float(np.mean(own) / np.mean(others)), 4),
    }


def _apart(one: MakeupState, other: MakeupState) -> float:
    """Mean over the layers of the difference (CIELAB) of what they make of a mean skin."""
    skin = np.array([64, 14, 17])
    worn = [skin + s.amounts[1:-1, :1] * (s.shades[1:-1] - skin) for s in (one, other)]
    return float(np.linalg.norm(worn[0] - worn[1], axis=1).mean())


def lock(faces: list[People]) -> dict[str, Any]:
    """Change of the typology angle of bare skin, by group, under lips and eyes alone; bytes changed outside the face,
    on the white of the eyes and in the mouth.  Bare is skin where the places of these layers (``places.py``), whatever
    their opacity, have less than a fiftieth."""
    state = edited(
        empty(), {"lipstick.shade": "#b11b3c", "lipstick.opacity": 0.9, "eyes.shade": "#403040", "eyes.opacity": 0.7}
    )
    names = (*GROUPS["eyes"], "lipstick", "brows")
    painted = np.maximum.reduce([places(256)[name] for name in names])
    bare_places = np.where((painted < 0.02) & (places(256)["foundation"] > 0.5), 1, 0).astype(np.float32)
    moved: dict[str, list[float]] = {}
    touched = 0
    for people in faces:
        made = Makeup(people=people).apply(people.photo, state).pixels
        face, height, width = people.faces[0], *people.rgb.shape[:2]
        laid, _, (top, left) = wrap(bare_places, face, height, width)
        skin = np.zeros((height, width), bool)
        skin[top : top + laid.shape[0], left : left + laid.shape[1]] = laid > 0.5
        before, after = (float(typology_angle(np.median(rgb_to_lab(p[skin]), axis=0))) for p in (people.rgb, made))
        moved.setdefault(tone_of(before), []).append(abs(after - before))
        spared = (mesh_mask(face, "mouth", height, width) > 0.99) | (mesh_mask(face, "eyes", height, width) > 0.99)
        spared |= mesh_mask(face, "face", height, width) == 0 if len(people.faces) == 1 else False
        touched += int((made != people.rgb)[spared].sum())
    groups = {tone: round(float(np.mean(moved[tone])), 3) for tone in TONES if tone in moved}
    counts = {tone: len(moved[tone]) for tone in groups}
    return {"faces": len(faces), "of each": counts, "degrees": groups, "bytes changed where none may be": touched}


def of_all_tones(data: Path, faces: list[People], each: int) -> list[People]:
    """Faces, and of others (``faces/generated``, those held out, and ``faces/ages``) as many as give each group of skin
    tones so many."""
    count = dict.fromkeys(TONES, 0)
    found = list(faces)
    for people in faces:
        count[_tone(people)] += 1
    more = [path for path in sorted((data / "faces/generated").glob("*.jpg")) if face_held_out(path.stem)]
    for path in [*more, *sorted((data / "faces/ages").glob("*_*_1_*"))]:  # people whom that set calls black
        if min(count.values()) >= each:
            break
        people = people_of(read_photo(path).pixels)
        if people is not None and count[tone := _tone(people)] < each:
            found.append(people)
            count[tone] += 1
    return found


def _tone(people: People) -> str:
    skin = parts_of(people)["skin"] > 0.9
    return tone_of(float(typology_angle(np.median(rgb_to_lab(people.rgb[skin]), axis=0))))


def pose(data: Path, count: int) -> dict[str, Any]:
    """Turned heads (yaw 30 to 45 degrees): how far the edge of lipstick lies from the outlines of the lips (outer, and
    of the opening) among 68 given points, in distances of the eyes; the mesh's own error is in it, and stands beside.

    Yaw is the mesh's; heads that the given points do not call turned (the nose is about as far from one eye as from the
    other) are counted apart: there the mesh took half of a face for the whole."""
    import csv

    folder = data / "faces/landmarks68"
    rows: list[tuple[float, float, float]] = []
    astray: list[float] = []
    with (folder / "landmarks68.csv").open() as file:
        for line in csv.reader(file):
            path = folder / line[0]
            if len(rows) == count or not path.is_file():
                continue
            people = people_of(read_photo(path).pixels)
            if people is None or not 30 <= abs(people.faces[0].pose.yaw) <= 45 or people.faces[0].size < 60:
                continue
            points = np.array(line[1:137], np.float64).reshape(68, 2) - FIRST_PIXEL
            face, (height, width) = people.faces[0], people.rgb.shape[:2]
            x0, y0, x1, y1 = *points[48:60].min(axis=0), *points[48:60].max(axis=0)
            if not (0 < x0 < x1 < width and 0 < y0 < y1 < height):
                continue
            everything = slice(0, height), slice(0, width)
            laid = edge_of_lips(people.rgb.astype(np.float32) / 255, face, everything)
            own, mesh = _slip(laid, points), _slip(mesh_mask(face, "lips", height, width), points)
            if own is None or mesh is None:
                continue
            unit = face.inter_ocular
            if _turned(points):
                rows.append((own / unit, mesh / unit, 1 / unit))
            else:
                astray.append(own / unit)
    if not rows:
        return {"faces": 0}
    apart, meshes, pixel = np.array(rows).T
    return {
        "faces": len(rows),
        "slip": record.bootstrap(apart),
        "median": round(float(np.median(apart)), 4),
        "mesh": round(float(meshes.mean()), 4),
        "one pixel": round(float(pixel.mean()), 4),
        "not turned by the points": len(astray),
        "slip with these": round(float(np.mean([*apart, *astray])), 4),
    }


def _turned(points: Floats) -> bool:
    """Whether 68 points call a head turned: the tip of the nose is nearer to one eye's outer corner than to the other's
    by a fifth of their distance."""
    right, left = (float(np.linalg.norm(points[30] - points[eye])) for eye in (36, 45))
    return abs(right - left) > 0.2 * float(np.linalg.norm(points[36] - points[45]))


def _slip(mask: NDArray[np.float32], points: Floats) -> float | None:
    """Mean distance, pixels, of the edge of a mask (at a half, between pixels) to the outlines of the lips among the 68
    points of a face; None without an edge."""
    edges = find_contours(np.pad(mask, 1), 0.5)
    if not edges:
        return None
    edge = np.concatenate(edges)[:, ::-1] - 0.5
    loops = [np.linspace(a, b, 20) for part in (points[48:60], points[60:68])
             for a, b in zip(part, np.roll(part, -1, axis=0), strict=True)]  # fmt: skip
    return float(np.linalg.norm(np.concatenate(loops)[:, None] - edge[None], axis=2).min(axis=0).mean())


def speed(people: People) -> dict[str, Any]:
    """Processor milliseconds of one face in a picture of 256 x 256, looked at before: the quickest tenth, and the mean,
    which other work on the machine makes longer; and of learning."""
    state = drawn(np.random.default_rng(1))
    facet = Makeup(people=people)
    makeup, front = facet.composed(state), None
    times = []
    for _ in range(40):
        began = time.process_time()
        facet.put_on(people, people.faces[:1], makeup, front)
        times.append(1000 * (time.process_time() - began))
    began = time.process_time()
    extract(look_at(people.rgb, people.faces[0]))
    quick, mean = float(np.quantile(times, 0.1)), float(np.mean(times))
    return {
        "wear": round(quick, 2),
        "wear, mean": round(mean, 2),
        "learn": round(1000 * (time.process_time() - began), 2),
    }


METHODS = {
    "Looksmith": "Looksmith（锁定肤色）",
    "Looksmith, tone free": "Looksmith（不锁肤色）",
    "Reinhard by region": "分区 Reinhard",
    "histograms by region": "分区直方图",
    "its own lips and lids alone": "仅其自己的唇与眼睑",
}
FAR = {
    "unchanged": "不变",
    "Looksmith": "Looksmith",
    "Reinhard by region": "分区 Reinhard",
    "histograms by region": "分区直方图",
    "other network": "制作配对图的网络",
}
BARED = {"makeup left on": "不卸", "line of bare faces": "素颜直线", "network": "网络"}
READ = {"lipstick": "口红", "eyeshadow-1": "眼影", "blush": "腮红", "foundation": "粉底"}


def words(result: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows of the table."""
    rows: list[dict[str, str]] = []

    def row(en: str, zh: str, value: str, target: str = "") -> None:
        rows.append({"en": en, "zh": zh, "value": value, "target": target})

    for of, en, chinese, target in (
        ("transfer, another hand", "the same makeup painted on both by another hand", "他法为两人画同一妆",
         "≥ 15% more than each other"),
        ("transfer", "held-out makeup and person", "未见过的妆与人", ""),
        ("transfer, one light", "held-out makeup and person in one light", "未见过的妆与人，同一光线下", ""),
    ):  # fmt: skip
        for name, zh in METHODS.items():
            found = result[of]["methods"][name]
            row(
                f"{en}, gap closed and PSNR: {name}",
                f"{chinese}，缩小的差距与 PSNR：{zh}",
                f"{found['gap closed, distance']:.0%}, {found['psnr']:.1f} dB",
                target if name == "Looksmith" else "",
            )
    far = result["transfer"]["from the reference"]
    for name, zh in FAR.items():
        row(
            f"the reference's lips and lids beside its skin, CIELAB (a*, b*) from what is worn: {name}",
            f"参考图的唇与眼睑（相对其肤色）与所上之妆的 CIELAB（a*、b*）距离：{zh}",
            f"{far[name]['lips']:.1f}, {far[name]['lids']:.1f} "
            f"({far[name]['lips, chroma']:.1f}, {far[name]['lids, chroma']:.1f})",
        )
    for name, zh in READ.items():
        found = result["known"]["layers"][name]
        row(
            f"known layer read again, ΔE of its shade (as worn) and opacity: {name}",
            f"重新读取已知层，色号 ΔE（上脸后）与不透明度：{zh}",
            f"{found['shade']:.1f} ({found['shade as worn']:.1f}), {found['opacity']:.2f}",
            "≤ 3, ≤ 0.1",
        )
    for name, zh in READ.items():
        found = result["known, real people"]["layers"][name]
        row(
            f"the same, the {result['known, real people']['faces']} real people alone: {name}",
            f"同上，仅 {result['known, real people']['faces']} 位真人：{zh}",
            f"{found['shade']:.1f} ({found['shade as worn']:.1f}), {found['opacity']:.2f}",
            "≤ 3, ≤ 0.1",
        )
    for name, found in result["bared"].items():
        row(
            f"makeup of the pairs taken off, squared error to the bare face, of lips and lids: {name}",
            f"卸去配对图上的妆，与素颜的平方误差，唇与眼睑：{BARED[name]}",
            f"{found['error']:.0f}, {found['error in lips and lids']:.0f}",
        )
    back, ratio = result["known"]["removed, SSIM"]["value"], result["light"]["ratio"]
    row("put on and taken off, SSIM to the bare face", "上妆后卸妆，与素颜的 SSIM", f"{back:.3f}", "≥ 0.95")
    row("one makeup in two lights, over two makeups", "同妆异光与异妆之差的比", f"{ratio:.2f}", "≤ 0.5")
    largest = max(result["lock"]["degrees"].values())
    row("bare skin under lips and eyes, worst tone group", "只上唇眼时裸露皮肤，最差肤色组", f"{largest:.2f}°", "≤ 2°")
    touched = str(result["lock"]["bytes changed where none may be"])
    row("bytes changed on eyes, teeth, beyond the face", "眼白、牙齿与脸外被改动的字节", touched, "0")
    if "slip" in result["pose"]:
        slip = result["pose"]["slip"]["value"]
        row(
            "edge of lipstick on turned heads, of the eyes' distance (median; and those only the mesh calls turned)",
            "侧脸口红边缘偏差，占眼距（中位数；含仅网格认为侧转的脸）",
            f"{slip:.1%} ({result['pose']['median']:.1%}; {result['pose']['slip with these']:.1%})",
            "≤ 2 %",
        )
    took = result["speed"]
    row(
        "wearing, face of 256², processor time, quickest tenth (mean)",
        "256² 人脸上妆的处理器时间，最快的十分之一（平均）",
        f"{took['wear']:.0f} ms ({took['wear, mean']:.0f})",
        "≤ 16 ms",
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--faces", type=int, default=24)
    parser.add_argument("--network", type=Path, help="makeup-bare.onnx, to be compared with the way that ships")
    given = parser.parse_args()
    result: dict[str, Any] = {"speed": speed(bare_faces(given.data, 1)[0])}  # before memory is full of faces
    faces = bare_faces(given.data, given.faces)
    for name, measure in (
        ("known", lambda: known(faces)),
        ("known, real people", lambda: known(bare_faces(given.data, given.faces, real=True))),
        ("bared", lambda: bared(held_out_pairs(given.data, given.pairs), given.network)),
        ("lock", lambda: lock(of_all_tones(given.data, faces, 6))),
        ("light", lambda: light(given.data, given.faces)),
        ("pose", lambda: pose(given.data, given.faces)),
        ("transfer, another hand", lambda: transfer(laid_by_hand(given.data, given.faces))),
        ("transfer", lambda: transfer(held_out_pairs(given.data, given.pairs))),
        ("transfer, one light", lambda: transfer(held_out_pairs(given.data, given.pairs), same_light=True)),
    ):
        result[name] = measure()
        print(name, result[name], flush=True)
    record.write("makeup", {**result, "rows": words(result)})


if __name__ == "__main__":
    main()
