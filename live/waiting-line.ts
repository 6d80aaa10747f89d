import type { Unhealthy } from "./watch.ts";
import { objectTitle } from "../core/plan/titles.ts";

/** Milliseconds between two lines of one wait. */
const pauseMs = 500;

/** Says what a wait is about, whenever that changes, for as long as nothing else is said. */
export class WaitingLine {
  readonly #title: string;
  readonly #tell: (line: string) => void;
  readonly #open = new Map<string, Unhealthy>();
  #said = "";
  #timer: NodeJS.Timeout | undefined;

  /** @param title What waits, such as `application web: wave 1`. */
  constructor(title: string, tell: (line: string) => void) {
    this.#title = title;
    this.#tell = tell;
  }

  /** Takes in how an object is doing. */
  update(change: Unhealthy): void {
    const { status } = change.health;
    if (status === "healthy" || status === "suspended") this.#open.delete(change.resourceName);
    else this.#open.set(change.resourceName, change);
    // Most objects of a wave change at once: what is left after a moment says it.
    this.#timer ??= setTimeout(() => this.#say(), pauseMs);
  }

  /** Nothing is waited for any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #say(): void {
    this.#timer = undefined;
    const [first] = this.#open.values();
    if (first === undefined) return;
    const others = this.#open.size > 1 ? ` (and ${this.#open.size - 1} more)` : "";
    const line = `${this.#title}: waiting for ${objectTitle(first.resourceName)}: ${first.health.reason}${others}`;
    if (line === this.#said) return;
    this.#said = line;
    this.#tell(line);
  }
}
