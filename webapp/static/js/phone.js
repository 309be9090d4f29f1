// The browser phone: registers at the PBX over WebSocket, answers or rings, says how things stand.
// It knows nothing of the desk: whoever makes one gives it `told` (words: registering, registered, refused, down,
// ringing, up, idle, sound) and asks it to answer, decline or mute.
import JsSIP from "../vendor/jssip.esm.js";

const REGISTER_S = 120;
const ICE_MS = 400;
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Phone {
  constructor(account, audio, told) {
    Object.assign(this, { account, audio, told, session: null, stream: null, autoAnswer: () => true, muted: false });
  }

  // Asks for the microphone. Raises what the browser raises: NotAllowedError, NotFoundError, NotReadableError.
  async openMicrophone() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: AUDIO });
    this.stream.getTracks()[0].addEventListener("ended", () => this.told("microphone"));
    return this.stream;
  }

  register() {
    const socket = new JsSIP.WebSocketInterface(this.account.ws_url);
    this.agent = new JsSIP.UA({
      sockets: [socket],
      uri: this.account.uri,
      password: this.account.password,
      register_expires: REGISTER_S,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    this.agent.on("connecting", () => this.told("registering"));
    this.agent.on("registered", () => this.told("registered"));
    this.agent.on("registrationFailed", (event) => this.told(event.response ? "refused" : "down"));
    this.agent.on("disconnected", () => this.told("down"));
    this.agent.on("newRTCSession", ({ session, originator }) => this.meet(session, originator));
    this.agent.start();
  }

  // Only our PBX knows this account's contact, so whatever comes in comes from it.
  meet(session, originator) {
    if (originator !== "remote") return;
    if (this.session) { session.terminate({ status_code: 486 }); return; }
    this.session = session;
    session.on("ended", () => this.over(session));
    session.on("failed", () => this.over(session));
    session.on("accepted", () => { this.mute(this.muted); this.told("up"); });
    session.on("peerconnection", ({ peerconnection }) => this.listen(peerconnection));
    session.on("icecandidate", ({ ready }) => { this.iceTimer ||= setTimeout(ready, ICE_MS); });
    if (this.autoAnswer()) this.answer();
    else this.told("ringing");
  }

  listen(connection) {
    connection.addEventListener("track", ({ track, streams }) => {
      this.audio.srcObject = streams[0] ?? new MediaStream([track]);
      this.audio.play().catch(() => this.told("sound"));
    });
  }

  async answer() {
    if (!this.session || this.session.isEstablished()) return;
    try {
      if (!this.stream?.active) await this.openMicrophone();
      this.session.answer({ mediaStream: this.stream, pcConfig: { iceServers: [] } });
    } catch {
      this.told("microphone");
    }
  }

  decline() {
    if (this.session && !this.session.isEstablished()) this.session.terminate({ status_code: 603 });
  }

  over(session) {
    if (session !== this.session) return;
    this.session = null;
    clearTimeout(this.iceTimer);
    this.iceTimer = 0;
    this.told("idle");
  }

  mute(on) {
    this.muted = on;
    if (this.session?.isEstablished()) this.session[on ? "mute" : "unmute"]({ audio: true });
  }

  playSound() {
    return this.audio.play();
  }

  // The page is going away: say so to the PBX, so that the leg ends now and not when its silence is noticed.
  leave() {
    if (this.session) this.session.terminate();
    this.agent?.stop();
  }
}

// How loud a stream is, 0..1, some ten times a second.
export function meter(stream, shown) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loud = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    shown(Math.min(1, loud * 6));
  }, 100);
  return () => { clearInterval(timer); context.close(); };
}

// A soft double beep while a call rings; returns what stops it.
export function ringTone() {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0;
  gain.connect(context.destination);
  const tone = context.createOscillator();
  tone.frequency.value = 520;
  tone.connect(gain);
  tone.start();
  const beep = () => [0, 0.35].forEach((at) => {
    gain.gain.setTargetAtTime(0.15, context.currentTime + at, 0.01);
    gain.gain.setTargetAtTime(0, context.currentTime + at + 0.22, 0.02);
  });
  beep();
  const timer = setInterval(beep, 2000);
  return () => { clearInterval(timer); context.close(); };
}
