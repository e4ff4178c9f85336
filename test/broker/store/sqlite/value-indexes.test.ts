import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../../broker/domain/entity.ts';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { storeOn } from '../../../../broker/store/sqlite/open.ts';
import type { Store, TenantStore } from '../../../../broker/store/store.ts';
import { type Database, openDatabase } from '../../../../runtime/sqlite/open.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  BIN,
  changing,
  createMany,
  creating,
  deleting,
  LAMP,
  LEVEL,
  LOCATION,
  property,
  setting,
} from '../contract/entities.ts';
import { idsOf } from '../contract/pages.ts';

const HOUR = 3_600_000_000;
const MANY = 700;
const READY = Number.MAX_SAFE_INTEGER;

const lamps: Condition = { kind: 'type', type: LAMP };
const levelOf = (at: number): Condition => ({
  kind: 'value',
  path: { names: [LEVEL] },
  spans: [{ kind: 'number', at }],
});
const lampsAt = (at: number): Condition => ({ kind: 'all', of: [lamps, levelOf(at)] });
const levelFrom = (from: number): Condition => ({
  kind: 'value',
  path: { names: [LEVEL] },
  spans: [{ kind: 'number', from }],
});
const lampsFrom = (from: number): Condition => ({ kind: 'all', of: [lamps, levelFrom(from)] });
const STATE = 'https://example.org/state';
const idOf = (index: number) => `urn:ngsi-ld:Lamp:e${index}`;

