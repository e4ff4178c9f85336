import { beforeEach, describe, expect, it } from '@jest/globals';
import { Deliverers } from '../../../broker/notifications/deliverers.ts';
import { type FakeTime, fakeTime, START } from './fake-time.ts';
import { keepingLog } from './fixtures.ts';
import { type MemoryDocuments, memoryDocuments } from './memory-store.ts';

const IDS = Array.from({ length: 300 }, (_, n) => `urn:s:${n}`);

describe('processes that share a store', () => {
  let time: FakeTime;
  let documents: MemoryDocuments;
  /** Marks of processes that are known to have ended. */
  let ended: Set<string>;
  beforeEach(() => {
    time = fakeTime();
    documents = memoryDocuments();
    ended = new Set();
  });

  /** One process; its clock and its timers go while it is not `held`. */
  function deliverer(self: string, { mark = '', speed = 1 } = {}) {
    let held: Promise<void> | undefined;
    const untilReleased = async <T>(asked: () => Promise<T>): Promise<T> => {
      await held;
      return asked();
    };
    const one = new Deliverers({
      documents: {
        list: (...of) => untilReleased(() => documents.list(...of)),
        remove: documents.remove,
        put: (...of) => untilReleased(() => documents.put(...of)),
        update: (...of) => untilReleased(() => documents.update(...of)),
      },
      timers: time.timers,
      log: keepingLog(),
      self,
      mark,
      hasEnded: (other) => ended.has(other),
      interval: 400,
      now: () => START + (time.now() - START) * speed,
      onLook: () => undefined,
    });
    void one.start();
    return {
      stop: () => one.stop(),
      /** Gets no answers any more, until the function that it gives is called. */
      hold: (): (() => void) => {
        let release = (): void => undefined;
        held = new Promise((resolve) => {
          release = resolve;
        });
        return release;
      },
      owned: () => IDS.filter((id) => one.owns('', id)),
      ranks: () => IDS.map((id) => one.rankOf('', id)),
    };
  }

  const all = (...parts: readonly { readonly owned: () => readonly string[] }[]) =>
    parts.flatMap(({ owned }) => owned());

  it('own every Subscription together, each about its part, none twice', async () => {
    const three = ['a', 'b', 'c'].map((self) => deliverer(self));
    await time.pass(2000);
    const parts = three.map(({ owned }) => owned());
    expect(parts.flat().sort()).toEqual([...IDS].sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(60);
  });

  it('come one after the other for each Subscription, its owner first', async () => {
    const three = ['a', 'b', 'c'].map((self) => deliverer(self));
    await time.pass(2000);
    const ranks = three.map((one) => one.ranks());
    for (const [n, id] of IDS.entries()) {
      expect(ranks.map((one) => one[n]).sort()).toEqual([0, 1, 2]);
      expect(three.findIndex(({ owned }) => owned().includes(id))).toBe(
        ranks.findIndex((one) => one[n] === 0),
      );
    }
  });

  it('deliver at once where there is no other', async () => {
    const only = deliverer('a');
    await time.pass(0);
    expect(only.owned()).toHaveLength(300);
  });

  it('own nothing before the others can have seen them', async () => {
    const first = deliverer('a');
    await time.pass(2000);
    const second = deliverer('b');
    await time.pass(700);
    expect(second.owned()).toEqual([]);
    expect(first.owned().length).toBeLessThan(300);
    await time.pass(1000);
    expect(all(first, second).sort()).toEqual([...IDS].sort());
  });

  it('that start at the same time never both deliver to one', async () => {
    const both = [deliverer('a'), deliverer('b')];
    for (let passed = 0; passed < 2000; passed += 50) {
      await time.pass(50);
      const owned = all(...both);
      expect(new Set(owned).size).toBe(owned.length);
    }
    expect(all(...both)).toHaveLength(300);
  });

  it('take over the part of one that stops, at once', async () => {
    const [first, second] = [deliverer('a'), deliverer('b')];
    await time.pass(2000);
    await second.stop();
    await time.pass(400);
    expect(first.owned()).toHaveLength(300);
    expect(second.owned()).toEqual([]);
  });

  it('leave nothing behind when they stop in the midst of a sign of life', async () => {
    const one = deliverer('a');
    await time.pass(2000);
    const release = one.hold();
    const passing = time.pass(400);
    const stopping = one.stop();
    await passing;
    release();
    await stopping;
    expect(await documents.list('deliverer', '')).toEqual([]);
    expect(time.waiting()).toBe(0);
  });

  it('take over the part of one that is known to have ended, at once', async () => {
    const first = deliverer('a');
    const second = deliverer('b', { mark: 'mark of b' });
    await time.pass(2000);
    second.hold();
    ended.add('mark of b');
    await time.pass(400);
    expect(first.owned()).toHaveLength(300);
  });

  it('deliver at once in the place of one that is known to have ended', async () => {
    await documents.put('deliverer', '', 'before', { beat: 99, mark: 'mark of before' });
    ended.add('mark of before');
    const again = deliverer('a');
    await time.pass(0);
    expect(again.owned()).toHaveLength(300);
    expect(await documents.list('deliverer', '')).toHaveLength(1);
  });

  it.each([1, 0.5])(
    'take over the part of one that is silent when it has surely let go, with its clock at %f of the speed',
    async (speed) => {
      const [first, second] = [deliverer('a'), deliverer('b', { speed })];
      await time.pass(2000);
      second.hold();
      await time.pass(4500);
      expect(second.owned()).toEqual([]);
      expect(first.owned().length).toBeLessThan(300);
      await time.pass(1500);
      expect(first.owned()).toHaveLength(300);
      expect(await documents.list('deliverer', '')).toHaveLength(1);
    },
  );

  it('never both deliver to one when a process that was held up comes back', async () => {
    const [first, second] = [deliverer('a'), deliverer('b')];
    await time.pass(2000);
    const release = second.hold();
    await time.pass(20_000);
    expect(first.owned()).toHaveLength(300);
    release();
    for (let passed = 0; passed < 3000; passed += 50) {
      await time.pass(50);
      const owned = all(first, second);
      expect(new Set(owned).size).toBe(owned.length);
    }
    expect(second.owned().length).toBeGreaterThan(60);
    expect(all(first, second)).toHaveLength(300);
  });

  it('own nothing while the store is away, and their part soon after it is back', async () => {
    const three = ['a', 'b', 'c'].map((self) => deliverer(self));
    await time.pass(2000);
    documents.isAway = true;
    await time.pass(30_000);
    expect(all(...three)).toEqual([]);
    documents.isAway = false;
    for (let passed = 0; passed < 2000; passed += 50) {
      await time.pass(50);
      const owned = all(...three);
      expect(new Set(owned).size).toBe(owned.length);
    }
    expect(all(...three).sort()).toEqual([...IDS].sort());
  });

  it('move no more than the part of the one that comes', async () => {
    const first = [deliverer('a'), deliverer('b')];
    await time.pass(2000);
    const before = first.map(({ owned }) => owned());
    deliverer('c');
    await time.pass(2000);
    first.forEach(({ owned }, index) => {
      expect(before[index]).toEqual(expect.arrayContaining(owned()));
    });
  });
});
