"""The Chinese of the verbs about rights: consent, ledger, verify, explain, forget; joined in language.py."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RIGHTS: Mapping[str, str] = MappingProxyType(
    {
        # verbs
        "Ask for consent, give it, show it and withdraw it: small signed documents.": (
            "请求、给予、查看和撤回授权：都是签名的小文件。"
        ),
        "Ask a person for consent to learn a look from their pictures: a signed request to send them.": (
            "请求某人同意从其图片中学习风格：生成一份发给对方的签名请求。"
        ),
        "Answer a request with a signed grant; it may allow less than was asked for, never more.": (
            "用签名的授权书答复请求；可以少给，不能多给。"
        ),
        "Show what was asked for or granted, whether it is whole, and whether it holds today.": (
            "查看请求或授权的内容、是否完整，以及今天是否有效。"
        ),
        "Withdraw a grant that you gave, or a look that you made: a signed entry in a list.": (
            "撤回你给出的授权或你制作的风格：在名单中写入一条签名记录。"
        ),
        "Know a person by the key of this grant from now on; ask them by another way first.": (
            "今后以这份授权书的密钥认定此人；请先通过其他途径向本人核实。"
        ),
        "Show the withdrawal lists that this computer heeds, and change them.": "查看和更改本机遵守的撤回名单。",
        "Fetch the withdrawal lists at URLs now.": "立即获取网址上的撤回名单。",
        "Check the ledger of what was learned, applied and exported here, and show it.": (
            "检查并显示本机的账本：学习、应用和导出的记录。"
        ),
        "Say what a picture file proves about how it was made, and what it does not.": (
            "说明图片文件能证明什么、不能证明什么。"
        ),
        "Say in words what was done to a picture; looksmith verify says whether that is proven.": (
            "用文字说明对图片做了什么；是否得到证明请用 looksmith verify。"
        ),
        "Delete the looks of a person, or a look, and what the ledger says about them.": (
            "删除某人的风格或某个风格，以及账本中的有关内容。"
        ),
        # arguments and options
        "Who is asked: the name of the creator.": "向谁请求：创作者的名字。",
        "Who asks: your name, or your firm's.": "谁在请求：你或你公司的名字。",
        "File to write, such as rina.request.": "要写入的文件，例如 rina.request。",
        "File to write, such as rina.grant.": "要写入的文件，例如 rina.grant。",
        "The request that you were sent.": "你收到的请求。",
        "Uses: private, editorial, advertising; repeat it or join with commas.": (
            "用途：private（私人）、editorial（编辑）、advertising（广告）；可重复或用逗号分隔。"
        ),
        "Countries, such as CN,DE; default worldwide.": "国家代码，例如 CN,DE；默认全球。",
        "The day on which it begins.": "生效日期。",
        "The day on which it ends, such as 2027-12-31.": "失效日期，例如 2027-12-31。",
        "Facets, such as tone,texture,makeup; default tone,texture.": (
            "方面，例如 tone,texture,makeup；默认 tone,texture。"
        ),
        "Facets of your face or voice that you allow, each by name.": "你允许的面部或声音方面，须逐一列出。",
        "Let other looks be made from it: blends.": "允许由它制作其他风格（混合）。",
        "Pictures that it is about; default any of the person's.": "所涉及的图片；默认为此人的任何图片。",
        "What for, in words.": "用途说明。",
        "Your name, if the request has it wrong.": "你的名字，如果请求中写错了。",
        "Anything that you want to add.": "你想补充的任何内容。",
        "A request, a grant, or a look that carries grants.": "请求、授权书，或带有授权书的风格。",
        "A grant that you gave, or a look that you made.": "你给出的授权书，或你制作的风格。",
        "Why, in words; anybody can read it.": "原因；任何人都能看到。",
        "The list to put it on; default your own on this computer.": "写入哪个名单；默认本机上你自己的名单。",
        "A grant that is signed with a person's new key.": "用此人的新密钥签名的授权书。",
        "Heed this list: a file or a URL.": "遵守这个名单：文件或网址。",
        "Heed this list no longer.": "不再遵守这个名单。",
        "List all outputs of a look: its name, file, or digest.": "列出某个风格的全部输出：名称、文件或摘要。",
        "How many entries to show, the latest ones.": "显示最近多少条记录。",
        "Move a ledger that does not hold away, and begin a new one.": "移走已失效的账本，重新开始。",
        "A picture; - for standard input.": "一张图片；- 表示标准输入。",
        "A person, or a look: its name, its file, or its digest.": "某人，或某个风格：名称、文件或摘要。",
        "Do it without asking.": "不再询问，直接执行。",
        "Declare that the pictures are in the public domain.": "声明图片属于公有领域。",
        "Declare that they were generated and show no real person.": "声明图片是生成的，没有真实人物。",
        "The grant of the person whose pictures they are.": "图片所属人的授权书。",
        "What the output is for; a look may allow some uses only.": "输出的用途；有的风格只允许某些用途。",
        "Where it is used, such as CN; some looks ask for it.": "在哪里使用，例如 CN；有的风格要求说明。",
        "Write into this corner that the picture is AI generated.": "在这个角写上“AI生成”。",
        "Language of the badge, en or zh.": "标识的语言，en 或 zh。",
        "Add an invisible mark that names the look and survives JPEG and halving.": (
            "加入隐形水印，记录风格，可经受 JPEG 压缩和缩小一半。"
        ),
        "Add Content Credentials (needs the provenance extra).": "加入内容凭证 C2PA（需要 provenance 附加组件）。",
        "Your certificate chain, PEM; default a development one, untrusted.": (
            "你的证书链（PEM）；默认用不受信任的开发证书。"
        ),
        "The key of your certificate, PEM.": "你的证书的密钥（PEM）。",
        "Keep camera, serial numbers and owner in the metadata.": "在元数据中保留相机、序列号和所有者。",
        # what they say
        "asked of": "请求对象",
        "asked by": "请求人",
        "given by": "授权人",
        "given to": "被授权人",
        "key": "密钥",
        "facets": "方面",
        "biometric": "生物特征",
        "uses": "用途",
        "where": "地区",
        "until": "截止",
        "without an end": "无期限",
        "blends": "混合",
        "allowed": "允许",
        "not allowed": "不允许",
        "material": "素材",
        "words": "说明",
        "id": "编号",
        "none": "无",
        "note": "注意",
        "Send it to them; they answer with: looksmith consent grant {name}": (
            "把它发给对方；对方用以下命令答复：looksmith consent grant {name}"
        ),
        "this is not a request": "这不是请求",
        "Facets of a face or a voice are granted apart: --biometric {names}": (
            "面部或声音方面须单独授权：--biometric {names}"
        ),
        "Keep it: with it you can withdraw: looksmith consent withdraw {name}": (
            "请妥善保存，凭它可以撤回：looksmith consent withdraw {name}"
        ),
        "It carries no grant.": "它不带授权书。",
        "The signature holds. Whose key it is, no file can prove: compare it with them once.": (
            "签名有效。密钥属于谁，任何文件都无法证明：请与本人核对一次。"
        ),
        "It holds today.": "今天有效。",
        "It does not hold: {why}": "无效：{why}",
        "It counts wherever this list is heeded: publish it, and have them type looksmith consent lists --add URL": (
            "凡遵守这个名单的地方都有效：请公布它，并让对方输入 looksmith consent lists --add 网址"
        ),
        "{name} is known by the key {key}.": "今后以密钥 {key} 认定 {name}。",
        "{count} lists are heeded beside your own.": "除你自己的名单外，还遵守 {count} 个名单。",
        "a withdrawal list is not up to date: {why}": "撤回名单不是最新的：{why}",
        "the ledger cannot be opened": "无法打开账本",
        "There is no ledger.": "没有账本。",
        "The old ledger lies at {path}.": "旧账本在 {path}。",
        "The chain holds: {count} entries, {gone} of them forgotten.": "链条完整：{count} 条记录，{gone} 条已遗忘。",
        "The clock stood earlier than before at entries {numbers}.": "在第 {numbers} 条记录处，时钟曾被调回。",
        "not written to a file here": "没有在本机写成文件",
        "{count} outputs were made with it here.": "本机用它制作了 {count} 个输出。",
        "(forgotten)": "（已遗忘）",
        "proven": "已证明",
        "stated, not proven": "有声明，未证明",
        "contradicted": "有矛盾",
        "not there": "没有",
        "Something does not fit: do not rely on what this file says of itself.": (
            "有不一致之处：不要相信这个文件对自己的说明。"
        ),
        "Labelled as generated or altered; nothing speaks against it.": "已标识为生成或修改；没有矛盾之处。",
        "Nothing says that it was generated; that proves nothing: labels can be taken out.": (
            "没有生成标识；这不能证明什么：标识可以被去掉。"
        ),
        "nothing is known here by this name": "本机没有关于这个名称的内容",
        "look file: {path}": "风格文件：{path}",
        "collection, with its pictures and embeddings: {path}": "素材集（含图片与特征向量）：{path}",
        "details of {count} ledger entries; the chain goes on to hold": "账本中 {count} 条记录的内容；链条仍然有效",
        "stays, delete it yourself: {path}": "保留，请自行删除：{path}",
        "stays, a blend made from it: {name}": "保留，由它混合出的风格：{name}",
        "cannot be reached: {what}": "无法触及：{what}",
        "Delete?": "删除吗？",
        "Forgotten.": "已遗忘。",
        "Content Credentials need the provenance extra": "内容凭证需要 provenance 附加组件",
        "signed with a development certificate: readers will call it untrusted": (
            "用开发证书签名：阅读器会显示为不受信任"
        ),
        "nothing was changed, so there is nothing to sign": "没有任何改动，无需签名",
        "Nothing was declared about the pictures, so the look is for private use: --own, --public-domain,"
        " --synthetic or --consent say more.": (
            "没有声明图片的来源，这个风格只能私人使用：可用 --own、--public-domain、--synthetic 或 --consent 声明。"
        ),
    }
)
