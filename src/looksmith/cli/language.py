"""What the command line says, in English and Chinese.

English texts stand where they are used, in a call of :func:`say`; their Chinese is here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from looksmith.cli.evaluate_chinese import EVALUATE
from looksmith.cli.faces_chinese import FACES
from looksmith.cli.materials_chinese import MATERIALS
from looksmith.cli.rights_chinese import RIGHTS
from looksmith.cli.training_chinese import TRAINING


def language() -> Literal["en", "zh"]:
    """``zh`` when ``LOOKSMITH_LANG``, or without it the locale, says Chinese; else ``en``."""
    for name in ("LOOKSMITH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(english: str, **values: Any) -> str:
    """A text in the person's language, with ``{names}`` filled in; one without Chinese stays English."""
    text = CHINESE.get(english, english) if language() == "zh" else english
    return text.format(**values) if values else text


CHINESE: Mapping[str, str] = MappingProxyType(
    {
        # the command and its verbs
        "Learn a look once, keep it as one small signed file, apply it to anything.": (
            "学一次风格，存成一个签名的小文件，用到任何照片上。"
        ),
        "Apply a look to a photo, or to a folder of them.": "把风格用到一张照片或一个文件夹的照片上。",
        "Learn a look from pictures and keep it as one signed file.": "从图片中学习风格，存成一个签名的文件。",
        "Blend looks into a new one: rina.look=0.6 ukiyo-e=0.4.": "把几种风格混合成新的：rina.look=0.6 ukiyo-e=0.4。",
        "Show one photo in every look, on one page.": "在一页上展示同一张照片的所有风格。",
        "List the looks on the shelf: the built-in ones and yours.": "列出架上的风格：内置的和你自己的。",
        "Show what is in a look, whose it is, and whether its signature holds.": "查看风格的内容、归属和签名是否有效。",
        "Write a look's grade as a .cube LUT, for ffmpeg and photo editors.": (
            "把风格的调色导出为 .cube LUT，供 ffmpeg 和修图软件使用。"
        ),
        "Make an output again from its own metadata, and say whether it comes out the same.": (
            "根据图片自带的元数据重新生成它，并说明结果是否一致。"
        ),
        "List the recipes that looksmith train knows.": "列出 looksmith train 可用的训练配方。",
        "Train a network with a recipe (needs the train extra).": "按配方训练网络（需要 train 附加组件）。",
        "Show a real portrait in every built-in look: a page to open in the browser.": (
            "用每一种内置风格处理一张真实人像，生成可在浏览器打开的网页。"
        ),
        "Show the version, and those of what it stands on.": "显示版本，以及所依赖组件的版本。",
        "Measure pictures, looks and folders, and ask people; offline.": ("离线评测图片、风格和文件夹，也可请人评分。"),
        "Show this message and exit.": "显示此帮助并退出。",
        # arguments and options
        "Write the photo with the faces drawn over it.": "把标出人脸的照片写到这个文件。",
        "How sure it must be of a face.": "要有多大把握才算人脸。",
        "{count} faces": "{count} 张人脸",
        "place": "位置",
        "size": "大小",
        "score": "得分",
        "yaw": "左右",
        "pitch": "俯仰",
        "roll": "侧倾",
        "A look's name, a .look file, or any picture.": "风格名称、.look 文件或任意图片。",
        "A look's name or a .look file; - for standard input.": "风格名称或 .look 文件；- 表示标准输入。",
        "Photos or folders of photos; - for standard input.": "照片或照片文件夹；- 表示标准输入。",
        "Pictures or folders of pictures; - for standard input.": "图片或图片文件夹；- 表示标准输入。",
        "A photo; - for standard input.": "一张照片；- 表示标准输入。",
        "A picture that looksmith made; - for standard input.": "looksmith 生成的图片；- 表示标准输入。",
        "File to write; - for standard output.": "要写入的文件；- 表示标准输出。",
        "File or folder to write to; - for standard output.": "要写入的文件或文件夹；- 表示标准输出。",
        "File for the picture made again.": "重新生成的图片写到哪个文件。",
        "Folder to write to.": "要写入的文件夹。",
        "The .cube file to write; - for standard output.": "要写入的 .cube 文件；- 表示标准输出。",
        "Report as JSON on standard output.": "以 JSON 格式输出结果。",
        "0 leaves the photo as it is, 1 applies the look fully.": "0 保持照片原样，1 完全应用风格。",
        "Keep the photo's colours, match them to the look's, or take the style's palette.": (
            "保留照片颜色（keep）、匹配风格颜色（match）或完全采用风格的色板（style）。"
        ),
        "Only these facets, such as texture or tone; repeat it or join with commas.": (
            "只用这些方面，如 texture（笔触）或 tone（调色）；可重复或用逗号分隔。"
        ),
        "Size of the strokes; 2 doubles them.": "笔触大小；2 表示加倍。",
        "For facets with randomness; recorded in the output.": "随机种子；会记录在结果里。",
        "A mask: white where the look applies, black where nothing changes.": "蒙版：白色处应用风格，黑色处不变。",
        "A region (person, background, face, skin, lips, hair …), or a mask: black where nothing changes.": (
            "区域（person、background、face、skin、lips、hair……），或蒙版：黑色处不变。"
        ),
        "Share of the strength that is left in a region, such as face=0.4; repeat it.": (
            "某个区域保留的强度比例，例如 face=0.4；可重复使用。"
        ),
        "Whose faces: largest, all, left, right, or numbers as looksmith faces counts.": (
            "哪些人脸：largest、all、left、right，或 looksmith faces 显示的编号。"
        ),
        "Share of a face's own drawing that is kept under paint.": "笔触之下保留人脸自身线条的比例。",
        "Go on with faces that an installed age check takes for children's.": (
            "即使已安装的年龄检查认为某张脸可能未成年，也继续处理。"
        ),
        "A picture of the creator alone: nobody is made to look like them (with consent).": (
            "创作者的单人照片：不会把别人变成其长相（须经本人同意）。"
        ),
        "Another look for one person, such as 1=rina.look; repeat it.": (
            "为某个人使用另一种风格，例如 1=rina.look；可重复使用。"
        ),
        "Least similarity of a face to itself, -1 to 1, or off. [default: surely the same person]": (
            "人脸与自身的最低相似度，-1 到 1，或 off。[默认：确定是同一个人]"
        ),
        "face {number}: similarity to itself {similarity}": "人脸 {number}：与自身的相似度 {similarity}",
        "fast: one pass. gatys: slow optimisation, needs the train extra.": (
            "fast：一次完成。gatys：慢速优化，需要 train 附加组件。"
        ),
        "Keep the place of recording in the metadata.": "在元数据中保留拍摄地点。",
        "Of JPEG, WebP, AVIF and HEIC, 1 to 100.": "JPEG、WebP、AVIF 和 HEIC 的质量，1 到 100。",
        "Format to write (jpeg, png, webp, avif, heic, tiff).": "写入格式（jpeg、png、webp、avif、heic、tiff）。",
        "Declare that the pictures are your own.": "声明这些图片是你自己的。",
        "Name of the look; default that of the file.": "风格名称；默认取文件名。",
        "Whose look it is.": "这是谁的风格。",
        "Title in English.": "英文标题。",
        "Title in Chinese.": "中文标题。",
        "SPDX name of the look's licence.": "风格许可证的 SPDX 名称。",
        "What the pictures are; it decides which facets run by default.": "图片的类型；决定默认应用哪些方面。",
        "Looks with their weights.": "风格及其权重。",
        "Put a .look file on your shelf first.": "先把一个 .look 文件放到你的架上。",
        "Take a look off your shelf first.": "先从你的架上取下一个风格。",
        "Points a side of the table.": "LUT 每边的点数。",
        "Only this look; repeat it. Default the whole shelf.": "只用这个风格，可重复。默认整个架子。",
        "Longest side of one picture, pixels.": "每张小图的最长边（像素）。",
        "Pictures in a row.": "每行几张。",
        "Language of the labels, en or zh.": "标签语言，en 或 zh。",
        "The photo that it was made of; default looked for beside it.": "原照片；默认在同一文件夹里找。",
        "The look; default found by the digest in the metadata.": "所用风格；默认按元数据中的摘要查找。",
        "Your own photo; default a public-domain portrait.": "你自己的照片；默认用一张公有领域的人像。",
        "Recipe, and its options; --help after a recipe lists them.": "配方及其选项；在配方名后加 --help 可列出选项。",
        "A folder with one folder for every kind of pictures that the recipe takes.": (
            "一个文件夹，其中每类图片各有一个子文件夹。"
        ),
        "Folder for checkpoints and the log.": "存放检查点和日志的文件夹。",
        "Go on where an earlier run stopped.": "从上次停下的地方继续。",
        "Folder of pictures; repeat it for more.": "图片文件夹；可重复。",
        # reports
        "Wrote": "已写入",
        "error": "错误",
        "expected": "应为",
        "got": "实际",
        "try": "试试",
        "left out": "已跳过",
        "standard output": "标准输出",
        "standard input": "标准输入",
        "Applying {look}": "正在应用 {look}",
        "Learning": "正在学习",
        "Blending": "正在混合",
        "Exporting": "正在导出",
        "Making the sheet": "正在制作样张",
        "Replaying": "正在重现",
        "Making the demo": "正在制作演示",
        "{count} photos": "{count} 张照片",
        "{count} pictures": "{count} 张图片",
        "{count} looks": "{count} 种风格",
        "{count} pictures, {size} KB; by default: {facets}": "{count} 张图片，{size} KB；默认应用：{facets}",
        "Name": "名称",
        "Title": "标题",
        "Facets": "方面",
        "From": "来源",
        "built in": "内置",
        "The shelf is empty; looksmith learn PICTURES -o NAME.look makes a look.": (
            "架上还没有风格；用 looksmith learn 图片 -o 名称.look 学一个。"
        ),
        "creator": "创作者",
        "facet": "方面",
        "from": "来源",
        "licence": "许可证",
        "consent": "授权",
        "signature": "签名",
        "digest": "摘要",
        "not stated": "未说明",
        "not installed here": "此处未安装",
        "on request, with --only {name}": "按需应用，用 --only {name}",
        "by default, at {strength}": "默认应用，强度 {strength}",
        "the signature holds; signed by {who}": "签名有效；签名者 {who}",
        "Find faces: learned in scenes made of pictures that teachers label.": (
            "检测人脸：用教师网络标注的图片合成场景来学习。"
        ),
        "Tell people apart: distilled from dlib's network, parted by labelled people.": (
            "分辨不同的人：由 dlib 的网络蒸馏，并用有标注的人物加以区分。"
        ),
        "The parts of people: from masks that people drew, meshes and outlines.": (
            "人物的各个部位：来自人工蒙版、网格和轮廓。"
        ),
        "The 468 points of a face: distilled from the attention mesh.": ("人脸的 468 个关键点：由注意力网格蒸馏而来。"),
        "Distil the VGG teacher into the narrow network for losses, metrics and Gatys.": (
            "把 VGG 教师网络蒸馏成小网络，用于损失、度量和 Gatys。"
        ),
        "Train the style encoder and the painter that restyle a photo in one pass.": (
            "训练风格编码器和一次完成风格化的绘制网络。"
        ),
        "Train the grade that is learned from reference pictures.": "训练从参考图片学习的调色。",
        "One network for many domains, steered by a label, a text or a reference picture.": (
            "一个网络对应多个域，由标签、文字或参考图片控制。"
        ),
        "Turn pictures of one domain into another and back, without pairs.": (
            "无需成对图片，把一个域的图片转成另一个域，并能转回。"
        ),
        "Learn one picture's style as a small network of one pass.": "把一张图片的风格学成一次完成的小网络。",
        "Make pictures like those of a folder from noise.": "从噪声生成与文件夹中相似的图片。",
        "Turn pictures of one kind into another, learned from pairs.": "从成对图片学习，把一种图片转成另一种。",
        "Say what the recipe does, its losses and its options, and train nothing.": (
            "说明配方的作用、损失和选项，不进行训练。"
        ),
        "A file of options, such as the recipe.json of a run; flags come before it.": (
            "选项文件，例如某次训练的 recipe.json；命令行选项优先。"
        ),
        "the file of options cannot be read": "无法读取选项文件",
        "there is no such option": "没有这个选项",
        "the option has a wrong value": "选项的值不正确",
        "an option": "选项",
        "Options": "选项",
        "needed": "必填",
        # mistakes
        "there is not enough memory": "内存不足",
        "this is a bug in looksmith": "这是 looksmith 的一个缺陷",
        "set {name}=1 and run it again to see where": "设置 {name}=1 后重新运行，可看到出错位置",
        "nothing is piped in": "没有从管道输入任何内容",
        "0 bytes": "0 字节",
        "a terminal cannot show this": "终端无法显示它",
        "add > FILE, or use -o FILE": "加上 > 文件，或使用 -o 文件",
        "{name} is not one of {known}": "{name} 不在 {known} 之中",
        "- stands alone: one photo from standard input": "- 只能单独使用：从标准输入读取一张照片",
        "a photo from standard input needs a file name": "来自标准输入的照片需要一个文件名",
        "several photos go into a folder, not into one file": "多张照片要写入文件夹，不能写入一个文件",
        "there is no photo": "没有照片",
        "pictures ({known})": "图片（{known}）",
        "this would write over the photo itself": "这会覆盖照片本身",
        "choose another -o": "换一个 -o",
        "two photos would be written to one file": "两张照片会写到同一个文件",
        "apply the look to each folder by itself": "对每个文件夹分别应用",
        "--json and -o - both want standard output": "--json 和 -o - 都要用标准输出",
        "--json and - both want standard output": "--json 和 - 都要用标准输出",
        "{text} is not LOOK=WEIGHT, such as rina.look=0.6": "{text} 不是 风格=权重 的形式，例如 rina.look=0.6",
        "the look has no grade to export": "这个风格没有可导出的调色",
        "no facet": "没有方面",
        "training needs the train extra": "训练需要 train 附加组件",
        "there is no such recipe": "没有这个配方",
        "the recipe cannot be loaded": "无法加载这个配方",
        "the folder holds a run of another recipe": "该文件夹里是另一个配方的训练",
        "choose another --out, or add --no-resume to start over": "换一个 --out，或加 --no-resume 重新开始",
        "the recipe needs pictures": "配方需要图片",
        "there is no such folder": "没有这个文件夹",
        "the demo needs a portrait": "演示需要一张人像",
        "there is no look on the shelf": "架上没有风格",
        "step {step} of {steps}": "第 {step} 步，共 {steps} 步",
        "the method gatys needs the style picture itself": "gatys 方法需要风格图片本身",
        "gatys takes --strength and a mask for --where alone": "gatys 只接受 --strength 和用蒙版的 --where",
        "the path of a picture": "图片的路径",
        "the recipe comes first: looksmith train texture --data …": "配方写在最前：looksmith train texture --data …",
        "Training": "正在训练",
        "Stopped at step {step}; the same command goes on from there.": (
            "停在第 {step} 步；再次运行同一命令会从此继续。"
        ),
        "a folder of pictures": "一个图片文件夹",
        "Open {path} in a browser.": "请在浏览器中打开 {path}。",
        **RIGHTS,
        **MATERIALS,
        **FACES,
        **EVALUATE,
        **TRAINING,
    }
)
