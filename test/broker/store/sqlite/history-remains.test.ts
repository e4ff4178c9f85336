import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { type Database, openDatabase } from '../../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { LAMP, LEVEL, property } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

function instance(n: number, entityId: string): HistoryInstance {
  return {
    instanceId: `urn:ngsi-ld:Instance:${n}`,
    entityId,
    attribute: LEVEL,
    kind: 'Property',
    createdAt: 1,
    modifiedAt: n,
    attributeInstance: property(n, n),
  };
}

/** Chunks of each Entity, more than go in one commit; 24 changes become one, and some are left. */
const CHUNKS = 240;
const CHANGES = 24 * CHUNKS + 5;

async function fill(store: Store, of: HistoryEntity): Promise<void> {
  const folds = Array.from({ length: CHANGES }, (_, n) => ({
    tenant: '',
    entity: of,
    instances: [instance(n, of.id)],
  }));
  await store.outbox.fold([], { history: folds, deliveries: [] });
}

describe('what is left of an Entity that was taken out of the history', () => {
  const folder = tempFolder();
  /** A pause that does not end, and the moment in which it begins. */
  const endlessPause = () => {
    let begin = (): void => {};
    const reached = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const pause = (): Promise<void> => {
      begin();
      return new Promise(() => {});
    };
    return { pause, reached };
  };
  const open = (path: string, pause: () => Promise<void>): Store =>
    openSqliteStore({
      path,
      now: () => 1,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      historyOf: toHistory,
      pause,
    });
  const rowsIn = (database: Database, table: string): number =>
    database.prepare<[number]>(`SELECT count(*) FROM ${table}`).get()?.[0] ?? 0;
  const rowsLeft = (path: string): Readonly<Record<string, number>> => {
    const database = openDatabase(`sqlite:${path}`);
    const tables = ['history_entity', 'history_type', 'history_log', 'history_chunk'];
    const rows = Object.fromEntries(tables.map((table) => [table, rowsIn(database, table)]));
    database.close();
    return rows;
  };
  /** Resolves when nothing is to be swept any more: writes queue behind the sweep's. */
  const settled = async (store: Store): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await store.createTenant(`turn${turn}`);
  };

  it('is not seen any more while it goes, which a closed store interrupts and an opened one goes on with', async () => {
    const path = join(folder, 'gone.db');
    const first = endlessPause();
    const store = open(path, first.pause);
    await fill(store, entity);
    await fill(store, { ...entity, id: `${ID}0` });
    expect(await store.of('').temporal.removeEntity(ID)).toBe(true);
    await first.reached;
    const { temporal } = store.of('');
    expect(await temporal.getEntity(ID)).toBeUndefined();
    expect((await temporal.candidates({ limit: 9, types: [LAMP] })).entities).toHaveLength(1);
    await temporal.append(entity, [instance(1, ID)]);
    expect((await temporal.candidates({ limit: 9 })).entities.map(({ id }) => id)).toEqual([`${ID}0`, ID]);
    await store.close();
    const { history_chunk: half = 0 } = rowsLeft(path);
    expect(half).toBeLessThan(2 * CHUNKS);
    expect(half).toBeGreaterThan(CHUNKS);

    const reopened = open(path, () => Promise.resolve());
    await settled(reopened);
    const page = await reopened.of('').temporal.instances(ID, { timeproperty: 'modifiedAt' });
    expect(page.instances.get(LEVEL)).toHaveLength(1);
    await reopened.close();
    expect(rowsLeft(path)).toEqual({
      history_entity: 2,
      history_type: 2,
      history_log: 6,
      history_chunk: CHUNKS,
    });
  });
});
