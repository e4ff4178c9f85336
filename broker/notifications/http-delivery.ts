import type { Dispatcher } from 'undici';
import type { Send } from './attempt.ts';
import type { NotificationRequest } from './notification-request.ts';
import { patienceOf } from './patience.ts';
import { NoAnswer, post } from './post.ts';
import type { SendResult } from './retry-policy.ts';

export interface HttpDeliveryParts {
  /** Keeps connections alive and obeys the egress policy. */
  readonly dispatcher: Dispatcher;
  /** Why a URL may not be asked, or `undefined`. */
  readonly refusal: (url: string) => string | undefined;
  /** Milliseconds to wait for an answer where the Subscription says nothing (`endpoint.timeout`). */
  readonly timeout: number;
  readonly now: () => number;
}

/** Where requests to a URL go, or why they may not. */
type Target =
  | { readonly kind: 'allowed'; readonly origin: string; readonly path: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** URLs that are looked at once. */
const MOST_TARGETS = 5000;

/** Errors before anything was sent: the receiver cannot have got the notification. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'UND_ERR_CONNECT_TIMEOUT',
  // What OpenSSL says of a certificate that is not trusted.
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The same of a handshake, and of a proxy that gave no way through. */
function isNoConnection(code: string, message: string): boolean {
  if (NOT_CONNECTED.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) return true;
  return code === 'UND_ERR_ABORTED' && message.startsWith('Proxy response');
}

/** Sends notifications by HTTP POST (clause 6.3.8). Redirects are not followed: they are answers like others. */
export function createHttpDelivery({ dispatcher, refusal, timeout, now }: HttpDeliveryParts): Send {
  const targetOf = targets(refusal);
  return async ({ uri, headers, body, timeout: asked }: NotificationRequest): Promise<SendResult> => {
    const target = targetOf(uri);
    if (target.kind === 'refused') return { kind: 'impossible', error: `not allowed: ${target.reason}` };
    const { origin, path } = target;
    const patience = patienceOf(asked, timeout);
    try {
      const answer = await post(dispatcher, { origin, path, headers, body, patience });
      const retryAfter = retryAfterOf(answer.headers['retry-after'], now());
      return { kind: 'answered', status: answer.status, ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      return failureOf(error, patience);
    }
  };
}

/** Looks at each URL once; the names in them are judged at every connection. */
function targets(refusal: HttpDeliveryParts['refusal']): (uri: string) => Target {
  const known = new Map<string, Target>();
  return (uri) => {
    let target = known.get(uri);
    if (target) return target;
    if (known.size >= MOST_TARGETS) known.clear();
    target = targetOf(uri, refusal(uri));
    known.set(uri, target);
    return target;
  };
}

function targetOf(uri: string, reason: string | undefined): Target {
  if (reason !== undefined) return { kind: 'refused', reason };
  const { origin, pathname, search } = new URL(uri);
  return { kind: 'allowed', origin, path: pathname + search };
}

function failureOf(error: unknown, patience: number): SendResult {
  if (error instanceof NoAnswer) return { kind: 'unanswered', error: `no answer within ${patience} ms` };
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'EgressRefused') return { kind: 'impossible', error: `not allowed: ${message}` };
  const text = code === undefined ? message : `${code}: ${message}`;
  const isInvalid = code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_URL';
  if (isInvalid) return { kind: 'impossible', error: text };
  const isUnreachable = code !== undefined && isNoConnection(code, message);
  return { kind: isUnreachable ? 'unreachable' : 'unanswered', error: text };
}

/** Seconds, or a date (RFC 9110), as milliseconds from now. */
function retryAfterOf(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now / 1000);
}
