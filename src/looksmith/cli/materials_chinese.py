"""The Chinese of the verb collect; joined in language.py."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MATERIALS: Mapping[str, str] = MappingProxyType(
    {
        "Collect a creator's material: clean, split, with a data card; sources are only read.": (
            "收集创作者的素材：清理、划分并生成数据卡；只读取来源，不做改动。"
        ),
        "Folders, zips, pictures, clips, recordings, captions, and archives of platforms.": (
            "文件夹、zip、图片、视频、录音、文案，以及平台导出的数据包。"
        ),
        "Folder to collect into, such as material/.": "收集到哪个文件夹，例如 material/。",
        "Which of the people found is the creator, by number; 0 for nobody.": (
            "找到的人物中哪一位是创作者（编号）；0 表示都不是。"
        ),
        "Augmented views to write of every picture, for training.": "为每张图片生成多少个增强视图，供训练使用。",
        "Processes at work; default one a core.": "同时工作的进程数；默认每个核心一个。",
        "Whose material it is.": "素材属于谁。",
        "Collecting": "正在收集",
        "Person {number} of {people} seems to be the creator ({page}). Number of the creator, 0 for nobody, or"
        " Enter to leave it open": (
            "共找到 {people} 人，人物 {number} 似乎是创作者（见 {page}）。"
            "请输入创作者的编号，0 表示都不是，直接回车暂不确认"
        ),
        "open {page} to see it": "打开 {page} 查看",
        "{pictures} pictures kept, {left} files left out": "保留 {pictures} 张图片，{left} 个文件未采用",
        "{count} recordings, {seconds} seconds of voice": "{count} 段录音，人声共 {seconds} 秒",
        "{count} captions": "{count} 条文案",
        "{train} to learn from, {val} to check, {test} set aside for the test": (
            "{train} 张用于学习，{val} 张用于检查，{test} 张留作测试"
        ),
        # how sure each facet is
        "{facet}: {verdict}, from {count} {stuff}": "{facet}：{verdict}，来自 {count} {stuff}",
        "{facet}: {verdict}, from {count} {stuff}; two halves agree to {share}": (
            "{facet}：{verdict}，来自 {count} {stuff}；两半数据的一致度为 {share}"
        ),
        "{facet}: left out, {reason}": "{facet}：未学习，{reason}",
        "sure": "可靠",
        "fairly sure": "较可靠",
        "unsure": "不太可靠",
    }
)
