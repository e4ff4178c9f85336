import { describe, expect, it } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { NotificationRequest } from '../../../broker/notifications/notification-request.ts';
import type { StreamSink } from '../../../broker/notifications/stream.ts';
import { Streams, type StreamsParts } from '../../../broker/notifications/streams.ts';
import { UnusableSubscription } from '../../../broker/notifications/unusable-subscription.ts';
import type { DeliveryLog, LogOwner } from '../../../broker/store/delivery-log.ts';
import { type FakeTime, fakeTime, rest } from './fake-time.ts';
import { compiled, delivery, keepingLog, SUBSCRIPTION } from './fixtures.ts';

const KEPT = 60_000_000;

/** A log of deliveries in memory, which can be away. */
function memoryLog() {
  const entries: LogOwner[] = [];
  const log = {
    isAway: false,
    asked: { arrivals: 0, read: 0 },
    add: (count = 1, subscriptionId = SUBSCRIPTION) => {
      for (let n = 0; n < count; n++) entries.push({ tenant: '', subscriptionId });
    },
    keptFor: KEPT,
    end: async () => String(entries.length),
    has: (position: string) => Number(position) <= entries.length,
    arrivals: async (after: string, limit: number) => {
      log.asked.arrivals += 1;
      await answer();
      const of = entries.slice(Number(after), Number(after) + limit);
      return { of, position: String(Number(after) + of.length) };
    },
    read: async (
      of: LogOwner,
      { after, upTo }: { readonly after: string; readonly upTo: string },
      limit: number,
    ) => {
      log.asked.read += 1;
      await answer();
      const all = entries
        .map(({ subscriptionId }, index) => ({ subscriptionId, index }))
        .slice(Number(after), Number(upTo))
        .filter(({ subscriptionId }) => subscriptionId === of.subscriptionId);
      const some = all.slice(0, limit);
      const last = some.at(-1)?.index ?? 0;
      return {
        deliveries: some.map(({ index }) => ({
          delivery: { ...delivery(index, 'urn:x:1'), order: String(index), attempts: 0, dueAt: 0 },
          position: String(index + 1),
        })),
        position: all.length > limit ? String(last + 1) : upTo,
      };
    },
  };
  const answer = async (): Promise<void> => {
    await Promise.resolve();
    if (log.isAway) throw new NgsiLdError('Unavailable', 'the store is away');
  };
  return log satisfies DeliveryLog;
}

interface FakeSink extends StreamSink {
  /** The numbers of the deliveries that were shown. */
  shown(): readonly number[];
  text: string;
  /** False while its reader takes nothing. */
  takes: boolean;
  state: 'open' | 'ended' | 'cut';
}

function fakeSink(): FakeSink {
  const sink: FakeSink = {
    text: '',
    takes: true,
    state: 'open',
    shown: () => [...sink.text.matchAll(/data: (\d+)\n/g)].map(([, number]) => Number(number)),
    write: (text) => {
      sink.text += text;
      return sink.takes;
    },
    end: () => {
      sink.state = 'ended';
    },
    cut: () => {
      sink.state = 'cut';
    },
  };
  return sink;
}

interface Setup {
  readonly log: ReturnType<typeof memoryLog>;
  readonly streams: Streams;
  readonly time: FakeTime;
  readonly rendered: { count: number };
  open(lastEventId?: string, subscriptionId?: string): Promise<FakeSink & { drain(): void; leave(): void }>;
}

