"use strict";
const WORDS = {
  en: {
    title: "Which one do you like better?", lead: "You will see two pictures at a time. Choose the one that you prefer; where they come from stays hidden. Every answer is saved at once: close the page whenever you like and go on later.",
    leadScores: "You will see pictures, one at a time, and give each 1 to 5 points. Where they come from stays hidden. Every answer is saved at once: close the page whenever you like and go on later.",
    tapToChoose: "Tap the picture that you prefer.", tapToCompare: "“Compare” shows both in the same place, large.", tapToGoBack: "“Back” takes your last answer back.",
    keyChoose: "choose", keyCompare: "compare in the same place", keyAlike: "no difference", keyBack: "take back", space: "space",
    yourName: "Your name, or a nickname", begin: "Start", nameHint: "The same name goes on where it stopped.",
    question: "Which picture do you prefer?", rate: "How good is this picture?", back: "Back", alike: "No difference", compare: "Compare", next: "Next",
    photo: "Photo", style: "Style", close: "Close", choose: side => "Choose " + side, picture: side => "Picture " + side,
    quality: "How good it looks", content: "The content of the photo is kept", style_q: "The style is matched", scale: "1 poor · 5 excellent",
    thanks: "Done. Thank you!", endWords: n => "All " + n + " answers are saved.", results: "See the results", another: "Somebody else rates", changeLast: "Change the last answer",
    offline: "No connection. Your last answer is kept here and sent as soon as it is back.", wrongLink: "This link is not complete. Ask for it again.", other: "中文", langTitle: "切换到中文",
    count: (done, all) => done + " / " + all, broken: "A picture cannot be loaded. Trying again …",
  },
  zh: {
    title: "你更喜欢哪一张？", lead: "每次会看到两张图片，请选出你更喜欢的一张；图片的来源不会显示。每次回答都会立即保存，随时可以关闭页面，以后接着做。",
    leadScores: "每次会看到一张图片，请给出 1 至 5 分；图片的来源不会显示。每次回答都会立即保存，随时可以关闭页面，以后接着做。",
    tapToChoose: "点一下你更喜欢的图片。", tapToCompare: "“对比”会在同一位置放大显示两张图片。", tapToGoBack: "“撤回”可以收回上一次回答。",
    keyChoose: "选择", keyCompare: "在同一位置对比", keyAlike: "没有差别", keyBack: "撤回", space: "空格",
    yourName: "你的名字或昵称", begin: "开始", nameHint: "用同一个名字可以接着上次继续。",
    question: "你更喜欢哪一张？", rate: "这张图片怎么样？", back: "撤回", alike: "差不多", compare: "对比", next: "下一张",
    photo: "原图", style: "风格", close: "关闭", choose: side => "选 " + side, picture: side => "图片 " + side,
    quality: "画面好看", content: "保持了原图内容", style_q: "符合目标风格", scale: "1 差 · 5 很好",
    thanks: "完成了，谢谢！", endWords: n => n + " 个回答都已保存。", results: "查看结果", another: "换一个人来评", changeLast: "修改上一个回答",
    offline: "连接中断。你的回答已暂存在这里，恢复后会自动发送。", wrongLink: "链接不完整，请重新索取。", other: "English", langTitle: "Switch to English",
    count: (done, all) => done + " / " + all, broken: "图片加载失败，正在重试……",
  },
};
const byId = id => document.getElementById(id);
const make = (tag, properties = {}, ...inside) => { const node = Object.assign(document.createElement(tag), properties); node.append(...inside); return node; };
const memory = { get(key) { try { return localStorage.getItem("looksmith-" + key); } catch { return null; } }, set(key, value) { try { value === null ? localStorage.removeItem("looksmith-" + key) : localStorage.setItem("looksmith-" + key, value); } catch { /* private mode: the name brings everything back */ } } };

