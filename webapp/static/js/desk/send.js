// Talking to the server: one request after the other, so that an older picture never covers a newer one.
// Answers of acts and of refreshes are the desk's body, morphed into place: focus, caret and typed words stay.
import { banner, line, text } from "./say.js";

const PATIENCE_MS = 10000;
const home = document.getElementById("desk");
const after = [];
let chain = Promise.resolve();
let waiting = false;

// Which menus are open is the person's business: a refresh must not close them.
htmx.config.morphIgnore.push("open");
// A step along the script changes neither bar nor contact: the server sends their places only.
htmx.registerExtension("unchanged", {
  htmx_before_morph_node: (_element, { newNode }) => !newNode.hasAttribute?.("data-unchanged"),
});

export const root = () => document.getElementById("desk-root");
export const onShown = (hook) => after.push(hook);
export const shown = () => after.forEach((hook) => hook());

function headers() {
  return { "X-CSRFToken": home.dataset.csrf, "HX-Request": "true" };
}

export async function ask(url, options) {
  const response = await fetch(url, { ...options, headers: headers(), signal: AbortSignal.timeout(PATIENCE_MS) });
  if (response.redirected && new URL(response.url).pathname.startsWith("/login")) {
    banner("login", text("desk_logged_out"), text("desk_log_in"), () => location.assign("/login"));
    throw new Error("logged out");
  }
  return response;
}

async function show(response) {
  const html = await response.text();
  if (html.includes('id="desk-root"')) {
    await htmx.swap({ text: html, target: home, swap: "innerMorph", sourceElement: home });
    shown();
  } else if (!response.ok) {
    line(text("request_failed"), "bad");
  }
  const said = response.headers.get("X-Desk-Said");
  if (said) line(decodeURIComponent(said), response.headers.get("X-Desk-Tone") ?? "good");
}

function queue(job) {
  const done = chain.then(job);
  chain = done.catch((error) => {
    if (error.message !== "logged out") banner("server", text("desk_lost"), text("desk_retry"), refresh);
  });
  return done;
}

function form(values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) {
    for (const item of Array.isArray(value) ? value : [value]) body.append(name, item);
  }
  return body;
}

// What is sent belongs to the call that is shown now, though its turn may come when the next one is; only the revision
// is the newest one. `values` may name another attempt. Resolves with whether the server did it.
export function act(url, values = {}) {
  const { attempt } = root().dataset;
  return queue(async () => {
    const { revision, state } = root().dataset;
    const response = await ask(url, { method: "POST", body: form({ attempt, revision, state, ...values }) });
    await show(response);
    banner("server", "");
    return response.ok;
  }).catch(() => false);
}

// Resolves with the JSON answer and its status; rejects when the server could not be reached.
export function put(url, values) {
  const { attempt } = root().dataset;
  return queue(async () => {
    const { revision } = root().dataset;
    const response = await ask(url, { method: "POST", body: form({ attempt, revision, ...values }) });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (response.ok && answer.revision !== undefined && root().dataset.attempt === attempt) {
      root().dataset.revision = answer.revision;
    }
    return { ok: response.ok, ...answer };
  });
}

// `needless` is asked when the refresh's turn comes: an act before it may have brought the news already.
export function refresh(needless = null) {
  const must = typeof needless !== "function";
  if (waiting && (must ? waiting === "must" : true)) return;
  waiting = must ? "must" : "may";
  queue(async () => {
    const may = waiting === "may";
    waiting = false;
    if (may && !must && needless()) return;
    const response = await ask("/desk/body", {});
    if (!response.ok) throw new Error(`status ${response.status}`);
    await show(response);
    banner("server", "");
  }).catch(() => {});
}

// The page is going away: what is typed goes with it, whatever else is on its way.
export function parting(url, values) {
  const body = form(values);
  fetch(url, { method: "POST", body, headers: headers(), keepalive: true }).catch(() => {});
}

export async function quiet(url) {
  const response = await fetch(url, { method: "POST", headers: headers() }).catch(() => null);
  return response?.ok ?? false;
}
