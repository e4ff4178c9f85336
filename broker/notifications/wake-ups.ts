import type { Micros } from '../domain/entity.ts';
import type { Timers } from './timers.ts';

export interface WakeUpsParts {
  readonly timers: Timers;
  readonly now: () => Micros;
  /** Called once for each key when its time has come, earliest first. */
  readonly onDue: (key: string) => void;
}

interface WakeUp {
  readonly key: string;
  readonly at: Micros;
}

/** Any number of keys that are each to be woken at a time: a heap and one timer, so that waiting costs nothing. */
export class WakeUps {
  readonly #parts: WakeUpsParts;
  /** The time of each key. What else is in the heap was put off or called off. */
  readonly #times = new Map<string, Micros>();
  #heap: WakeUp[] = [];
  #timer: { readonly at: Micros; readonly cancel: () => void } | undefined;

  constructor(parts: WakeUpsParts) {
    this.#parts = parts;
  }

  /** Wakes the key at this time and not when it was to be woken before. */
  set(key: string, at: Micros): void {
    this.#times.set(key, at);
    push(this.#heap, { key, at });
    if (this.#heap.length > 2 * this.#times.size + 64) this.#tidy();
    this.#wait();
  }

  delete(key: string): void {
    this.#times.delete(key);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#times.clear();
    this.#heap = [];
  }

  #wait(): void {
    const [first] = this.#heap;
    if (first === undefined || (this.#timer !== undefined && this.#timer.at <= first.at)) return;
    this.#timer?.cancel();
    const wait = Math.max(0, Math.ceil((first.at - this.#parts.now()) / 1000));
    this.#timer = { at: first.at, cancel: this.#parts.timers.after(wait, () => this.#wake()) };
  }

  #wake(): void {
    this.#timer = undefined;
    const now = this.#parts.now();
    for (let [first] = this.#heap; first !== undefined && first.at <= now; [first] = this.#heap) {
      pop(this.#heap);
      if (this.#times.get(first.key) !== first.at) continue;
      this.#times.delete(first.key);
      this.#parts.onDue(first.key);
    }
    this.#wait();
  }

  /** Throws out what was put off or called off. */
  #tidy(): void {
    // What is in order is a heap.
    this.#heap = [...this.#times].map(([key, at]) => ({ key, at })).sort((one, other) => one.at - other.at);
  }
}

/** Adds to a binary heap, the earliest first. */
function push(heap: WakeUp[], added: WakeUp): void {
  let place = heap.length;
  heap.push(added);
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above] as WakeUp;
    if (parent.at <= added.at) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = added;
}

/** Takes the earliest from a binary heap. */
function pop(heap: WakeUp[]): void {
  const moved = heap.pop();
  if (moved === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    const [left, right] = [heap[below], heap[below + 1]];
    if (left === undefined) break;
    if (right !== undefined && right.at < left.at) below += 1;
    const child = heap[below] as WakeUp;
    if (child.at >= moved.at) break;
    heap[place] = child;
    place = below;
  }
  heap[place] = moved;
}
