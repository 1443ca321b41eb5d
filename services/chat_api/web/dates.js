/** Due times in local words. */

const DAY = 86_400_000;
const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const short = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const long = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/** The local day and moment of a task's due time; null without one. */
export function dueOf(task) {
  if (!task.due?.date) return null;
  const moment = task.due.instant ? new Date(task.due.instant) : null;
  const day = moment ? midnight(moment) : localDay(task.due.date);
  return { day, moment };
}

/** Whole days from today: 0 today, 1 tomorrow, negative in the past. */
export const daysAhead = (day, now = new Date()) => Math.round((day - midnight(now)) / DAY);

/** Whether a due time has passed. */
export const isLate = (due, now = new Date()) => (due.moment ? due.moment < now : daysAhead(due.day, now) < 0);

/** "Today, 09:00", "Tomorrow", "Sunday", "Thu 24 Dec". */
export function dueInWords(due, now = new Date()) {
  const ahead = daysAhead(due.day, now);
  const day = dayInWords(due.day, ahead, now);
  const text = due.moment ? `${day}, ${clock.format(due.moment)}` : day;
  return text[0].toLocaleUpperCase() + text.slice(1);
}

function dayInWords(day, ahead, now) {
  if (Math.abs(ahead) <= 1) return words.format(ahead, "day");
  if (ahead > 1 && ahead < 7) return weekday.format(day);
  return day.getFullYear() === now.getFullYear() ? short.format(day) : long.format(day);
}

function midnight(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

function localDay(text) {
  const [year, month, day] = text.split("-").map(Number);
  return new Date(year, month - 1, day);
}
