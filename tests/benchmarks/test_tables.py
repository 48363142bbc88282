"""The numbers in README and docs are those of benchmarks/results, and the check that says so can fail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks import tables
from looksmith.errors import LooksmithError

METRICS = ["style", "moments", "colour", "content", "identity"]


def entry(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one README in each language and made-up results."""
    (tmp_path / "results").mkdir()
    means = {who: {m: entry(v + k) for k, m in enumerate(METRICS)} for who, v in (("peer", 0.5), ("ours", 0.25))}
    means["unchanged"] = {m: {"value": 0.0, "low": 0.0, "high": 0.0} for m in METRICS}
    texture = {
        "metrics": METRICS,
        "targets": dict.fromkeys(METRICS, 0.3),
        "means": means,
        "curve": [{"strength": k, **{m: entry(k) for m in METRICS}} for k in (0.2, 1.0)],
    }
    (tmp_path / "results/texture.json").write_text(json.dumps(texture), encoding="utf-8")
    rows = [{"en": "gap closed", "zh": "缩小的差距", "value": "81 %", "target": "≥ 70 %"}]
    (tmp_path / "results/tone.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")
    body = "# x\n\n<!-- table:texture -->\n<!-- /table:texture -->\n\n<!-- table:tone -->\nold\n<!-- /table -->\nend\n"
    for name in ("README.md", "README.zh-CN.md"):
        (tmp_path / name).write_text(body, encoding="utf-8")
    return tmp_path


def write_all(project: Path) -> None:
    for path in tables.documents(project):
        text = tables.rewritten(path.read_text(encoding="utf-8"), ".zh" in path.name, project / "results")
        path.write_text(text, encoding="utf-8")


def test_the_projects_documents_say_what_the_results_say() -> None:
    assert tables.stale() == [], "type: python -m benchmarks.tables"


def test_tables_are_written_in_both_languages_and_then_agree(project: Path) -> None:
    assert len(tables.stale(project, project / "results")) == 2
    write_all(project)
    assert tables.stale(project, project / "results") == []
    english = (project / "README.md").read_text(encoding="utf-8")
    assert "| Looksmith | 0.250 <sub>0.240 – 0.260</sub> | 1.250 <sub>" in english
    assert "| unchanged photo | 0 | 0 | 0 | 0 | 0 |" in english
    assert "| gap closed | 81 % | ≥ 70 % |" in english
    assert "old" not in english and english.endswith("<!-- /table -->\nend\n")
    chinese = (project / "README.zh-CN.md").read_text(encoding="utf-8")
    assert "风格距离" in chinese and "缩小的差距" in chinese and "unchanged" not in chinese


def test_another_number_in_the_results_is_noticed(project: Path) -> None:
    write_all(project)
    path = project / "results/texture.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.25", "0.35"), encoding="utf-8")
    assert [p.name for p in tables.stale(project, project / "results")] == ["README.md", "README.zh-CN.md"]


def test_a_number_changed_by_hand_is_noticed(project: Path) -> None:
    write_all(project)
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("81 %", "91 %"), encoding="utf-8")
    assert tables.stale(project, project / "results") == [readme]


def test_numbers_without_results_are_noticed(project: Path) -> None:
    write_all(project)
    (project / "results/tone.json").unlink()
    assert len(tables.stale(project, project / "results")) == 2


def test_a_table_that_does_not_end_is_told(project: Path) -> None:
    with pytest.raises(LooksmithError, match="does not end"):
        tables.rewritten("<!-- table:texture -->\n| 1 |\n", False, project / "results")


def test_every_table_can_be_made_in_both_languages(project: Path) -> None:
    for name in ("texture", "strength", "tone"):
        english, chinese = (tables.render(name, zh, project / "results") for zh in (False, True))
        assert english.count("\n") == chinese.count("\n") > 2
        assert len({line.count("|") for line in english.splitlines()}) == 1
    assert "| 0.2 | 0.200 |" in tables.render("strength", False, project / "results")


UNIT = re.compile(r"\|\s*[≤≥]?\s*\d+(\.\d+)?\s*(%|s|ms|MB|GB|dB)\s*(<sub>[^|]*)?\|")


def test_no_measured_number_stands_in_a_table_of_its_own() -> None:
    """Tables with units outside the marked blocks would be typed by hand."""
    typed = []
    for path in [*tables.ROOT.glob("*.md"), *tables.ROOT.glob("docs/**/*.md"), *tables.ROOT.glob("benchmarks/*.md")]:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<!-- table:.*?<!-- /table[^>]*-->", "", text, flags=re.DOTALL)
        typed += [f"{path.name}: {line}" for line in text.splitlines() if UNIT.search(line)]
    assert typed == []


def test_that_check_finds_one() -> None:
    assert UNIT.search("| peak memory | 994 MB | ≤ 1500 MB |") and UNIT.search("| share | 81% <sub>1 – 2</sub> |")
    assert not UNIT.search("| 0 | done |") and not UNIT.search("| `--votes 40` | pairs |")


def test_every_result_with_a_table_is_shown_somewhere() -> None:
    """A result that nobody sees is a result that nobody checks."""
    shown = {
        found["name"]
        for path in tables.documents()
        for found in re.finditer(r"<!-- table:(?P<name>[\w-]+) -->", path.read_text(encoding="utf-8"))
    }
    for path in sorted(tables.RESULTS.glob("*.json")):
        made_here = {name for name, (source, _) in tables.TABLES.items() if source == path.stem}
        if "rows" in json.loads(path.read_text(encoding="utf-8")):
            made_here.add(path.stem)
        assert made_here <= shown, f"put <!-- table:… --> for {sorted(made_here - shown)} into a document"


def test_every_table_that_a_document_asks_for_can_be_made() -> None:
    for path in tables.documents():
        for found in re.finditer(r"<!-- table:(?P<name>[\w-]+) -->", path.read_text(encoding="utf-8")):
            source, _ = tables.TABLES.get(found["name"], (found["name"], None))
            if (tables.RESULTS / f"{source}.json").is_file():
                assert tables.render(found["name"]).startswith("|"), f"{path.name}: {found['name']}"