const link = new URLSearchParams(location.hash.slice(1));
for (const role of ["host", "guest"]) if (link.get(role)) memory.set(role, link.get(role));
if (location.hash) history.replaceState(null, "", location.pathname);
let language = memory.get("language") || ((navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en");
let rater = memory.get("rater"), state = null, since = 0, open = false, points = {}, shownSide = "left", generation = 0;
const say = (key, ...values) => { const text = WORDS[language][key]; return typeof text === "function" ? text(...values) : text; };

// talking to the desk: nothing is lost when it is away, the same answer sent twice counts once

async function ask(action, data = {}) {
  for (let wait = 600; ; wait = Math.min(wait * 1.6, 5000)) {
    let reply;
    try {
      reply = await fetch("/api/" + action, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...data, rater, key: memory.get("host") || memory.get("guest") }) });
    } catch { reply = null; }
    if (reply && reply.status < 500) {
      tell("");
      const told = await reply.json();
      if (reply.ok) return told;
      throw Object.assign(new Error(told.error), { status: reply.status });
    }
    tell("offline");
    await new Promise(done => setTimeout(done, wait));
  }
}

function tell(key, text = "") { byId("notice").hidden = !key && !text; byId("notice").textContent = text || (key ? say(key) : ""); byId("notice").dataset.key = key; }

async function go(action, data) {
  try {
    show(await ask(action, data));
  } catch (error) {
    if (error.status === 404 && action !== "join") { rater = null; memory.set("rater", null); view("start"); }
    else if (error.status === 401) tell("wrongLink");
    else { tell("", error.message); open = true; }
  }
}

// what is shown

function view(name) {
  document.body.dataset.view = name;
  for (const id of ["start", "work", "end"]) byId(id).hidden = id !== name;
  if (name === "start") { byId("count").textContent = ""; byId("bar").style.width = 0; byId("name").focus({ preventScroll: true }); }
}

function show(told) {
  state = told; rater = told.rater; memory.set("rater", rater);
  shut();
  byId("bar").style.width = (told.total ? 100 * told.done / told.total : 100) + "%";
  byId("count").textContent = told.screen ? say("count", told.done + 1, told.total) : "";
  if (!told.screen) { open = false; view("end"); finish(); return; }
  view("work");
  const isPair = told.screen.kind === "pair";
  byId("scores").hidden = byId("next").hidden = isPair;
  byId("alike").hidden = !isPair;
  byId("back").disabled = told.done === 0;
  points = {};
  draw();
  for (const url of told.ahead) new Image().src = url;
}

function finish() {
  byId("endWords").textContent = say("endWords", state.done);
  const key = memory.get("host");
  byId("results").hidden = !key;
  if (key) byId("results").href = "/results?key=" + encodeURIComponent(key);
}

function draw() {
  const screen = state.screen, isPair = screen.kind === "pair", mine = ++generation;
  open = false;
  byId("question").textContent = isPair ? state.asked || say("question") : say("rate");
  byId("beside").replaceChildren(...["photo", "style"].filter(kind => screen.pictures[kind]).map(kind => {
    const button = make("button", { type: "button", onclick: () => closer(kind) }, make("img", { src: screen.pictures[kind], alt: "" }), make("span", { textContent: say(kind) }));
    button.setAttribute("aria-label", say(kind));
    return button;
  }));
  const stage = byId("stage");
  stage.className = "stage";
  const sides = isPair ? ["left", "right"] : ["left"];
  stage.replaceChildren(...sides.map(side => {
    const letter = side === "left" ? "A" : "B";
    const picture = make("img", { alt: "", draggable: false });
    const card = make("button", { type: "button", className: "card", onclick: () => isPair ? answer(side) : closer("left") }, picture);
    if (isPair) card.append(make("span", { className: "letter", textContent: letter }));
    card.dataset.side = side;
    card.setAttribute("aria-label", isPair ? say("choose", letter) : say("compare"));
    return card;
  }));
  if (!isPair) drawScores();
  fit();
  Promise.all([...stage.querySelectorAll(".card")].map(card => load(card.querySelector("img"), screen.pictures[card.dataset.side], mine).then(() => card.classList.add("ready")))).then(() => {
    if (mine !== generation) return;
    tell("");
    since = performance.now();
    open = true;
    document.body.dataset.screen = screen.id;
  });
}

