"""A person's mistake is told in words: what, where, expected, got, what to type; never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Person


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["apply", "no-such-look", "me.jpg", "-o", "x.jpg"], "there is no such look"),
        (["apply", "painting.png", "nobody.jpg", "-o", "x.jpg"], "nobody.jpg"),
        (["apply", "painting.png", "note.txt", "-o", "x.jpg"], "note.txt"),
        (["apply", "painting.png", "empty.jpg", "-o", "x.jpg"], "empty.jpg"),
        (["apply", "painting.png", "me.jpg", "-o", "x.exe"], "x.exe"),
        (["apply", "painting.png", "me.jpg", "-o", "missing/x.jpg"], "missing"),
        (["apply", "painting.png", "me.jpg", "-o", "me.jpg"], "write over the photo itself"),
        (["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--only", "hairdo"], "hairdo"),
        (["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--where", "nobody.png"], "nobody.png"),
        (["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--scale", "1000"], "scale"),
        (["apply", "painting.png", "empty-folder", "-o", "out"], "there is no photo"),
        (["apply", "rina", "me.jpg", "-o", "x.jpg", "--method", "gatys"], "needs the style picture"),
        (["learn", "nobody", "-o", "x.look"], "nobody"),
        (["learn", "empty-folder", "-o", "x.look"], "no picture to learn from"),
        (["learn", "painting.png", "-o", "x.zip"], ".look"),
        (["blend", "nobody=1", "-o", "x.look"], "nobody"),
        (["blend", "painting.png=0", "-o", "x.look"], "nothing to blend"),
        (["inspect", "nobody.look"], "nobody.look"),
        (["inspect", "note.look"], "note.look"),
        (["export-lut", "nobody", "x.cube"], "nobody"),
        (["sheet", "nobody.jpg", "-o", "x.jpg", "--look", "painting.png"], "nobody.jpg"),
        (["replay", "painting.png"], "does not say how it was made"),
        (["looks", "--remove", "nobody"], "nobody"),
        (["train", "nonsense"], "there is no such recipe"),
        (["train", "texture", "--data", "nobody", "--out", "run"], "nobody"),
    ],
    ids=lambda value: " ".join(value)[:48] if isinstance(value, list) else "",
)
def test_mistakes_exit_1_with_words(person: Person, words: list[str], told: str) -> None:
    (person.folder / "note.txt").write_text("hello")
    (person.folder / "note.look").write_text("hello")
    (person.folder / "empty.jpg").write_bytes(b"")
    (person.folder / "empty-folder").mkdir()
    said = person.types(*words)
    assert said.code == 1, said.out + said.err
    assert said.err.startswith("error "), said.err
    assert told in said.err
    assert "Traceback" not in said.err and "bug in looksmith" not in said.err
    assert not list(person.folder.glob("x.*")), "nothing is written"


@pytest.mark.parametrize(
    "words",
    [
        ["dance"],
        ["apply"],
        ["apply", "painting.png", "me.jpg"],
        ["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--strength", "2"],
        ["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--color", "blue"],
        ["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--format", "gif"],
        ["apply", "painting.png", "me.jpg", "-o", "-", "--json"],
        ["apply", "painting.png", "trip", "-o", "x.jpg"],
        ["apply", "painting.png", "me.jpg", "-", "-o", "out"],
        ["apply", "painting.png", "me.jpg", "-o", "x.jpg", "--method", "gatys", "--color", "keep"],
        ["blend", "painting.png=much", "-o", "x.look"],
        ["train", "tone", "--out", "run"],
        ["train", "--steps", "5"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_exits_2(person: Person, words: list[str]) -> None:
    said = person.types(*words)
    assert said.code == 2, said.out + said.err
    assert "Usage" in said.err and "Traceback" not in said.err
    assert not (person.folder / "run").exists()


def test_a_close_name_is_offered(person: Person, look: str) -> None:
    person.types("looks", "--add", look)
    said = person.types("apply", "rinna", "me.jpg", "-o", "x.jpg")
    assert said.code == 1 and "did you mean rina" in said.err


def test_mistakes_as_json(person: Person) -> None:
    said = person.types("inspect", "nobody.look", "--json")
    assert said.code == 1
    assert "nobody.look" in json.loads(said.out)["error"]["where"]


def test_a_tampered_look_is_refused(person: Person, look: str) -> None:
    data = bytearray((person.folder / look).read_bytes())
    data[len(data) // 2] ^= 0x20
    (person.folder / look).write_bytes(data)
    for words in (["inspect", look], ["apply", look, "me.jpg", "-o", "x.jpg"]):
        said = person.types(*words)
        assert said.code == 1 and said.err.startswith("error ")


def test_two_photos_of_one_name_do_not_share_a_file(person: Person, look: str) -> None:
    (person.folder / "other").mkdir()
    (person.folder / "other" / "me.jpg").write_bytes((person.folder / "me.jpg").read_bytes())
    said = person.types("apply", look, "me.jpg", "other/me.jpg", "-o", "out")
    assert said.code == 1 and "one file" in said.err
    assert not (person.folder / "out").exists()


def test_an_unexpected_error_is_one_line(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("looksmith.looks.shelf.entries", broken)
    said = person.types("looks")
    assert said.code == 1 and "bug in looksmith" in said.err and "ZeroDivisionError: oh" in said.err
    assert "Traceback" not in said.err


def run(*words: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "looksmith.cli.app", *words], capture_output=True, timeout=120, check=False, **more
    )


def test_the_real_process(person: Person, look: str) -> None:
    """Exit codes, bytes on standard output and words on standard error, as a shell sees them."""
    photo = (person.folder / "me.jpg").read_bytes()
    good = run("apply", look, "-", "-o", "-", input=photo)
    assert good.returncode == 0, good.stderr
    assert good.stdout[:2] == b"\xff\xd8" and good.stdout[-2:] == b"\xff\xd9"
    assert b"Wrote" in good.stderr
    bad = run("apply", look, "nobody.jpg", "-o", "x.jpg")
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert b"error" in bad.stderr and b"Traceback" not in bad.stderr
    assert run("apply").returncode == 2
    assert run("--help").returncode == 0
    nothing = run("apply", look, "-", "-o", "-", stdin=subprocess.DEVNULL)
    assert nothing.returncode == 1 and b"nothing is piped in" in nothing.stderr


def test_chinese(person: Person) -> None:
    env = {**os.environ, "LOOKSMITH_LANG": "zh", "PYTHONIOENCODING": "utf-8"}
    shown = run("apply", "--help", env=env)
    assert "把风格用到一张照片" in shown.stdout.decode() and "选项" in shown.stdout.decode()
    wrong = run("apply", "nobody", "me.jpg", "-o", "x.jpg", env=env)
    assert wrong.returncode == 1 and "错误 nobody: 没有这个风格" in wrong.stderr.decode()


def test_a_locale_without_chinese_letters(person: Person, look: str) -> None:
    env = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii"}
    done = run("learn", "painting.png", "-o", "画.look", "--own", "--title-zh", "画", env=env)
    assert done.returncode == 0, done.stderr
    assert run("inspect", "画.look", env=env).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_leaves_nothing_half_written(person: Person, look: str) -> None:
    for number in range(400):
        (person.folder / "trip" / f"{number}.png").write_bytes((person.folder / "trip" / "a.png").read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "looksmith.cli.app", "apply", look, "trip", "-o", "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out = person.folder / "out"
    deadline = time.monotonic() + 300  # a busy machine may take long to begin
    while len(list(out.glob("*.png"))) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    written = list(out.iterdir())
    assert 2 <= len(written) < 402
    assert not [path for path in written if path.suffix != ".png" and path.is_file()], "no half file"
    from PIL import Image

    for path in written:
        if path.is_file():
            Image.open(path).load()


def test_a_reader_that_leaves(person: Person) -> None:
    done = subprocess.run(
        f"{sys.executable} -m looksmith.cli.app --help | head -n 1",
        shell=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr


def test_every_text_of_the_command_line_has_its_chinese() -> None:
    """Every literal handed to say() is in the catalogue, with the same places to fill in; and none is left over."""
    import ast
    import string

    import looksmith.cli
    from looksmith.cli.language import CHINESE
    from looksmith.cli.recipes import BUILT_IN

    used = {words for _, words in BUILT_IN.values()}
    for path in Path(looksmith.cli.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                used |= {str(text.value) for text in node.args[:1] if isinstance(text, ast.Constant)}
            if isinstance(node, ast.FunctionDef) and node.name == path.stem != "language":
                used.add((ast.get_docstring(node) or "").strip())
            if isinstance(node, ast.Tuple) and path.name in ("report.py", "looks.py"):  # labels said in a loop
                used |= {e.value for e in node.elts if isinstance(e, ast.Constant) and e.value in CHINESE}
    plans = Path(looksmith.cli.__file__).parents[1] / "training" / "quantise.py"  # says how a network was rounded
    for node in ast.walk(ast.parse(plans.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Plan":
            used |= {str(text.value) for text in node.args[:1] if isinstance(text, ast.Constant)}
    used.discard("")
    assert sorted(used - set(CHINESE)) == []
    assert sorted(set(CHINESE) - used) == []
    for english, chinese in CHINESE.items():
        places = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (english, chinese)]
        assert places[0] == places[1], english


def test_the_chinese_of_mistakes_is_of_mistakes_that_exist() -> None:
    import looksmith
    from looksmith.cli.mistakes import MISTAKES

    package = Path(looksmith.__file__).parent
    rooms = [path for path in package.rglob("*.py") if path.relative_to(package).parts[0] != "cli"]
    source = "\n".join(path.read_text("utf-8") for path in rooms)
    assert [text for text in MISTAKES if f'"{text}"' not in source] == []