function setup(parts: Partial<StreamsParts> = {}): Setup {
  const log = memoryLog();
  const time = fakeTime();
  const rendered = { count: 0 };
  const streams = new Streams({
    ...{ deliveryLog: log, now: time.now, timers: time.timers, log: keepingLog() },
    ...{ limit: 10, heartbeat: 15_000, patience: 60_000 },
    find: async (_tenant, id) => (id === 'urn:x:none' ? undefined : compiled(id)),
    toRequest: async (_compiled, [one]) => {
      rendered.count += 1;
      return { uri: '', headers: {}, body: one?.order ?? '' } satisfies NotificationRequest;
    },
    ...parts,
  });
  const open = async (lastEventId?: string, subscriptionId = SUBSCRIPTION) => {
    const request = { tenant: '', subscriptionId, ...(lastEventId !== undefined && { lastEventId }) };
    const sink = fakeSink();
    const stream = (await streams.prepare(request))(sink);
    return Object.assign(sink, { drain: () => stream.drained(), leave: () => stream.closed() });
  };
  return { log, streams, time, rendered, open };
}

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('live streams', () => {
  it('show a long backlog in pages, in order, and what comes meanwhile', async () => {
    const { log, streams, open } = setup();
    const first = await open();
    const id = /id: (.*)\n/.exec(first.text)?.[1];
    first.leave();
    log.add(150);
    const sink = await open(id);
    log.add(10);
    streams.wake();
    await rest();
    expect(sink.shown()).toEqual(numbers(0, 160));
  });

  it('read and make a notification once for all who have come as far', async () => {
    const { log, streams, rendered, open } = setup();
    const sinks = await Promise.all(numbers(0, 8).map(() => open()));
    log.add(5);
    streams.wake();
    await rest();
    for (const sink of sinks) expect(sink.shown()).toEqual(numbers(0, 5));
    expect([rendered.count, log.asked.read]).toEqual([5, 1]);
  });

  it('do not read for a Subscription to which nothing came', async () => {
    const { log, streams, open } = setup();
    const other = await open(undefined, 'urn:x:other');
    log.add(500);
    streams.wake();
    await rest();
    expect(log.asked.read).toBe(0);
    log.add(1, 'urn:x:other');
    streams.wake();
    await rest();
    expect(other.shown()).toEqual([500]);
  });

  it('look at nothing while nobody listens', async () => {
    const { log, streams, time, open } = setup({ pollInterval: 400 });
    streams.wake();
    await time.pass(10_000);
    expect(log.asked.arrivals).toBe(0);
    const sink = await open();
    await time.pass(1000);
    expect(log.asked.arrivals).toBeGreaterThan(0);
    sink.leave();
    await rest();
    const { arrivals } = log.asked;
    await time.pass(10_000);
    expect([log.asked.arrivals, time.waiting(), streams.count()]).toEqual([arrivals, 0, 0]);
  });

  it('find what other processes stored by looking for it', async () => {
    const { log, time, open } = setup({ pollInterval: 400 });
    const sink = await open();
    log.add(3);
    await time.pass(500);
    expect(sink.shown()).toEqual([0, 1, 2]);
  });

  it('leave in the store what a reader cannot take, and cut off one that takes nothing', async () => {
    const { log, streams, time, open } = setup();
    const [slow, quick] = [await open(), await open()];
    slow.takes = false;
    log.add(100);
    streams.wake();
    await rest();
    expect(quick.shown()).toEqual(numbers(0, 100));
    expect(slow.shown()).toEqual([0]);
    await time.pass(59_000);
    // No sign of life is put on top of what was not taken.
    expect(slow.text).not.toContain('heartbeat');
    slow.takes = true;
    slow.drain();
    await rest();
    expect(slow.shown()).toEqual(numbers(0, 100));
    expect(slow.state).toBe('open');
    slow.takes = false;
    log.add(2);
    streams.wake();
    await time.pass(61_000);
    expect([slow.state, quick.state]).toEqual(['cut', 'open']);
  });

  it('say so when a reader is so slow that something may be gone', async () => {
    const { log, streams, time, open } = setup({ patience: 10 * (KEPT / 1000) });
    const slow = await open();
    slow.takes = false;
    log.add(40);
    streams.wake();
    await time.pass(2 * (KEPT / 1000));
    slow.takes = true;
    slow.drain();
    await rest();
    expect(slow.shown()).toEqual(numbers(0, 40));
    expect(slow.text).toContain('event: gap');
  });

  it('go on when the store was away', async () => {
    const { log, streams, time, open } = setup();
    const sink = await open();
    log.add(3);
    log.isAway = true;
    streams.wake();
    await time.pass(3000);
    expect(sink.shown()).toEqual([]);
    log.isAway = false;
    await time.pass(3000);
    expect(sink.shown()).toEqual([0, 1, 2]);
    log.isAway = true;
    await expect(open()).rejects.toThrow('away');
  });

  it('go on when the store went away between the look and the reading', async () => {
    const { log, streams, time, open } = setup({
      toRequest: async (_compiled, [one]) => {
        if (log.asked.read < 3) throw new NgsiLdError('Unavailable', 'the store is away');
        return { uri: '', headers: {}, body: one?.order ?? '' };
      },
    });
    const sink = await open();
    log.add(2);
    streams.wake();
    await time.pass(5000);
    expect(sink.shown()).toEqual([0, 1]);
  });

  it('try what cannot be read again once a second, however much comes meanwhile', async () => {
    const { log, streams, time, open } = setup();
    const sink = await open();
    const { read } = log;
    log.read = () => {
      log.asked.read += 1;
      return Promise.reject(new NgsiLdError('Unavailable', 'this cannot be read'));
    };
    for (let n = 0; n < 20; n++) {
      log.add(1);
      streams.wake();
      await rest();
    }
    expect(log.asked.read).toBe(1);
    await time.pass(5_000);
    expect(log.asked.read).toBe(6);
    log.read = read;
    await time.pass(1_000);
    expect(sink.shown()).toEqual(numbers(0, 20));
  });

  it('pass over what cannot be told', async () => {
    const { log, streams, open } = setup({
      toRequest: async (_compiled, [one]) => {
        if (one?.order === '1') throw new Error('too many Linked Entities');
        return one?.order === '2' ? undefined : { uri: '', headers: {}, body: one?.order ?? '' };
      },
    });
    const sink = await open();
    log.add(4);
    streams.wake();
    await rest();
    expect(sink.shown()).toEqual([0, 3]);
  });

  it('show what is in no log to those who listen, without a place to resume from', async () => {
    const { streams, open } = setup();
    const [sink, other] = [await open(), await open(undefined, 'urn:x:other')];
    streams.show({ tenant: '', subscriptionId: SUBSCRIPTION }, { headers: {}, body: '7' });
    expect(sink.text).toMatch(/event: notification\ndata: 7\n\n$/);
    expect(other.shown()).toEqual([]);
  });

  it.each(['nonsense', '_', 'A_1', '1_ä', ' '])('refuse %j as a place to resume from', async (id) => {
    const { open } = setup();
    await expect(open(id)).rejects.toMatchObject({ type: 'BadRequestData' });
  });

  it('refuse a Subscription that this version cannot read', async () => {
    const { open } = setup({
      find: async (_tenant, id) => {
        throw new UnusableSubscription(id, new Error('a member of tomorrow'));
      },
    });
    await expect(open()).rejects.toMatchObject({ type: 'OperationNotSupported' });
  });

  it('refuse a Subscription that is none, and everything once stopped', async () => {
    const { streams, open } = setup();
    await expect(open(undefined, 'urn:x:none')).rejects.toMatchObject({ type: 'ResourceNotFound' });
    const sink = await open();
    streams.stop();
    expect(sink.state).toBe('ended');
    await expect(open()).rejects.toMatchObject({ type: 'Unavailable' });
  });
});