describe('indexes of values', () => {
  let database: Database;
  let store: Store;
  let time: number;
  /** Chunks are built while this is more than 0. */
  let chunks: number;
  let resume: () => void;
  const tenant = (): TenantStore => store.of('');

  const open = (): void => {
    const lasting: Database = Object.create(database, { close: { value: () => {} } });
    store = storeOn(lasting, {
      now: () => time,
      cellsOf: ({ coordinates }) => [coordinates.join('')],
      coreContextVersion: '1.9',
      historyOf: toHistory,
      pause: () => {
        chunks -= 1;
        return chunks > 0
          ? Promise.resolve()
          : new Promise((resolve) => {
              resume = resolve;
            });
      },
    });
  };
  const reopen = async (): Promise<void> => {
    await store.close();
    open();
  };
  const indexes = () =>
    database.prepare<[number, number]>('SELECT no, built_to FROM value_index ORDER BY no').all();
  const points = () => database.prepare<[number]>('SELECT count(*) FROM value_point').get()?.[0];
  /** Of what is left when a row of the index is gone, what is found tells whether the index was used. */
  const hide = (at: number) => database.prepare('DELETE FROM value_point WHERE at = ?').run(at);
  const untilReady = () => eventually(() => expect(indexes().map(([, builtTo]) => builtTo)).toEqual([READY]));
  /** Each has its number as its level. */
  const createLamps = () =>
    createMany(tenant(), MANY, (index) => ({ attributes: { [LEVEL]: [property(index, time)] } }));
  const buildIndex = async (): Promise<void> => {
    await createLamps();
    await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
  };

  beforeEach(() => {
    time = 1_800_000_000_000_000;
    chunks = Number.POSITIVE_INFINITY;
    database = openDatabase('sqlite::memory:');
    open();
  });
  afterEach(async () => {
    await store.close();
    database.close();
  });

  it('are made when queries have gone through as many Entities in vain as there are', async () => {
    await createLamps();
    await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    expect(indexes()).toEqual([]);
    await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
    expect(points()).toBe(MANY);
    expect(await idsOf(tenant(), lampsAt(5))).toEqual([idOf(5)]);
    hide(5);
    expect(await idsOf(tenant(), lampsAt(5))).toEqual([]);
  });

  it('are not made for what is found soon, nor for few Entities', async () => {
    await createLamps();
    for (let round = 0; round < 50; round++) {
      for await (const _ of tenant().find(lampsAt(5), { limit: 20 })) break;
    }
    await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        tenant().change(`urn:bin:${index}`, creating(`urn:bin:${index}`, { types: [BIN] })),
      ),
    );
    for (let round = 0; round < 5; round++) {
      await idsOf(tenant(), { kind: 'all', of: [{ kind: 'type', type: BIN }, levelOf(-1)] });
    }
    expect(indexes()).toEqual([]);
  });

  it('are for the Entities of a type, or for those of all', async () => {
    await buildIndex();
    await tenant().change(
      'urn:bin',
      creating('urn:bin', { types: [BIN], attributes: { [LEVEL]: [property(3, time)] } }),
    );
    expect(points()).toBe(MANY);
    for (let round = 0; round < 2; round++) await idsOf(tenant(), levelOf(-1), { limit: 1 });
    await eventually(() => expect(indexes().map(([, builtTo]) => builtTo)).toEqual([READY, READY]));
    expect(await idsOf(tenant(), levelOf(3))).toEqual([idOf(3), 'urn:bin']);
    const either: Condition = { kind: 'any', of: [lamps, { kind: 'type', type: BIN }] };
    expect(await idsOf(tenant(), { kind: 'all', of: [either, lampsAt(3)] })).toEqual([idOf(3)]);
  });

  it('follow what becomes of Entities', async () => {
    await buildIndex();
    await tenant().change(
      idOf(1),
      setting(() => 1000),
    );
    await tenant().change(idOf(2), changing({ types: [BIN] }));
    await tenant().change(idOf(3), deleting());
    await tenant().change(idOf(4), changing({ expiresAt: time + HOUR }));
    await tenant().change(
      'urn:new',
      creating('urn:new', { attributes: { [LEVEL]: [property(1000, time)] } }),
    );
    expect(await idsOf(tenant(), lampsAt(1000))).toEqual([idOf(1), 'urn:new']);
    for (const gone of [1, 2, 3]) expect(await idsOf(tenant(), lampsAt(gone))).toEqual([]);
    expect(points()).toBe(MANY - 1);
    time += 2 * HOUR;
    await tenant().change('urn:new', deleting());
    expect(points()).toBe(MANY - 3);
    await tenant().change(idOf(2), changing({ types: [LAMP] }));
    expect(await idsOf(tenant(), lampsAt(2))).toEqual([idOf(2)]);
  });

  it('are written by nobody whose change is refused', async () => {
    await buildIndex();
    const refused = tenant().change(idOf(1), () => {
      throw new Error('no');
    });
    await Promise.all([
      expect(refused).rejects.toThrow('no'),
      tenant().change(
        idOf(1),
        setting(() => 1001),
      ),
    ]);
    expect(await idsOf(tenant(), lampsAt(1001))).toEqual([idOf(1)]);
    expect(points()).toBe(MANY);
  });

  it('are not used before they are ready, and go on after a restart', async () => {
    chunks = 2;
    await createLamps();
    for (let round = 0; round < 2; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await eventually(() => expect(points()).toBe(200));
    expect(await idsOf(tenant(), lampsAt(650))).toContain(idOf(650));
    await tenant().change(
      idOf(0),
      setting(() => 1000),
    );
    await tenant().change(
      idOf(650),
      setting(() => 1001),
    );
    await tenant().change(idOf(1), deleting());
    await tenant().change(idOf(651), deleting());
    await reopen();
    expect(await idsOf(tenant(), lampsAt(1001))).toContain(idOf(650));
    chunks = Number.POSITIVE_INFINITY;
    resume();
    await untilReady();
    expect(points()).toBe(MANY - 2);
    expect(await idsOf(tenant(), lampsAt(1000))).toEqual([idOf(0)]);
    expect(await idsOf(tenant(), lampsAt(1001))).toEqual([idOf(650)]);
    for (const gone of [0, 1, 650, 651]) expect(await idsOf(tenant(), lampsAt(gone))).toEqual([]);
  });

  it('are made anew when what is in them has another form', async () => {
    await buildIndex();
    database.prepare('UPDATE value_index SET form = 0').run();
    hide(7);
    await reopen();
    expect(await idsOf(tenant(), lampsAt(7))).toContain(idOf(7));
    await eventually(() => expect(points()).toBe(0));
  });

  it('are made anew also where they were asked for while their forerunner was going', async () => {
    // More rows than go at once.
    const levels = (index: number) => [index, 1000, 1001, 1002];
    await createMany(tenant(), MANY, (index) => ({
      attributes: { [LEVEL]: [property(levels(index), time)] },
    }));
    for (let round = 0; round < 2; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
    database.prepare('UPDATE value_index SET form = 0').run();
    chunks = 1;
    await reopen();
    await eventually(() => expect(points()).toBe(4 * MANY - 2000));
    for (let round = 0; round < 3; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    chunks = Number.POSITIVE_INFINITY;
    resume();
    await eventually(() => expect(indexes()).toEqual([]));
    for (let round = 0; round < 3; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
    expect(points()).toBe(4 * MANY);
  });

  it('that go while somebody reads through them hide nothing from the reader', async () => {
    await createMany(tenant(), MANY, (index) => ({ attributes: { [LEVEL]: [property(index % 2, time)] } }));
    for (let round = 0; round < 2; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
    const reader = tenant().find(lampsAt(1), { limit: 1 })[Symbol.asyncIterator]();
    const found = new Set<string>();
    const read = async (): Promise<boolean> => {
      const { value, done } = await reader.next();
      for (const { id } of (value ?? []) as readonly Entity[]) found.add(id);
      return done !== true;
    };
    await read();
    for (let hour = 0; hour < 30; hour++) {
      time += HOUR;
      await tenant().change(
        idOf(0),
        setting((level) => level + 2),
      );
    }
    await eventually(() => expect(indexes()).toEqual([]));
    while (await read()) {
      // Page by page to the end.
    }
    const odd = Array.from({ length: MANY / 2 }, (_, index) => idOf(2 * index + 1));
    expect(odd.filter((id) => !found.has(id))).toEqual([]);
  });

  it('go when they have not been used for a day', async () => {
    await buildIndex();
    for (let hour = 0; hour < 30; hour++) {
      time += HOUR;
      await idsOf(tenant(), lampsAt(5));
      await tenant().change(
        idOf(0),
        setting((level) => level + 1),
      );
    }
    expect(indexes()).toHaveLength(1);
    for (let hour = 0; hour < 30; hour++) {
      time += HOUR;
      await tenant().change(
        idOf(0),
        setting((level) => level + 1),
      );
    }
    await eventually(() => expect(indexes()).toEqual([]));
    expect(points()).toBe(0);
  });

  it('give each Entity once and in creation order, over many pages', async () => {
    await createMany(tenant(), MANY, (index) => ({
      attributes: { [LEVEL]: [property([index % 2, 1, 2], time), property(2, time, { datasetId: 'urn:d' })] },
    }));
    for (let round = 0; round < 2; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
    const both: Condition = {
      kind: 'value',
      path: { names: [LEVEL] },
      spans: [
        { kind: 'number', at: 0 },
        { kind: 'number', from: 2, to: 2 },
      ],
    };
    const all = Array.from({ length: MANY }, (_, index) => idOf(index));
    expect(await idsOf(tenant(), { kind: 'all', of: [lamps, both] }, { limit: 3 })).toEqual(all);
    expect(await idsOf(tenant(), lampsAt(0), { limit: 3 })).toEqual(
      all.filter((_, index) => index % 2 === 0),
    );
  });

  it('have one row of an Entity with a long array, and find it whatever is looked up', async () => {
    await buildIndex();
    const long = Array.from({ length: 5000 }, (_, at) => at + 10_000);
    await tenant().change(
      idOf(9),
      setting(() => long),
    );
    expect(points()).toBe(MANY);
    expect(await idsOf(tenant(), lampsAt(14_999))).toEqual([idOf(9)]);
    expect(await idsOf(tenant(), lampsAt(20))).toEqual([idOf(9), idOf(20)]);
    await tenant().change(
      idOf(9),
      setting(() => [1, 2]),
    );
    expect(points()).toBe(MANY + 1);
    expect(await idsOf(tenant(), lampsAt(20))).toEqual([idOf(20)]);
  });

  it('leave out what they tell before an Entity is read, however many are in a range', async () => {
    const total = 3000;
    // Rows of an Entity stand on both sides of a lot's end.
    await createMany(tenant(), total, (index) => ({
      attributes: { [LEVEL]: [property([-2, -1, index], time)], [STATE]: [property(index % 500, time)] },
    }));
    const stateOf = (at: number): Condition => ({
      kind: 'value',
      path: { names: [STATE] },
      spans: [{ kind: 'number', at }],
    });
    for (let round = 0; round < 2; round++) {
      await idsOf(tenant(), lampsAt(-7), { limit: 1 });
      await idsOf(tenant(), { kind: 'all', of: [lamps, stateOf(-7)] }, { limit: 1 });
    }
    await eventually(() => expect(indexes().map(([, builtTo]) => builtTo)).toEqual([READY, READY]));
    const all = Array.from({ length: total }, (_, index) => idOf(index));
    expect(await idsOf(tenant(), lampsFrom(2), { limit: 20 })).toEqual(all.slice(2));
    expect(await idsOf(tenant(), lampsFrom(2900), { limit: 20 })).toEqual(all.slice(2900));
    expect(await idsOf(tenant(), lampsFrom(1000), { limit: 20 })).toEqual(all.slice(1000));
    const both: Condition = { kind: 'all', of: [lamps, levelFrom(1000), stateOf(3)] };
    expect(await idsOf(tenant(), both, { limit: 20 })).toEqual([1003, 1503, 2003, 2503].map(idOf));
    const either: Condition = {
      kind: 'all',
      of: [lamps, { kind: 'any', of: [levelFrom(2998), stateOf(3)] }],
    };
    expect(await idsOf(tenant(), either, { limit: 20 })).toEqual(
      [3, 503, 1003, 1503, 2003, 2503, 2998, 2999].map(idOf),
    );
  });

  it('tell what is there and what is not', async () => {
    await createMany(tenant(), MANY, (index) => ({
      attributes:
        index % 100 === 0
          ? { [STATE]: [property(1, time, index === 200 ? { expiresAt: time + HOUR } : {})] }
          : {},
    }));
    const that = (is: 'present' | 'absent'): Condition => ({
      kind: 'all',
      of: [lamps, { kind: 'presence', path: { names: [STATE] }, is }],
    });
    for (let round = 0; round < 2; round++) await idsOf(tenant(), that('present'), { limit: 1 });
    await untilReady();
    const hundreds = [0, 100, 200, 300, 400, 500, 600].map(idOf);
    expect(await idsOf(tenant(), that('present'))).toEqual(hundreds);
    await tenant().change(idOf(100), changing({ attributes: {} }));
    await tenant().change(idOf(101), changing({ attributes: { [STATE]: [property(1, time)] } }));
    expect((await idsOf(tenant(), that('present'))).slice(0, 3)).toEqual([0, 101, 200].map(idOf));
    const absent = await idsOf(tenant(), that('absent'));
    expect([100, 101, 200, 300].map((index) => absent.includes(idOf(index)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('tell where Entities of a type are', async () => {
    await createMany(tenant(), 2 * MANY, (index) => ({
      types: [index % 2 ? LAMP : BIN],
      attributes: {
        [LOCATION]: [
          { ...property({ type: 'Point', coordinates: [index % 4, 1] }, time), kind: 'GeoProperty' },
        ],
      },
    }));
    const lampsIn = (...cells: readonly string[]): Condition => ({
      kind: 'all',
      of: [lamps, { kind: 'cells', attribute: LOCATION, cells, enclosing: ['33'] }],
    });
    for (let round = 0; round < 3; round++) await idsOf(tenant(), lampsIn('0', '1', '3'), { limit: 1 });
    await untilReady();
    expect(points()).toBe(MANY);
    const inThird = Array.from({ length: MANY / 2 }, (_, at) => idOf(4 * at + 3));
    expect(await idsOf(tenant(), lampsIn('2', '3'))).toEqual(inThird);
    await tenant().change(idOf(3), deleting());
    expect(await idsOf(tenant(), lampsIn('30', '31'))).toEqual(inThird.slice(1));
    expect(await idsOf(tenant(), lampsIn('30'))).toEqual([]);
  });

  it('find what lies in more places than are looked at in one go, and what comes behind it', async () => {
    const placed = (places: readonly string[]): Partial<Entity> => ({
      attributes: {
        [LOCATION]: places.map((place, at) => ({
          ...property({ type: 'Point', coordinates: [place] }, time),
          kind: 'GeoProperty',
          datasetId: `urn:d:${at}`,
        })),
      },
    });
    await createMany(tenant(), MANY, (index) => placed([index > 6 && index % 2 ? '0' : '1']));
    const lampsIn = (cell: string): Condition => ({
      kind: 'all',
      of: [lamps, { kind: 'cells', attribute: LOCATION, cells: [cell], enclosing: [] }],
    });
    for (let round = 0; round < 3; round++) await idsOf(tenant(), lampsIn('0'), { limit: 1 });
    await untilReady();
    const everywhere = Array.from({ length: 9000 }, (_, at) => `2${at.toString(4).padStart(8, '0')}`);
    await tenant().change(idOf(5), changing(placed(everywhere)));
    await tenant().change(idOf(MANY - 2), changing(placed(['22'])));
    expect(await idsOf(tenant(), lampsIn('2'))).toEqual([idOf(5), idOf(MANY - 2)]);
  });

  it('are of one type for each of a few, and of all types for many', async () => {
    await createMany(tenant(), MANY, (index) => ({ types: [index % 2 ? LAMP : BIN] }));
    const anyOf = (types: readonly string[]): Condition => ({
      kind: 'all',
      of: [{ kind: 'any', of: types.map((type) => ({ kind: 'type', type })) }, levelOf(-1)],
    });
    const others = Array.from({ length: 10 }, (_, at) => `urn:type:${at}`);
    for (let round = 0; round < 2; round++) await idsOf(tenant(), anyOf([LAMP, BIN]), { limit: 1 });
    await eventually(() => expect(indexes().map(([, builtTo]) => builtTo)).toEqual([READY, READY]));
    for (let round = 0; round < 2; round++)
      await idsOf(tenant(), anyOf([LAMP, BIN, ...others]), { limit: 1 });
    await eventually(() => expect(indexes().map(([, builtTo]) => builtTo)).toEqual([READY, READY, READY]));
    expect(await idsOf(tenant(), anyOf([LAMP, BIN]))).toEqual([]);
    expect(await idsOf(tenant(), anyOf([LAMP, BIN, ...others]))).toEqual([]);
  });

  it('are sixteen of one type at most', async () => {
    await createLamps();
    for (let at = 0; at < 20; at++) {
      const path = { names: [`urn:attribute:${at}`] };
      const condition: Condition = { kind: 'all', of: [lamps, { kind: 'value', path, spans: [] }] };
      for (let round = 0; round < 2; round++) await idsOf(tenant(), condition, { limit: 1 });
    }
    await eventually(() => expect(indexes().filter(([, builtTo]) => builtTo === READY)).toHaveLength(16));
    expect(indexes()).toHaveLength(16);
  });

  it('leave out nothing where a page of large Entities ends early', async () => {
    const large = (index: number): Partial<Entity> => ({
      attributes: {
        [LEVEL]: [property(index % 100, time)],
        'urn:text': [property('x'.repeat(index % 100 ? 1 : 1_500_000), time)],
      },
    });
    await createMany(tenant(), MANY, large);
    for (let round = 0; round < 2; round++) await idsOf(tenant(), lampsAt(-1), { limit: 1 });
    await untilReady();
    const expected = [0, 100, 200, 300, 400, 500, 600].map(idOf);
    expect(await idsOf(tenant(), lampsAt(0), { limit: 50 })).toEqual(expected);
  });
});
