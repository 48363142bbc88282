"""What the recipes of identity and regions learn from is made of folders: crops of faces, sets of masks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from looksmith.errors import LooksmithError
from looksmith.faces.canonical import canonical
from looksmith.faces.parts import PARTS
from looksmith.training.data.align_faces import MARGIN, align
from looksmith.training.data.face_labels import FaceLabels
from looksmith.training.data.label_regions import label
from looksmith.training.data.region_labels import SKIN, one_of
from looksmith.training.recipes.faces_identity import FacesIdentityRecipe, person_of, prepared_faces
from looksmith.training.recipes.faces_regions import FacesRegionsRecipe, prepared_pictures


def _mesh(x: float, y: float, across: float) -> np.ndarray:
    mesh = (canonical().geometry * across + (x, y, 0)).astype(np.float32)
    return np.concatenate([mesh, np.zeros((10, 3), np.float32)])


def _labelled(folder: Path, cache: Path, *, portraits: bool, crop: Any = None) -> FaceLabels:
    """A teacher that sees one face in the middle of every picture, and a small one in a corner."""
    names = tuple(sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.jpg")))
    small = [] if folder.name in ("parsed", "generated") else [_mesh(20, 20, 10)]
    meshes = np.stack([mesh for _ in names for mesh in (_mesh(100, 90, 40), *small)])
    which = np.repeat(np.arange(len(names)), 1 + len(small)).astype(np.int32)
    return FaceLabels(folder, names, which, meshes, np.zeros((0, 5), np.float32))


class _Teacher(nn.Module):
    def forward(self, chips: torch.Tensor) -> torch.Tensor:
        return chips.mean(dim=(2, 3)).repeat(1, 43)[:, :128]


def _picture(path: Path, colour: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((200, 200, 3), 20, np.uint8)
    pixels[40:150, 50:150] = colour  # where the face is
    Image.fromarray(pixels).save(path, quality=95)


def test_faces_are_cut_where_they_are_and_people_numbered(tmp_path: Path) -> None:
    for person, colour in (("ann", 90), ("bob", 180)):
        for number in range(2):
            _picture(tmp_path / f"faces/identities/{person}/{number}.jpg", colour)
    _picture(tmp_path / "faces/generated/x.jpg", 240)
    made = align(tmp_path, tmp_path / "labels", _Teacher(), person_of, _labelled)
    assert len(made) == 5 and made.wide.shape[1:] == (112 + 2 * MARGIN, 112 + 2 * MARGIN, 3)
    assert made.chips.shape[1:] == (150, 150, 3) and made.taught.shape == (5, 128)
    people = dict(zip(made.names.tolist(), made.people.tolist(), strict=True))
    assert people["faces/identities/ann/0.jpg"] == people["faces/identities/ann/1.jpg"] != -1
    assert people["faces/identities/bob/0.jpg"] not in (-1, people["faces/identities/ann/0.jpg"])
    assert people["faces/generated/x.jpg"] == -1
    for name, wide, taught in zip(made.names, made.wide, made.taught, strict=True):
        colour = 90 if "ann" in name else 180 if "bob" in name else 240
        assert abs(float(wide[60:90, 60:90].mean()) - colour) < 4  # the large face, not the one in the corner
        assert abs(float(taught[0]) * 255 - colour) < 60
    with pytest.raises(FileNotFoundError, match="no portraits"):
        align(tmp_path / "labels", tmp_path, _Teacher(), person_of, _labelled)


def test_masks_and_outlines_become_sets(tmp_path: Path) -> None:
    for name in ("makeup/parsed/a.jpg", "fashion/street/0001.jpg", "faces/generated/g.jpg"):
        _picture(tmp_path / name, 150)
    mask = np.zeros((200, 200), np.uint8)
    mask[40:150, 50:150], mask[100:110, 90:110] = 1, 12
    Image.fromarray(mask).save(tmp_path / "makeup/parsed/a.mask.png")
    worn = np.zeros((200, 200), np.uint8)
    worn[40:90, 50:150], worn[90:150, 50:150] = 1, 2
    Image.fromarray(worn).save(tmp_path / "fashion/street/0001.mask.png")
    (tmp_path / "fashion/street-labels.json").write_text(json.dumps(["null", "skin", "coat"]))

    def outline(rgb: np.ndarray) -> np.ndarray:
        return (rgb[..., 0] > 100).astype(np.float32)

    made = {one.name: one for one in label(tmp_path, tmp_path / "labels", outline, _labelled)}
    assert set(made) == {"makeup/parsed/a.jpg", "fashion/street/0001.jpg", "faces/generated/g.jpg"}
    parsed, street, told = (
        made[n].sets for n in ("makeup/parsed/a.jpg", "fashion/street/0001.jpg", "faces/generated/g.jpg")
    )
    assert (
        parsed[60, 60] == one_of("skin") and parsed[105, 100] == one_of("lips") and parsed[0, 0] == one_of("background")
    )
    assert street[60, 60] == SKIN and street[120, 60] == one_of("clothes")
    assert told[0, 0] == one_of("background") and not (told & np.uint16(one_of("glasses"))).any()
    points = made["faces/generated/g.jpg"].points
    assert points is not None and abs(float(points[:2].mean(axis=0)[0]) - 100) < 3
    with pytest.raises(FileNotFoundError, match="no pictures"):
        label(tmp_path / "labels", tmp_path, outline, _labelled)


def test_of_whole_figures_an_outline_tells_and_the_face_where_it_is_on_them(tmp_path: Path) -> None:
    _picture(tmp_path / "content/street/s.jpg", 150)

    def figure(rgb: np.ndarray) -> np.ndarray:
        outline = np.zeros(rgb.shape[:2], np.float32)
        outline[30:190, 40:160], outline[30:190, 160:165] = 1, 0.5
        return outline

    assert "content/street/s.jpg" not in _names(tmp_path, None)
    (one,) = (p for p in label(tmp_path, tmp_path, figure, _labelled, figure) if p.name == "content/street/s.jpg")
    assert one.sets[5, 5] == one_of("background") and one.sets[180, 162] == 0
    assert one.sets[180, 60] != 0 and not one.sets[180, 60] & one_of("background", "lips")
    eyes = (one.sets & one_of("eyes")) != 0
    assert eyes.any() and (one.sets[eyes] & one_of("glasses")).all()  # who walks in the street may wear some
    assert one.points is not None and abs(float(one.points[:2].mean(axis=0)[0]) - 100) < 3  # not the face in the corner

    def corner(rgb: np.ndarray) -> np.ndarray:
        return np.pad(np.ones((20, 20), np.float32), ((180, 0), (180, 0)))

    bare = label(tmp_path, tmp_path, figure, _labelled, corner)
    assert bare[-1].points is None and bare[-1].sets[190, 190] == one_of(*PARTS[1:])


def test_nobody_is_where_no_outline_is_or_a_pose_is_unlikely(tmp_path: Path) -> None:
    def unseen(folder: Path, cache: Path, *, portraits: bool, crop: Any = None) -> FaceLabels:
        names = tuple(sorted(p.name for p in folder.glob("*.jpg")))
        return FaceLabels(folder, names, np.zeros(0, np.int32), np.zeros((0, 478, 3), np.float32), np.zeros((0, 5)))

    def outline(rgb: np.ndarray) -> np.ndarray:
        return (rgb[..., 0] > 100).astype(np.float32)

    def anybody(rgb: np.ndarray) -> float:
        return 0.9 if rgb.max() > 200 else 0.01

    for name, colour in (("empty", 20), ("bird", 150), ("somebody", 240)):
        _picture(tmp_path / f"content/photos/{name}.jpg", colour)
    with_pose = label(tmp_path, tmp_path, outline, unseen, None, anybody)
    assert {p.name for p in with_pose} == {"content/photos/empty.jpg", "content/photos/bird.jpg"}
    assert all((p.sets == one_of("background")).all() for p in with_pose)
    assert [p.name for p in label(tmp_path, tmp_path, outline, unseen)] == ["content/photos/empty.jpg"]


def _names(root: Path, figure: Any) -> set[str]:
    _picture(root / "faces/generated/g.jpg", 150)
    made = label(root, root, lambda rgb: np.ones(rgb.shape[:2], np.float32), _labelled, figure)
    return {one.name for one in made}


def test_without_data_or_file_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="prepared faces"):
        prepared_faces(FacesIdentityRecipe(), tmp_path)
    with pytest.raises(LooksmithError, match="prepared pictures"):
        prepared_pictures(FacesRegionsRecipe(prepared=tmp_path / "none.pkl"), tmp_path)
