/** Short messages at the edge of the page. They stay while the pointer or the focus is on them. */

import { byId, make } from "./elements.js";

const SECONDS = 6;
const MOST = 4;

/** Shows a message; `action` is `{label, run}` for a button on it, `isError` marks a failure. */
export function toast(title, { text = "", action = null, isError = false } = {}) {
  const body = make("div", { className: "toast-text" }, make("strong", {}, title), text);
  const element = make("div", { className: isError ? "toast toast-error" : "toast" }, body);
  if (action) {
    const run = () => {
      element.remove();
      action.run();
    };
    element.append(make("button", { type: "button", className: "quiet", onclick: run }, action.label));
  }
  element.append(make("button", { type: "button", className: "quiet", attributes: { "aria-label": "Close" }, onclick: () => element.remove() }, "×"));
  const toasts = byId("toasts");
  toasts.append(element);
  while (toasts.children.length > MOST) toasts.firstElementChild.remove();
  leaveLater(element);
}

function leaveLater(element) {
  const leave = () => (element.matches(":hover, :focus-within") ? leaveLater(element) : element.remove());
  setTimeout(leave, SECONDS * 1_000);
}
