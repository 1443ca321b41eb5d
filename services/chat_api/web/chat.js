/** The conversation: what was said, what can be said next, and the field to say it in. */

import { call } from "./api.js";
import { byId, make, uuid } from "./elements.js";

const NUMBERED = /^(\d+\.) (.*?)(\([^()]*\))?$/;
const SHOWN = 40;
const STARTERS = ["add buy milk tomorrow at 9", "what's due today?", "list", "help"];

export class Chat {
  #conversation = "";
  #said = [];
  #place = 0;
  #onTasks;
  #generation = 0;

  /** `onTasks(tasks)` gets the tasks of every answer. */
  constructor(onTasks) {
    this.#onTasks = onTasks;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("say").addEventListener("keydown", (event) => this.#onKey(event));
    byId("say").addEventListener("input", fit);
  }

  /** Shows the conversation of before, or how to begin. */
  async open() {
    const generation = ++this.#generation;
    this.clear();
    const { conversations = [] } = await call("GET", "/v1/conversations?pageSize=1");
    const [latest] = conversations;
    const { messages = [] } = latest ? await call("GET", `/v1/${latest.name}/messages?pageSize=${SHOWN}`) : {};
    if (generation !== this.#generation) return;
    this.#conversation = latest?.name ?? "";
    for (const message of messages.toReversed()) this.#show(message.text, message.author === "AUTHOR_PERSON");
    if (!messages.length) this.#show("Hello! Tell me what you have to do, in your own words.\nSay “help” to see what I understand.");
    this.#suggest(STARTERS);
    byId("say").focus();
  }

  /** Empties the pane. */
  clear() {
    this.#conversation = "";
    this.#said = [];
    byId("messages").replaceChildren();
    byId("suggestions").replaceChildren();
  }

  async #submit(text = byId("say").value.trim()) {
    if (!text) return;
    byId("say").value = "";
    fit();
    this.#said.push(text);
    this.#place = this.#said.length;
    this.#show(text, true);
    const waiting = this.#wait();
    try {
      this.#answered(await this.#send(text));
    } catch (error) {
      this.#show(error.message).classList.add("bubble-failed");
      byId("say").value ||= text;
    } finally {
      waiting.remove();
      scrollDown();
    }
  }

  #send(text) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const conversation = this.#conversation;
    return call("POST", "/v1/chat:send", { text, conversation, timeZone: zone, requestId: uuid() });
  }

  #answered(answer) {
    this.#conversation = answer.conversation;
    this.#show(answer.reply);
    this.#suggest(answer.suggestions ?? []);
    this.#onTasks(answer.tasks ?? []);
  }

  #show(text, isPerson = false) {
    const speaker = make("span", { className: "visually-hidden" }, isPerson ? "You: " : "Assistant: ");
    const lines = isPerson ? [text] : text.split("\n").map(line);
    const bubble = make("div", { className: isPerson ? "bubble bubble-person" : "bubble" }, speaker, ...lines);
    byId("messages").append(bubble);
    scrollDown();
    return bubble;
  }

  #wait() {
    const dots = make("div", { className: "bubble bubble-waiting", attributes: { "aria-hidden": "true" } }, make("i"), make("i"), make("i"));
    byId("messages").append(dots);
    scrollDown();
    return dots;
  }

  #suggest(texts) {
    const buttons = texts.map((text) => make("button", { type: "button", onclick: () => this.#submit(text) }, text));
    byId("suggestions").replaceChildren(...buttons);
  }

  #onKey(event) {
    const field = byId("say");
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && (field.value === "" || field.value === this.#said[this.#place])) {
      this.#recall(event, -1);
    } else if (event.key === "ArrowDown" && field.value !== "" && field.value === this.#said[this.#place]) {
      this.#recall(event, 1);
    }
  }

  #recall(event, step) {
    const place = this.#place + step;
    if (place < 0 || place > this.#said.length) return;
    event.preventDefault();
    this.#place = place;
    byId("say").value = this.#said[place] ?? "";
    fit();
  }
}

/** A line of an answer; a numbered one hangs on its number, with what is in its last brackets set back. */
function line(text) {
  const [, number, title, facts] = text.match(NUMBERED) ?? [];
  if (!number) return make("p", {}, text);
  const more = facts ? make("span", { className: "numbered-facts" }, ` ${facts}`) : null;
  return make("p", { className: "numbered" }, make("span", { className: "numbered-number" }, `${number} `), title, more);
}

/** Makes the field as high as its text. */
function fit() {
  const field = byId("say");
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

function scrollDown() {
  const messages = byId("messages");
  messages.scrollTop = messages.scrollHeight;
}
