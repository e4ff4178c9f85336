import { maskUrl } from '../../runtime/mask-secrets.ts';
import type { Send } from './attempt.ts';
import type { NotificationRequest } from './notification-request.ts';

/** Characters of a reason that are kept. */
const LONGEST = 300;
/** What is shorter hides nothing, and would tear holes into plain words. */
const SHORTEST_SECRET = 4;

/**
 * The same sending, its errors fit to be shown to users and kept in logs: one short line each, without the credentials
 * of the endpoint and the values of its headers.
 */
export function withShownReasons(send: Send): Send {
  return async (request) => {
    const result = await send(request);
    if (result.kind === 'answered') return result;
    return { ...result, error: oneLine(plain(masked(result.error, request))) };
  };
}

/** A text without line breaks and other controls, cut where it gets long. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}

/** What OpenSSL says, without the number of its thread and the place in its sources. */
function plain(error: string): string {
  return error.replace(/[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)(?::[^:\s]*:\d+:[^\n]*)?/g, '$1');
}

function masked(error: string, { uri, headers }: NotificationRequest): string {
  const secrets = [...credentialsIn(uri), ...Object.values(headers).flatMap(withWords)];
  // The longest first: a shorter one may be a part of it.
  const hidden = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST_SECRET);
  hidden.sort((one, other) => other.length - one.length);
  return hidden.reduce((text, secret) => text.replaceAll(secret, '***'), maskUrl(error));
}

function credentialsIn(uri: string): readonly string[] {
  if (!URL.canParse(uri)) return [];
  const { username, password } = new URL(uri);
  return [username, password].flatMap((part) => [part, decoded(part)]);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `Bearer abc` is a secret as a whole, and so is `abc` alone. */
function withWords(value: string): readonly string[] {
  return [value, ...value.split(/\s+/)];
}
