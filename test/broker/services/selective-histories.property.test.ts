import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Attribute } from '../../../broker/domain/entity.ts';
import type { EntityQuery } from '../../../broker/domain/query/query.ts';
import { toHistory } from '../../../broker/notifications/history-rows.ts';
import { matchingHistories } from '../../../broker/services/matching-histories.ts';
import type { TemporalView } from '../../../broker/services/temporal-view.ts';
import { openSqliteStore } from '../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../broker/store/store.ts';
import type { HistoryEntity, HistoryInstance, TemporalStore } from '../../../broker/store/temporal-store.ts';
import { changeAttribute } from './change-attribute.ts';
import {
  type Act,
  acts,
  type Given,
  intervals,
  names,
  type Palettes,
  palettes,
  queries,
} from './selective-arbitraries.ts';

const idOf = (no: number): string => `urn:ngsi-ld:Lamp:${no}`;
const entityOf = (no: number): HistoryEntity => ({
  id: idOf(no),
  types: ['urn:T'],
  scopes: [],
  createdAt: 1,
  modifiedAt: 1,
});

type Said = Pick<Attribute, 'kind' | 'value'>;

function instanceOf(
  { name, pick, observedAt, datasetId, of }: Given,
  palette: readonly (readonly Said[])[],
  no: number,
  at: number,
): HistoryInstance {
  const sayings = palette[name] ?? [];
  const said = sayings[pick % sayings.length] as Said;
  const times = { createdAt: at, modifiedAt: at, ...(observedAt !== undefined && { observedAt }) };
  const whose = datasetId === undefined ? {} : { datasetId };
  const part: Attribute = { kind: 'Property', value: of ?? 0, createdAt: at, modifiedAt: at };
  const subAttributes = of === undefined ? {} : { subAttributes: { [names[1] as string]: [part] } };
  return {
    instanceId: `urn:ngsi-ld:Instance:${at}`,
    entityId: idOf(no),
    attribute: names[name] as string,
    kind: said.kind,
    ...times,
    ...whose,
    attributeInstance: { ...said, ...times, ...whose, ...subAttributes },
  };
}

async function perform(act: Act, palette: Palettes[number], store: Store, at: number) {
  const { temporal } = store.of('');
  const instances = act.given.map((each, n) => instanceOf(each, palette, act.no, 10 * at + n));
  const [first] = instances;
  const id = idOf(act.no);
  switch (act.kind) {
    case 'provide':
      return temporal.append(entityOf(act.no), instances);
    case 'change':
      for (const { attribute, attributeInstance } of instances)
        await store.of('').change(id, changeAttribute(entityOf(act.no), attribute, attributeInstance));
      return undefined;
    case 'removeAttribute':
      return temporal.removeAttribute(
        id,
        first?.attribute ?? '',
        act.at % 2 === 0 ? {} : { datasetId: 'urn:d' },
      );
    default:
      return edit(act.kind, temporal, first as HistoryInstance, act.at);
  }
}

/** Takes away one of the instances of the Attribute, or says something else in its place. */
async function edit(
  kind: 'replace' | 'remove',
  temporal: TemporalStore,
  { entityId, attribute, kind: kindOfValue, attributeInstance }: HistoryInstance,
  at: number,
): Promise<unknown> {
  const page = await temporal.instances(entityId, { timeproperty: 'createdAt', attributes: [attribute] });
  const all = page.instances.get(attribute) ?? [];
  const { instanceId } = all[at % Math.max(all.length, 1)] ?? {};
  if (instanceId === undefined) return undefined;
  if (kind === 'remove') return temporal.removeInstance(entityId, attribute, instanceId);
  return temporal.replaceInstance(entityId, attribute, instanceId, (old) => ({
    ...old,
    kind: kindOfValue,
    attributeInstance: { ...old.attributeInstance, kind: kindOfValue, value: attributeInstance.value },
  }));
}

/** The store that looks at everything. */
function unsparing(temporal: TemporalStore): TemporalStore {
  return {
    ...temporal,
    candidates: ({ having: _, ...query }) => temporal.candidates(query),
    instances: (id, { within: _, ...query }) => temporal.instances(id, query),
  };
}

async function selected(temporal: TemporalStore, query: EntityQuery, view: TemporalView): Promise<string[]> {
  const ids: string[] = [];
  for await (const { entity } of matchingHistories(temporal, query, view)) ids.push(entity.id);
  return ids;
}

describe('a temporal query that the store narrows', () => {
  it('selects what it would if every instance were looked at', async () => {
    await fc.assert(
      fc.asyncProperty(
        palettes,
        fc.array(acts, { minLength: 1, maxLength: 150, size: 'max' }),
        fc.array(fc.tuple(queries, intervals), { minLength: 12, maxLength: 12 }),
        fc.constantFrom(5, 1000),
        async (said, all, asked, rows) => {
          let time = 0;
          const store = openSqliteStore({
            path: ':memory:',
            now: () => time,
            cellsOf: () => [],
            coreContextVersion: '1.9',
            historyOf: toHistory,
            tailSize: { all: rows, ofEntity: 20, ofOthers: 4, atLeast: 1, atOnce: 4 },
          });
          const { temporal } = store.of('');
          for (const act of all) {
            time += 1;
            await perform(act, said[act.no] as Palettes[number], store, time);
          }
          for (const [query, interval] of asked) {
            if (query === undefined) continue;
            const view = { query: interval } as TemporalView;
            expect(await selected(temporal, query, view)).toEqual(
              await selected(unsparing(temporal), query, view),
            );
          }
          await store.close();
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 60_000 },
    );
  });
});
