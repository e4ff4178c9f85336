import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import type { ChangeRecord, HistoryOf } from '../../../../broker/store/outbox.ts';
import type { RollUp, RollUpQuery } from '../../../../broker/store/roll-ups.ts';
import { openSqliteStore, type SqliteStoreOptions } from '../../../../broker/store/sqlite/open.ts';
import type { Store, TenantStore } from '../../../../broker/store/store.ts';
import type {
  HistoryEntity,
  HistoryInstance,
  HistoryQuery,
  TemporalStore,
} from '../../../../broker/store/temporal-store.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { changing, creating, deleting, LAMP, LEVEL, property, setting } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';

const folder = tempFolder();
const entities = 5;
/** Microseconds between two acts. */
const STEP = 1000;
/** A level that stands for so large a value that it does not wait in the tail. */
const LARGE = 9;

type Act =
  | { readonly kind: 'set'; readonly levels: readonly (readonly [of: number, level: number])[] }
  | {
      readonly kind: 'create' | 'delete' | 'type' | 'scope' | 'provide' | 'removeEntity';
      readonly of: number;
    }
  | { readonly kind: 'removeInstance' | 'replaceInstance'; readonly of: number; readonly at: number }
  | { readonly kind: 'retain'; readonly of: number; readonly since: number }
  | { readonly kind: 'removeAttribute' | 'fail'; readonly of: number }
  | { readonly kind: 'reopen' };

