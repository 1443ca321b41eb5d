/** The page: shows the entry or the app, and keeps chat, list and live connection together. */

import { call } from "./api.js";
import { Chat } from "./chat.js";
import { byId, uuid } from "./elements.js";
import { openEntry, prepareEntry } from "./entry.js";
import { draw } from "./list.js";
import * as session from "./session.js";
import { LiveConnection } from "./sync.js";
import { Tasks } from "./tasks.js";
import { toast } from "./toasts.js";

const STATES = { connecting: "Connecting…", live: "Live", offline: "Offline. Trying again…" };
const EVERY_MINUTE = 60_000;

const tasks = new Tasks((task, before) => redraw(task && !before ? task.name : null));
const chat = new Chat((changed) => changed.forEach((task) => tasks.apply(task)));
let connection = null;
let person = "";
let fresh = null;
let isDrawn = true;

function redraw(name = null) {
  fresh = name ?? fresh;
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(() => {
    isDrawn = true;
    draw(tasks.all, { toggle, remove }, fresh);
    fresh = null;
  });
}

async function toggle(task, done) {
  await attempt(`/v1/${task.name}:${done ? "complete" : "reopen"}`);
}

async function remove(task) {
  const deleted = await attempt(`/v1/${task.name}?requestId=${uuid()}`, "DELETE");
  if (!deleted) return;
  const undo = { label: "Undo", run: () => attempt(`/v1/${task.name}:undelete`) };
  toast("Deleted", { text: task.title, action: undo });
}

async function attempt(path, method = "POST") {
  try {
    const task = await call(method, path, method === "POST" ? { requestId: uuid() } : undefined);
    tasks.apply(task);
    return true;
  } catch (error) {
    toast(error.message, { isError: true });
    redraw();
    return false;
  }
}

function onFrame(frame) {
  if (frame.type === "ready" && !frame.resumed) return load();
  if (frame.type === "resync") return load();
  if (frame.type.startsWith("task.") && isShown(frame.task)) tasks.apply(frame.task);
  if (frame.type === "notification.created") announce(frame.notification ?? {});
}

/** Whether a task is in the workspace that the list shows. */
function isShown(task) {
  return task?.name.startsWith(`${session.current()?.user.personalWorkspace}/`) ?? false;
}

function announce(notification) {
  toast(notification.title || "Reminder", { text: notification.body ?? "" });
}

async function load() {
  const { user } = session.current() ?? {};
  if (!user) return;
  try {
    await tasks.load((query) => call("GET", `/v1/${user.personalWorkspace}/tasks${query}`));
  } catch (error) {
    toast(error.message, { isError: true });
  }
}

function showState(state) {
  byId("connection").dataset.state = state;
  byId("connection-text").textContent = STATES[state];
}

async function enter({ user }) {
  person = user.name;
  byId("who").textContent = user.displayName || user.email;
  byId("entry").hidden = true;
  byId("app").hidden = false;
  await load();
  await chat.open().catch((error) => toast(error.message, { isError: true }));
  const { syncUrl } = await call("GET", "/config.json");
  if (person !== user.name || !syncUrl) return;
  connection = new LiveConnection(syncUrl, { onFrame, onState: showState });
  connection.start();
}

function leave() {
  person = "";
  connection?.stop();
  connection = null;
  tasks.clear();
  chat.clear();
  byId("app").hidden = true;
  byId("entry").hidden = false;
  openEntry();
}

async function signOut() {
  await call("POST", "/v1/auth:signOut", { everywhere: false }).catch(() => null);
  session.end();
}

function follow(now) {
  const name = now?.user?.name ?? "";
  if (name === person && name) return;
  if (person) leave();
  if (name) enter(now);
  else leave();
}

prepareEntry();
session.onChange(follow);
byId("sign-out").addEventListener("click", signOut);
setInterval(redraw, EVERY_MINUTE);
follow(session.current());
