"""Retouch and hair on held-out portraits: what stays, what goes, who it still is, and what leaks.

    python -m benchmarks.retouch_hair --data FOLDER [--pictures 24] [--quick]

*Retouch*: energy of the fine band (pores) and size of the middle band (blotches) of skin before and after smoothing;
red spots and moles that were painted onto skin, found or kept; the colour of teeth and of the whites of eyes; identity
at the natural settings and with every slider at an end, and how often the guard would step in; pixels off the face; and
stripes painted onto the background beside the face, under the sliders of shape.
*Hair*: six shades on pictures whose hair people outlined: colour difference (CIEDE2000) between the shade and the mean
of the hair after; how far strands differ, in parts of their lightness, after over before; change where no hair is.
Beside it, with the same mask, hue and saturation set in HSV, and Reinhard's transfer of means and deviations.
Writes results/retouch-hair.json.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import record
from benchmarks.retouch_prior import portraits
from looksmith.evaluation.metrics.colour_difference import colour_difference
from looksmith.faces import identity
from looksmith.faces.landmarks import LEFT_EYE, LIPS_OUTER, RIGHT_EYE
from looksmith.faces.people import People
from looksmith.faces.refine import refined
from looksmith.facets.closeup import box_round, closeup
from looksmith.facets.hair.colours import SHADES, dyed, lab_of
from looksmith.facets.hair.dye import EDGE
from looksmith.facets.hair.facet import HairColour
from looksmith.facets.hair.region import hair_of
from looksmith.facets.retouch.bands import bands_of
from looksmith.facets.retouch.bright import eye_parts, teeth_of
from looksmith.facets.retouch.facet import UNIT, Retouch
from looksmith.facets.retouch.shape import MARGIN
from looksmith.facets.retouch.sliders import FEATURES, SHAPE, SKIN, RetouchState, natural
from looksmith.facets.retouch.spots import spots_of
from looksmith.media.colour import lab_to_rgb, luma, rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.smooth import blurred
from looksmith.training.data.pictures import held_out

Rgb = NDArray[np.uint8]

TRIED = ("black", "chestnut", "copper", "golden-blonde", "platinum", "burgundy")
HAIR = 17
"""Number of hair in the outlined pictures."""
FACES = ("faces/rated", "faces/generated", "faces/ages")
COLOUR_LIMIT = RetouchState(**dict.fromkeys((*SKIN, *FEATURES), 1.0))
SHAPE_LIMITS = (RetouchState(eye_size=1, jaw=-1, nose=-1, lips=1), RetouchState(eye_size=-1, jaw=1, nose=1, lips=-1))
assert set(SHAPE) == {"eye_size", "jaw", "nose", "lips"}


def seen(photos: Iterator[Photo], least: float) -> Iterator[tuple[Photo, People]]:
    """Those with a face that is large enough."""
    for photo in photos:
        people = People(photo)
        if people.faces and people.faces[0].inter_ocular >= least and abs(people.faces[0].pose.yaw) < 30:
            yield photo, People(photo, people.faces[:1])


def view(photo: Photo, people: People) -> Any:
    """The closeup that retouch works on."""
    face = people.faces[0]
    box = box_round(face.landmarks[:, :2], 0.1 * face.inter_ocular, photo.height, photo.width)
    assert box is not None
    return closeup(photo, people, face, box, UNIT)


def planted(photo: Photo, people: People, noise: np.random.Generator) -> tuple[Photo, list[tuple[float, float, bool]]]:
    """Six red spots and three moles on plain skin; places in pixels, and which are moles."""
    near = view(photo, people)
    bands, face = bands_of(near), people.faces[0]
    scale = (near.box[2] - near.box[0]) / near.shape[1]
    plain = blurred(np.asarray((bands.skin > 0.95).astype(np.float32)), 0.05 * near.unit) > 0.97
    y, x = np.nonzero(plain)
    pixels, made = photo.pixels.astype(np.float32), list[tuple[float, float, bool]]()
    rows, columns = np.mgrid[: photo.height, : photo.width] + 0.5
    for _ in range(400):
        if len(made) == 9 or not len(y):
            break
        pick = noise.integers(len(y))
        px, py = near.box[0] + (x[pick] + 0.5) * scale, near.box[1] + (y[pick] + 0.5) * scale
        if any(np.hypot(px - ox, py - oy) < 0.16 * face.inter_ocular for ox, oy, _ in made):
            continue
        mole = len(made) >= 6
        radius = noise.uniform(0.016, 0.028) * face.inter_ocular
        spot = np.clip(1.5 - np.hypot(columns - px, rows - py) / radius, 0, 1)[..., None]
        colour = np.array([0.45, 0.5, 0.5]) if mole else np.array([0.04, 0.24, 0.22]) * noise.uniform(0.8, 1.2)
        pixels *= 1 - spot * colour
        made.append((float(px), float(py), mole))
    return Photo(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)), made


def spots_told(photo: Photo, people: People, noise: np.random.Generator) -> dict[str, float] | None:
    """Shares of planted spots found, of moles told apart, and of both that are left after retouching."""
    worse, places = planted(photo, people, noise)
    if len(places) < 9:
        return None
    near = view(worse, people)
    found = spots_of(bands_of(near), near.unit)
    scale = (near.box[2] - near.box[0]) / near.shape[1]
    at = found.places * scale + near.box[:2]
    own = view(photo, people)
    before = spots_of(bands_of(own), own.unit)
    reach = 0.03 * people.faces[0].inter_ocular

    def hits(spots: NDArray[np.float32], px: float, py: float) -> bool:
        return bool(len(spots)) and float(np.hypot(spots[:, 0] - px, spots[:, 1] - py).min()) < reach

    red, dark = at[~found.mole], at[found.mole]
    made = Retouch(people=people).apply(worse, RetouchState(blemish=1.0))

    def left(px: float, py: float) -> float:
        x, y = int(px), int(py)
        clean, bad, now = (p.pixels[y, x].astype(float) for p in (photo, worse, made))
        return float(np.abs(now - clean).sum() / max(np.abs(bad - clean).sum(), 1))

    spots = [(px, py) for px, py, mole in places if not mole]
    moles = [(px, py) for px, py, mole in places if mole]
    return {
        "red spots found": float(np.mean([hits(red, *p) for p in spots])),
        "red spots left": float(np.mean([left(*p) for p in spots])),
        "moles taken for blemishes": float(np.mean([hits(red, *p) for p in moles])),
        "moles known": float(np.mean([hits(dark, *p) for p in moles])),
        "moles left": float(np.mean([left(*p) for p in moles])),
        "other spots": float(max(0, len(red) - sum(hits(red, *p) for p in spots + moles))),
        "spots before": float((~before.mole).sum()),
    }


def bands_told(photo: Photo, people: People) -> dict[str, float]:
    """What smoothing at 1 leaves of the fine and of the middle band."""
    made = Retouch(people=people).apply(photo, RetouchState(smooth=1.0))
    one, two = (bands_of(view(p, people), bands_of(view(photo, people)).skin) for p in (photo, made))
    sure = one.skin > 0.85
    energy = [float(np.square(b.luma[0][sure]).sum()) for b in (one, two)]
    middle = [float(np.median(np.abs(b.luma[1][sure]))) for b in (one, two)]
    return {"fine": energy[1] / max(energy[0], 1e-9), "middle": middle[1] / max(middle[0], 1e-9)}


def tint_told(photo: Photo, people: People) -> dict[str, float]:
    """Chroma gained and lightness gained in the whites of eyes and in teeth at 1."""
    made = Retouch(people=people).apply(photo, RetouchState(eyes=1.0, teeth=1.0))
    face, told = people.faces[0], dict[str, float]()
    for name, loop in (("white", RIGHT_EYE), ("white ", LEFT_EYE), ("teeth", LIPS_OUTER)):
        box = box_round(face.landmarks[list(loop), :2], 0.05 * face.inter_ocular, photo.height, photo.width)
        if box is None:
            continue
        near = closeup(photo, people, face, box, 2 * UNIT)
        mask = teeth_of(near) if name == "teeth" else eye_parts(near, int(name != "white"))[0]
        if mask.sum() < 0.002 * near.unit**2:
            continue
        now = closeup(made, people, face, box, 2 * UNIT)
        one, two = (rgb_to_lab(v.rgb)[mask > 0.5] for v in (near, now))
        if not len(one):
            continue
        chroma = [float(np.hypot(*lab[:, 1:].mean(axis=0))) for lab in (one, two)]
        told[f"{name.strip()} chroma"] = chroma[1] - chroma[0]
        told[f"{name.strip()} light"] = float((two[:, 0] - one[:, 0]).mean())
    return told


def identity_told(photo: Photo, people: People) -> dict[str, float]:
    """Similarity of a face to itself after retouching."""
    own = identity.embed(photo.pixels, people.faces)[0]  # type: ignore[arg-type]
    told = {}
    for name, states in (("natural", (natural(),)), ("colour limits", (COLOUR_LIMIT,)), ("shape limits", SHAPE_LIMITS)):
        made = [Retouch(people=people).apply(photo, state).pixels for state in states]
        told[name] = min(identity.similarity(own, identity.embed(p, people.faces)[0]) for p in made)  # type: ignore[arg-type]
    return told


def shape_told(photo: Photo, people: People) -> dict[str, float]:
    """Stripes on the background under shape: share that is the same bit for bit, and the farthest that one changed."""
    background = people.regions.mask("background")
    sure = background > 0.98
    rows, columns = np.mgrid[: photo.height, : photo.width]
    striped = photo.pixels.copy()
    striped[sure & (columns % 12 < 2)] = (20, 20, 20)
    made = Retouch(people=people).apply(Photo(striped), SHAPE_LIMITS[0]).pixels
    changed = (made != striped).any(axis=2)
    face = people.faces[0]
    low, high = face.landmarks[:, :2].min(axis=0), face.landmarks[:, :2].max(axis=0)
    pad = (MARGIN + 0.06) * face.inter_ocular
    near = (columns > low[0] - pad) & (columns < high[0] + pad) & (rows > low[1] - pad) & (rows < high[1] + pad)
    beside = sure & near
    return {
        "off the face": float(changed[~near].mean()) if (~near).any() else 0.0,
        "stripes the same": float(1 - changed[beside].mean()) if beside.any() else 1.0,
    }


def hsv(rgb: Rgb, mask: NDArray[np.float32], shade: str) -> NDArray[np.float32]:
    """Hue and saturation of the shade, the photo's own value."""
    target = np.asarray(Image.new("RGB", (1, 1), SHADES[shade]).convert("HSV"))[0, 0]
    planes = np.asarray(Image.fromarray(rgb).convert("HSV")).copy()
    planes[..., :2] = target[:2]
    made = np.asarray(Image.fromarray(planes, "HSV").convert("RGB")).astype(np.float32) / 255
    return np.asarray(rgb / 255 + (made - rgb / 255) * mask[..., None], np.float32)


