"""A look on frames of a clip or a camera, as they come: retouch, makeup, hair and tone in one pass.

Faces are looked for now and then, followed by their mesh, and held steady by a one-euro filter.  Regions are looked at
about twice a second and travel with the face in between.  Facets of faces work on a crop that goes with the face: those
of the face at every second frame, hair at every fourth; in between, what they changed travels with the face, unless it
turns too quickly for that.  What travels well is worked out beside, in another thread, and is there at the next frame:
which frame shows what never depends on how fast the machine is.  The tone is one table for the whole clip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces import identity
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.crop import place_of_mesh
from looksmith.faces.face import Face
from looksmith.faces.landmarks import POINTS
from looksmith.faces.mesh import look as look_at
from looksmith.faces.people import People
from looksmith.faces.pose import pose_of
from looksmith.faces.regions import Regions, installed, probabilities
from looksmith.faces.smooth import Steady
from looksmith.facets import registry
from looksmith.facets.lut import Lut, identity_nodes
from looksmith.facets.lut_frames import LutOfFrames
from looksmith.facets.tone import Tone
from looksmith.looks import guard
from looksmith.looks.learn import chosen_facets
from looksmith.looks.look import Look
from looksmith.looks.minors import check_subject
from looksmith.looks.scene import Scene
from looksmith.media.photo import Photo
from looksmith.media.resize import shrink
from looksmith.rights.permit import check_use
from looksmith.rights.terms import Use

Rgb = NDArray[np.uint8]
Box = tuple[int, int, int, int]
Points = NDArray[np.float32]

PARTS_SIDE = 224
"""Longest side at which regions of a crop are kept."""
GROWN = 1.12
"""By how much a face may grow or shrink before its regions are looked at anew."""
AROUND = {"hair": (0.75, 0.7, 1.6)}
"""For facets that reach beyond the face: above, beside and below it, in its sizes."""
FACE_ONLY = (0.3, 0.25, 0.25)
DETAIL = 56.0
"""Pixels between the outer corners of the eyes at which facets that take ``detail`` work at most."""
STIFF = 0.02
"""Farthest that a point of the mesh may move against the others, in sizes of the face, for a change to travel along."""
FAR = 0.15
"""Farthest that it travels, in the same sizes."""
PRESENT = 0.6
"""Least presence of a face that is followed; below, faces are looked for anew."""
CAREFUL = 0.85
"""What is left of the strength on a face that would no longer be the same person, at each look at it."""


@dataclass(frozen=True, eq=False)
class _Change:
    """What facets changed: values h x w x 3 in a box of the frame, and the mesh at that time."""

    values: NDArray[np.int16]
    box: Box
    mesh: Points


@dataclass(eq=False)
class _Track:
    """One face from frame to frame."""

    face: Face
    parts: NDArray[np.float32] | None = None
    offset: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    size: float = 0.0
    looked: int = -1
    share: float = 1.0
    changes: dict[str, _Change] = field(default_factory=dict)
    coming: Future[dict[str, _Change]] | None = None

    def collect(self) -> None:
        """Take over what was worked out beside since the last frame."""
        if self.coming is not None:
            self.take(self.coming.result())
            self.coming = None

    def take(self, made: dict[str, _Change]) -> None:
        """What was worked out anew; nothing at all where too little of the face is in the frame."""
        self.changes = self.changes | made if made else {}


@dataclass(eq=False)
class Live:
    """A look for a stream of frames.

    Attributes:
        look: whose facets run; of faces and ``tone``, each at ``strength`` times its default strength.
        strength: 0 (the frames, bit for bit) to 1.
        only: the facets to run; default those that run by default and that can.
        every: frames after which facets of faces are worked out anew, and hair after twice as many; 1 for all of them
            at each frame, for pictures that have nothing to do with each other.
        found_every: frames after which faces are looked for anew.
        regions_every: frames after which regions, and who somebody is, are looked at anew.
        most: faces that are worked on, the largest.
        use: as of :func:`looksmith.apply`.
        allow_minors: as there.
    """

    look: Look
    strength: float = 1.0
    only: str | Sequence[str] | None = None
    every: int = 2
    found_every: int = 30
    regions_every: int = 15
    most: int = 3
    use: Use = "private"
    allow_minors: bool = False
    _steady: Steady = field(default_factory=Steady, repr=False)
    _tracks: list[_Track] = field(default_factory=list, repr=False)
    _table: LutOfFrames | None = field(default=None, repr=False)
    _count: int = field(default=0, repr=False)
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "looksmith-live"), repr=False)
    _beside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "looksmith-beside"), repr=False)

    def __post_init__(self) -> None:
        check_use(self.look.claim, self.use, None)
        if not 0 <= self.strength <= 1:
            raise LooksmithError("strength is out of range", expected="0 to 1", got=self.strength)
        for name in ("every", "found_every", "regions_every", "most"):
            if getattr(self, name) < 1:
                raise LooksmithError("a number of frames or faces is too small", where=name, expected="1 or more")
        able = [name for name in self.look.facets if name == "tone" or "people" in registry.takes(name)]
        chosen = chosen_facets(self.only, list(self.look.facets)) if self.only is not None else self.look.default
        asked = [name for name in chosen if name in able]
        if not asked or (self.only is not None and len(asked) < len(chosen)):
            raise LooksmithError(
                "the look has a facet that does not run on frames", where=self.look.name,
                expected=", ".join(able) or "a look of faces or tone", got=", ".join(chosen) or "none",
            )  # fmt: skip
        self.facets: Mapping[str, float] = {
            name: (self.look.strengths[name] or 1.0) * self.strength for name in registry.in_order(asked)
        }

    def __call__(self, frame: Rgb, seconds: float) -> Rgb:
        """The frame in the look.

        Args:
            frame: H x W x 3 uint8 sRGB; all of one size.
            seconds: its time, which must grow.

        Returns:
            a new frame; at strength 0 the bytes that were given.

        Raises:
            LooksmithError: it is no such frame, or time does not grow.
            RefusedError: an installed age check takes a face for a child's, and a facet beautifies.
        """
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise LooksmithError("this is no frame", expected="H x W x 3 uint8", got=f"{frame.shape} {frame.dtype}")
        if self.strength == 0:
            return frame.copy()
        made = frame.copy()
        of_faces = [name for name in self.facets if name != "tone"]
        if of_faces:
            self._follow(frame, seconds, of_faces)
            for track in self._tracks:
                self._dress(frame, made, track, of_faces)
        if "tone" in self.facets:
            made = self._tone(frame)(made)
        self._count += 1
        return made

    @property
    def faces(self) -> tuple[Face, ...]:
        """Those of the last frame."""
        return tuple(track.face for track in self._tracks)

    def _follow(self, frame: Rgb, seconds: float, of_faces: Sequence[str]) -> None:
        """Where the faces are now."""
        found: tuple[Face, ...] | None = None
        if self._tracks and self._count % self.found_every:
            found = _followed(frame, self.faces)
        if found is None:
            found = analyse_pixels(frame)[: self.most]
            if found:
                check_subject(Scene(Photo(frame), found), of_faces, self.allow_minors)
        steady = self._steady(found, seconds)
        before, self._tracks = self._tracks, []
        for face in steady:
            near = [t for t in before if np.hypot(*np.subtract(t.face.centre, face.centre)) < 0.5 * face.size]
            track = near[0] if near else _Track(face)
            if near:
                before.remove(track)
            track.face = face
            self._tracks.append(track)

    def _dress(self, frame: Rgb, made: Rgb, track: _Track, of_faces: Sequence[str]) -> None:
        """One face, in place."""
        groups = {"hair": ["hair"], "face": [name for name in of_faces if name != "hair"]}
        groups = {key: names for key, names in groups.items() if set(names) & set(of_faces)}
        track.collect()
        due = {key: groups[key] for key in groups if self._due(track, key)}
        fits = all(key in track.changes and _travels(track.changes[key], track.face) for key in due)
        later = self.every > 1 and fits and not self._stale(track)
        box = self._box(track, of_faces) if due else (0, 0, 0, 0)
        if due and not later:
            track.take(self._work_out(frame, track, box, due))
        for key in groups:
            if key in track.changes:
                _lay(made, track.changes[key], track.face)
        if due and later:
            held = replace(track, changes={}, coming=None)
            track.coming = self._beside.submit(self._work_out, frame.copy(), held, box, due)
        if due and track.looked == self._count and guard.ready():
            self._mind(track, frame, made)

    def _due(self, track: _Track, key: str) -> bool:
        """Whether a group of facets is to be worked out at this frame; the two take turns."""
        if key not in track.changes or not _travels(track.changes[key], track.face):
            return True
        if key == "hair" and self.every > 1:
            return self._count % (2 * self.every) == 1
        return self._count % self.every == 0

    def _work_out(self, frame: Rgb, track: _Track, box: Box, groups: Mapping[str, Sequence[str]]) -> dict[str, _Change]:
        """What groups of facets change on one face, side by side: hair and face lie apart."""
        height, width = frame.shape[:2]
        left, top, right, bottom = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
        if right - left < 16 or bottom - top < 16:
            return {}
        crop = np.ascontiguousarray(frame[top:bottom, left:right])
        seen = (left, top, right, bottom)
        people = self._people(track, crop, _shifted(track.face, left, top), box, seen)
        photo, own = Photo(crop), crop.astype(np.int16)

        def changed(names: Sequence[str]) -> _Change:
            values = self._worn(photo, people, track, names) - own
            return _Change(values, seen, track.face.landmarks[:, :2].copy())

        first, *others = groups
        beside = {key: self._hands.submit(changed, groups[key]) for key in others}
        made = {first: changed(groups[first])}
        return made | {key: hand.result() for key, hand in beside.items()}

    def _worn(self, photo: Photo, people: People, track: _Track, names: Sequence[str]) -> Rgb:
        """A crop in some facets."""
        for name in names:
            facet, state = registry.make(name, {"people": people, "detail": DETAIL}), self.look.facets[name]
            photo = facet.apply(photo, state, self.facets[name] * track.share, None)
            if registry.moves(facet, state):
                moved = _followed(np.asarray(photo.pixels, np.uint8), people.faces)
                people = _known(photo, moved or people.faces, people.regions)
        return np.asarray(photo.pixels, np.uint8)

    def _people(self, track: _Track, crop: Rgb, face: Face, box: Box, seen: Box) -> People:
        """Who is in a crop, its regions those that were looked at last, which moved with the face."""
        if installed() and track.looked == self._count:
            small = shrink(crop, longest=PARTS_SIDE)
            ratio = small.shape[0] / crop.shape[0]
            parts = probabilities(small, (_shifted(face, 0, 0, ratio),), closer=False)
            track.parts = _framed(parts, box, seen)
        parts_here = None if track.parts is None else _seen(track.parts, box, seen)
        return _known(Photo(crop), (face,), Regions(crop, (face,), parts_here))

    def _box(self, track: _Track, of_faces: Sequence[str]) -> Box:
        """The crop that goes with a face; it changes size only when regions are looked at anew."""
        above, beside, below = np.max([AROUND.get(name, FACE_ONLY) for name in of_faces], axis=0).tolist()
        face = track.face
        (x, y), size = face.centre, face.size
        if self._stale(track):
            track.size, track.looked = size, self._count
            half = face.width / 2 + beside * size
            track.offset = (half, face.height / 2 + above * size, half, face.height / 2 + below * size)
        left, up, right, down = track.offset
        return round(x - left), round(y - up), round(x - left) + round(left + right), round(y - up) + round(up + down)

    def _stale(self, track: _Track) -> bool:
        """Whether regions are to be looked at anew: it is time, or the face has grown or shrunk."""
        grown = max(track.face.size, 1.0) / max(track.size, 1e-6)
        late = track.looked < 0 or self._count - track.looked >= self.regions_every
        return late or not 1 / GROWN < grown < GROWN

    def _mind(self, track: _Track, before: Rgb, after: Rgb) -> None:
        """Less strength on a face that is no longer surely the same person, and slowly more on one that is."""
        one, now = (identity.embed(frame, (track.face,))[0] for frame in (before, after))
        kept = identity.similarity(one, now) >= identity.thresholds().same
        track.share = min(1.0, track.share / CAREFUL**0.25) if kept else track.share * CAREFUL

    def _tone(self, frame: Rgb) -> LutOfFrames:
        """The table of the clip, made for its first frame."""
        if self._table is None:
            made = Tone().lut(self.look.facets["tone"], Photo(frame))
            share = np.float32(self.facets["tone"])
            self._table = LutOfFrames(Lut(identity_nodes(made.size) * (1 - share) + made.table * share))
        return self._table


def _travels(change: _Change, face: Face) -> bool:
    """Whether a change still fits where the face is now: it has not turned, grown or run too far."""
    moves = face.landmarks[:, :2] - change.mesh
    shift = moves.mean(axis=0)
    return bool(np.abs(moves - shift).max() < STIFF * face.size and np.abs(shift).max() < FAR * face.size)


def _lay(made: Rgb, change: _Change, face: Face) -> None:
    """Add a change where the face is now, in place."""
    x, y = np.rint((face.landmarks[:, :2] - change.mesh).mean(axis=0)).astype(int).tolist()
    height, width = made.shape[:2]
    left, top, right, bottom = (side + by for side, by in zip(change.box, (x, y, x, y), strict=True))
    rows, columns = slice(max(0, top), min(height, bottom)), slice(max(0, left), min(width, right))
    if rows.stop > rows.start and columns.stop > columns.start:
        part = change.values[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        made[rows, columns] = np.clip(part + made[rows, columns], 0, 255).astype(np.uint8)


def _known(photo: Photo, faces: tuple[Face, ...], held: Regions) -> People:
    people = People(photo, faces)
    people.__dict__["regions"] = held
    return people


def _followed(frame: Rgb, faces: Sequence[Face]) -> tuple[Face, ...] | None:
    """The faces by their mesh alone, near where they were; None where one of them was lost."""
    meshes = look_at(frame, [place_of_mesh(face.landmarks) for face in faces])
    found = []
    for face, mesh in zip(faces, meshes, strict=True):
        if mesh.presence < PRESENT:
            return None
        points = mesh.points[:POINTS]
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        irises = mesh.points[POINTS:, :2].reshape(2, 5, 2)
        box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        found.append(replace(face, landmarks=points, irises=irises, box=box, pose=pose_of(points)))
    return tuple(found)


def _shifted(face: Face, left: float, top: float, scale: float = 1.0) -> Face:
    """A face in pixels of a crop of its photo, or of a smaller copy."""
    corner, ratio = np.array([left, top, 0], np.float32), np.float32(scale)
    x0, y0, x1, y1 = face.box
    return replace(
        face,
        landmarks=(face.landmarks - corner) * ratio,
        irises=None if face.irises is None else (face.irises - corner[:2]) * ratio,
        box=((x0 - left) * scale, (y0 - top) * scale, (x1 - left) * scale, (y1 - top) * scale),
    )


def _framed(parts: NDArray[np.float32], box: Box, seen: Box) -> NDArray[np.float32]:
    """Parts of what was seen of a box, of the whole box; beyond the frame the rim goes on."""
    if box == seen:
        return parts
    ratio = parts.shape[1] / (seen[3] - seen[1])
    before = [(0, 0)] + [(round((seen[k] - box[k]) * ratio), round((box[k + 2] - seen[k + 2]) * ratio)) for k in (1, 0)]
    return np.pad(parts, before, mode="edge")


def _seen(parts: NDArray[np.float32], box: Box, seen: Box) -> NDArray[np.float32]:
    """The other way round."""
    if box == seen:
        return parts
    rows, columns = parts.shape[1] / (box[3] - box[1]), parts.shape[2] / (box[2] - box[0])
    top, left = round((seen[1] - box[1]) * rows), round((seen[0] - box[0]) * columns)
    bottom, right = (
        parts.shape[1] - round((box[3] - seen[3]) * rows),
        parts.shape[2] - round((box[2] - seen[2]) * columns),
    )
    return np.ascontiguousarray(parts[:, top : max(bottom, top + 2), left : max(right, left + 2)])
