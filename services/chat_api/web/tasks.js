/**
 * The tasks as this page knows them.
 *
 * A task replaces the one that is there only when it is newer, so that frames and answers may come in any order. A
 * deleted one is remembered, so that a list that was on its way does not bring it back.
 */

const LISTED = 1_000;

export class Tasks {
  #byName = new Map();
  #gone = new Map();
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Those that are there. */
  get all() {
    return [...this.#byName.values()];
  }

  /** The task with a name. */
  get(name) {
    return this.#byName.get(name);
  }

  /** Takes in a task, if it is news. */
  apply(task) {
    if (!task?.name || !this.#isNews(task)) return;
    const before = this.#byName.get(task.name);
    if (task.deleteTime) {
      this.#gone.set(task.name, version(task));
      this.#byName.delete(task.name);
    } else {
      this.#gone.delete(task.name);
      this.#byName.set(task.name, task);
    }
    this.#onChange(task, before);
  }

  /** Forgets everything. */
  clear() {
    this.#byName.clear();
    this.#gone.clear();
    this.#onChange(null, null);
  }

  /** Lists anew, by `fetchPage(path)`; what came over the connection meanwhile stays where it is newer. */
  async load(fetchPage) {
    const seen = new Set();
    const started = new Map([...this.#byName].map(([name, task]) => [name, version(task)]));
    let token = "";
    do {
      const page = await fetchPage(`?pageSize=${LISTED}&pageToken=${encodeURIComponent(token)}`);
      for (const task of page.tasks ?? []) {
        seen.add(task.name);
        this.apply(task);
      }
      token = page.nextPageToken ?? "";
    } while (token);
    for (const [name, known] of started) {
      const task = this.#byName.get(name);
      if (!seen.has(name) && task && version(task) === known) this.#byName.delete(name);
    }
    this.#onChange(null, null);
  }

  #isNews(task) {
    const known = this.#byName.get(task.name);
    const newest = Math.max(known ? version(known) : -1, this.#gone.get(task.name) ?? -1);
    return version(task) > newest;
  }
}

/** A number that grows with every change of a task. */
const version = (task) => Number(task.etag) || Date.parse(task.updateTime) || 0;
