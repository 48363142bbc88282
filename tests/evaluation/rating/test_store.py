"""What was answered stays, whatever happens to the program."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.evaluation.rating.plan import Trial
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, Study, read_study

TRIAL = Trial("pair", 3, 0, 2)


def test_answers_are_there_again(study: Study, tmp_path: Path) -> None:
    store = Store(tmp_path / "a.votes", study)
    mei, bo = store.join("Mei"), store.join("bo")
    assert store.join("MEI") == mei and mei.number == 0 and bo.number == 1
    assert store.put(mei, 5, TRIAL, "left", 900)
    assert not store.put(mei, 5, TRIAL, "right", 20), "the second click does not count"
    assert store.put(bo, 5, Trial("score", 1, 0, -1), {"quality": 4}, 3000)
    store.close()
    again = Store(tmp_path / "a.votes", study)
    assert again.rater(mei.token) == mei and again.rater("nobody") is None
    first, second = again.answers()
    assert (first.rater, first.place, first.trial, first.answer, first.milliseconds) == (0, 5, TRIAL, "left", 900)
    assert second.answer == {"quality": 4}
    assert again.answered(mei) == {5}
    assert again.about.secret == Store(tmp_path / "a.votes").about.secret


def test_taking_back(study: Study, tmp_path: Path) -> None:
    store = Store(tmp_path / "a.votes", study)
    mei = store.join("Mei")
    assert not store.take_back(mei)
    store.put(mei, 0, TRIAL, "left", 1)
    store.put(mei, 1, TRIAL, "left", 1)
    assert store.take_back(mei) and store.answered(mei) == {0}
    assert store.put(mei, 1, TRIAL, "right", 1)
    assert [a.answer for a in store.answers()] == ["left", "right"]
    kept = sqlite3.connect(tmp_path / "a.votes").execute("SELECT count(*) FROM answer").fetchone()[0]
    assert kept == 3, "what was taken back is marked, not erased"


def test_a_killed_program_loses_nothing_that_was_answered(study: Study, tmp_path: Path) -> None:
    """A process says each place after it was put, and is killed without warning."""
    Store(tmp_path / "a.votes", study).close()
    program = (
        "import sys, sqlite3\n"
        "from pathlib import Path\n"
        "from looksmith.evaluation.rating.plan import Trial\n"
        "from looksmith.evaluation.rating.store import Store\n"
        "from looksmith.evaluation.rating.study import Study\n"
        "class Same: digest = sys.argv[2]\n"
        "store = Store(Path(sys.argv[1]), Same())\n"
        "mei = store.join('Mei')\n"
        "for place in range(10**6):\n"
        "    store.put(mei, place, Trial('pair', 0, 0, 1), 'left', 1)\n"
        "    print(place, flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.votes"), study.digest]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = -1
        for line in process.stdout:
            said = int(line)
            if said == 30:
                process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    store = Store(tmp_path / "a.votes", study)
    done = store.answered(store.join("mei"))
    assert set(range(said + 1)) <= done and len(done) <= said + 2


def test_other_pictures_other_file(folders: list[Path], study: Study, tmp_path: Path) -> None:
    Store(tmp_path / "a.votes", study).close()
    Image.new("RGB", (48, 32)).save(folders[0] / "subject-0.png")
    with pytest.raises(LooksmithError, match="other pictures"):
        Store(tmp_path / "a.votes", read_study(folders))


def test_the_settings_are_those_of_the_beginning(folders: list[Path], study: Study, tmp_path: Path) -> None:
    Store(tmp_path / "a.votes", study).close()
    other = read_study(folders, settings=Settings(votes=7, seed=9))
    assert Store(tmp_path / "a.votes", other).about.settings() == Settings(votes=20)


@pytest.mark.parametrize("content", [b"", b"not votes", b"SQLite format 3\0" + bytes(200)])
def test_what_is_no_file_of_votes_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.votes").write_bytes(content)
    with pytest.raises(LooksmithError, match="not a file of votes"):
        Store(tmp_path / "x.votes")


def test_a_missing_file_and_folder_are_told(study: Study, tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="no such file"):
        Store(tmp_path / "x.votes")
    with pytest.raises(LooksmithError, match="folder does not exist"):
        Store(tmp_path / "nobody" / "x.votes", study)
