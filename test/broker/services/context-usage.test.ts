import { describe, expect, it } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import type { ContextUses } from '../../../broker/jsonld/context.ts';
import { ContextUsages } from '../../../broker/services/context-usage.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { fakeTime } from '../notifications/fake-time.ts';
import { openStoreAt } from '../notifications/notifying-broker.ts';

const ID = 'urn:ngsi-ld:Context:1';

function setUp() {
  const time = fakeTime();
  const store = openStoreAt(':memory:', time.now);
  const state = { away: false, uses: new Map<string, ContextUses>() };
  const update: typeof store.documents.update = (...given) =>
    state.away
      ? Promise.reject(new NgsiLdError('Unavailable', 'The store is away.'))
      : store.documents.update(...given);
  const usages = new ContextUsages({
    documents: { ...store.documents, update },
    contexts: {
      takeUses: () => {
        const { uses } = state;
        state.uses = new Map();
        return uses;
      },
    },
    timers: time.timers,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  const stored = () => store.documents.get('context-usage', '', ID);
  return { time, state, usages, stored };
}

describe('the usage of @contexts', () => {
  it('is written every ten seconds', async () => {
    const { time, state, usages, stored } = setUp();
    usages.start();
    state.uses.set(ID, { count: 3, last: 5 });
    await time.pass(9_999);
    expect(await stored()).toBeUndefined();
    await time.pass(1);
    expect(await stored()).toEqual({ numberOfHits: 3, lastUsage: 5 });
    state.uses.set(ID, { count: 1, last: 4 });
    await time.pass(10_000);
    expect(await stored()).toEqual({ numberOfHits: 4, lastUsage: 5 });
  });

  it('lags behind nothing for who reads it', async () => {
    const { state, usages } = setUp();
    expect(await usages.read(ID)).toBeUndefined();
    usages.count(ID);
    expect(await usages.read(ID)).toEqual({ numberOfHits: 1 });
    usages.count(ID, 9);
    state.uses.set(ID, { count: 1, last: 2 });
    expect(await usages.readAll()).toEqual(new Map([[ID, { numberOfHits: 3, lastUsage: 9 }]]));
  });

  it('waits for a store that is away, and loses nothing', async () => {
    const { time, state, usages, stored } = setUp();
    usages.start();
    usages.count(ID);
    state.away = true;
    await expect(usages.read(ID)).rejects.toThrow('away');
    await time.pass(10_000);
    usages.count(ID);
    state.away = false;
    await time.pass(10_000);
    expect(await stored()).toEqual({ numberOfHits: 2 });
  });

  it('is gone with the @context', async () => {
    const { usages, stored } = setUp();
    usages.count(ID);
    await usages.remove(ID);
    expect(await stored()).toBeUndefined();
    expect(await usages.read(ID)).toBeUndefined();
  });

  it('is written for the last time at the end, and never again', async () => {
    const { time, usages, stored } = setUp();
    usages.start();
    usages.count(ID);
    await usages.stop();
    expect(await stored()).toEqual({ numberOfHits: 1 });
    expect(time.waiting()).toBe(0);
  });

  it('lets a store that is away keep nobody from stopping', async () => {
    const { state, usages } = setUp();
    usages.count(ID);
    state.away = true;
    await expect(usages.stop()).resolves.toBeUndefined();
  });
});
