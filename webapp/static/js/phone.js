// The browser phone: registers at the PBX over WebSocket, answers or rings, says how things stand.
// It knows nothing of the desk: whoever makes one gives it `told` (words: registering, registered, refused, down,
// ringing, up, idle, sound, microphone) and asks it to answer, decline or mute. twilio_phone.js is its twin at Twilio.
import JsSIP from "../vendor/jssip.esm.js";
import { microphone } from "./sound.js";

const REGISTER_S = 120;
const ICE_MS = 400;

export class Phone {
  constructor(account, audio, told) {
    Object.assign(this, { account, audio, told, session: null, stream: null, autoAnswer: () => true, muted: false });
  }

  // Asks for the microphone, `deviceId` if it is there. A call that is up goes on with it: the leg lasts a whole shift.
  // Raises what the browser raises: NotAllowedError, NotFoundError, NotReadableError.
  async openMicrophone(deviceId = "") {
    const stream = await microphone(() => { if (this.stream === stream) this.told("microphone"); }, deviceId);
    const [track] = stream.getTracks();
    const before = this.stream;
    this.stream = stream;
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio" || one.track === null);
    await sender?.replaceTrack(track);
    this.mute(this.muted);
    before?.getTracks().forEach((one) => one.stop());
    return stream;
  }

  // Where the voice comes from; false where the browser cannot choose.
  async speakTo(deviceId) {
    if (!this.audio.setSinkId) return false;
    await this.audio.setSinkId(deviceId).catch(() => {});
    return true;
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
