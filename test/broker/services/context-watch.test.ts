import { describe, expect, it } from '@jest/globals';
import type { ContextCopy } from '../../../broker/jsonld/context.ts';
import { contextRecords } from '../../../broker/services/context-records.ts';
import { ContextWatch } from '../../../broker/services/context-watch.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { fakeTime } from '../notifications/fake-time.ts';
import { openStoreAt } from '../notifications/notifying-broker.ts';

const INTERVAL = 400;
const cached = (url: string, createdAt: number) =>
  ({ kind: 'Cached', url, createdAt, expiresAt: createdAt + 1 }) as const;

/** A watch beside the records that others write, and what it says is gone of these copies. */
function setUp(copies: readonly ContextCopy[]) {
  const time = fakeTime();
  const { documents } = openStoreAt(':memory:', time.now);
  const records = contextRecords(documents);
  const gone: (readonly string[])[] = [];
  const state = { away: false };
  const watch = new ContextWatch({
    documents: {
      revision: (kind) => (state.away ? Promise.reject(new Error('away')) : documents.revision(kind)),
    },
    records,
    contexts: { forget: (isGone) => gone.push(copies.filter(isGone).map(({ localId }) => localId)) },
    published: { forget: (isGone) => gone.push(copies.map(({ localId }) => localId).filter(isGone)) },
    timers: time.timers,
    log: createLogger({ name: 'test', level: 'silent' }),
    interval: INTERVAL,
  });
  return { time, records, gone, state, watch };
}

describe('looking for what other processes did to @contexts', () => {
  it('forgets those that were deleted or renewed, and looks no closer while nothing changes', async () => {
    const copies = ['a', 'b', 'c'].map((localId) => ({ localId, createdAt: 1 }));
    const { time, records, gone, watch } = setUp(copies);
    for (const { localId } of copies) await records.putCached(localId, cached(localId, 1), {});
    watch.start();
    await time.pass(INTERVAL);
    expect(gone).toEqual([[], []]);
    await time.pass(5 * INTERVAL);
    expect(gone).toHaveLength(2);
    await records.remove('a', cached('a', 1), '');
    await records.putCached('b', cached('b', 2), {});
    await time.pass(INTERVAL);
    expect(gone.slice(2)).toEqual([['a', 'b'], ['a']]);
  });

  it('tries again when the store is away', async () => {
    const { time, gone, state, watch } = setUp([{ localId: 'a', createdAt: 1 }]);
    state.away = true;
    watch.start();
    await time.pass(INTERVAL);
    expect(gone).toEqual([]);
    state.away = false;
    await time.pass(INTERVAL);
    expect(gone).toEqual([['a'], ['a']]);
  });

  it('ends when it is told to', async () => {
    const { time, watch } = setUp([]);
    watch.start();
    watch.stop();
    expect(time.waiting()).toBe(0);
  });
});
