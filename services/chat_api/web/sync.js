/**
 * The live connection: a WebSocket that authenticates in its first frame and resumes where it ended.
 *
 * Frames are handed on in order. After `ready` without cursors, and after `resync`, the caller lists anew and applies
 * the frames over it: nothing falls into a gap, since frames are buffered by the caller from `ready` on.
 */

import { accessToken } from "./session.js";

const SUBPROTOCOL = "todo.v1.json";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const RENEW_BEFORE = 90_000; // milliseconds before the access token ends

export class LiveConnection {
  #url;
  #onFrame;
  #onState;
  #cursors = {};
  #socket = null;
  #failures = 0;
  #retry = 0;
  #renewal = 0;
  #stopped = true;

  /** `onFrame(frame)` gets every frame; `onState` gets "connecting", "live" or "offline". */
  constructor(url, { onFrame, onState }) {
    this.#url = url;
    this.#onFrame = onFrame;
    this.#onState = onState;
    addEventListener("online", () => this.#soon());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#soon());
  }

  /** Connects, and stays connected until `stop`. */
  start() {
    this.#stopped = false;
    this.#connect();
  }

  /** Disconnects for good and forgets the cursors. */
  stop() {
    this.#stopped = true;
    this.#cursors = {};
    clearTimeout(this.#retry);
    clearTimeout(this.#renewal);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  async #connect() {
    this.#onState("connecting");
    const token = await accessToken().catch(() => null);
    if (this.#stopped || this.#socket) return;
    if (token === null) return this.#later();
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    socket.onopen = () => this.#authenticate(socket, token);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#later();
    };
  }

  #authenticate(socket, token) {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ type: "auth", token, cursors: this.#cursors }));
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => this.#renew(socket, token), renewIn(token));
  }

  async #renew(socket, old) {
    const token = await accessToken({ refused: old }).catch(() => null);
    if (token !== null && this.#socket === socket) this.#authenticate(socket, token);
  }

  #receive(text) {
    const frame = JSON.parse(text);
    if (frame.type === "ready") {
      const resumed = Object.keys(this.#cursors).length > 0;
      this.#cursors = { ...this.#cursors, ...frame.cursors };
      this.#failures = 0;
      this.#onState("live");
      this.#onFrame({ ...frame, resumed });
      return;
    }
    this.#onFrame(frame);
    if (frame.cursor && frame.stream) this.#cursors[frame.stream] = frame.cursor;
  }

  #later() {
    clearTimeout(this.#renewal);
    if (this.#stopped) return;
    this.#onState("offline");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2));
  }

  #soon() {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  }
}

/** Milliseconds until a token should be renewed, from its own claim; at least a second. */
function renewIn(token) {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return Math.max(1_000, claims.exp * 1_000 - RENEW_BEFORE - Date.now());
  } catch {
    return LONGEST_WAIT;
  }
}
