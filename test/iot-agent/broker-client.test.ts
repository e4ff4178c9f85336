import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BrokerClient, brokerClient } from '../../iot-agent/broker-client.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';

let fake: FakeBroker;
let broker: BrokerClient;

beforeEach(async () => {
  fake = await fakeBroker();
  broker = brokerClient({ url: `${fake.url}/ngsi-ld/v1/`, apiKey: 'k', timeout: 1000, connections: 1 });
});
afterEach(async () => {
  await broker.close();
  await fake.close();
});

const entity = { id: 'urn:x:1', type: 'X' };
const plain = { tenant: '', context: '', correlationId: 'c1' };

describe('a request to the broker', () => {
  it('names tenant, @context and whose it is', async () => {
    await broker.upsert([entity], { ...plain, tenant: 'city', context: 'https://x.example/c.jsonld' });
    const [request] = fake.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/ngsi-ld/v1/entityOperations/upsert?options=update',
    });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      link: '<https://x.example/c.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"',
      'ngsild-tenant': 'city',
      'x-correlation-id': 'c1',
      'x-api-key': 'k',
      authorization: 'Bearer k',
    });
  });

  it('leaves out what is the default: a broker may have another version of the core @context, and no network', async () => {
    await broker.upsert([entity], plain);
    expect(fake.requests[0]?.headers).not.toHaveProperty('link');
    expect(fake.requests[0]?.headers).not.toHaveProperty('ngsild-tenant');
  });
});
