"""The Chinese of the mistakes that people make most; the rooms below speak English alone.

Only whole texts are looked up. A text that is not here, such as one with a number in it, stays English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from looksmith.cli.language import language


def in_words(text: str) -> str:
    """A text of an error in the person's language, or as it is."""
    if language() != "zh":
        return text
    guess = re.fullmatch(r"did you mean (.+)\?", text)
    return f"是不是 {guess[1].replace(' or ', ' 或 ')}？" if guess else MISTAKES.get(text, text)


MISTAKES: Mapping[str, str] = MappingProxyType(
    {
        # files and folders
        "there is no such file": "没有这个文件",
        "there is no such file or folder": "没有这个文件或文件夹",
        "there is no such picture": "没有这张图片",
        "this is a folder": "这是一个文件夹",
        "this is not a path": "这不是一个路径",
        "the folder does not exist": "文件夹不存在",
        "cannot write a file here": "无法在这里写入文件",
        "cannot write the file": "无法写入文件",
        "the file is empty": "文件是空的",
        "the file is too large": "文件太大",
        # pictures
        "a picture": "一张图片",
        "this is not a picture that can be read": "这不是可以读取的图片",
        "the picture is too large": "图片太大",
        "the picture has no pixels": "图片没有像素",
        "not enough memory for the picture": "内存不足以打开这张图片",
        "no picture format has this ending": "没有以此结尾的图片格式",
        "this picture format cannot be written": "不能写入这种图片格式",
        "end the name in .jpg or .png": "文件名以 .jpg 或 .png 结尾",
        "the PNG file is damaged": "PNG 文件已损坏",
        "the TIFF file is damaged": "TIFF 文件已损坏",
        # looks
        "there is no such look": "没有这个风格",
        "a look's name, a .look file or a picture": "风格名称、.look 文件或图片",
        "this is not a look file": "这不是风格文件",
        "the look file is damaged": "风格文件已损坏",
        "the look cannot be read": "无法读取风格",
        "the look is not signed": "风格没有签名",
        "the digest does not hold": "摘要不符",
        "the signature does not hold": "签名无效",
        "the members are not those that were signed": "内容与签名时不同",
        "ask the creator for the file again": "请向创作者重新索取该文件",
        "the look is of a newer format": "风格文件的格式较新",
        "a look needs its suffix": "风格文件要以 .look 结尾",
        "the look is too large": "风格太大",
        "no installed look has this name": "架上没有你的这个风格",
        "a built-in look has this name": "内置风格已用此名",
        "save it under another name": "换个名字保存",
        "there is no look to show": "没有可展示的风格",
        # learning, applying, blending
        "there is no photo": "没有照片",
        "there is no picture to learn from": "没有可学习的图片",
        "none of the pictures can be read": "没有一张图片可以读取",
        "there is no such facet here": "这里没有这个方面",
        "the look has nothing that can be applied here": "这个风格没有可以应用的内容",
        "the mask does not fit the photo": "蒙版与照片不匹配",
        "there is nothing to blend": "没有可混合的风格",
        "a weight is wrong": "权重不对",
        "a look with a weight above 0": "权重大于 0 的风格",
        "the scale of the strokes is out of range": "笔触大小超出范围",
        # replaying
        "the picture does not say how it was made": "图片没有记录它是怎样生成的",
        "a picture as looksmith wrote it, with its metadata": "looksmith 写出的、保留元数据的图片",
        "the photo that this was made of is not beside it": "旁边没有它的原照片",
        "this is not the photo that the output was made of": "这不是它的原照片",
        "this is not the look that was used": "这不是当时所用的风格",
        "the look that was used is not at hand": "找不到当时所用的风格",
        "the mask is not the one that was used": "这不是当时所用的蒙版",
        # keys
        "this is not a signing key": "这不是签名密钥",
        "the signing key cannot be read": "无法读取签名密钥",
        "a signing key cannot be made": "无法生成签名密钥",
    }
)
