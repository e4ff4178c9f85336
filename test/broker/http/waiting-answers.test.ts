import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { type WaitingAnswer, waitingAnswers } from '../../../broker/http/waiting-answers.ts';

const MB = 1024 * 1024;
/** Much more than the sockets of both sides take. */
const SIZE = 64 * MB;
const TEXT = 'x'.repeat(SIZE);

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  server = undefined;
});

/** A server of large answers, of which two have room; `/write` asks for one that cannot be refused. */
async function serve({ limit = 2.5 * SIZE, ...answer }: Partial<WaitingAnswer> & { limit?: number } = {}) {
  let time = 0;
  const waiting = waitingAnswers({ limit, now: () => time });
  const responses: ServerResponse[] = [];
  let cut = 0;
  server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) cut += 1;
    });
    responses.push(response);
    const isRefusable = request.url !== '/write';
    const text = answer.text ?? TEXT;
    const length = Buffer.byteLength(text);
    const writeHead = () => void response.writeHead(200, { 'Content-Length': length });
    // One that comes when its reader has gone.
    if (request.url === '/gone') response.req.socket.destroy();
    try {
      waiting.send(response, { text, encoding: 'latin1', length, writeHead, isRefusable, ...answer });
    } catch (error) {
      response.writeHead(503).end(error instanceof NgsiLdError ? error.type : 'failed');
    }
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  /** An answer of which nothing is taken yet but its head. */
  const ask = (path = '/'): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent: false }, resolve).on('error', reject);
    });
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { ask, pass, port, responses, cuts: () => cut };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const part of response) length += (part as Buffer).length;
  return length;
}

describe('large answers that wait for their readers', () => {
  it('have so much room together, and more again once they are taken', async () => {
    const { ask, cuts } = await serve();
    const some = [await ask(), await ask()];
    const refused = await ask();
    expect([refused.statusCode, await textOf(refused)]).toEqual([503, 'TooBusy']);
    expect(await Promise.all(some.map(lengthOf))).toEqual([SIZE, SIZE]);
    expect([await lengthOf(await ask()), cuts()]).toEqual([SIZE, 0]);
  });

  it('are cut where nothing of them was taken for a while, once there is no room, the oldest first', async () => {
    const { ask, pass, cuts } = await serve();
    const stalled = await ask();
    const end = new Promise((resolve) => stalled.on('error', () => resolve('cut')).on('end', resolve));
    pass(10_000);
    const slow = await ask();
    pass(15_000);
    const served = await ask();
    stalled.resume();
    expect([served.statusCode, await end]).toEqual([200, 'cut']);
    expect(await lengthOf(slow)).toBe(SIZE);
    expect([await lengthOf(served), cuts()]).toEqual([SIZE, 1]);
  });

  it('stay, however old, while there is room', async () => {
    const { ask, pass, cuts } = await serve();
    const old = await ask();
    pass(100_000);
    expect(await lengthOf(await ask())).toBe(SIZE);
    expect([await lengthOf(old), cuts()]).toEqual([SIZE, 0]);
  });

  it('are sent in any case where they tell of what was done', async () => {
    const { ask } = await serve();
    const some = [await ask(), await ask(), await ask('/write')];
    expect(await Promise.all(some.map(lengthOf))).toEqual([SIZE, SIZE, SIZE]);
  });

  it('are parted between characters, and where one has only half of its code', async () => {
    const text = `a${'😀'.repeat(300_000)}${'\udc00'.repeat(200_000)}`;
    const { ask } = await serve({ text, encoding: 'utf8' });
    expect(await textOf(await ask())).toBe(Buffer.from(text).toString());
  });

  it('leave the connection to other requests', async () => {
    const { port } = await serve({ text: 'é'.repeat(2 * MB), encoding: 'utf8' });
    const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const socket = connect(port, '127.0.0.1', () => socket.write(request + request));
    let length = 0;
    for await (const part of socket) {
      length += (part as Buffer).length;
      if (length > 8 * MB) socket.end();
    }
    expect(length).toBeGreaterThan(8 * MB);
  });
});

/** Without room for a second one: the next is answered only if nothing is counted of those before. */
describe('the room of large answers is there again', () => {
  const writes = (count: number): string => 'GET /write HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count);

  it('when they were taken to the end', async () => {
    const { ask } = await serve({ limit: 0 });
    for (let turn = 0; turn < 3; turn++) expect(await lengthOf(await ask())).toBe(SIZE);
  });

  it.each([
    { end: 'their readers went away in the middle', requests: 1 },
    { end: 'so that others stand behind them which nobody reads', requests: 2 },
  ])('when $end', async ({ requests }) => {
    const { ask, port, responses } = await serve({ limit: 0 });
    const socket = connect(port, '127.0.0.1', () => socket.write(writes(requests)));
    while (responses.length < requests) await once(server as Server, 'request');
    const closed = new Promise((resolve) => responses[0]?.req.socket.on('close', resolve));
    socket.destroy();
    await closed;
    expect((await ask()).statusCode).toBe(200);
  });

  it('when their readers were gone before they were there', async () => {
    const { ask, cuts } = await serve({ limit: 0 });
    await expect(ask('/gone')).rejects.toThrow();
    expect([(await ask()).statusCode, cuts()]).toEqual([200, 1]);
  });

  it('when they were cut, and nothing is counted twice', async () => {
    const { ask, pass } = await serve({ limit: 0 });
    for (let turn = 0; turn < 3; turn++) {
      const next = await ask();
      expect(next.statusCode).toBe(200);
      next.on('error', () => undefined);
      expect((await ask()).statusCode).toBe(503);
      pass(20_000);
    }
  });

  it('when they were refused', async () => {
    const { ask } = await serve({ limit: 0 });
    const first = await ask();
    expect((await ask()).statusCode).toBe(503);
    await lengthOf(first);
    expect((await ask()).statusCode).toBe(200);
  });

  it('when they were cut together with those before them', async () => {
    const { ask, pass, port, responses } = await serve({ limit: 0 });
    const socket = connect(port, '127.0.0.1', () => socket.write(writes(2)));
    while (responses.length < 2) await once(server as Server, 'request');
    pass(20_000);
    expect((await ask()).statusCode).toBe(200);
  });

  it('but none is cut because it stands behind another that is being taken', async () => {
    const { ask, pass, cuts, port, responses } = await serve({ limit: 0 });
    const socket = connect(port, '127.0.0.1', () => socket.write(writes(2)));
    while (responses.length < 2) await once(server as Server, 'request');
    pass(30_000);
    let length = 0;
    for await (const part of socket.iterator({ destroyOnReturn: false })) {
      length += (part as Buffer).length;
      if (length > SIZE / 2) break;
    }
    expect([(await ask()).statusCode, cuts()]).toEqual([503, 0]);
    socket.destroy();
  });
});
