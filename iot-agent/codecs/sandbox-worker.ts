import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Share } from './sandbox/cpu-time.js';
import type { Job, Message, Reply, Task, WorkerData } from './sandbox/protocol.ts';

/** A script and what is to be done with it. */
export interface Assignment {
  readonly revision: string;
  readonly script: string;
  readonly task: Task;
}

/** How an assignment ended on a worker. */
export type WorkerOutcome =
  | Reply
  /** The worker is gone: ended by us because the script did not stop, or by itself. The script is to blame, or nobody. */
  | { readonly kind: 'lost'; readonly isToBlame: boolean; readonly reason: string };

/** One sandbox in a thread of its own, for one assignment at a time. */
export interface SandboxWorker {
  /** Resolves when it is ready; rejects when it cannot be started. */
  readonly ready: Promise<void>;
  /** Never rejects. A worker that loses an assignment is of no more use. */
  run(assignment: Assignment): Promise<WorkerOutcome>;
  terminate(): Promise<void>;
}

/** Milliseconds until a run is suspected: the engine's own limit of 100 ms does not reach into native code. */
const suspectAfterMs = 130;
/**
 * In which it must turn out that the thread had a processor. One that had none goes on, until it had one for `mostExtraMs`, up to
 * `longestMs`.
 */
const proofMs = 30;
const mostExtraMs = 130;
const longestMs = 11_000;
/** Room for the deepest recursion that the engine allows; its heap is its own affair. */
const resourceLimits = { stackSizeMb: 16, maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };
/** Plain JavaScript, because threads are started without what tests translate TypeScript by. */
const workerFile = fileURLToPath(new URL('./sandbox/worker.js', import.meta.url));

/** Starts a sandbox. */
export function startSandboxWorker(): SandboxWorker {
  return new ThreadWorker();
}

class ThreadWorker implements SandboxWorker {
  readonly ready: Promise<void>;
  readonly #running = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;
  /** Revisions whose scripts it was given. */
  readonly #known = new Set<string>();
  #number = 0;
  #answer: ((outcome: WorkerOutcome) => void) | undefined;
  #kill: NodeJS.Timeout | undefined;
  #started = 0;
  /** Where the thread's processor time can be read, if it can. */
  #times: string | undefined;

  constructor() {
    const workerData: WorkerData = { flag: this.#running.buffer };
    this.#worker = new Worker(workerFile, { workerData, resourceLimits, env: {} });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: Message) => {
        if (message.kind !== 'ready') return this.#hear(message);
        this.#times = message.times;
        resolve();
      });
      this.#worker.on('error', (error) => {
        reject(error);
        this.#lose(false, error.message);
      });
      this.#worker.on('exit', (code) => {
        reject(new Error(`the sandbox for codecs ended with ${code} while it was starting`));
        this.#lose(false, `its sandbox ended with ${code}`);
      });
    });
  }

  async run(assignment: Assignment): Promise<WorkerOutcome> {
    const outcome = await this.#post(assignment);
    this.#known.add(assignment.revision);
    if (outcome.kind !== 'script-needed') return outcome;
    this.#known.delete(assignment.revision);
    return this.#post(assignment);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #post({ revision, script, task }: Assignment): Promise<WorkerOutcome> {
    return new Promise((resolve) => {
      this.#number += 1;
      this.#answer = resolve;
      this.#started = performance.now();
      this.#kill = setTimeout(() => this.#suspect(new Share(this.#times)), suspectAfterMs);
      const job: Job = { number: this.#number, revision, task };
      this.#worker.postMessage(this.#known.has(revision) ? job : { ...job, script });
    });
  }

  #hear(message: Exclude<Message, { readonly kind: 'ready' }>): void {
    if (message.number !== this.#number) return;
    if (message.kind === 'done') this.#settle(message.reply);
    else this.#lose(true, `it breaks the sandbox (${message.reason})`);
  }

  /** `extra` is what it had since it is late. */
  #suspect(extra: Share): void {
    const share = new Share(this.#times);
    this.#kill = setTimeout(() => this.#killUnlessStarved(share, extra), proofMs);
  }

  #killUnlessStarved(share: Share, extra: Share): void {
    // Asked of the thread itself: on a busy machine it may not have begun, or its answer may be on the way.
    const isRunning = Atomics.load(this.#running, 0) === this.#number;
    const isLong = performance.now() - this.#started > longestMs;
    const hadEnough = !share.isStarved() || extra.spentMs() > mostExtraMs;
    if (!isLong && !(isRunning && hadEnough)) {
      this.#suspect(extra);
      return;
    }
    this.#lose(isRunning, 'it takes longer than 100 ms, in a way that only ending its thread could stop');
    void this.#worker.terminate();
  }

  #lose(isToBlame: boolean, reason: string): void {
    this.#settle({ kind: 'lost', isToBlame, reason });
  }

  #settle(outcome: WorkerOutcome): void {
    clearTimeout(this.#kill);
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(outcome);
  }
}
