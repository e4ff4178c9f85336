import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { type Ask, type DeviceList, ServerAway, ServerRefuses } from './listed-device.ts';

/** What asking needs. */
export interface AskParts {
  readonly http: Dispatcher;
  /** Waits so many milliseconds. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Milliseconds for all of an answer. */
const answerLimit = 30_000;
/** Bytes of a page. */
const mostBytes = 32 * 1024 * 1024;
/** How often a server is asked again that wants to be asked less. */
const mostWaits = 3;
const longestWaitMs = 10_000;

/** Asks the HTTP interface of a network server, with its key as bearer token. One that is asked too often is waited for, a little. */
export function askServer({ url, key }: DeviceList, { http, wait = delay }: AskParts): Ask {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/+$/, '');
  const headers = {
    accept: 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const once = async (path: string): Promise<Answer> => {
    const signal = AbortSignal.timeout(answerLimit);
    try {
      const answer = await http.request({ origin, path: base + path, method: 'GET', headers, signal });
      const text = await textOf(answer.body);
      return { status: answer.statusCode, retryAfter: Number(answer.headers['retry-after'] ?? 1), text };
    } catch (error) {
      if (error instanceof ServerRefuses) throw error;
      throw new ServerAway(`${origin} cannot be reached: ${(error as Error).message}`);
    }
  };
  return async (path) => {
    for (let waits = 0; ; waits += 1) {
      const answer = await once(path);
      if (answer.status !== 429 || waits === mostWaits) return contentOf(origin, answer);
      const seconds = Number.isFinite(answer.retryAfter) ? answer.retryAfter : 1;
      await wait(Math.min(longestWaitMs, Math.max(0, seconds * 1000)));
    }
  };
}

interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly text: string;
}

function contentOf(origin: string, { status, text }: Answer): unknown {
  if (status === 401 || status === 403)
    throw new ServerRefuses(
      `${origin} refuses the key (${status}): give api.key of the connection the right to read devices and applications`,
    );
  if (status === 429)
    throw new ServerAway(`${origin} was asked too often (429): ask for the sync again in some minutes`);
  if (status >= 500) throw new ServerAway(`${origin} answers ${status}: ${text.slice(0, 200)}`);
  if (status >= 300)
    throw new ServerRefuses(
      `${origin} answers ${status}: ${text.slice(0, 200)}: correct api.url of the connection`,
    );
  try {
    return JSON.parse(text);
  } catch {
    throw new ServerRefuses(
      `${origin} answers no JSON: correct api.url of the connection; of ChirpStack v4 it is that of the REST API`,
    );
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > mostBytes) throw new ServerRefuses(`a page of the list has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
