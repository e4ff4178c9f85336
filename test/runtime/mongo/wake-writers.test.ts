import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { MongoClient } from 'mongodb';
import { wakeWriters } from '../../../runtime/mongo/wake-writers.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A socket, and how often it told that there is room. */
function socketThat({ isDestroyed }: { readonly isDestroyed: boolean }) {
  const told = { times: 0 };
  const socket = Object.assign(new EventEmitter(), { destroyed: isDestroyed });
  socket.on('drain', () => {
    told.times += 1;
  });
  return { told, connection: { socket } };
}

it('tells writers on closed sockets to go on, also the one that looks for the server, and no others', () => {
  const closed = socketThat({ isDestroyed: true });
  const open = socketThat({ isDestroyed: false });
  const looking = socketThat({ isDestroyed: true });
  const servers = new Map([
    [
      'one',
      {
        pool: { checkedOut: [closed.connection, open.connection] },
        monitor: { connection: looking.connection },
      },
    ],
    ['two', { pool: { checkedOut: [] }, monitor: null }],
  ]);
  const stop = wakeWriters({ topology: { s: { servers } } } as unknown as MongoClient);
  jest.advanceTimersByTime(600);
  expect([closed.told.times, open.told.times, looking.told.times]).toEqual([1, 0, 1]);
  stop();
  jest.advanceTimersByTime(5_000);
  expect(closed.told.times).toBe(1);
});
