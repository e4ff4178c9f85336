import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';

/** A request below the API root, or time that goes by. */
export type Step =
  | {
      readonly kind: 'request';
      readonly method: 'post' | 'put' | 'patch' | 'delete';
      readonly path: string;
      readonly body?: Json;
    }
  /** Adds to the history alone. */
  | { readonly kind: 'provide'; readonly body: JsonObject }
  | { readonly kind: 'wait'; readonly seconds: number };

export const IDS = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2', 'urn:ngsi-ld:Lamp:3'] as const;
const DATASET = 'urn:ngsi-ld:Dataset:b';
const NOTHING = 'urn:ngsi-ld:null';

const id = fc.constantFrom(...IDS);
const name = fc.constantFrom('a', 'b');
const type = fc.constantFrom<Json>('Lamp', 'Sign', ['Lamp', 'Sign'], 'Bin');
const scope = fc.constantFrom<Json>('/A', '/B', ['/A', '/B/C']);
const small = fc.integer({ min: 0, max: 2 });
const observedAt = fc.constantFrom('2026-05-01T01:00:00Z', '2026-05-01T02:00:00.5Z');
/** Told from when it is sent: what is over already is never there. */
const expiresAt = fc.integer({ min: 1, max: 60 }).map((seconds) => `in ${seconds} s`);

const instance: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ value: small }),
  fc.record({ value: small, observedAt }),
  fc.record({ value: small, unitCode: fc.constantFrom('CEL', 'FAH') }),
  fc.record({ value: small, inner: fc.record({ value: small }) }),
  fc.record({ value: small, expiresAt }),
  fc.record({ object: fc.constantFrom('urn:x:1', 'urn:x:2') }),
);
const inDataset = instance.map((one): JsonObject => ({ ...one, datasetId: DATASET }));
const attribute: fc.Arbitrary<Json> = fc.oneof(
  small,
  instance,
  inDataset,
  fc.tuple(instance, inDataset).map((both): Json => both),
);

const members = fc.record({ a: attribute, b: attribute, type, scope, expiresAt }, { requiredKeys: [] });
/** As `members`, with what goes. */
const fragment = fc.record(
  {
    a: fc.oneof(attribute, fc.constant(NOTHING)),
    b: fc.oneof(attribute, fc.constant({ type: 'Property', value: NOTHING, datasetId: DATASET })),
    ...{ type, scope },
  },
  { requiredKeys: [] },
);
const whole = fc
  .tuple(id, type, members)
  .map(([of, types, more]): JsonObject => ({ ...(more as JsonObject), id: of, type: types }));
/** Of different Entities, each with an id. */
const several = (one: fc.Arbitrary<JsonObject>) =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 3, selector: (element) => element['id'] });
const identified = fc
  .tuple(id, fragment)
  .map(([of, more]): JsonObject => ({ ...(more as JsonObject), id: of }));

type Method = Extract<Step, { kind: 'request' }>['method'];
const request = (
  method: Method,
  path: fc.Arbitrary<string>,
  body?: fc.Arbitrary<unknown>,
): fc.Arbitrary<Step> =>
  fc.tuple(path, body ?? fc.constant(undefined)).map(([at, sent]): Step => {
    const of = { kind: 'request', method, path: at } as const;
    return sent === undefined ? of : { ...of, body: sent as Json };
  });
const at = (rest: string, ...ends: readonly string[]) =>
  fc
    .tuple(id, name, fc.constantFrom('', ...ends))
    .map(([of, named, end]) => `/entities/${of}${rest.replace('{name}', named)}${end}`);
const batch = (operation: string, one: fc.Arbitrary<JsonObject>, ...ends: readonly string[]) =>
  request(
    'post',
    fc.constantFrom('', ...ends).map((end) => `/entityOperations/${operation}${end}`),
    several(one),
  );

const provided = fc
  .tuple(
    id,
    fc.constantFrom('Lamp', 'Meter'),
    fc.uniqueArray(name, { minLength: 1 }),
    fc.array(fc.record({ type: fc.constant('Property'), value: small, observedAt }), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(
    ([of, types, names, instances]): Step => ({
      kind: 'provide',
      body: { id: of, type: types, ...Object.fromEntries(names.map((one) => [one, instances as Json])) },
    }),
  );

/** Every route that changes Entities, by what it is called. */
export const everyRoute: Readonly<Record<string, fc.Arbitrary<Step>>> = {
  create: request('post', fc.constant('/entities'), whole),
  'append Attributes': request('post', at('/attrs', '?options=noOverwrite'), fragment),
  'update Attributes': request('patch', at('/attrs'), fragment),
  'partial update': request('patch', at('/attrs/{name}'), fc.oneof(instance, inDataset)),
  'replace Attribute': request('put', at('/attrs/{name}'), attribute),
  'write the value': request('put', at('/attrs/{name}/value'), fc.array(small, { maxLength: 2 })),
  'delete Attribute': request('delete', at('/attrs/{name}', `?datasetId=${DATASET}`, '?deleteAll=true')),
  'delete scope': request('delete', at('/attrs/scope')),
  merge: request('patch', at('', '?options=keyValues'), fragment),
  replace: request(
    'put',
    at(''),
    fc.tuple(type, members).map(([types, more]) => ({ ...more, type: types })),
  ),
  delete: request('delete', at('')),
  'batch create': batch('create', whole),
  'batch upsert': batch('upsert', whole, '?options=update'),
  'batch update': batch('update', identified, '?options=noOverwrite'),
  'batch merge': batch('merge', identified),
  'batch delete': request(
    'post',
    fc.constant('/entityOperations/delete'),
    fc.uniqueArray(id, { minLength: 1 }),
  ),
  purge: request(
    'delete',
    fc
      .tuple(fc.constantFrom('Lamp', 'Sign', 'Bin'), fc.constantFrom('', '&drop=a', '&keep=b'))
      .map(([of, end]) => `/entities?type=${of}${end}`),
  ),
  provide: provided,
  wait: fc.integer({ min: 1, max: 30 }).map((seconds): Step => ({ kind: 'wait', seconds })),
};

/** A step of any kind; what makes and changes Entities comes oftener than what ends them. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(everyRoute).map(([called, arbitrary]) => ({
    arbitrary,
    weight: ['delete', 'batch delete', 'purge', 'wait'].includes(called) ? 1 : 2,
  })),
);

/** An Entity with all there is to it. */
export const first: Step = {
  kind: 'request',
  method: 'post',
  path: '/entityOperations/upsert',
  body: IDS.map((of) => ({
    id: of,
    type: 'Lamp',
    scope: '/A',
    a: [{ value: 1 }, { value: 2, datasetId: DATASET }],
    b: { value: 1, inner: { value: 1 } },
  })),
};
