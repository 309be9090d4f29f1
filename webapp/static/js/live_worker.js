// One connection to /live for all tabs of a browser: a SharedWorker that passes every line on to its pages.
const AGAIN_MS = 4000;
const ports = new Set();
let source = null;
let state = "lost";
let last = "";

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function open() {
  source = new EventSource(last ? `/live?last=${last}` : "/live");
  source.onopen = () => { state = "open"; tell({ state }); };
  source.onmessage = (event) => {
    if (event.lastEventId) last = event.lastEventId;
    tell({ line: event.data });
  };
  source.onerror = () => {
    state = "lost";
    tell({ state });
    if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS);
  };
}

self.onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.onmessage = ({ data }) => { if (data === "bye") ports.delete(port); };
  port.postMessage({ state });
  if (!source) open();
};
