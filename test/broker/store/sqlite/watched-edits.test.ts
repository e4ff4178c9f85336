import { describe, expect, it } from '@jest/globals';
import type { Steps } from '../../../../broker/domain/steps.ts';
import type { HistoryTables } from '../../../../broker/store/sqlite/history-tables.ts';
import { readUnlessEdited } from '../../../../broker/store/sqlite/read-in-steps.ts';
import { watchedEdits } from '../../../../broker/store/sqlite/watched-edits.ts';

const tables = {
  edits: {
    removeEntity: () => true,
    removeAttribute: () => true,
    replaceInstance: () => true,
    removeInstance: () => true,
  },
  retain: () => ({ rolledUp: 0, dropped: 0, isDone: true }),
} as unknown as HistoryTables;

const place = { tenant: 'city', id: 'urn:x:1', attribute: 'urn:a' };
const session = { read: async <T>(work: () => T): Promise<T> => work() };

/** How often all is read when this comes while the Entity is read. */
async function readsWith(edit: (edited: HistoryTables) => void): Promise<number> {
  const watched = watchedEdits(tables);
  let reads = 0;
  const work = function* read(): Steps<void> {
    reads += 1;
    yield;
    if (reads === 1) edit(watched.tables);
    yield;
  };
  await readUnlessEdited(session, work, watched.watch(place.tenant, place.id));
  return reads;
}

describe('reading in steps', () => {
  it.each<[string, (edited: HistoryTables) => void]>([
    ['removeEntity', ({ edits }) => edits.removeEntity(place.tenant, place.id)],
    ['removeAttribute', ({ edits }) => edits.removeAttribute(place, 'all')],
    ['replaceInstance', ({ edits }) => edits.replaceInstance(place, 'urn:i', (old) => old)],
    ['removeInstance', ({ edits }) => edits.removeInstance(place, 'urn:i')],
    ['retain', ({ retain }) => retain(place.tenant, place.id, () => undefined)],
  ])('begins anew after %s of the same Entity', async (_, edit) => {
    expect(await readsWith(edit)).toBe(2);
  });

  it('goes on where other Entities are edited, of the same id in another tenant too', async () => {
    expect(
      await readsWith(({ edits, retain }) => {
        edits.removeEntity('other', place.id);
        retain(place.tenant, 'urn:x:2', () => undefined);
      }),
    ).toBe(1);
  });
});