const of = fc.nat({ max: entities - 1 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('set'),
      levels: fc.array(fc.tuple(of, fc.nat({ max: LARGE })), { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('create', 'delete', 'type', 'scope', 'provide'), of }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('removeInstance', 'replaceInstance'), of, at: fc.nat() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('retain'), of, since: fc.nat({ max: 60 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('removeEntity', 'removeAttribute', 'fail'), of }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen') }) },
);

/** A store, opened again on the same file where an act says so. */
class Side {
  store: Store;
  readonly #open: () => Store;

  constructor(options: Pick<SqliteStoreOptions, 'now' | 'historyOf' | 'tailSize'>) {
    const path = join(folder, `${Math.random()}.db`);
    this.#open = () => openSqliteStore({ path, cellsOf: () => [], coreContextVersion: '1.9', ...options });
    this.store = this.#open();
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = this.#open();
  }

  get temporal(): TemporalStore {
    return this.store.of('').temporal;
  }

  /** The relay's way. */
  async fold(records: readonly ChangeRecord[]): Promise<void> {
    const { history } = foldRecords(records);
    if (history.length > 0) await this.store.outbox.fold([], { history, deliveries: [] });
  }
}

function idOf(of: number): string {
  return `urn:ngsi-ld:Lamp:${of}`;
}

function entityOf(of: number): HistoryEntity {
  return { id: idOf(of), types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
}

function provided(of: number): HistoryInstance {
  return {
    instanceId: 'urn:ngsi-ld:Instance:provided',
    entityId: idOf(of),
    attribute: LEVEL,
    kind: 'Property',
    createdAt: 1,
    modifiedAt: 1,
    observedAt: 5,
    attributeInstance: property(7, 1, { observedAt: 5 }),
  };
}

type Edit = Exclude<Act, { kind: 'set' | 'create' | 'delete' | 'type' | 'scope' }>;

/** Does what changes Entities, which may fail; gives back what is left to do. */
async function change(act: Act, tenant: TenantStore): Promise<Edit | undefined> {
  const settled = async (...changes: readonly Promise<unknown>[]) => {
    await Promise.allSettled(changes);
    return undefined;
  };
  switch (act.kind) {
    case 'set':
      return settled(
        ...act.levels.map(([at, level]) =>
          tenant.change(
            idOf(at),
            setting(() => (level === LARGE ? 'x'.repeat(20_000) : level)),
          ),
        ),
      );
    case 'create':
      return settled(tenant.change(idOf(act.of), creating(idOf(act.of), { scopes: ['/A'] })));
    case 'delete':
      return settled(tenant.change(idOf(act.of), deleting()));
    case 'type':
      return settled(tenant.change(idOf(act.of), changing({ types: [LAMP, 'urn:Sign'] })));
    case 'scope':
      return settled(tenant.change(idOf(act.of), changing({ scopes: ['/B'] })));
    default:
      return act;
  }
}

/** What an act answers; of two stores that were told the same it has to be the same. */
async function edit(act: Edit, side: Side): Promise<unknown> {
  if (act.kind === 'reopen') return side.reopen();
  const { temporal } = side;
  const id = idOf(act.of);
  const instanceId = async (at: number): Promise<string> => {
    const all = (await temporal.instances(id, { timeproperty: 'createdAt' })).instances.get(LEVEL) ?? [];
    return all[at % Math.max(all.length, 1)]?.instanceId ?? 'urn:none';
  };
  switch (act.kind) {
    case 'provide':
      return temporal.append(entityOf(act.of), [provided(act.of)]);
    case 'removeEntity':
      return temporal.removeEntity(id);
    case 'removeAttribute':
      return temporal.removeAttribute(id, LEVEL, 'all');
    case 'removeInstance':
      return temporal.removeInstance(id, LEVEL, await instanceId(act.at));
    case 'replaceInstance':
      return temporal.replaceInstance(id, LEVEL, await instanceId(act.at), (old) => ({
        ...old,
        modifiedAt: 3,
      }));
    case 'retain':
      return retain(temporal, id, { raw: START + act.since * STEP, hourly: 0 });
    case 'fail':
      // What it does before it fails is undone.
      return temporal
        .replaceInstance(id, LEVEL, await instanceId(0), () => {
          throw new Error('no');
        })
        .catch(() => 'failed');
  }
}

/** Rolls up what is older; tells how much that was. */
async function retain({ rollUps }: TemporalStore, id: string, cutoffs: Cutoffs): Promise<number> {
  for (let sum = 0; ; ) {
    const { rolledUp, isDone } = await rollUps.retain(id, (name) => (name === LEVEL ? cutoffs : undefined));
    sum += rolledUp;
    if (isDone) return sum;
  }
}

/** All of it, and the last by a time that tells instances apart. */
const queries: readonly HistoryQuery[] = [
  { timeproperty: 'createdAt' },
  { timeproperty: 'observedAt' },
  { timeproperty: 'modifiedAt', lastN: 3 },
];

const everyRollUp: RollUpQuery = { attribute: LEVEL, order: 'oldest first', limit: 1000 };

/** Sums may differ by what adding up in another order does. */
function inShort(rollUp: RollUp): string {
  return JSON.stringify(rollUp, (_, value) => (typeof value === 'number' ? Math.round(value * 1e6) : value));
}

/** Everything that the history says. */
async function everything({ temporal }: Side): Promise<unknown> {
  const said: unknown[] = [];
  for (let of = 0; of < entities; of += 1) {
    for (const query of queries) {
      const { instances } = await temporal.instances(idOf(of), query);
      said.push([...instances].sort(([one], [other]) => (one < other ? -1 : 1)));
    }
    said.push(await temporal.getEntity(idOf(of)));
    const { rollUps } = await temporal.rollUps.read(idOf(of), everyRollUp);
    // Those of one hour are in no order.
    said.push(rollUps.map(inShort).sort());
  }
  const { entities: candidates } = await temporal.candidates({ limit: 100 });
  said.push(candidates.toSorted((one, other) => (one.id < other.id ? -1 : 1)));
  return said;
}

describe('a history that changes write themselves', () => {
  it('is the one that the relay makes of change records', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(acts, { maxLength: 60, size: 'max' }),
        fc.constantFrom(1, 7, 30),
        async (all, rows) => {
          let time = START;
          const now = () => time;
          const tailSize = { all: rows, ofEntity: 8, ofOthers: 6, atLeast: 1, atOnce: 4 };
          const records: ChangeRecord[] = [];
          const historyOf: HistoryOf = (record) => {
            records.push(record);
            return toHistory(record);
          };
          const direct = new Side({ now, historyOf, tailSize });
          const relayed = new Side({ now, historyOf });
          for (const act of all) {
            time += STEP;
            const left = await change(act, direct.store.of(''));
            await relayed.fold(records.splice(0));
            if (left !== undefined) expect(await edit(left, direct)).toEqual(await edit(left, relayed));
            expect(await everything(direct)).toEqual(await everything(relayed));
          }
          await Promise.all([direct.store.close(), relayed.store.close()]);
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 60_000 },
    );
  });
});
