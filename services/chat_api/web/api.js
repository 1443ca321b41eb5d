/** Calls of the REST API. A failed call throws an ApiError whose message is one sentence for a person. */

import { accessToken } from "./session.js";

const WAITS = [300, 1_000]; // milliseconds before a call is tried again when the server is out of reach

/** What the server said, as a sentence; `status` is the HTTP status, 0 when nothing came back. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Calls a method that needs no session. */
export const callPublic = (method, path, body) => send(method, path, body, null);

/** Calls a method as the person who is signed in. */
export async function call(method, path, body) {
  const token = await accessToken();
  const response = await send(method, path, body, token).catch((error) => error);
  if (!(response instanceof Error)) return response;
  if (response.status !== 401 || token === null) throw response;
  return send(method, path, body, await accessToken({ refused: token }));
}

async function send(method, path, body, token) {
  const headers = { ...(body && { "content-type": "application/json" }), ...(token && { authorization: `Bearer ${token}` }) };
  const request = { method, headers, body: body && JSON.stringify(body) };
  // A body carries a request_id, so that a repeat has one effect.
  for (const wait of [...WAITS, null]) {
    const response = await fetch(path, request).catch(() => null);
    if (response !== null && !(response.status === 503 && wait !== null)) return answer(response);
    if (wait === null) break;
    await new Promise((done) => setTimeout(done, wait));
  }
  throw new ApiError("I can’t reach the server just now. Is the network there?", 0);
}

async function answer(response) {
  const document = await response.json().catch(() => ({}));
  if (response.ok) return document;
  throw new ApiError(sentence(document, response.status), response.status);
}

function sentence(status, code) {
  const details = status.details ?? [];
  const violation = details.flatMap((detail) => detail.fieldViolations ?? [])[0];
  const text = violation ? `${label(violation.field)}${violation.description}` : status.message;
  if (!text) return `Something went wrong (${code}).`;
  const upper = text[0].toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

function label(field) {
  const name = field.split(".").pop().replaceAll("_", " ");
  return name ? `${name}: ` : "";
}
