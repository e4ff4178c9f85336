import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const batched = brokerUnderTest();
const single = brokerUnderTest();

const id = fc.constantFrom('urn:ngsi-ld:Bin:1', 'urn:ngsi-ld:Bin:2', 'urn:ngsi-ld:Bin:3');
const value = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constant({ object: 'urn:ngsi-ld:Street:1' }),
  fc.constant({ value: { a: 1 }, unitCode: 'P1' }),
  fc.constant([{ value: 1 }, { value: 2, datasetId: 'urn:ngsi-ld:Dataset:1' }]),
);
const element = fc
  .record(
    { id, type: fc.constantFrom('Bin', 'Basket'), full: value, level: value },
    { requiredKeys: ['id', 'type'] },
  )
  .map((entity): JsonObject => entity as JsonObject);
const batch = fc.array(element, { minLength: 1, maxLength: 6 });

type Broker = typeof batched;
const send = (broker: Broker, method: 'post' | 'put' | 'patch', path: string, body: object) =>
  broker.api[method](path).send(body);

/** What each operation on a batch is for one of its elements; answers the status. */
const alone: Readonly<Record<string, (element: JsonObject) => Promise<number>>> = {
  create: async (entity) => (await send(single, 'post', '/entities', entity)).status,
  upsert: async (entity) => {
    const { status } = await send(single, 'post', '/entities', entity);
    return status === 201 ? status : (await send(single, 'put', `/entities/${entity['id']}`, entity)).status;
  },
  'upsert?options=update': async (entity) => {
    const { status } = await send(single, 'post', '/entities', entity);
    return status === 201
      ? status
      : (await send(single, 'post', `/entities/${entity['id']}/attrs`, entity)).status;
  },
  update: async (entity) => (await send(single, 'post', `/entities/${entity['id']}/attrs`, entity)).status,
  merge: async (entity) => (await send(single, 'patch', `/entities/${entity['id']}`, entity)).status,
};

async function entitiesOf({ api }: Broker): Promise<unknown> {
  const { body } = await api.get('/entities?local=true').expect(200);
  return body;
}

/** Runs a batch on one broker and its elements, one after the other, on the other. */
async function runStep([operation, elements]: readonly [string, readonly JsonObject[]]): Promise<void> {
  const { status } = await send(batched, 'post', `/entityOperations/${operation}`, elements);
  const statuses: number[] = [];
  for (const entity of elements) statuses.push((await alone[operation]?.(entity)) ?? 0);
  expect(status === 207).toBe(statuses.some((one) => one >= 400));
}

describe('a batch', () => {
  it('does what its elements would do one after the other (clause 5.5.11)', async () => {
    const step = fc.tuple(fc.constantFrom(...Object.keys(alone)), batch);
    const example = async (steps: readonly (readonly [string, readonly JsonObject[]])[]) => {
      for (const broker of [batched, single]) await broker.api.delete('/entities?local=true').expect(204);
      for (const one of steps) await runStep(one);
      expect(await entitiesOf(batched)).toEqual(await entitiesOf(single));
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), example), {
      numRuns: 60,
    });
  });
});