def reinhard(rgb: Rgb, mask: NDArray[np.float32], shade: str) -> NDArray[np.float32]:
    """Means of the shade and deviations that hair of its lightness has (Reinhard et al. 2001, in CIELAB)."""
    lab, aim = rgb_to_lab(rgb), lab_of(shade)
    sure = mask > 0.7
    if not sure.any():
        return np.asarray(rgb / 255, np.float32)
    mean, spread = lab[sure].mean(axis=0), lab[sure].std(axis=0) + 1e-3
    wanted = np.array([0.25 * (aim[0] + 8), 3.0, 4.0])
    made = lab_to_rgb(((lab - mean) / spread * wanted + aim).astype(np.float32))
    return np.asarray(rgb / 255 + (made - rgb / 255) * mask[..., None], np.float32)


def hair_told(photo: Photo, people: People, outlined: NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
    """For each shade and way: how near the shade is, what strands keep, and what changes off the hair."""
    hair = hair_of(photo, people, 0)
    if hair is None or outlined.sum() < 500:
        return
    left, top, right, bottom = hair.box
    rgb: Rgb = photo.pixels  # type: ignore[assignment]
    mask = np.zeros(rgb.shape[:2], np.float32)
    part = rgb[top:bottom, left:right]
    mask[top:bottom, left:right] = refined(hair.mask, luma(part), max(1, round(EDGE * hair.near.unit)))
    inner = (blurred(outlined.astype(np.float32), 3.0) > 0.98) & (mask > 0.9)
    off = blurred(outlined.astype(np.float32), 4.0) < 0.01
    if inner.sum() < 300:
        return
    before = rgb_to_lab(rgb)

    def strands(lab: NDArray[np.float32]) -> float:
        light = np.ascontiguousarray(lab[..., 0])
        smooth = blurred(light, 0.08 * people.faces[0].inter_ocular)
        return float(np.std((light - smooth)[inner]) / (np.median(smooth[inner]) + 8))

    share = float((mask[outlined] > 0.5).mean())
    for shade in TRIED:
        copies = {"HSV": hsv(rgb, mask, shade), "Reinhard": reinhard(rgb, mask, shade)}
        ways: dict[str, Any] = {"ours": HairColour(people=people).apply(photo, dyed(shade)).pixels}
        ways |= {way: np.rint(np.clip(copy, 0, 1) * 255).astype(np.uint8) for way, copy in copies.items()}
        for way, made in ways.items():
            lab = rgb_to_lab(made)
            mean = lab[inner].mean(axis=0)
            yield {
                "way": way,
                "shade": float(colour_difference(mean[None], lab_of(shade)[None])[0]),
                "strands": strands(lab) / max(strands(before), 1e-4),
                "leak": float(np.linalg.norm(lab - before, axis=-1)[off].mean()),
                "covered": share,
            }


def means(rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> dict[str, float]:
    return {
        key: float(np.mean([row[key] for row in rows if key in row])) for key in keys if any(key in r for r in rows)
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=24, help="of each set at most")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(arguments)
    most = 3 if chosen.quick else chosen.pictures
    noise = np.random.default_rng(0)
    bands, spots, tints, kept, shapes = [], [], [], [], []
    for photo, people in seen(portraits(chosen.data, most, held=True), 60):
        bands.append(bands_told(photo, people))
        tints.append(tint_told(photo, people))
        told = spots_told(photo, people, noise)
        if told is not None:
            spots.append(told)
    for name in FACES:
        files = sorted(p for p in (chosen.data / name).rglob("*.jpg") if held_out(p))[:most]
        for photo, people in seen(map(read_photo, files), 40):
            kept.append(identity_told(photo, people))
            if name == "faces/generated":
                shapes.append(shape_told(photo, people))
    dyes: list[dict[str, Any]] = []
    for file in sorted((chosen.data / "makeup/parsed").glob("*.jpg"))[:most]:
        outlined = np.asarray(Image.open(file.with_suffix(".mask.png"))) == HAIR
        photo = read_photo(file)
        if outlined.shape != photo.pixels.shape[:2]:
            outlined = np.asarray(Image.fromarray(outlined).resize((photo.width, photo.height)))
        for one, people in seen(iter([photo]), 40):
            dyes += hair_told(one, people, outlined)
    floor = identity.thresholds().same
    result: dict[str, Any] = {
        "faces": {"skin": len(bands), "spots": len(spots), "identity": len(kept), "shape": len(shapes)},
        "bands": means(bands, ("fine", "middle")) | {"least fine": float(min(row["fine"] for row in bands))},
        "spots": means(spots, tuple(spots[0])) if spots else {},
        "tint": means(tints, ("white chroma", "white light", "teeth chroma", "teeth light")),
        "identity": {
            name: {
                "mean": float(np.mean([row[name] for row in kept])),
                "least": float(min(row[name] for row in kept)),
                "guarded": float(np.mean([row[name] < floor for row in kept])),
            }
            for name in ("natural", "colour limits", "shape limits")
        },
        "floor": floor,
        "shape": means(shapes, ("off the face", "stripes the same")),
        "hair": {
            way: means([row for row in dyes if row["way"] == way], ("shade", "strands", "leak", "covered"))
            for way in ("ours", "HSV", "Reinhard")
        },
        "dyed": len(dyes) // 3,
    }
    path = record.write("retouch-hair", result | {"rows": rows_of(result)})
    for row in rows_of(result):
        print(f"{row['en']:70} {row['value']:>10} {row['target']}")
    print(path)
    return 0


def rows_of(result: dict[str, Any]) -> list[dict[str, str]]:
    """What the tables of the documentation show."""
    rows = []

    def row(english: str, chinese: str, value: str, target: str = "") -> None:
        rows.append({"en": english, "zh": chinese, "value": value, "target": target})

    def percent(value: float) -> str:
        return f"{100 * value:.0f} %"

    bands, spots, tint = result["bands"], result["spots"], result["tint"]
    row("smooth 1: energy of pores that is left", "smooth 1：保留的毛孔细节", percent(bands["fine"]), "≥ 90 %")
    row("smooth 1: blotches that are left", "smooth 1：剩余的肤色不匀", percent(bands["middle"]))
    if spots:
        row("red spots of ours that are found", "人为加上的红斑：找到", percent(spots["red spots found"]))
        row("of their colour, left after blemish 1", "blemish 1 之后剩余的颜色", percent(spots["red spots left"]))
        row("moles that are taken for blemishes", "被误当成斑点的痣", percent(spots["moles taken for blemishes"]))
        row("of the moles' colour, left after blemish 1", "blemish 1 之后保留的痣", percent(spots["moles left"]))
    if "white chroma" in tint:
        row("whites of eyes at 1: chroma gained", "亮眼 1：眼白彩度变化", f"{tint['white chroma']:+.2f}", "≤ 0.5")
        row("whites of eyes at 1: lightness gained", "亮眼 1：眼白亮度变化", f"{tint['white light']:+.1f}")
    if "teeth chroma" in tint:
        row("teeth at 1: chroma gained", "白牙 1：牙齿彩度变化", f"{tint['teeth chroma']:+.2f}", "≤ 0.5")
    for name, chinese in (("natural", "自然值"), ("colour limits", "颜色滑块到头"), ("shape limits", "形状滑块到头")):
        held = result["identity"][name]
        row(f"identity, {name}: mean similarity", f"身份相似度，{chinese}：平均", f"{held['mean']:.3f}")
        row(f"identity, {name}: the guard steps in", f"身份保护介入，{chinese}", percent(held["guarded"]))
    shape = result["shape"]
    row("pixels beyond the margin that shape changes", "形状滑块改变边距外像素", percent(shape["off the face"]), "0 %")
    row("stripes beside the face the same bit for bit", "脸旁条纹逐位不变", percent(shape["stripes the same"]))
    for way, chinese in (("ours", "本项目"), ("HSV", "HSV"), ("Reinhard", "Reinhard")):
        hair = result["hair"][way]
        if hair:
            label = "Looksmith" if way == "ours" else way
            row(
                f"hair, {label}: colour difference to the shade", f"染发，{chinese}：与目标色差", f"{hair['shade']:.1f}"
            )
            row(f"hair, {label}: strand contrast kept", f"染发，{chinese}：发丝对比", percent(hair["strands"]))
            row(f"hair, {label}: change off the hair (ΔE)", f"染发，{chinese}：发外变化", f"{hair['leak']:.2f}")
    if result["hair"]["ours"]:
        row("outlined hair that is reached", "覆盖的头发", percent(result["hair"]["ours"]["covered"]))
    return rows


if __name__ == "__main__":
    sys.exit(main())
