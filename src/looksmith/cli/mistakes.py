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
        # trained networks
        "this look cannot be asked for anything": "这个风格不接受标签或参考图片",
        "this network takes no reference picture": "这个网络不接受参考图片",
        "which label has the reference picture?": "参考图片属于哪个标签？",
        "this network has no labels": "这个网络没有标签",
        "the network knows no such label": "网络没有这个标签",
        "this network changes photos; it makes none of noise": "这个网络用于改变照片，不能从噪声生成图片",
        "this network makes pictures from noise; it takes no photo": "这个网络从噪声生成图片，不接受照片",
        "truncation is out of range": "截断超出范围",
        "the count is out of range": "数量超出范围",
        "this network knows no truncation": "这个网络没有截断",
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
        # rights
        "the consent was withdrawn, though no list says so any more": "授权已被撤回，尽管名单中已看不到",
        "the look says that consent was granted, and carries no grant": "风格自称已获授权，却不带授权书",
        "the grant was given to somebody else": "授权书是给别人的",
        "the grant was given to somebody else than who made this look": "授权书给的不是制作这个风格的人",
        "the look has facets that the grant does not cover": "风格中有授权书未涵盖的方面",
        "the grant does not cover this facet": "授权书不涵盖这个方面",
        "the grant does not cover this biometric facet": "授权书不涵盖这个生物特征方面",
        "the clock of this computer was moved back": "这台电脑的时钟被调回过",
        "a grant cannot be given to oneself": "不能给自己授权",
        "the document is signed by another key than it names": "文件的签名密钥与其所写不符",
        "the licences contradict each other": "许可证互相矛盾",
        "the terms of use have nothing in common": "使用条款没有共同之处",
        "the territories of use have nothing in common": "使用地区没有共同之处",
        "the times of use have nothing in common": "使用时间没有共同之处",
        "the licence does not allow advertising": "许可证不允许用于广告",
        "this would grant more than was asked for": "授权超出了请求的范围",
        "this only asks for consent": "这只是请求，不是授权",
        "only the person who gave a grant can withdraw it": "只有授权人本人可以撤回",
        "only the one who signed a look can withdraw it": "只有签名者可以撤回风格",
        # what verify finds
        "made with the look {look} ({digest})": "用风格 {look}（{digest}）制作",
        "the recipe is not signed": "配方没有签名",
        "the recipe was changed after it was signed": "配方在签名后被改动",
        "the recipe is as the key {who} signed it; whose key that is, the file cannot prove": (
            "配方与密钥 {who} 签名时一致；密钥属于谁，文件无法证明"
        ),
        "there is no recipe: the file does not say that looksmith made it, nor that it did not": (
            "没有配方：文件没有说是 looksmith 制作，也没有说不是"
        ),
        "every pixel is as the recipe recorded it": "每个像素都与配方记录一致",
        "it shows what the recipe recorded, compressed since; small changes cannot be ruled out": (
            "内容与配方记录一致，之后经过压缩；不能排除细小改动"
        ),
        "it shows what the recipe recorded at {was}, now at {size}; small changes cannot be ruled out": (
            "内容与配方记录的 {was} 一致，现为 {size}；不能排除细小改动"
        ),
        "the picture was changed since the recipe was written ({percent} %)": "图片在写入配方后被改动（{percent} %）",
        "this is not the picture that the recipe was written for, or it was cropped or painted over ({percent} %)": (
            "这不是配方所写的图片，或者被裁剪、涂改过（{percent} %）"
        ),
        "digital source type: {name}": "数字来源类型：{name}",
        "there is no digital source type": "没有数字来源类型",
        "there is no AIGC label": "没有 AIGC 标识",
        "AIGC label: {means}; producer {who}": "AIGC 标识：{means}；制作者 {who}",
        "the AIGC label was taken out": "AIGC 标识被去掉了",
        "the AIGC label belongs to another recipe": "AIGC 标识属于另一份配方",
        "there is no invisible mark": "没有隐形水印",
        "invisible mark of the look {id} ({looks}); a mark can be copied": "风格 {id}（{looks}）的隐形水印；可被复制",
        "the invisible mark names another look: {id} ({looks})": "隐形水印指向另一个风格：{id}（{looks}）",
        "there are no Content Credentials": "没有内容凭证",
        "the Content Credentials do not hold: {why}": "内容凭证无效：{why}",
        "Content Credentials: the file is as it was signed, by a development certificate that proves no identity": (
            "内容凭证：文件与签名时一致，但开发证书不能证明身份"
        ),
        "generated or synthesised by AI": "由人工智能生成或合成",
        # what explain says
        "the look {look} by {whose} was applied ({digest})": "应用了 {whose} 的风格 {look}（{digest}）",
        "to the photo {name} ({digest})": "用在照片 {name}（{digest}）上",
        "{facet}: {what}, at {percent} % of the look's strength": "{facet}：{what}，强度为风格的 {percent} %",
        "its colours and light were graded": "调整了颜色和光线",
        "it was repainted with the look's strokes": "用风格的笔触重新绘制",
        "the photo's own colours were kept": "保留了照片自己的颜色",
        "its colours were brought to the look's": "颜色调到了风格的颜色",
        "it took the look's palette outright": "完全采用了风格的色板",
        "only inside a region; outside it not one byte was changed": "只在一个区域内；区域外一个字节都没有改",
        "an invisible mark that names the look was added": "加入了记录风格的隐形水印",
        "it was made for {use} use, with looksmith {version}": "用途：{use}，由 looksmith {version} 制作",
        "looksmith replay makes it again from the same photo and look": (
            "用 looksmith replay 可以由同一照片和风格重新生成"
        ),
        # what forget cannot reach
        "the folders and archives that material was collected from": "收集素材时所用的文件夹和归档",
        "copies of the look on other computers, and pictures that were handed on": "别处的风格副本，以及已传出的图片",
        "metadata and invisible marks inside pictures that were made with it": "已制作图片中的元数据和隐形水印",
        "entries of withdrawal lists: they must stay to be heeded": "撤回名单中的记录：必须保留才能被遵守",
        # keys
        "this is not a signing key": "这不是签名密钥",
        "the signing key cannot be read": "无法读取签名密钥",
        "a signing key cannot be made": "无法生成签名密钥",
    }
)
