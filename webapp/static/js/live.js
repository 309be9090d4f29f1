// Live updates: what the server says becomes DOM events on body, `live:TOPIC` with the ids in `detail`.
// `live:open` and `live:lost` tell how the connection stands; after `live:open` and `live:resync` a page fetches afresh.
const AGAIN_MS = 4000;

function spread(topic, detail = {}) {
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail, bubbles: true }));
}

function heard(text) {
  const { topic, ...ids } = JSON.parse(text);
  spread(topic, ids);
}

function byWorker() {
  // Named after the person: another login in this browser gets a connection of its own.
  const url = new URL("./live_worker.js", import.meta.url);
  const worker = new SharedWorker(url, { name: `live-${document.body.dataset.person ?? ""}` });
  worker.port.onmessage = ({ data }) => (data.line ? heard(data.line) : spread(data.state));
  worker.port.start();
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

function alone(last = "") {
  const source = new EventSource(last ? `/live?last=${last}` : "/live");
  source.onopen = () => spread("open");
  source.onmessage = (event) => { last = event.lastEventId || last; heard(event.data); };
  source.onerror = () => {
    spread("lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => alone(last), AGAIN_MS);
  };
}

if ("SharedWorker" in window) byWorker();
else alone();
