"""How like themselves portraits stay under texture, beside another version of Looksmith, at equal style distance.

    python -m benchmarks.first_release --data FOLDER --before CHECKOUT [--portraits 12] [--styles 8] [--side 256]

``CHECKOUT`` is a folder with the ``src`` of the other version; the first release of texture is commit 9833597
(``git archive 9833597 src | tar x -C CHECKOUT``).  Both learn the same held-out styles and paint the same held-out
portraits at several strengths, each version in a process of its own.  The judge of style is the VGG-16 of the other
texture benchmarks, that of identity is dlib, which taught neither painter.  A portrait's curve is the mean over styles;
the identity distance of the older version is read where its style distance equals ours at the default strength.
Writes results/first-release.json.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

STRENGTHS = (0.25, 0.5, 0.75, 1.0)
TARGET = 0.30
Rgb = NDArray[np.uint8]
Table = NDArray[np.float64]


def paint(given: Path, made: Path) -> None:
    """Every portrait in every style at every strength, by the version of Looksmith that is on the path."""
    import looksmith
    from looksmith.media.read import photo_from_array

    with np.load(given) as held:
        photos, styles = held["photos"], held["styles"]
    out = np.zeros((len(STRENGTHS), len(styles), *photos.shape), np.uint8)
    for number, style in enumerate(styles):
        look = looksmith.learn(photo_from_array(style), only="texture", medium="painting", with_preview=False)
        for index, photo in enumerate(photos):
            for row, strength in enumerate(STRENGTHS):
                done = looksmith.apply(look, photo_from_array(photo), only="texture", strength=strength)
                out[row, number, index] = np.asarray(done.pixels, np.uint8)
    np.save(made, out)


def painted(given: Path, source: Path) -> NDArray[np.uint8]:
    """strengths x styles x photos x H x W x 3, by the version whose ``src`` this is."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.npy"
        command = [sys.executable, "-P", str(Path(__file__).resolve()), "--paint", str(given), str(made)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(source.resolve())})
        return np.asarray(np.load(made))


def at_equal(style: Table, who: Table, aim: float) -> float:
    """Identity distance where the style distance is ``aim``, on the way from the photo (1, 0) to full strength.

    Args:
        style: distance at rising strengths, the photo's own first; it falls.
        who: identity distance likewise.
        aim: a style distance; beyond what the curve reaches its last value is taken.
    """
    order = np.argsort(style)
    return float(np.interp(aim, style[order], who[order]))


def compared(style: dict[str, Table], who: dict[str, Table], own: Table, rounds: int = 2000) -> dict[str, Any]:
    """The cut of identity distance at equal style distance, with an interval over portraits.

    Args:
        style, who: ``now`` and ``before``: strengths x portraits.
        own: style distance of the portraits themselves.
        rounds: of the bootstrap.
    """

    def cut(chosen: NDArray[np.intp]) -> tuple[float, float, float]:
        aim, now = float(style["now"][-1, chosen].mean()), float(who["now"][-1, chosen].mean())
        curve = np.concatenate([[own[chosen].mean()], style["before"][:, chosen].mean(axis=1)])
        older = at_equal(curve, np.concatenate([[0.0], who["before"][:, chosen].mean(axis=1)]), aim)
        return now, older, 1 - now / older

    count = len(own)
    now, older, share = cut(np.arange(count))
    rng = np.random.default_rng(0)
    spread = [cut(rng.integers(0, count, count))[2] for _ in range(rounds)]
    low, high = np.quantile(spread, (0.025, 0.975))
    return {
        "style distance": round(float(style["now"][-1].mean()), 4),
        "identity distance, now": round(now, 4),
        "identity distance, first release": round(older, 4),
        "cut": {"value": round(share, 4), "low": round(float(low), 4), "high": round(float(high), 4)},
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--before", type=Path, required=True, help="folder with the src of the other version")
    parser.add_argument("--portraits", type=int, default=12)
    parser.add_argument("--styles", type=int, default=8)
    parser.add_argument("--side", type=int, default=256)
    chosen = parser.parse_args(arguments)

    from benchmarks import grid, record
    from benchmarks.judges import Judge
    from looksmith.evaluation.identity import DlibJudge

    referee, judge = DlibJudge(), Judge()
    faces = grid.shares(chosen.data, chosen.portraits, chosen.side, dict.fromkeys(grid.PORTRAITS, 0.5))
    photos = [face.rgb for face in faces if referee.found(face.rgb)]
    styles = [style.rgb for style in grid.styles(chosen.data, chosen.styles, chosen.side)]
    shape = (len(STRENGTHS), len(photos))
    style, who = ({name: np.zeros(shape) for name in ("now", "before")} for _ in range(2))
    own = np.zeros(len(photos))
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given.npz"
        np.savez(given, photos=np.stack(photos), styles=np.stack(styles))
        sources = {"now": Path(__file__).resolve().parents[1] / "src", "before": chosen.before / "src"}
        for name, source in sources.items():
            made = painted(given, source)
            for row, number, index in np.ndindex(made.shape[:3]):
                picture = made[row, number, index]
                near = judge(picture, (index, photos[index]), (number, styles[number]))
                style[name][row, index] += near["style"] / len(styles)
                who[name][row, index] += (referee.distance(picture, photos[index]) or 0.0) / len(styles)
    for number, index in np.ndindex(len(styles), len(photos)):
        near = judge(photos[index], (index, photos[index]), (number, styles[number]))
        own[index] += near["style"] / len(styles)
    result = compared(style, who, own)
    curves = {
        name: [
            {"strength": s, "style": round(float(style[name][k].mean()), 4), "identity": round(float(v.mean()), 4)}
            for k, (s, v) in enumerate(zip(STRENGTHS, who[name], strict=True))
        ]
        for name in style
    }
    cut = result["cut"]
    told = f"{100 * cut['value']:.0f} % ({100 * cut['low']:.0f} to {100 * cut['high']:.0f})"
    rows = [
        {"en": "identity distance of portraits, first release -> now, at equal style distance",
         "zh": "人像身份距离：首版 -> 现在，风格距离相同时",
         "value": f"{result['identity distance, first release']:.3f} -> {result['identity distance, now']:.3f}",
         "target": ""},
        {"en": "cut by", "zh": "降低", "value": told, "target": f"≥ {100 * TARGET:.0f} %"},
    ]  # fmt: skip
    setting = {"portraits": len(photos), "styles": len(styles), "side": chosen.side, "before": "9833597"}
    for row in rows:
        print(f"{row['en']:80} {row['value']:>24} {row['target']}")
    print(record.write("first-release", {"setting": setting, **result, "curves": curves, "rows": rows}))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--paint"]:
        paint(Path(sys.argv[2]), Path(sys.argv[3]))
        sys.exit(0)
    sys.exit(main())
