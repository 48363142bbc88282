"""What may be no face at all is nobody's: it makes no picture a stranger's."""

from dataclasses import replace

import numpy as np

from looksmith.materials.seen import Seen, SeenFace, packed
from looksmith.materials.whose import Limits, sort_faces

LIMITS = Limits(same=0.6, different=0.3)


def picture(number: int, *people: tuple[int, bool]) -> Seen:
    faces = []
    for person, certain in people:
        vector = np.eye(8, dtype=np.float32)[person]
        faces.append(SeenFace((0.2, 0.2, 0.6, 0.6), 200, 0.9, certain, 0, (0.0,) * 10, packed(vector)))
    return Seen(f"{number}", f"{number}.jpg", None, "", 640, 640, (0, 0, 640, 640), (), {}, "", "", "", False,
                tuple(faces))  # fmt: skip


def test_a_thing_with_a_face_stays_and_a_stranger_goes() -> None:
    shown = [*(picture(n, (0, True)) for n in range(4)), picture(4, (1, True)), picture(5, (2, False)), picture(6)]
    whose = sort_faces(shown, LIMITS)
    assert whose.creator == 1 and len(whose.people) == 2
    flaws = [whose.flaw_of(place, seen.faces or ()) for place, seen in enumerate(shown)]
    assert flaws == ["", "", "", "", "foreign", "", ""]


def unlike(number: int, key: str, towards: np.ndarray, share: float) -> Seen:  # type: ignore[type-arg]
    """A face that has this cosine to a direction, and the rest of it at random."""
    rest = np.random.default_rng(number).normal(size=128)
    rest -= rest @ towards * towards
    vector = (share * towards + np.sqrt(1 - share**2) * rest / np.linalg.norm(rest)).astype(np.float32)
    face = SeenFace((0.2, 0.2, 0.6, 0.6), 200, 0.9, True, 0, (0.0,) * 10, packed(vector))
    return Seen(f"{number}", key, None, "", 640, 640, (0, 0, 640, 640), (), {}, "", "", "", False, (face,))


def test_who_resembles_the_creator_less_than_her_pictures_each_other_is_somebody_else() -> None:
    her = np.eye(128)[0]
    hers = [unlike(n, f"{n}.jpg", her, 0.93) for n in range(20)]
    other = unlike(99, "99.jpg", her, 0.55)
    assert sort_faces([*hers[:3], other], LIMITS).who[-1] == (1,)  # three pictures do not tell how alike hers are
    whose = sort_faces([*hers, other], LIMITS)
    assert whose.creator == 1 and whose.people[0].pictures == 20 and whose.who[-1] == (2,)
    assert sort_faces([*hers[:6], other], LIMITS).people[0].example[0] < 6  # nor is she shown by another's face
    varied = [unlike(n, f"{n}.jpg", her, 0.6 + 0.018 * n) for n in range(20)]
    assert sort_faces([*varied, other], LIMITS).who[-1] == (1,)


def test_strangers_who_hide_each_other_are_found_one_after_another() -> None:
    """Together they make everybody seem less alike than her own pictures are."""
    her = np.eye(128)[0]
    hers = [unlike(n, f"{n}.jpg", her, 0.94) for n in range(12)]
    strangers = [unlike(100 + n, f"{100 + n}.jpg", her, 0.5 if n < 8 else 0.74) for n in range(12)]
    whose = sort_faces([*hers, *strangers], LIMITS)
    assert {numbers[0] for numbers in whose.who[:12]} == {1}
    assert 1 not in {numbers[0] for numbers in whose.who[12:]}


def test_frames_of_one_clip_do_not_make_photos_look_strange() -> None:
    her = np.eye(128)[0]
    frames = [unlike(1000 + n, "reel.mp4", her, 0.995) for n in range(30)]
    photos = [unlike(n, f"{n}.jpg", her, 0.8) for n in range(12)]
    assert len(sort_faces([*frames, *photos], LIMITS).people) == 1


def test_nobody_is_proposed_by_faces_too_small_to_be_told_apart() -> None:
    shown = [picture(n, (0, True)) for n in range(5)]
    far = [replace(seen, faces=tuple(replace(face, pixels=40.0) for face in seen.faces or ())) for seen in shown]
    assert sort_faces(shown, LIMITS).creator == 1 and sort_faces(far, LIMITS).creator == 0
    assert sort_faces(far, LIMITS, face=1).creator == 1
