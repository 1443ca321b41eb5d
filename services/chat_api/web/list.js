/** Draws the list: groups by due day, the most pressing first, and what is done below. */

import { dueInWords, dueOf, daysAhead, isLate } from "./dates.js";
import { byId, make } from "./elements.js";

const GROUPS = [
  ["late", "Overdue"],
  ["today", "Today"],
  ["tomorrow", "Tomorrow"],
  ["week", "The next seven days"],
  ["later", "Later"],
  ["someday", "No date"],
];
const DONE_SHOWN = 20;
const PRIORITIES = { PRIORITY_URGENT: "urgent", PRIORITY_HIGH: "high", PRIORITY_MEDIUM: "medium", PRIORITY_LOW: "low" };
const WEIGHT = { PRIORITY_URGENT: 0, PRIORITY_HIGH: 1, PRIORITY_MEDIUM: 2, PRIORITY_LOW: 3 };

/** Draws tasks into the page; `actions` has `toggle(task, done)` and `remove(task)`. `fresh` names one to highlight. */
export function draw(tasks, actions, fresh = null) {
  const open = tasks.filter((task) => task.status === "STATUS_OPEN");
  const done = tasks.filter((task) => task.status === "STATUS_COMPLETED").sort(byCompletion);
  const list = byId("list");
  const focus = document.activeElement?.closest?.("[data-name]")?.dataset.name;
  const doneIsOpen = list.querySelector("details")?.open ?? false;
  list.replaceChildren(...groups(open, actions, fresh), ...(done.length ? [doneList(done, actions, doneIsOpen)] : []));
  if (!open.length && !done.length) list.append(empty());
  byId("list-count").textContent = open.length === 1 ? "1 open task" : `${open.length} open tasks`;
  if (focus) list.querySelector(`[data-name="${CSS.escape(focus)}"] input`)?.focus({ preventScroll: true });
}

function groups(open, actions, fresh) {
  const now = new Date();
  const sorted = open.toSorted(byUrgency);
  return GROUPS.flatMap(([key, title]) => {
    const members = sorted.filter((task) => groupOf(task, now) === key);
    if (!members.length) return [];
    const heading = make("h2", { className: "group-title" }, title, make("span", { className: "number" }, `${members.length}`));
    const items = members.map((task) => item(task, actions, task.name === fresh));
    return [make("section", { className: `group group-${key}` }, heading, make("ul", { className: "tasks" }, ...items))];
  });
}

function groupOf(task, now) {
  const due = dueOf(task);
  if (due === null) return "someday";
  const ahead = daysAhead(due.day, now);
  if (isLate(due, now)) return "late";
  if (ahead <= 0) return "today";
  if (ahead === 1) return "tomorrow";
  return ahead < 8 ? "week" : "later";
}

function item(task, actions, isFresh = false) {
  const done = task.status === "STATUS_COMPLETED";
  const priority = PRIORITIES[task.priority] ?? "none";
  const id = `task-${task.name.split("/").pop()}`;
  const box = make("input", { type: "checkbox", id, checked: done, onchange: () => actions.toggle(task, box.checked) });
  const label = make("label", { className: "task-title", htmlFor: id }, task.title);
  const remove = make("button", { type: "button", className: "remove", title: "Delete", onclick: () => actions.remove(task) }, "×");
  remove.setAttribute("aria-label", `Delete ${task.title}`);
  const classes = ["task", done && "task-done", isFresh && "task-fresh"].filter(Boolean).join(" ");
  const element = make("li", { className: classes, data: { name: task.name, priority } }, box, label, remove, facts(task, done));
  if (isFresh) setTimeout(() => element.classList.remove("task-fresh"), 1_200);
  return element;
}

function facts(task, done) {
  const due = dueOf(task);
  const shown = [];
  if (due && !done) {
    const near = isLate(due) ? "late" : daysAhead(due.day) === 0 ? "today" : "later";
    shown.push(make("span", { className: "fact-due", data: { near } }, dueInWords(due)));
  }
  if (task.recurrence) shown.push(make("span", { title: task.recurrence.rule }, "↻ repeats"));
  if (task.reminders?.length && !done) shown.push(make("span", {}, task.reminders.length > 1 ? `${task.reminders.length} reminders` : "Reminder"));
  const priority = PRIORITIES[task.priority];
  if (priority && !done) shown.push(make("span", { className: "fact-priority", data: { priority } }, `${priority[0].toUpperCase()}${priority.slice(1)}`));
  for (const tag of task.tags ?? []) shown.push(make("span", { className: "fact-tag" }, `#${tag}`));
  return make("p", { className: "facts" }, ...shown);
}

function doneList(done, actions, isOpen) {
  const items = done.slice(0, DONE_SHOWN).map((task) => item(task, actions));
  const summary = make("summary", {}, done.length === 1 ? "1 completed" : `${done.length} completed`);
  return make("details", { className: "done-list", open: isOpen }, summary, make("ul", { className: "tasks" }, ...items));
}

function empty() {
  const picture = make("img", { src: "/web/icon.svg", alt: "" });
  return make("div", { className: "empty" }, picture, make("strong", {}, "Nothing to do"), make("span", {}, "Say what is on your mind, and it will be here."));
}

function byUrgency(one, other) {
  const a = dueOf(one);
  const b = dueOf(other);
  const time = (due) => (due === null ? Infinity : (due.moment ?? new Date(due.day.getTime() + 86_399_000)).getTime());
  const weight = (task) => WEIGHT[task.priority] ?? 4;
  const byTime = time(a) === time(b) ? 0 : time(a) - time(b);
  return byTime || weight(one) - weight(other) || compare(one.position ?? "", other.position ?? "");
}

const byCompletion = (one, other) => compare(other.completeTime ?? "", one.completeTime ?? "");
const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
