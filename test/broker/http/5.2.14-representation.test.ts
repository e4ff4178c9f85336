import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { isObject } from '../../../broker/domain/json-object.ts';
import { notifyingBroker } from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';
import { LAMP, toldSubscriptions } from './told-subscriptions.ts';

const point = (x: number): JsonObject => ({ type: 'Point', coordinates: [x, 50] });
/** An Attribute of each kind, of several datasets, and with members of its own; `n` tells its states apart. */
const lamp = (n: number): JsonObject => ({
  id: LAMP,
  type: ['Lamp', 'Device'],
  scope: ['/A', '/B'],
  plain: n,
  nested: { value: { deep: { n } } },
  measured: {
    type: 'Property',
    value: n,
    unitCode: 'LUX',
    observedAt: `2026-01-01T00:00:0${n}Z`,
    by: { object: 'urn:ngsi-ld:Sensor:1' },
  },
  located: { type: 'GeoProperty', value: point(n) },
  location: point(n),
  named: { languageMap: { en: `lamp ${n}`, nl: `licht ${n}` } },
  state: { vocab: n === 1 ? 'on' : 'off' },
  raw: { json: { any: [n, null] } },
  listed: { valueList: [n, 2] },
  on: { object: `urn:ngsi-ld:Pole:${n}`, objectType: 'Pole' },
  near: { objectList: [`urn:ngsi-ld:Lamp:${n}`, 'urn:ngsi-ld:Lamp:9'] },
  many: [{ value: n }, { value: n, datasetId: 'urn:ngsi-ld:Dataset:1' }],
});

const some = ['plain', 'measured', 'named', 'state', 'on', 'near', 'many'];
const projections: readonly (readonly [params: JsonObject, query: string])[] = [
  [{}, ''],
  [{ attributes: some }, `attrs=${some}`],
  [{ pick: ['id', 'scope', ...some] }, `pick=id,scope,${some}`],
  [{ pick: ['type', 'createdAt', 'raw', 'listed', 'location'] }, 'pick=type,createdAt,raw,listed,location'],
  [{ omit: ['scope', 'modifiedAt', ...some] }, `omit=scope,modifiedAt,${some}`],
];
const selections: readonly (readonly [members: JsonObject, query: string])[] = [
  [{}, ''],
  [{ lang: 'nl' }, 'lang=nl'],
  [{ datasetId: ['urn:ngsi-ld:Dataset:1'] }, 'datasetId=urn:ngsi-ld:Dataset:1'],
  [{ lang: 'fr,en;q=0.5', datasetId: ['@none'] }, 'lang=fr,en;q=0.5&datasetId=@none'],
];

interface Case {
  readonly name: string;
  readonly members: JsonObject;
  readonly params: JsonObject;
  readonly query: string;
  readonly accept?: 'application/geo+json';
}

const cases: readonly Case[] = projections.flatMap(([projection, fields]) =>
  selections.flatMap(([members, selection]) =>
    ['normalized', 'concise', 'simplified'].flatMap((format) =>
      [false, true].flatMap((sysAttrs) =>
        (format === 'simplified' ? [false] : [false, true]).map((showChanges) => {
          const params = { ...projection, format, sysAttrs, showChanges };
          const query = [fields, selection, `format=${format}`, sysAttrs ? 'options=sysAttrs' : '']
            .filter((part) => part !== '')
            .join('&');
          return { name: JSON.stringify({ ...params, ...members }), members, params, query };
        }),
      ),
    ),
  ),
);

/** Without what showChanges adds; concise values that stand bare without it do so on both sides. */
function withoutPrevious(entity: Json): Json {
  return Object.fromEntries(
    Object.entries(entity as JsonObject).map(([name, attribute]) => {
      const instances = (Array.isArray(attribute) ? attribute : [attribute]).map(withoutPreviousValue);
      return [name, Array.isArray(attribute) ? instances : (instances[0] as Json)];
    }),
  );
}

function withoutPreviousValue(instance: Json): Json {
  if (!isObject(instance)) return instance;
  const { value, ...rest } = Object.fromEntries(
    Object.entries(instance).filter(([name]) => !name.startsWith('previous')),
  );
  if (value === undefined) return rest;
  return Object.keys(rest).length === 0 ? value : { ...rest, value };
}

describe('what a notification shows of an Entity is what GET shows of it (clauses 5.2.14, 5.8.6)', () => {
  const told = new Map<string, JsonObject>();
  const shown = new Map<string, JsonObject>();

  beforeAll(async () => {
    const to = await receiver();
    const broker = await notifyingBroker();
    const subscriptions = toldSubscriptions(broker, to);
    await broker.api.post('/entities').send(lamp(1)).expect(201);
    for (const [index, { members, params }] of cases.entries())
      await subscriptions.subscribe(String(index), members, params);
    await broker.api.put(`/entities/${LAMP}`).send(lamp(2)).expect(204);
    await subscriptions.settled();
    for (const [index, { name, query }] of cases.entries()) {
      const { body } = await broker.api.get(`/entities/${LAMP}?${query}`).expect(200);
      shown.set(name, body);
      const [[entity] = []] = subscriptions.data(String(index)) as readonly (readonly JsonObject[])[];
      if (entity !== undefined) told.set(name, entity);
    }
  });

  it.each(cases)('$name', ({ name, params }) => {
    const [entity, expected] = [told.get(name), shown.get(name)] as [JsonObject, JsonObject];
    if (params['showChanges'] !== true) {
      expect(entity).toEqual(expected);
      return;
    }
    expect(withoutPrevious(entity)).toEqual(withoutPrevious(expected));
    const members = new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt']);
    for (const [attribute, instances] of Object.entries(entity).filter(([at]) => !members.has(at)))
      for (const instance of [instances].flat() as readonly JsonObject[])
        expect([attribute, Object.keys(instance).some((at) => at.startsWith('previous'))]).toEqual([
          attribute,
          true,
        ]);
  });
});
