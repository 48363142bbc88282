"""The Chinese of the verbs that change faces: makeup, retouch and hair; joined in language.py."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FACES: Mapping[str, str] = MappingProxyType(
    {
        # makeup
        "See and change the makeup of a look, and take makeup off.": "查看和修改风格中的妆容，或卸去妆容。",
        "Show the layers of a look's makeup; change them, mix them, and keep that as a new look.": (
            "显示风格妆容的各层；可以修改、混合，并存成新的风格。"
        ),
        "Take the makeup off the faces of a photo: a plausible bare face.": "卸去照片中人脸的妆容：还原可信的素颜。",
        "A look's name, or a .look file.": "风格的名字，或 .look 文件。",
        "A number to change, such as lipstick.shade=#b11b3c; repeat it.": (
            "要修改的数值，例如 lipstick.shade=#b11b3c；可重复。"
        ),
        "Layers of another look, such as lips=b.look or eyes=b.look; repeat it.": (
            "取自另一风格的层，例如 lips=b.look 或 eyes=b.look；可重复。"
        ),
        "File to write to; - for standard output.": "要写入的文件；- 表示标准输出。",
        "Bare faces under made-up ones: the network that takes makeup off and reads its layers.": (
            "妆容之下的素颜：用于卸妆并读取妆容各层的网络。"
        ),
        "Keep what was changed as a new look.": "把修改的结果存成新的风格。",
        "{text} is not NAME=VALUE, such as lipstick.shade=#b11b3c or lips=b.look": (
            "{text} 不是 名称=值 的形式，例如 lipstick.shade=#b11b3c 或 lips=b.look"
        ),
        "layer": "层",
        "shade": "色号",
        "opacity": "不透明度",
        "finish": "质地",
        "matte": "哑光",
        "satin": "缎光",
        "gloss": "水光",
        # retouch and hair
        "Retouch skin, eyes, teeth and shape by sliders: smooth, blemish, redness, under_eye, shine, eyes, teeth …": (
            "用滑块修饰皮肤、眼睛、牙齿和脸形：smooth（匀肤）、blemish（去痘）、redness（去红）、under_eye（黑眼圈）、"
            "shine（去油光）、eyes（亮眼）、teeth（白牙）……"
        ),
        "A photo, or a look whose sliders are to be changed.": "一张照片，或要改动滑块的风格。",
        "The photo to write, or a .look file to keep the settings in.": "要写入的照片，或保存设置的 .look 文件。",
        "A slider and how far, such as smooth=0.6 or jaw=-0.3; repeat it.": (
            "滑块和幅度，例如 smooth=0.6 或 jaw=-0.3；可重复使用。"
        ),
        "Only what --set names: all other sliders at 0, not at their natural.": (
            "只用 --set 指定的滑块：其余为 0，而不是自然值。"
        ),
        "Recolour hair: in one shade, towards other tips, with highlights; strands and shine stay.": (
            "给头发换颜色：单色、渐变发尾或挑染；保留发丝和光泽。"
        ),
        "A photo, or a look whose hair is to be changed.": "一张照片，或要改动发色的风格。",
        "Of the hair: #rrggbb, or a name such as copper.": "发色：#rrggbb，或名称，如 copper（铜色）。",
        "Another shade towards the tips (ombre).": "发尾的另一种颜色（渐变）。",
        "The shade of lighter strands.": "挑染的颜色。",
        "How much of the strands is lighter, 0 to 1.": "挑染发丝的比例，0 到 1。",
        "How much of their own colour roots keep, 0 to 1.": "发根保留原色的程度，0 到 1。",
        "0 dull, 0.5 as it is, 1 glossy.": "0 无光，0.5 原样，1 光亮。",
        "a photo is changed into a photo, a look into a look": "照片只能写成照片，风格只能写成风格",
    }
)
