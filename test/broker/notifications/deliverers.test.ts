import { beforeEach, describe, expect, it } from '@jest/globals';
import { Deliverers } from '../../../broker/notifications/deliverers.ts';
import { type FakeTime, fakeTime } from './fake-time.ts';
import { keepingLog } from './fixtures.ts';
import { type MemoryDocuments, memoryDocuments } from './memory-store.ts';

const IDS = Array.from({ length: 300 }, (_, n) => `urn:s:${n}`);

describe('processes that share a store', () => {
  let time: FakeTime;
  let documents: MemoryDocuments;
  beforeEach(() => {
    time = fakeTime();
    documents = memoryDocuments();
  });

  function deliverer(self: string) {
    const state = { isHanging: false };
    const one = new Deliverers({
      documents: {
        list: documents.list,
        remove: documents.remove,
        // As over a connection that is lost: no answer.
        put: (...args) => (state.isHanging ? new Promise(() => undefined) : documents.put(...args)),
      },
      timers: time.timers,
      log: keepingLog(),
      self,
      interval: 400,
      now: time.now,
      onLook: () => undefined,
    });
    void one.start();
    return {
      stop: () => one.stop(),
      hang: () => {
        state.isHanging = true;
      },
      owned: () => IDS.filter((id) => one.owns('', id)),
    };
  }

  it('own every Subscription together, each about its part, none twice', async () => {
    const three = ['a', 'b', 'c'].map(deliverer);
    await time.pass(2000);
    const parts = three.map(({ owned }) => owned());
    expect(parts.flat().sort()).toEqual([...IDS].sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(60);
  });

  it('own nothing before the others can have seen them', async () => {
    const first = deliverer('a');
    await time.pass(2000);
    expect(first.owned()).toHaveLength(300);
    const second = deliverer('b');
    await time.pass(700);
    expect(second.owned()).toEqual([]);
    expect(first.owned().length).toBeLessThan(300);
    await time.pass(1000);
    expect([...first.owned(), ...second.owned()].sort()).toEqual([...IDS].sort());
  });

  it('take over the part of one that stops, at once', async () => {
    const [first, second] = [deliverer('a'), deliverer('b')];
    await time.pass(2000);
    await second.stop();
    await time.pass(400);
    expect(first.owned()).toHaveLength(300);
    expect(second.owned()).toEqual([]);
  });

  it('take over the part of one that is gone after a while, when it has surely let go', async () => {
    const [first, second] = [deliverer('a'), deliverer('b')];
    await time.pass(2000);
    second.hang();
    await time.pass(3000);
    expect(second.owned()).toEqual([]);
    expect(first.owned().length).toBeLessThan(300);
    await time.pass(4000);
    expect(first.owned()).toHaveLength(300);
    expect(await documents.list('deliverer', '')).toHaveLength(1);
  });

  it('own nothing while the store is away, and their part when it is back', async () => {
    const one = deliverer('a');
    await time.pass(2000);
    documents.isAway = true;
    await time.pass(3000);
    expect(one.owned()).toEqual([]);
    documents.isAway = false;
    await time.pass(400);
    expect(one.owned()).toHaveLength(300);
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
