import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../../broker/domain/entity.ts';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { BIN, changing, createMany, LAMP, LEVEL, LOCATION } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';
import { idsOf } from './pages.ts';

const type = (name: string): Condition => ({ kind: 'type', type: name });
const scope = (name: string, below: boolean): Condition => ({ kind: 'scope', scope: name, below });
const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: readonly Condition[]): Condition => ({ kind: 'any', of });
const near = (cells: readonly string[], enclosing: readonly string[] = []): Condition => ({
  kind: 'cells',
  attribute: LOCATION,
  cells,
  enclosing,
});

const level = (at: number): Condition => ({
  kind: 'value',
  path: { names: [LEVEL] },
  spans: [{ kind: 'number', at }],
});

const present = (name: string): Condition => ({ kind: 'presence', path: { names: [name] }, is: 'present' });
const absent = (name: string): Condition => ({ kind: 'presence', path: { names: [name] }, is: 'absent' });

/** A location whose cell token is "xy", as the harness has it. */
function at(x: number, y: number): Pick<Entity, 'attributes'> {
  const value = { type: 'Point', coordinates: [x, y] };
  return { attributes: { [LOCATION]: [{ kind: 'GeoProperty', value, createdAt: 1, modifiedAt: 1 }] } };
}

const entities: readonly Partial<Entity>[] = [
  { types: [LAMP], scopes: ['/Geel/Station'], ...at(0, 1) },
  { types: [BIN], scopes: ['/Geel'], ...at(0, 2) },
  { types: [LAMP, BIN], scopes: ['/Geel/Stationsplein', '/Mol'], ...at(1, 1) },
  { types: [LAMP], scopes: [], ...at(3, 3) },
];

const cases: readonly (readonly [string, Condition, readonly number[]])[] = [
  ['anything', { kind: 'anything' }, [0, 1, 2, 3]],
  ['nothing', { kind: 'nothing' }, []],
  ['a type', type(LAMP), [0, 2, 3]],
  ['a type that nobody has', type('urn:none'), []],
  ['one type or another', any(type(LAMP), type(BIN)), [0, 1, 2, 3]],
  ['two types at once', all(type(LAMP), type(BIN)), [2]],
  ['a scope alone, its children not (clause 4.19)', scope('/Geel', false), [1]],
  ['a scope and all beneath', scope('/Geel', true), [0, 1, 2]],
  ['a scope at a level boundary only', scope('/Geel/Station', true), [0]],
  ['a second scope', scope('/Mol', false), [2]],
  ['any scope at all', scope('/', true), [0, 1, 2]],
  ['a type and a scope', all(type(LAMP), scope('/Geel', true)), [0, 2]],
  ['cells by prefix', near(['0']), [0, 1]],
  ['a cell in full', near(['11']), [2]],
  ['a cell that encloses', near(['330'], ['33']), [3]],
  ['cells, each entity once', near(['0', '01', '1'], ['11', '11']), [0, 1, 2]],
  ['no cell', near([]), []],
  ['a type and cells', all(type(BIN), near(['0', '1'])), [1, 2]],
  ['cells or a scope', any(near(['3']), scope('/Mol', true)), [2, 3]],
  ['the beginning of an id', { kind: 'idStart', text: 'urn:ngsi-ld:Lamp:e2' }, [2]],
  ['a type and the beginning of an id', all(type(BIN), { kind: 'idStart', text: 'urn:ngsi-ld:L' }), [1, 2]],
  ['an Attribute that is there', present(LOCATION), [0, 1, 2, 3]],
  ['a type, and an Attribute that is not there', all(type(BIN), absent('urn:none')), [1, 2]],
  ['a value or a type', any(level(7), type(BIN)), [1, 2]],
  ['nested any and all', all(any(type(BIN), type(LAMP)), any(scope('/Mol', false), near(['33']))), [2, 3]],
  ['all of nothing: everything', all(), [0, 1, 2, 3]],
  ['any of nothing: nothing', any(), []],
  ['anything within all', all({ kind: 'anything' }, type(BIN)), [1, 2]],
  ['anything within any', any({ kind: 'anything' }, type(BIN)), [0, 1, 2, 3]],
  ['nothing within all', all({ kind: 'nothing' }, type(BIN)), []],
  ['nothing within any', any({ kind: 'nothing' }, type(BIN)), [1, 2]],
];

/** True when the Condition has a part that no driver judges exactly. */
function isRough(condition: Condition): boolean {
  if (['cells', 'value', 'presence', 'idStart'].includes(condition.kind)) return true;
  return (condition.kind === 'all' || condition.kind === 'any') && condition.of.some(isRough);
}

export function conditionContract(open: OpenStore): void {
  describe('conditions', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('');

    it.each(cases)('find gives the Entities that meet: %s', async (_, condition, expected) => {
      const ids = await createMany(tenant(), 4, (index) => entities[index] ?? {});
      const wanted = expected.map((index) => ids[index]);
      if (tenant().isExact(condition)) {
        expect(await idsOf(tenant(), condition)).toEqual(wanted);
        expect(await tenant().count(condition)).toBe(wanted.length);
      } else {
        expect(await idsOf(tenant(), condition)).toEqual(expect.arrayContaining(wanted));
      }
    });

    it('is exact for types, ids and scopes in any combination, and never for anything else', () => {
      for (const [, condition] of cases) {
        expect(tenant().isExact(condition)).toBe(!isRough(condition));
      }
    });

    it('gives Entities by id in creation order, the unknown left out, the repeated once', async () => {
      const ids = (await createMany(tenant(), 4)) as [string, string, string, string];
      const condition: Condition = { kind: 'ids', ids: [ids[3], 'urn:unknown', ids[0], ids[3]] };
      expect(await idsOf(tenant(), condition)).toEqual([ids[0], ids[3]]);
      expect(await tenant().count(condition)).toBe(2);
      expect(await idsOf(tenant(), { kind: 'ids', ids: [] })).toEqual([]);
      expect(await idsOf(tenant(), all(condition, { kind: 'ids', ids: [ids[0], ids[1]] }))).toEqual([ids[0]]);
    });

    it('gives every Entity with a value in the spans, whatever it gives besides', async () => {
      const ids = await createMany(tenant(), 3);
      expect(await idsOf(tenant(), level(0))).toEqual(ids);
      expect(await idsOf(tenant(), all(type(LAMP), level(0)))).toEqual(ids);
    });

    it('takes thousands of ids and hundreds of cells', async () => {
      const ids = await createMany(tenant(), 20, () => at(1, 1));
      const many = Array.from({ length: 5000 }, (_, index) => `urn:ngsi-ld:Lamp:e${index}`);
      expect(await idsOf(tenant(), { kind: 'ids', ids: many })).toEqual(ids);
      const cells = Array.from({ length: 300 }, (_, index) => (1000 + index).toString(4));
      expect(await idsOf(tenant(), near([...cells, '1'], cells))).toEqual(ids);
    });

    it('follows changes of type, scope and place', async () => {
      const [id] = (await createMany(tenant(), 1, () => entities[0] ?? {})) as [string];
      await tenant().change(id, changing({ types: [BIN], scopes: ['/Mol'], ...at(3, 3) }));
      expect(await idsOf(tenant(), type(LAMP))).toEqual([]);
      expect(await idsOf(tenant(), scope('/Geel', true))).toEqual([]);
      expect(await idsOf(tenant(), all(type(BIN), scope('/Mol', false), near(['33'])))).toEqual([id]);
    });
  });
}
