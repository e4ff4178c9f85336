import type { ChangeCall, Decided, Outcome } from './decide.ts';

/** A call of `change` and where its answer goes. */
export interface QueuedCall extends ChangeCall {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The calls for one Entity: one write of them at a time, so that each sees what the ones before it did. */
export interface Lane {
  readonly key: string;
  readonly tenant: string;
  readonly id: string;
  readonly calls: QueuedCall[];
  /** Writes that were sent and of which it is not known yet whether they were applied, by stamp. */
  readonly sent: Map<string, Decided>;
  /** True when a reply to one of them was lost, so that only a majority can tell whether it is durable. */
  isDoubtful: boolean;
  /** True after a drain: whatever is pending then, the write has to go on. */
  readonly hasDrained: boolean;
}

export function createLane(
  { key, tenant, id }: Pick<Lane, 'key' | 'tenant' | 'id'>,
  calls: QueuedCall[],
  hasDrained = false,
): Lane {
  return { key, tenant, id, calls, sent: new Map(), isDoubtful: false, hasDrained };
}

/** The write that was applied, of those that were sent: at most one can have been. */
export function appliedOf({ sent }: Lane, writers: readonly string[] | undefined): Decided | undefined {
  if (sent.size === 0) return undefined;
  const stamp = writers?.find((writer) => sent.has(writer));
  return stamp === undefined ? undefined : sent.get(stamp);
}

/** Answers the calls that were decided; returns the others. */
export function answer({ calls }: Lane, outcomes: readonly Outcome[]): QueuedCall[] {
  for (const [index, outcome] of outcomes.entries()) {
    if ('reason' in outcome) calls[index]?.reject(outcome.reason);
    else calls[index]?.resolve(outcome.answer);
  }
  return calls.slice(outcomes.length);
}
