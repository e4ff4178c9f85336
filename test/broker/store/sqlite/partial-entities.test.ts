import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Attribute, Entity } from '../../../../broker/domain/entity.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { storeOn } from '../../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { createMany, entityAt, LAMP, LEVEL, property } from '../contract/entities.ts';

const NOW = 1_800_000_000_000_000;
const OTHER = 'https://example.org/ander\u00e9';
const ODD = 'https://example.org/"odd\\';

describe('Entities of which some Attributes are wanted', () => {
  let store: Store;
  const open = (cacheSize: number): void => {
    store = storeOn(openDatabase('sqlite::memory:'), {
      now: () => NOW,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      historyOf: toHistory,
      cacheSize,
    });
  };
  beforeEach(() => open(1));
  afterEach(() => store.close());

  const found = async (attributes: readonly string[]): Promise<readonly Entity[]> => {
    const all: Entity[] = [];
    for await (const entities of store.of('').find({ kind: 'type', type: LAMP }, { attributes }))
      all.push(...entities);
    return all;
  };
  const text: Attribute = property('a'.repeat(500), NOW, { datasetId: 'urn:d:1', observedAt: NOW - 1 });
  const members: readonly Partial<Entity>[] = [
    {
      scopes: ['/a', '/b/c'],
      attributes: { [LEVEL]: [property({ deep: [1.5e300, null] }, NOW)], [OTHER]: [text] },
    },
    {
      types: ['urn:type:x', LAMP],
      expiresAt: NOW + 1,
      attributes: { [OTHER]: [text, property('é\u0000"', NOW)] },
    },
    { expiresAt: NOW - 1 },
    { attributes: { [ODD]: [property(1, NOW)], [LEVEL]: [property(2, NOW)] } },
    { attributes: {} },
  ];
  const stored = members
    .map((member, index) => entityAt(`urn:ngsi-ld:Lamp:e${index}`, NOW, member))
    .filter(({ expiresAt = NOW + 1 }) => expiresAt > NOW);
  const only = (entity: Entity, names: readonly string[]): Entity => ({
    ...entity,
    attributes: Object.fromEntries(
      Object.entries(entity.attributes).filter(([name]) => names.includes(name)),
    ),
  });

  it.each([[[LEVEL]], [[OTHER, LEVEL, 'urn:never']], [[]]])(
    'have these, and what every Entity has: %j',
    async (names) => {
      await createMany(store.of(''), members.length, (index) => members[index] ?? {});
      expect(await found(names)).toEqual(stored.map((entity) => only(entity, names)));
    },
  );

  it('come whole where a name cannot be asked for, or many are', async () => {
    await createMany(store.of(''), members.length, (index) => members[index] ?? {});
    expect(await found([ODD])).toEqual(stored);
    expect(await found(Array.from({ length: 20 }, (_, at) => `urn:a:${at}`))).toEqual(stored);
  });

  it('come whole where they are in memory', async () => {
    await store.close();
    open(1_000_000);
    await createMany(store.of(''), members.length, (index) => members[index] ?? {});
    expect(await found([LEVEL])).toEqual(stored);
  });
});
