import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
async function serve(answer: Partial<WaitingAnswer> = {}) {
  let time = 0;
  const waiting = waitingAnswers({ limit: 2.5 * SIZE, now: () => time });
  let cut = 0;
  server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) cut += 1;
    });
    const isRefusable = request.url !== '/write';
    const writeHead = () => void response.writeHead(200);
    try {
      waiting.send(response, { text: TEXT, encoding: 'latin1', writeHead, isRefusable, ...answer });
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
  return { ask, pass, cuts: () => cut };
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
    expect([refused.statusCode, await textOf(refused)]).toEqual([503, 'Unavailable']);
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

  it('are parted between characters', async () => {
    const text = `a${'😀'.repeat(300_000)}`;
    const { ask } = await serve({ text, encoding: 'utf8' });
    expect(await textOf(await ask())).toBe(text);
  });
});
