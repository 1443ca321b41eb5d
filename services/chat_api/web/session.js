/**
 * Who is signed in: the pair of tokens, kept in this browser and shared by its tabs.
 *
 * A refresh token can be used once, so only one tab at a time refreshes, and the others take what it got.
 */

const KEY = "todo.session";
const EARLY = 60_000; // refresh this long before the access token ends, milliseconds
const listeners = new Set();

/** `{user, accessToken, expireTime, refreshToken}`, or null when nobody is signed in. */
export function current() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

/** Keeps a session from an answer with `user` and `tokens`. */
export function begin({ user, tokens }) {
  localStorage.setItem(KEY, JSON.stringify({ user, ...tokens }));
  tell();
}

/** Forgets the session. */
export function end() {
  localStorage.removeItem(KEY);
  tell();
}

/** Calls back with the session, or null, whenever it changes, in this tab or another one. */
export const onChange = (listener) => listeners.add(listener);

/** An access token that is still good, refreshed if need be; null when nobody is signed in. */
export async function accessToken({ refused = "" } = {}) {
  const session = current();
  if (session === null) return null;
  if (session.accessToken !== refused && Date.parse(session.expireTime) - EARLY > Date.now()) {
    return session.accessToken;
  }
  return exclusively(() => refresh(session.accessToken));
}

async function refresh(old) {
  const session = current();
  if (session === null || session.accessToken !== old) return session?.accessToken ?? null;
  const response = await fetch("/v1/auth:refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refreshToken: session.refreshToken }),
  });
  if (response.status === 401 || response.status === 400) {
    end();
    return null;
  }
  if (!response.ok) throw new Error("I can’t renew your session just now.");
  begin({ user: session.user, tokens: (await response.json()).tokens });
  return current().accessToken;
}

const exclusively = (work) => (navigator.locks ? navigator.locks.request(KEY, work) : work());
const tell = () => listeners.forEach((listener) => listener(current()));

addEventListener("storage", (event) => {
  if (event.key === KEY) tell();
});
