// What the desk says besides its body: one passing line, and banners with a cause and one thing to do.
const texts = JSON.parse(document.getElementById("page-data").textContent).texts;
const LINE_MS = 6000;
let timer = 0;

export function text(name) {
  return texts[name] ?? name;
}

export function line(message, tone = "good") {
  const place = document.getElementById("toast");
  place.textContent = message;
  place.dataset.tone = tone;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { place.hidden = true; }, LINE_MS);
}

export function banner(name, message, label = "", action = null) {
  const id = `banner-${name}`;
  let box = document.getElementById(id);
  if (!message) { box?.remove(); return; }
  if (!box) {
    box = document.createElement("div");
    box.id = id;
    box.className = "desk-banner";
    document.getElementById("desk-banners").append(box);
  }
  if (box.dataset.message === message) return;
  box.dataset.message = message;
  box.replaceChildren(document.createElement("span"));
  box.firstChild.textContent = message;
  if (label) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = label;
    button.addEventListener("click", action);
    box.append(button);
  }
}