function load(picture, url, mine) {
  return new Promise(done => {
    let tries = 0;
    picture.onload = () => (picture.decode ? picture.decode().catch(() => {}) : Promise.resolve()).then(done);
    picture.onerror = () => { if (mine === generation) { tell("broken"); setTimeout(() => { picture.src = url + "?again=" + ++tries; }, 1200); } };
    picture.src = url;
  });
}

function fit() {
  if (!state || !state.screen || byId("work").hidden) return;
  const stage = byId("stage"), gap = 10, { width: w, height: h } = state.screen, { clientWidth: W, clientHeight: H } = stage;
  const pair = state.screen.kind === "pair";
  const beside = Math.min((W - gap) / 2 / w, H / h), above = Math.min(W / w, (H - gap) / 2 / h), alone = Math.min(W / w, H / h);
  const stacked = pair && above > beside * 1.05, scale = pair ? Math.max(above > beside * 1.05 ? above : beside, 0) : alone;
  stage.classList.toggle("stacked", stacked);
  for (const card of stage.querySelectorAll(".card")) { card.style.width = Math.floor(w * scale) + "px"; card.style.height = Math.floor(h * scale) + "px"; }
}

function drawScores() {
  byId("scores").replaceChildren(...state.scores.map((question, index) => {
    const words = say(question === "style" ? "style_q" : question);
    const buttons = [1, 2, 3, 4, 5].map(value => { const b = make("button", { type: "button", textContent: value, onclick: () => score(question, value) }); b.setAttribute("role", "radio"); b.setAttribute("aria-checked", points[question] === value); b.setAttribute("aria-label", words + ": " + value); b.dataset.value = value; return b; });
    const group = make("div", { className: "points" }, ...buttons);
    group.setAttribute("role", "radiogroup"); group.setAttribute("aria-label", words);
    const legend = make("legend", {}, words); if (index === 0) legend.append(make("small", { textContent: say("scale") }));
    const field = make("fieldset", {}, legend, group);
    field.dataset.question = question;
    return field;
  }));
  markScores();
}

function markScores() {
  const waiting = state.scores.find(question => !points[question]);
  for (const field of byId("scores").children) {
    field.classList.toggle("current", field.dataset.question === waiting);
    for (const b of field.querySelectorAll("button")) b.setAttribute("aria-checked", points[field.dataset.question] === Number(b.dataset.value));
  }
  byId("next").disabled = Boolean(waiting);
}

// what people do

function score(question, value) { points[question] = value; markScores(); }

function send(answered) {
  if (!open) return;
  open = false;
  const data = { screen: state.screen.id, answer: answered, milliseconds: Math.round(performance.now() - since) };
  setTimeout(() => go("answer", data), matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 170);
}

function answer(side) {
  if (!open || state.screen.kind !== "pair" || performance.now() - since < 150) return;
  shut();
  byId("stage").classList.add("answered");
  if (side === "alike") byId("stage").classList.add("even");
  else byId("stage").querySelector(`[data-side="${side}"]`).classList.add("chosen");
  send(side);
}

function back() { if (open && state && state.done > 0) { open = false; go("back"); } }

