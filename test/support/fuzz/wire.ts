import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import type { WireRequest } from './draft.ts';

/** What came back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly milliseconds: number;
}

/** A server may end an idle connection in the very moment in which a client uses it again (RFC 9110, 9.2.2). */
class IdleTooLong extends Error {}
/** Milliseconds after which it may: Node's servers wait for five seconds. */
const IDLE = 4000;

/** A client that sends requests as they are to a server and keeps its connections. */
export interface WireClient {
  /** @throws when there is no whole answer within the limit. */
  send(wire: WireRequest): Promise<WireAnswer>;
  close(): void;
}

/** One for paths below a URL; the limit in milliseconds. */
export function wireClient(base: string, limit: number): WireClient {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port, pathname } = new URL(base);
  const root = pathname.replace(/\/$/, '');
  const answered = new WeakMap<Socket, number>();
  const lastAnswer = (socket: Socket | null): number =>
    (socket && answered.get(socket)) ?? Number.POSITIVE_INFINITY;
  const once = (wire: WireRequest): Promise<WireAnswer> =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const { method, target, headers, body, isChunked } = wire;
      const frame = body === undefined ? {} : frameOf(body, isChunked);
      const sent = request({
        agent,
        hostname,
        port,
        method,
        path: root + target,
        headers: { ...headers, ...frame },
      });
      const fail = (reason: string) => {
        clearTimeout(timer);
        sent.destroy();
        reject(new Error(`${method} ${target}: ${reason}`));
      };
      const timer = setTimeout(() => fail(`no answer within ${limit} ms`), limit);
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET' && started - lastAnswer(sent.socket) > IDLE)
          reject(new IdleTooLong());
        fail(error.message);
      });
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        const { socket } = response;
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => fail(error.message));
        response.on('end', () => {
          clearTimeout(timer);
          answered.set(socket, performance.now());
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
            milliseconds: performance.now() - started,
          });
        });
      });
      sent.end(body);
    });
  return {
    send: (wire) =>
      once(wire).catch((error: unknown) =>
        error instanceof IdleTooLong ? once(wire) : Promise.reject(error),
      ),
    close: () => agent.destroy(),
  };
}

/** Node gives a GET with a body neither of them by itself. */
function frameOf(body: string, isChunked: true | undefined): Readonly<Record<string, string>> {
  return isChunked
    ? { 'Transfer-Encoding': 'chunked' }
    : { 'Content-Length': String(Buffer.byteLength(body)) };
}
