import type { Dispatcher } from 'undici';
import { systemTimers } from './timers.ts';

type Headers = Dispatcher.ResponseData['headers'];

/** A request. */
export interface Post {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds for all of it, the connection and the answer. */
  readonly patience: number;
}

/** The answer, as far as it is of interest. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
}

/** The time is over and there was no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

// What the receiver answers in the body is of no interest: past this much the connection is given up.
const LONGEST_ANSWER = 64 * 1024;

/**
 * POSTs once and reads the answer to its end, so that the connection can be used again. The answer counts, whatever
 * becomes of its body. It speaks to the dispatcher itself: streams and signals would cost twice as much as the rest.
 * @throws NoAnswer; what undici tells of requests that fail
 */
export function post(dispatcher: Dispatcher, { patience, ...request }: Post): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const waiting = new WaitingPost(resolve, reject, patience);
    dispatcher.dispatch({ ...request, method: 'POST' }, waiting);
  });
}

class WaitingPost implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #cancelTimer: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answer: Answer | undefined;
  #length = 0;
  #giveUp: Error | undefined;

  constructor(resolve: (answer: Answer) => void, reject: (error: Error) => void, patience: number) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#cancelTimer = systemTimers.after(patience, () => this.#end(new NoAnswer('no answer in time')));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // There was no connection in time.
    if (this.#giveUp) controller.abort(this.#giveUp);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // What comes before the answer (1xx) is none.
    if (status >= 200) this.#answer = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > LONGEST_ANSWER) this.#end(new Error('the answer is too long'));
  }

  onResponseEnd(): void {
    this.#settle(new NoAnswer('the answer has no status'));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(error);
  }

  /** Gives the connection up. */
  #end(reason: Error): void {
    this.#giveUp = reason;
    this.#settle(reason);
    this.#controller?.abort(reason);
  }

  #settle(error: Error): void {
    this.#cancelTimer();
    if (this.#answer) this.#resolve(this.#answer);
    else this.#reject(error);
  }
}
