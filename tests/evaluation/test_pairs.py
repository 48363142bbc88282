"""Many pairs: which belong together, resuming, mistakes that leave out one, and the summary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from looksmith.errors import LooksmithError
from looksmith.evaluation import pairs
from looksmith.evaluation.features import shipped
from looksmith.evaluation.notebook import Notebook
from looksmith.evaluation.pairs import Job, jobs_of, jobs_of_list, measure_file, measure_files, summary_of

PHOTO = np.ascontiguousarray(astronaut()[:96, 180:276])


def save(path: Path, rgb: np.ndarray = PHOTO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgb).save(path)
    return path


def test_folders_by_name_whatever_the_ending(tmp_path: Path) -> None:
    for name in ("a.png", "day 2/b.png"):
        save(tmp_path / "made" / name)
        save(tmp_path / "photos" / name.replace("png", "jpg"))
    style = save(tmp_path / "style.png")
    found = jobs_of(tmp_path / "made", tmp_path / "photos", style, None)
    assert [(job.picture.name, job.content and job.content.name, job.style) for job in found] == [
        ("a.png", "a.jpg", style), ("b.png", "b.jpg", style),
    ]  # fmt: skip
    save(tmp_path / "made" / "c.png")
    with pytest.raises(LooksmithError, match="no content of its name"):
        jobs_of(tmp_path / "made", tmp_path / "photos", style, None)
    assert jobs_of(tmp_path / "made" / "a.png", style, None, None) == [Job(tmp_path / "made" / "a.png", style)]
    (tmp_path / "empty").mkdir()
    with pytest.raises(LooksmithError, match="no picture in the folder"):
        jobs_of(tmp_path / "empty", style, None, None)


def test_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("picture,content,mask\nmade/a.png,a.jpg,\nmade/b.png,,m.png\n", encoding="utf-8-sig")
    assert jobs_of_list(path) == [
        Job(tmp_path / "made/a.png", tmp_path / "a.jpg"), Job(tmp_path / "made/b.png", mask=tmp_path / "m.png"),
    ]  # fmt: skip
    for text, told in (
        ("image,content\n", "other columns"),
        ("picture,content\n", "list is empty"),
        ("picture,content\n,a.jpg\n", "names no picture"),
    ):
        path.write_text(text)
        with pytest.raises(LooksmithError, match=told):
            jobs_of_list(path)
    with pytest.raises(LooksmithError, match="cannot be read"):
        jobs_of_list(tmp_path / "nobody.csv")


def test_finished_work_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = save(tmp_path / "photo.png")
    jobs = [Job(save(tmp_path / f"{k}.png", PHOTO // (k + 1)), photo) for k in range(3)]
    counted: list[Path] = []

    def counting(job: Job, **rest: object) -> object:
        counted.append(job.picture)
        if len(counted) == 3:
            raise KeyboardInterrupt
        return measure_file(job, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pairs, "measure_file", counting)
    with pytest.raises(KeyboardInterrupt), Notebook(tmp_path / "n.jsonl") as book:
        measure_files(jobs, backbone=shipped(), notebook=book)
    steps: list[tuple[int, int]] = []
    with Notebook(tmp_path / "n.jsonl") as book:
        rows = measure_files(jobs, backbone=shipped(), notebook=book, on_done=lambda *done: steps.append(done))
    assert counted == [jobs[0].picture, jobs[1].picture, jobs[2].picture, jobs[2].picture]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert [row["picture"] for row in rows] == [str(job.picture) for job in jobs]
    assert rows[0]["numbers"]["psnr"] is None and rows[1]["numbers"]["psnr"] > rows[2]["numbers"]["psnr"]
    save(tmp_path / "1.png", PHOTO // 4)
    with Notebook(tmp_path / "n.jsonl") as book:
        again = measure_files(jobs, backbone=shipped(), notebook=book)
    assert counted[4:] == [jobs[1].picture] and again[1]["numbers"] != rows[1]["numbers"], "a changed file is new"


def test_a_mistake_leaves_out_one(tmp_path: Path) -> None:
    photo = save(tmp_path / "photo.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    jobs = [Job(photo, photo), Job(tmp_path / "broken.png", photo), Job(save(tmp_path / "s.png", PHOTO[:50]), photo)]
    told: list[LooksmithError] = []
    rows = measure_files(jobs, backbone=shipped(), on_mistake=lambda job, error: told.append(error))
    assert len(rows) == 1 and len(told) == 2
    assert "broken.png" in str(told[0]) and "s.png" in str(told[1]) and "96 x 96" in str(told[1])


def test_a_full_disk_ends_the_run_and_blames_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, data: bytes) -> int:
            return len(data)

        def flush(self) -> None:
            raise OSError(28, "No space left on device")

        close = flush

    photo = save(tmp_path / "photo.png")
    blamed: list[Job] = []
    with pytest.raises(LooksmithError, match="No space left"), Notebook(tmp_path / "n.jsonl") as book:
        monkeypatch.setattr(book, "_stream", Full())
        measure_files(
            [Job(photo, photo)] * 2, backbone=shipped(), notebook=book, on_mistake=lambda job, _: blamed.append(job)
        )
    assert not blamed


def test_sixteen_bits_outside_the_mask(tmp_path: Path) -> None:
    """A change of one in 65535 is lost in 8 bits; the files' own pixels are compared."""
    from looksmith.media.photo import Photo
    from looksmith.media.write import write_photo

    deep = PHOTO.astype(np.uint16) * 257
    changed = deep.copy()
    changed[90, 90, 0] ^= 1
    for name, values in (("photo.png", deep), ("made.png", changed)):
        write_photo(Photo(values), tmp_path / name)
    mask = np.zeros((96, 96), np.uint8)
    mask[:50] = 255
    save(tmp_path / "mask.png", mask)
    job = Job(tmp_path / "made.png", tmp_path / "photo.png", mask=tmp_path / "mask.png")
    measured = measure_file(job, backbone=shipped())
    assert measured.scores is not None
    assert measured.scores.numbers["changed-outside-share"] == pytest.approx(1 / (46 * 96))
    assert measured.scores.numbers["changed-outside-largest"] == pytest.approx(1 / 257)


def test_summary() -> None:
    rows = [
        {"numbers": {"ssim": v, "psnr": None}, "higher_is_better": {"ssim": True, "psnr": True},
         "artefacts": {"blown": {"found": v > 0.5}}} for v in (0.2, 0.4, 0.9)
    ]  # fmt: skip
    found = summary_of(rows)
    assert found["pictures"] == 3 and found["artefacts"] == {"blown": 1}
    assert found["numbers"]["ssim"]["value"] == pytest.approx(0.5)
    assert found["numbers"]["ssim"]["low"] < 0.5 < found["numbers"]["ssim"]["high"]
    assert found["numbers"]["psnr"]["value"] is None and found["numbers"]["psnr"]["n"] == 0
