"""What is wrong with a set of training pictures, in plain words, before a minute is spent on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.media.perceptual_hash import perceptual_hash
from looksmith.training.data.decode import UndecodableError, decode
from looksmith.training.data.references import Reference

Rgb = NDArray[np.uint8]
Level = Literal["good", "note", "warning"]

THUMBNAIL = 160
NEAR = 5
"""Two pictures whose hashes of 64 bits differ in at most so many are taken for one."""
FLAT = 3.0
"""Deviation of lightness and colour, of 255, under which a picture is of one colour."""
MOST = 3000
"""Pictures looked at; of a larger set an even sample."""


@dataclass(frozen=True)
class Finding:
    """One thing found.

    Attributes:
        kind: ``count``, ``unreadable``, ``small``, ``flat``, ``duplicates``, ``sizes``, ``unpaired``, ``changed``.
        level: ``good``, ``note`` or ``warning``.
        words: a sentence or two, in English and Chinese.
        names: the pictures that it is about, at most a hundred.
    """

    kind: str
    level: Level
    words: Mapping[str, str]
    names: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class _Seen:
    name: str
    sides: tuple[int, int]
    flat: bool
    hash: int


def check_pictures(references: Sequence[Reference], size: int, *, enough: int = 50) -> list[Finding]:
    """Look at the pictures of a set.

    Args:
        references: the pictures.
        size: side of the training crops in pixels: what is smaller would be enlarged.
        enough: so many are asked for.

    Returns:
        findings: always ``count`` and ``sizes``, then what is wrong.
    """
    step = max(1, -(-len(references) // MOST))
    seen: list[_Seen] = []
    failed: dict[str, str] = {}
    for reference in references[::step]:
        try:
            seen.append(_look(reference))
        except (OSError, UndecodableError) as reason:
            failed[reference.name] = str(reason)
    findings = [_count(len(references), len(references[::step]), enough)]
    if seen:
        findings.append(_sizes(seen))
    if failed:
        some = "; ".join(f"{name}: {why}" for name, why in list(failed.items())[:3])
        findings.append(
            _finding(
                "unreadable",
                "warning",
                f"{_n(len(failed), 'file')} cannot be read and will be passed over ({some}).",
                f"{len(failed)} 个文件无法读取，将跳过（{some}）。",
                list(failed),
            )
        )
    small = [s.name for s in seen if min(s.sides) < size]
    if small:
        share = f"{len(small) / len(seen):.0%}"
        findings.append(
            _finding(
                "small",
                "warning" if len(small) > 0.2 * len(seen) else "note",
                f"{_n(len(small), 'picture')} ({share}) have a short side under {size} pixels and will be enlarged: "
                "the network learns their blur. Use a smaller --size, or leave them out.",
                f"{len(small)} 张图片（{share}）的短边小于 {size} 像素，会被放大，网络会学到模糊。"
                "请减小 --size 或去掉它们。",
                small,
            )
        )
    flat = [s.name for s in seen if s.flat]
    if flat:
        findings.append(
            _finding(
                "flat",
                "warning",
                f"{_n(len(flat), 'picture')} of one colour: they teach a network to paint nothing. Take them out.",
                f"{len(flat)} 张图片只有一种颜色，会让网络学到什么都不画。请去掉它们。",
                flat,
            )
        )
    groups = duplicates({s.name: s.hash for s in seen if not s.flat})
    if groups:
        extra = sum(len(group) - 1 for group in groups)
        findings.append(
            _finding(
                "duplicates",
                "warning" if extra > 0.1 * len(seen) else "note",
                f"{_n(extra, 'picture')} look the same as another one: they count double, and one of a pair may sit in "
                f"the test part. For example {' = '.join(groups[0][:3])}.",
                f"{extra} 张图片与其他图片几乎相同：它们被重复计算，也可能落入测试集。"
                f"例如 {' = '.join(groups[0][:3])}。",
                [name for group in groups for name in group[1:]],
            )
        )
    return findings


def duplicates(hashes: Mapping[str, int], near: int = NEAR) -> list[list[str]]:
    """Groups of names whose hashes lie within ``near`` bits of the group's first; the largest group first.

    Hashes within ``near`` bits share at least one of ``near + 1`` stretches, so only those that do are compared.
    """
    names = list(hashes)
    edges = np.linspace(0, 64, near + 2).astype(int)
    buckets: dict[tuple[int, int], list[int]] = {}
    first: list[int] = []
    groups: dict[int, list[str]] = {}
    for index, name in enumerate(names):
        value = hashes[name]
        stretches = [(k, (value >> int(a)) & ((1 << int(b - a)) - 1)) for k, (a, b) in enumerate(pairwise(edges))]
        known = {other for stretch in stretches for other in buckets.get(stretch, ())}
        match = min((o for o in known if (hashes[names[o]] ^ value).bit_count() <= near), default=None)
        if match is not None:
            groups.setdefault(match, [names[match]]).append(name)
            continue
        first.append(index)
        for stretch in stretches:
            buckets.setdefault(stretch, []).append(index)
    return sorted(groups.values(), key=len, reverse=True)


def _look(reference: Reference) -> _Seen:
    rgb = decode(reference.read())
    height, width = rgb.shape[:2]
    scale = THUMBNAIL / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    flat = float(rgb.reshape(-1, 3).astype(np.float32).std(axis=0).max()) < FLAT
    return _Seen(reference.name, (height, width), flat, perceptual_hash(rgb))


def _count(count: int, looked: int, enough: int) -> Finding:
    sampled = "" if looked == count else f" {looked} of them were looked at."
    looked_zh = "" if looked == count else f"检查了其中 {looked} 张。"
    if count < enough:
        return _finding(
            "count",
            "warning",
            f"{_n(count, 'picture')} to train on; {enough} or more are asked for: a network learns so few by heart."
            + sampled,
            f"只有 {count} 张训练图片，建议至少 {enough} 张：太少时网络会死记硬背。" + looked_zh,
        )
    return _finding(
        "count", "good", f"{_n(count, 'picture')} to train on.{sampled}", f"共 {count} 张训练图片。{looked_zh}"
    )


def _sizes(seen: Sequence[_Seen]) -> Finding:
    short = sorted(min(s.sides) for s in seen)
    long = sorted(max(s.sides) for s in seen)
    middle = f"{short[len(short) // 2]} x {long[len(long) // 2]}"
    return _finding(
        "sizes",
        "good",
        f"Short sides from {short[0]} to {short[-1]} pixels; the middle picture is about {middle}.",
        f"短边从 {short[0]} 到 {short[-1]} 像素；中位图片约 {middle}。",
    )


def _n(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _finding(kind: str, level: Level, en: str, zh: str, names: Sequence[str] = ()) -> Finding:
    return Finding(kind, level, {"en": en, "zh": zh}, tuple(names[:100]))
