import { NgsiLdError } from '../domain/errors.ts';

/** One member of a batch. */
export interface BatchMember {
  /** As the client gave it; empty when it gave none. */
  readonly entityId: string;
  /** Checks the member and issues its change, without waiting for anything before. */
  start(): Promise<'created' | 'changed'>;
}

/** What came of a batch (clause 5.2.16). */
export interface BatchResult {
  /** Ids of the Entities that were created, changed or deleted, each once. */
  readonly success: readonly string[];
  /** Those among them that did not exist before, each once. */
  readonly created: readonly string[];
  /** One for each member that failed, in the order of the batch. */
  readonly errors: readonly BatchError[];
}

/** Why a member failed (clause 5.2.17). */
interface BatchError {
  readonly entityId: string;
  readonly error: NgsiLdError;
}

/**
 * Runs the members side by side, all started in this turn of the event loop.
 * @throws NgsiLdError Unavailable when that is why all of them failed: then the whole batch can be sent again.
 */
export async function runBatch(members: readonly BatchMember[]): Promise<BatchResult> {
  const settled = await Promise.allSettled(members.map(startMember));
  const success = new Set<string>();
  const created = new Set<string>();
  const errors: BatchError[] = [];
  settled.forEach((outcome, at) => {
    const { entityId } = members[at] as BatchMember;
    if (outcome.status === 'rejected') errors.push({ entityId, error: refusalOf(outcome.reason) });
    else {
      success.add(entityId);
      if (outcome.value === 'created') created.add(entityId);
    }
  });
  const [first] = errors;
  if (first !== undefined && errors.length === members.length && errors.every(isUnavailable))
    throw first.error;
  return { success: [...success], created: [...created], errors };
}

/** What is thrown at once fails the member alone, as what is thrown later. */
async function startMember(member: BatchMember): Promise<'created' | 'changed'> {
  return member.start();
}

/** A fault of ours is no result of a member: it is answered and logged as one. */
function refusalOf(reason: unknown): NgsiLdError {
  if (reason instanceof NgsiLdError) return reason;
  throw reason;
}

function isUnavailable({ error }: BatchError): boolean {
  return error.type === 'Unavailable';
}
