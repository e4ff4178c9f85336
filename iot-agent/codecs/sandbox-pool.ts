import {
  type Assignment,
  type SandboxWorker,
  startSandboxWorker,
  type WorkerOutcome,
} from './sandbox-worker.ts';

/** How an assignment ended. */
export type Outcome = Exclude<WorkerOutcome, { readonly kind: 'script-needed' | 'lost' }>;

/** Sandboxes that share the work. */
export interface SandboxPool {
  /** In the order of the calls, `size` at a time. Rejects when no sandbox can be started, and when the pool stops. */
  run(assignment: Assignment): Promise<Outcome>;
  /** Ends all sandboxes; what runs or waits is rejected. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly assignment: Assignment;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  /** How many sandboxes ended under it through no fault of its own. */
  readonly losses: number;
}

interface Member {
  readonly worker: SandboxWorker;
  isReady: boolean;
  task: Waiting | undefined;
}

type Lost = Extract<WorkerOutcome, { readonly kind: 'lost' }>;

const mostLosses = 2;
/** Starts that fail in a row until what waits is told. */
const mostFailedStarts = 3;

/**
 * A pool of `size` sandboxes, which are started when the first one is needed. One more stands by, so that the end of one costs those
 * that wait nothing: they were not handed over yet, and go to the next.
 */
export function sandboxPool(size: number, start: () => SandboxWorker = startSandboxWorker): SandboxPool {
  const pool = new Pool(size, start);
  return { run: (assignment) => pool.run(assignment), stop: () => pool.stop() };
}

class Pool implements SandboxPool {
  readonly #size: number;
  readonly #start: () => SandboxWorker;
  readonly #members: Member[] = [];
  readonly #queue: Waiting[] = [];
  #failedStarts = 0;
  #isStopped = false;

  constructor(size: number, start: () => SandboxWorker) {
    this.#size = size;
    this.#start = start;
  }

  run(assignment: Assignment): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped) return reject(stopped());
      this.#queue.push({ assignment, resolve, reject, losses: 0 });
      this.#fill();
      this.#dispatch();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#refuseWaiting(stopped());
    await Promise.all(this.#members.splice(0).map(({ worker }) => worker.terminate()));
  }

  #fill(): void {
    while (!this.#isStopped && this.#members.length < this.#size + 1) this.#join();
  }

  #join(): void {
    const member: Member = { worker: this.#start(), isReady: false, task: undefined };
    this.#members.push(member);
    member.worker.ready.then(
      () => {
        this.#failedStarts = 0;
        member.isReady = true;
        this.#dispatch();
      },
      (error: Error) => this.#startFailed(member, error),
    );
  }

  #startFailed(member: Member, error: Error): void {
    this.#leave(member);
    this.#failedStarts += 1;
    if (this.#failedStarts === mostFailedStarts) {
      this.#failedStarts = 0;
      this.#refuseWaiting(error);
    }
    if (this.#queue.length > 0) this.#fill();
  }

  #leave(member: Member): void {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
  }

  #refuseWaiting(error: Error): void {
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }

  #dispatch(): void {
    while (this.#members.filter(({ task }) => task !== undefined).length < this.#size) {
      // The first one that is free is the one that has loaded most codecs.
      const member = this.#members.find(({ isReady, task }) => isReady && task === undefined);
      const next = member === undefined ? undefined : this.#queue.shift();
      if (member === undefined || next === undefined) return;
      member.task = next;
      void member.worker.run(next.assignment).then((outcome) => this.#finish(member, next, outcome));
    }
  }

  #finish(member: Member, done: Waiting, outcome: WorkerOutcome): void {
    member.task = undefined;
    if (this.#isStopped) done.reject(stopped());
    else if (outcome.kind === 'lost') this.#lost(member, done, outcome);
    else if (outcome.kind === 'script-needed') done.reject(new Error('the sandbox lost the codec twice'));
    else done.resolve(outcome);
    this.#dispatch();
  }

  #lost(member: Member, done: Waiting, { isToBlame, reason }: Lost): void {
    this.#leave(member);
    this.#fill();
    const losses = done.losses + 1;
    if (isToBlame || losses > mostLosses) done.resolve({ kind: 'stopped', reason });
    else this.#queue.unshift({ ...done, losses });
  }
}

function stopped(): Error {
  return new Error('the sandboxes for codecs were stopped');
}
