"""What may be no face at all is nobody's: it makes no picture a stranger's."""

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
