// Asking the server: JSON in and out, forms in and parts of the page out. A refusal brings its sentence.
import { toast } from "../page.js";

export const home = document.getElementById("editor");

export async function ask(url, content) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": home.dataset.csrf },
    body: JSON.stringify(content),
    signal: AbortSignal.timeout(15000),
  });
  if (response.redirected) location.reload();
  const answer = await response.json().catch(() => ({}));
  return { ok: response.ok, status: response.status, ...answer };
}

export async function part(url, fields = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": home.dataset.csrf, "HX-Request": "true" },
    body: new URLSearchParams(fields),
  });
  if (!response.ok && response.status !== 409) toast((await response.text()).replace(/<[^>]*>/g, "").trim());
  return response.ok || response.status === 409 ? response.text() : null;
}

export function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "text") made.textContent = value;
    else if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
