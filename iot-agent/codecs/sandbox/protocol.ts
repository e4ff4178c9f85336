import type { Json } from '../../measurement.ts';

/** What a sandbox is asked to do with a script. */
export type Task =
  | { readonly kind: 'inspect' }
  | {
      readonly kind: 'decode' | 'decodeDownlink';
      readonly bytes: readonly number[];
      readonly fPort: number;
      /** Milliseconds since 1970. */
      readonly now: number;
      readonly variables: { readonly [name: string]: string };
    }
  | { readonly kind: 'encode'; readonly data: Json; readonly fPort: number; readonly now: number };

/** A task for a worker. */
export interface Job {
  /** From 1; the worker's flag holds it while the job runs. */
  readonly number: number;
  /** Of the script. */
  readonly revision: string;
  /** Left out when the worker was given it before. */
  readonly script?: string;
  readonly task: Task;
}

/** Where and why a script cannot be used. */
export interface Fault {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** How a task ended. */
export type Reply =
  /** JSON, in the form of the task, at most `mostOutput` characters. */
  | { readonly kind: 'output'; readonly text: string }
  /** The script cannot be loaded. */
  | { readonly kind: 'faulty'; readonly fault: Fault }
  /** It took too long, needed too much memory or returned too much. */
  | { readonly kind: 'stopped'; readonly reason: string }
  /** The worker has forgotten the script. */
  | { readonly kind: 'script-needed' };

/** What a worker tells. */
export type Message =
  /** `times` is where the thread's processor time can be read, if it can. */
  | { readonly kind: 'ready'; readonly times: string | undefined }
  | { readonly kind: 'done'; readonly number: number; readonly reply: Reply }
  /** The engine is in a state that nobody knows: the worker ends itself. */
  | { readonly kind: 'broken'; readonly number: number; readonly reason: string };

/** What a worker is started with. */
export interface WorkerData {
  /** One Int32 that holds the number of the job that runs, and 0 when there is none. */
  readonly flag: SharedArrayBuffer;
}
