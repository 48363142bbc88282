"""The Chinese of the verbs that train networks, run and export them; joined in language.py."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TRAINING: Mapping[str, str] = MappingProxyType(
    {
        # a painter of a look's own
        "Train a painter of the look's own, too (needs the train extra; minutes).": (
            "另外训练该风格专属的绘制网络（需要 train 附加组件，耗时数分钟）。"
        ),
        "For --deep: photos such as the look will be applied to.": "用于 --deep：与将来要处理的照片类似的照片。",
        "For --deep: how long at most.": "用于 --deep：最长训练多少分钟。",
        "--photos goes with --deep": "--photos 需与 --deep 一起使用",
        "--deep needs files, not a pipe": "--deep 需要文件，不能用管道",
        "No --photos were given: the material itself is painted, which teaches less.": (
            "没有给出 --photos：改用素材自身来练习，效果会差一些。"
        ),
        "Training a painter of its own": "正在训练专属绘制网络",
        "{step} of {steps}: style distance {style:.3f}, content distance {content:.3f}": (
            "{step}/{steps}：风格距离 {style:.3f}，内容距离 {content:.3f}"
        ),
        "A painter of its own is kept: style distance {quick:.3f} → {deep:.3f} at the same content.": (
            "保留了专属绘制网络：内容不变，风格距离 {quick:.3f} → {deep:.3f}。"
        ),
        "A painter of its own did not beat the quick look ({quick:.3f}, {deep:.3f}) and is not kept.": (
            "专属绘制网络没有超过快速风格（{quick:.3f}，{deep:.3f}），未保留。"
        ),
        "Find the faces in a photo: where they are, where they look, and their 468 points.": (
            "找出照片中的人脸：位置、朝向和 468 个关键点。"
        ),
        # export, and how a recipe is run
        "Export a trained network as ONNX, compared with what was trained (needs the train extra).": (
            "把训练好的网络导出为 ONNX，并与训练结果比对（需要 train 附加组件）。"
        ),
        "Folder of a run of looksmith train.": "looksmith train 的训练文件夹。",
        "Also in whole numbers: smaller, often faster.": "同时导出整数（int8）版本：更小，通常更快。",
        "Which network, where a run has several; default its first.": "有多个网络时选哪一个；默认第一个。",
        "Folder to write to; default export in the run's folder.": "输出文件夹；默认为训练文件夹中的 export。",
        "File": "文件",
        "Largest difference": "最大差异",
        "In whole numbers: {what}.": "已转为整数的部分：{what}。",
        "weights and activations": "权重和激活值",
        "weights and activations, but for depthwise and outer convolutions": (
            "权重和激活值，但不含逐通道卷积和最外层卷积"
        ),
        "weights alone": "仅权重",
        "Try it: looksmith apply {path} photo.jpg -o out.jpg": "试一试：looksmith apply {path} photo.jpg -o out.jpg",
        "Try it: looksmith sample {path} -o grid.png": "试一试：looksmith sample {path} -o grid.png",
        "Make pictures with a network that was trained to make them from noise.": "用训练好的网络从噪声生成图片。",
        "An ONNX file that looksmith export wrote.": "looksmith export 导出的 ONNX 文件。",
        "File for one page, or a folder for single pictures.": "输出为一页的文件，或存放单张图片的文件夹。",
        "How many pictures.": "生成几张。",
        "Of the noise; recorded in the output.": "噪声的种子；会记录在结果里。",
        "0 gives the mean picture, 1 all that was learned. [default: the file's]": (
            "截断：0 得到平均的图片，1 得到学到的全部变化。[默认：文件自带的值]"
        ),
        "Walk from the first picture of --seed to that of this seed.": "从 --seed 的第一张图片渐变到这个种子的第一张。",
        "Finer styles are those of the first picture of this seed.": "较细的风格取自这个种子的第一张图片。",
        "With --styles-of: in which share of the layers, 0 to 1.": "与 --styles-of 一起：取自另一张的层的比例。",
        "Making pictures": "正在生成图片",
        "For a trained conditional network: the label to change the photo to.": "用于训练好的条件网络：要变成的标签。",
        "For a trained conditional network: a picture whose style to take on.": (
            "用于训练好的条件网络：要借用其风格的图片。"
        ),
        "--domain and --like need --look, the network": "--domain 和 --like 需要用 --look 指定网络",
        "this is not the folder of a run": "这不是训练文件夹",
        "Where to train: auto takes CUDA, then MPS, then the processor.": (
            "在哪里训练：auto 依次选择 CUDA、MPS、处理器。"
        ),
        "How many devices of this machine; under torchrun its own counts hold.": (
            "使用本机的几个设备；用 torchrun 启动时以它的设置为准。"
        ),
        "32, or bf16 for bfloat16 where that is safe.": "32，或 bf16（在安全处使用 bfloat16）。",
        "act cures what goes wrong, warn only tells, off.": "医生：act 发现问题并治疗，warn 只提醒，off 关闭。",
        "Steps between two looks of the doctor.": "医生两次检查之间的步数。",
        "Write report.html, which refreshes itself, and TensorBoard's files.": (
            "写入会自动刷新的 report.html 和 TensorBoard 文件。"
        ),
        "{time} to go": "还需 {time}",
    }
)
