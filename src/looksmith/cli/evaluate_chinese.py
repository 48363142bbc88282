"""The Chinese of the verbs that measure and ask people; joined in language.py."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVALUATE: Mapping[str, str] = MappingProxyType(
    {
        # evaluate pair and evaluate set
        "Measure a picture beside its photo and its style, and say what is good and what is wrong.": (
            "对照原照片和风格评测图片，说明哪里好、哪里不好。"
        ),
        "Measure a folder of generated pictures against a folder of real ones: how real, how varied, how sure.": (
            "对照真实图片评测一个文件夹的生成图片：有多真实、多多样、多可靠。"
        ),
        "What was made: a picture, or a folder of them.": "生成的图片，或其文件夹。",
        "The photo it was made of, or a folder.": "原照片，或其文件夹。",
        "A picture of the style, or a folder.": "风格图片，或其文件夹。",
        "Where it was to be changed: white; outside must be as before.": "应改动的区域为白色；其外必须与原来相同。",
        "A CSV list with the columns picture, content, style, mask.": (
            "CSV 列表，列名为 picture、content、style、mask。"
        ),
        "File that keeps finished work; the same command goes on from there.": (
            "记录已完成工作的文件；再次运行同一命令会从那里继续。"
        ),
        "Your own feature network (ONNX) in place of the shipped one.": "用你自己的特征网络（ONNX）代替自带的。",
        "Judge whether it is still the same person.": "判断是否仍是同一个人。",
        "Folder of generated pictures.": "生成图片的文件夹。",
        "Folder of real pictures, such as those of the style.": "真实图片的文件夹，例如该风格的图片。",
        "Folder of the photos they were made of, by name: adds an ArtFID-like score.": (
            "原照片的文件夹，按名称对应：另给出类似 ArtFID 的分数。"
        ),
        "Of the draws behind the intervals.": "区间抽样的随机种子。",
        "name a picture, or a list with --pairs": "请给出图片，或用 --pairs 给出列表",
        "--pairs names them already": "--pairs 已经给出",
        "name the photo, the style, or both": "请给出原照片或风格，或两者",
        "groups are told of a folder or a list": "分组统计需要文件夹或列表",
        "--mask needs the photo": "--mask 需要原照片",
        "Measuring": "正在评测",
        "evaluation needs the evaluate extra": "评测需要 evaluate 附加组件",
        "identity is not judged: {hint}": "不判断是否同一个人：{hint}",
        "higher is better": "越高越好",
        "lower is better": "越低越好",
        "the photo itself: {value}": "原照片为 {value}",
        "floor {value}": "下限 {value}",
        "wrong": "不好",
        "note": "注意",
        "good": "好",
        # evaluate rate
        "Ask people, blind: which of two pictures do you prefer?": "盲评：请人选出两张图片中更喜欢的一张。",
        "Two folders or more with pictures of the same names; each is a hidden source.": (
            "两个或更多文件夹，图片同名；每个文件夹是一个隐藏的来源。"
        ),
        "File of the votes; goes on where it stopped.": "投票文件；会从上次停下的地方继续。",
        "The photos that were changed, shown beside: a folder or one.": "被处理的原图，显示在旁边：文件夹或一张图片。",
        "The style that was wanted, shown beside: a folder or one.": "目标风格，显示在旁边：文件夹或一张图片。",
        "Pairs for each rater; 0 for scores alone.": "每位评分者看的对数；0 表示只打分。",
        "Also 1 to 5 points for quality, content or style; repeat it.": (
            "另外为 quality（画质）、content（内容）或 style（风格）打 1 至 5 分；可重复。"
        ),
        "Your own question above the pairs.": "自定义显示在图片上方的问题。",
        "Of the order and the sides.": "决定顺序和左右的随机种子。",
        "Where to listen; 0.0.0.0 lets phones in the same network vote.": (
            "监听地址；0.0.0.0 允许同一网络中的手机参加投票。"
        ),
        "0 for any that is free.": "0 表示任意空闲端口。",
        "Open the page; default on a terminal.": "打开网页；在终端中默认打开。",
        "Show the results of the votes; no page.": "显示投票结果；不开网页。",
        "Leave out raters who missed a check or wavered.": "排除未通过检查或前后不一的评分者。",
        "Write the results as a page; no voting.": "把结果写成网页；不投票。",
        "Write every vote as a table; no voting.": "把每一票写成表格；不投票。",
        "{path} was begun with other settings; it goes on with those.": "{path} 开始时用的是其他设置；将沿用原设置。",
        "Not in every folder, left out: {names}": "并非每个文件夹都有，已略过：{names}",
        "{count} answers are in {path}.": "{path} 中有 {count} 个回答。",
        "Vote here": "在这里投票",
        "Others vote here": "其他人在这里投票",
        "Results": "结果",
        "Ctrl-C ends; the same command goes on.": "按 Ctrl-C 结束；再次运行同一命令会继续。",
        "Preferred": "被选中",
        "Won": "胜",
        "Lost": "负",
        "Alike": "平",
        # evaluate look
        "Measure a look over a set of photos: what it keeps, what it breaks, and for whom.": (
            "用一组照片评测一个风格：保留了什么、破坏了什么、对哪些人。"
        ),
        "The photos to measure it on: a folder, or one.": "用来评测的照片：文件夹或一张照片。",
        "Write the scorecard as a page (.html) or as data (.json).": "把评分卡写成网页（.html）或数据（.json）。",
        "A picture of the style, for its numbers.": "一张风格图片，用于风格数值。",
        "A CSV list with the columns picture, group: numbers for each.": "CSV 列表（picture, group）：分组给出数值。",
        "end the name in .html or .json": "文件名以 .html 或 .json 结尾",
        "(!) fewer than 30 photos: may be chance": "(!) 不足 30 张照片：可能出于偶然",
    }
)
