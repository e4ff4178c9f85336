import { createHash, timingSafeEqual } from 'node:crypto';

/** A key that clients may use: only its hash is known. */
export interface ApiKey {
  /** Who has it, for logs. */
  readonly name: string;
  readonly sha256: Buffer;
}

/** Lower-case request headers, as node:http gives them. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Who a request comes from; `open` when no keys are configured. */
export type KeyCheck = { readonly allowed: true; readonly name: string } | { readonly allowed: false };

const keyPattern = /^(?:([\w.-]{1,64}):)?([0-9a-f]{64})$/i;

/** Parses one item of API_KEYS: `name:sha256hex` or `sha256hex`. */
export function parseApiKey(text: string): ApiKey {
  const [, name = 'unnamed', hash] = keyPattern.exec(text) ?? [];
  if (hash === undefined) {
    throw new Error(
      'a list of name:hash, separated by commas, each hash 64 hexadecimal digits; "npm run hash-key -- <key>" prints it',
    );
  }
  return { name, sha256: Buffer.from(hash, 'hex') };
}

/** SHA-256 of a key. Keys are long random texts, so that a slow hash would only cost every request. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}

/** A check of `X-API-Key: k` or `Authorization: Bearer k` against the keys; without keys everything is allowed. */
export function apiKeyCheck(keys: readonly ApiKey[]): (headers: Headers) => KeyCheck {
  if (keys.length === 0) return () => ({ allowed: true, name: 'open' });
  return (headers) => {
    const given = keyOf(headers);
    return given === undefined ? { allowed: false } : compare(keys, hashKey(given));
  };
}

/** Compares with every key, so that the time taken does not tell which one came close. */
function compare(keys: readonly ApiKey[], hash: Buffer): KeyCheck {
  let found: ApiKey | undefined;
  for (const key of keys) {
    if (timingSafeEqual(key.sha256, hash)) found = key;
  }
  return found ? { allowed: true, name: found.name } : { allowed: false };
}

function keyOf(headers: Headers): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string') return key;
  const { authorization } = headers;
  return typeof authorization === 'string' && authorization.slice(0, 7).toLowerCase() === 'bearer '
    ? authorization.slice(7).trim()
    : undefined;
}
