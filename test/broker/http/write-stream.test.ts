import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { acceptsGzip, cutWhenStalled, writeStream } from '../../../broker/http/write-stream.ts';
import { exportSlots, type Texts } from '../../../broker/services/history-export/export-slots.ts';

const TEXT = 'x'.repeat(32 * 1024);

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  server = undefined;
});

/** Texts that are counted while they are made. */
function counted(made: { count: number }, most: number, failAt?: number): Texts {
  const slots = exportSlots(1);
  return slots.occupy('', async function* texts() {
    while (made.count < most) {
      if (made.count === failAt) throw new Error('the disk fails');
      made.count += 1;
      yield TEXT;
    }
  });
}

async function serve(
  texts: Texts,
  onCut: (error: unknown) => void = () => undefined,
  headers: Record<string, string> = {},
): Promise<number> {
  server = createServer((request, response) => {
    const stream = { contentType: 'text/csv', texts };
    const acceptEncoding = request.headers['accept-encoding'];
    writeStream(
      response,
      { status: 200, headers, stream },
      { isHead: request.method === 'HEAD', acceptEncoding, onCut },
    );
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function ask(port: number, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers, agent: false }, resolve).on('error', reject);
  });
}

/** A server whose answers, of so many characters, are cut when their readers take nothing for so many milliseconds. */
async function serveWhole(
  characters: number,
  patience: number,
  onClose = (): void => undefined,
): Promise<number> {
  server = createServer((_request, response) => {
    cutWhenStalled(response, patience);
    response.on('close', onClose).end('x'.repeat(characters));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const part of response) length += (part as Buffer).length;
  return length;
}

/** When it has stayed the same for many turns of the event loop. */
async function settled(value: () => number): Promise<number> {
  for (let [same, last] = [0, value()]; ; ) {
    await setImmediate();
    same = value() === last ? same + 1 : 0;
    last = value();
    if (same > 2000) return last;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

describe('a body that is written while it is made', () => {
  it('is made no faster than it is read', async () => {
    const made = { count: 0 };
    const port = await serve(counted(made, 3000));
    const response = await ask(port);
    const ahead = await settled(() => made.count);
    // What fits between the two processes: their sockets, and one text in hand.
    expect(ahead).toBeLessThan(600);
    let length = 0;
    for await (const part of response) length += (part as Buffer).length;
    expect([made.count, length]).toEqual([3000, 3000 * TEXT.length]);
  });

  it.each([{}, { 'accept-encoding': 'gzip' }])(
    'is made no more once its reader is gone: %j',
    async (headers) => {
      const made = { count: 0 };
      const failures: unknown[] = [];
      const texts = counted(made, Number.POSITIVE_INFINITY);
      const port = await serve(texts, (error) => failures.push(error));
      const response = await ask(port, headers);
      await new Promise((resolve) => response.once('data', resolve));
      response.destroy();
      await settled(() => made.count);
      expect(await texts.next()).toEqual({ done: true, value: undefined });
      expect(failures).toEqual([]);
    },
  );

  it.each([{}, { 'accept-encoding': 'gzip' }])('is cut where it fails: %j', async (headers) => {
    const made = { count: 0 };
    const failures: unknown[] = [];
    const port = await serve(counted(made, 100, 50), (error) => failures.push(error));
    const response = await ask(port, headers);
    const end = await new Promise((resolve) => {
      response.on('end', () => resolve('end')).on('error', (error) => resolve(error.message));
      response.resume();
    });
    expect([end, response.complete]).toEqual(['aborted', false]);
    await until(() => failures.length > 0);
    expect(failures).toEqual([new Error('the disk fails')]);
  });

  it('tells caches what it depends on, and what others say that it does', async () => {
    const texts = counted({ count: 0 }, 1);
    const port = await serve(texts, undefined, { Vary: 'Origin' });
    const { headers } = await fetch(`http://127.0.0.1:${port}`, { method: 'HEAD' });
    expect(headers.get('vary')).toBe('Origin, Accept-Encoding');
  });

  it('is not made for HEAD', async () => {
    const made = { count: 0 };
    const texts = counted(made, 10);
    const port = await serve(texts);
    const { status } = await fetch(`http://127.0.0.1:${port}`, { method: 'HEAD' });
    expect([status, made.count]).toEqual([200, 0]);
    expect((await texts.next()).done).toBe(true);
  });

  it.each([
    [undefined, false],
    ['gzip', true],
    ['br, GZIP;q=0.5', true],
    ['x-gzip', true],
    ['gzip;q=0', false],
    ['gzip; q=0.0', false],
    ['identity', false],
    ['deflate, br', false],
  ])('is packed for Accept-Encoding %s: %s', (accept, expected) => {
    expect(acceptsGzip(accept)).toBe(expected);
  });
});

describe('an answer that is cut when its reader takes nothing', () => {
  const all = 50_000_000;

  it('is cut then', async () => {
    let isClosed = false;
    const port = await serveWhole(all, 20, () => {
      isClosed = true;
    });
    const stalled = await ask(port);
    await until(() => isClosed);
    await expect(lengthOf(stalled)).rejects.toThrow('aborted');
  });

  it('is whole where it is read', async () => {
    // A machine that does much else may stand still for a while.
    const port = await serveWhole(all, 60_000);
    expect(await lengthOf(await ask(port))).toBe(all);
  });
});
