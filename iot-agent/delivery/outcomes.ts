import type { BrokerAnswer } from '../broker-client.ts';
import { fieldsOf, isObject } from '../transports/envelope.ts';

/** What the broker did with one entity. */
export type Outcome =
  | { readonly kind: 'accepted' }
  /** It will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It failed on this entity alone, or lacks its tenant: try again later, without holding up others. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What a whole answer to a batch means. */
export type BatchOutcome =
  | { readonly kind: 'answered'; readonly of: (entityId: string) => Outcome }
  /** The batch as a whole is not taken; its members may be, one by one. */
  | { readonly kind: 'refused' | 'failed'; readonly reason: string }
  /** The broker is away: everything waits. */
  | { readonly kind: 'down'; readonly reason: string; readonly retryAfter?: number };

const accepted: Outcome = { kind: 'accepted' };

/** Statuses that are about the moment or about our credentials, not about what was sent. */
const downStatuses = new Set([401, 403, 407, 408, 425, 429, 501, 502, 503, 504]);

/** True for a status that says that the broker takes nothing at the moment. */
export function isDown(status: number): boolean {
  return downStatuses.has(status);
}

/** Reads the answer to a batch operation (clauses 5.6.8 and 6.15.3, BatchOperationResult of 5.2.16). */
export function readBatchAnswer(answer: BrokerAnswer): BatchOutcome {
  const { status, body, retryAfter } = answer;
  const errors = fieldsOf(body)['errors'];
  // Some brokers answer 400, with the same body, when no entity was taken.
  if (Array.isArray(errors) && (status === 207 || (status >= 400 && errors.length > 0)))
    return perEntity(errors);
  if (status >= 200 && status < 300) return { kind: 'answered', of: () => accepted };
  const reason = describe(answer);
  // The broker does not have the tenant (yet): that is no matter of single entities, nor of other tenants.
  if (isUnknownTenant(answer)) return { kind: 'answered', of: () => ({ kind: 'failed', reason }) };
  // Any other 404 is no NGSI-LD broker's: BROKER_URL is wrong, or something in front of the broker lost it.
  if (isDown(status) || status === 404)
    return { kind: 'down', reason, ...(retryAfter === undefined ? {} : { retryAfter }) };
  return { kind: status >= 500 ? 'failed' : 'refused', reason };
}

/** True when the broker does not have the tenant (yet). */
export function isUnknownTenant({ status, body }: BrokerAnswer): boolean {
  return status === 404 && /NonexistentTenant$/.test(String(fieldsOf(body)['type']));
}

function perEntity(errors: readonly unknown[]): BatchOutcome {
  const outcomes = new Map<unknown, Outcome>();
  for (const error of errors.map(fieldsOf)) outcomes.set(error['entityId'], outcomeOf(error['error']));
  return { kind: 'answered', of: (entityId) => outcomes.get(entityId) ?? accepted };
}

/** Error types (table 6.3.2-1) that say nothing against the entity itself. */
const transientTypes = /(?:InternalError|LdContextNotAvailable|Unavailable|NonexistentTenant)$/;

function outcomeOf(error: unknown): Outcome {
  const problem = fieldsOf(error);
  const type = typeof problem['type'] === 'string' ? problem['type'] : '';
  const status = Number(problem['status'] ?? 0);
  const reason = reasonOf(error);
  const isTransient = status >= 500 || status === 404 || status === 429 || transientTypes.test(type);
  return { kind: isTransient ? 'failed' : 'refused', reason };
}

/** A line for people about an answer: its status and what the broker says. */
export function describe({ status, body }: BrokerAnswer): string {
  const said = body === undefined ? '' : reasonOf(body);
  return said === '' ? `the broker answered ${status}` : `the broker answered ${status}: ${said}`;
}

function reasonOf(problem: unknown): string {
  if (typeof problem === 'string') return problem.slice(0, 500);
  if (!isObject(problem)) return '';
  const { title, detail, description } = problem;
  return [title, detail ?? description]
    .filter((part) => typeof part === 'string')
    .join(': ')
    .slice(0, 500);
}