function closer(side = "left") {
  if (!open) return;
  const screen = state.screen, pair = screen.kind === "pair", sides = Object.keys(screen.pictures);
  const name = which => which === "left" ? (pair ? "A" : say("picture", "").trim()) : which === "right" ? "B" : say(which);
  byId("tabs").replaceChildren(...sides.map(which => { const tab = make("button", { type: "button", textContent: name(which), onclick: () => turn(which) }); tab.setAttribute("role", "tab"); tab.dataset.side = which; return tab; }));
  byId("view").replaceChildren(...sides.map(which => { const picture = make("img", { src: screen.pictures[which], alt: name(which), draggable: false }); picture.dataset.side = which; return picture; }));
  byId("pick").replaceChildren(
    ...(pair ? [make("button", { type: "button", className: "primary", textContent: say("choose", "A"), onclick: () => answer("left") }), make("button", { type: "button", className: "primary", textContent: say("choose", "B"), onclick: () => answer("right") })] : []),
    make("button", { type: "button", className: "quiet", textContent: say("close"), onclick: shut }));
  byId("closer").hidden = false;
  turn(side);
  byId("view").focus({ preventScroll: true });
}

function turn(side) {
  shownSide = side;
  for (const node of [...byId("tabs").children, ...byId("view").children]) {
    node.classList.toggle("on", node.dataset.side === side);
    if (node.tagName === "BUTTON") node.setAttribute("aria-selected", node.dataset.side === side);
  }
}

function flip() { const sides = Object.keys(state.screen.pictures), pair = state.screen.kind === "pair"; const among = pair && ["left", "right"].includes(shownSide) ? ["left", "right"] : sides; turn(among[(among.indexOf(shownSide) + 1) % among.length]); }
function shut() { byId("closer").hidden = true; }

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = document.documentElement.dataset.language = language;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  const pairs = document.body.dataset.asks === "pairs";
  byId("title").textContent = say(pairs ? "title" : "rate");
  byId("lead").textContent = say(pairs ? "lead" : "leadScores");
  byId("keys").hidden = !pairs;
  byId("language").textContent = say("other");
  byId("language").title = say("langTitle");
  if (byId("notice").dataset.key) tell(byId("notice").dataset.key);
  if (!state) return;
  if (!state.screen) finish();
  else if (!byId("work").hidden) {
    byId("question").textContent = state.screen.kind === "pair" ? state.asked || say("question") : say("rate");
    for (const [index, kind] of ["photo", "style"].filter(kind => state.screen.pictures[kind]).entries()) byId("beside").children[index].querySelector("span").textContent = say(kind);
    if (state.screen.kind === "score") drawScores();
    shut();
  }
}

byId("join").addEventListener("submit", event => { event.preventDefault(); byId("name").blur(); go("join", { name: byId("name").value }); });
byId("language").addEventListener("click", () => { speak(language === "en" ? "zh" : "en"); memory.set("language", language); });
byId("back").addEventListener("click", back);
byId("endBack").addEventListener("click", () => go("back"));
byId("alike").addEventListener("click", () => answer("alike"));
byId("compare").addEventListener("click", () => closer());
byId("next").addEventListener("click", () => send({ ...points }));
byId("view").addEventListener("click", flip);
byId("another").addEventListener("click", () => { rater = null; memory.set("rater", null); state = null; byId("name").value = ""; view("start"); });
addEventListener("resize", fit);
addEventListener("keydown", event => {
  if (event.target === byId("name") || event.ctrlKey || event.metaKey || event.altKey || !state || !state.screen || byId("work").hidden) return;
  const pair = state.screen.kind === "pair", looking = !byId("closer").hidden;
  const waiting = state.scores.find(question => !points[question]);
  const does = {
    ArrowLeft: () => pair && answer("left"), ArrowRight: () => pair && answer("right"), a: () => pair && answer("left"), b: () => pair && answer("right"),
    ArrowDown: () => pair && answer("alike"), Backspace: back, " ": () => looking ? flip() : closer(), Escape: shut,
    Enter: () => !pair && !byId("next").disabled && send({ ...points }),
  };
  if (!pair && /^[1-5]$/.test(event.key) && waiting) { score(waiting, Number(event.key)); event.preventDefault(); return; }
  const act = does[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const onButton = ["Enter", " "].includes(event.key) && document.activeElement.matches("button:focus-visible");
  if (act && !onButton) { event.preventDefault(); act(); }
});

speak(language);
if (rater) go("next"); else view("start");
