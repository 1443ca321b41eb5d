/** Signing in and signing up. */

import { callPublic } from "./api.js";
import { byId, uuid } from "./elements.js";
import { begin } from "./session.js";

const WORDS = {
  in: {
    heading: "Welcome back",
    lead: "Sign in to see your list.",
    submit: "Sign in",
    text: "New here?",
    other: "Create an account",
  },
  up: {
    heading: "Create your account",
    lead: "It takes a moment, and your list is yours alone.",
    submit: "Create account",
    text: "Have an account?",
    other: "Sign in",
  },
};
let mode = "in";

/** Makes the form work. */
export function prepareEntry() {
  byId("switch").addEventListener("click", () => show(mode === "in" ? "up" : "in"));
  byId("reveal").addEventListener("click", reveal);
  byId("entry-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
}

/** Shows the form, empty but for the address. */
export function openEntry() {
  byId("password").value = "";
  show("in");
}

function show(wanted) {
  mode = wanted;
  const words = WORDS[mode];
  byId("entry-heading").textContent = words.heading;
  byId("entry-lead").textContent = words.lead;
  byId("entry-submit").textContent = words.submit;
  byId("switch-text").textContent = words.text;
  byId("switch").textContent = words.other;
  byId("name-field").hidden = mode === "in";
  byId("password-hint").hidden = mode === "in";
  byId("password").autocomplete = mode === "in" ? "current-password" : "new-password";
  fail("");
  byId(mode === "in" ? "email" : "name").focus();
}

function reveal() {
  const hidden = byId("password").type === "password";
  byId("password").type = hidden ? "text" : "password";
  byId("reveal").textContent = hidden ? "Hide" : "Show";
  byId("reveal").setAttribute("aria-pressed", String(hidden));
}

async function submit() {
  const problem = wrong();
  if (problem) return fail(problem.text, problem.field);
  byId("entry-submit").disabled = true;
  try {
    begin(await (mode === "in" ? signIn() : signUp()));
    fail("");
  } catch (error) {
    fail(error.message);
  } finally {
    byId("entry-submit").disabled = false;
  }
}

function wrong() {
  const email = byId("email");
  const password = byId("password");
  if (!email.value.trim() || !email.checkValidity()) return { text: "Please enter your e-mail address.", field: email };
  if (!password.value) return { text: "Please enter your password.", field: password };
  if (mode === "up" && [...password.value].length < 8) {
    return { text: "The password needs at least 8 characters.", field: password };
  }
  return null;
}

function fail(text, field = null) {
  for (const input of [byId("email"), byId("password")]) input.setAttribute("aria-invalid", String(input === field));
  byId("entry-error").textContent = text;
  field?.focus();
}

const credentials = () => ({ email: byId("email").value.trim(), password: byId("password").value });
const signIn = () => callPublic("POST", "/v1/auth:signIn", credentials());
const signUp = () =>
  callPublic("POST", "/v1/auth:signUp", {
    ...credentials(),
    displayName: byId("name").value.trim(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: navigator.language,
    requestId: uuid(),
  });
