import { type Dispatcher, request } from 'undici';
import type { Send } from './attempt.ts';
import type { NotificationRequest } from './notification-request.ts';
import { patienceOf } from './patience.ts';
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

// What the receiver answers in the body is of no interest: past this much the connection is given up.
const LONGEST_ANSWER = 64 * 1024;

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
  return async (notification: NotificationRequest): Promise<SendResult> => {
    const refused = refusal(notification.uri);
    if (refused !== undefined) return { kind: 'impossible', error: `not allowed: ${refused}` };
    const patience = patienceOf(notification.timeout, timeout);
    const signal = AbortSignal.timeout(patience);
    try {
      const { statusCode, headers, body } = await request(notification.uri, {
        method: 'POST',
        headers: notification.headers,
        body: notification.body,
        dispatcher,
        signal,
      });
      // The answer counts, whatever becomes of its body.
      await body.dump({ limit: LONGEST_ANSWER, signal }).catch(() => undefined);
      const retryAfter = retryAfterOf(headers['retry-after'], now());
      return { kind: 'answered', status: statusCode, ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      return failureOf(error, patience);
    }
  };
}

function failureOf(error: unknown, patience: number): SendResult {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'EgressRefused') return { kind: 'impossible', error: `not allowed: ${message}` };
  if (name === 'TimeoutError') return { kind: 'unanswered', error: `no answer within ${patience} ms` };
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
