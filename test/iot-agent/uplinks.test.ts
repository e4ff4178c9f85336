import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type Behaviour, type FakeBroker, fakeBroker, type SentEntity } from './fake-broker.ts';
import {
  airQualityId,
  groupRecord,
  lorawanRecord,
  measure,
  type RunningPipeline,
  runPipeline,
  timeText,
  uplink,
} from './running-pipeline.ts';

const folder = tempFolder();
let broker: FakeBroker;

beforeEach(async () => {
  broker = await fakeBroker();
});
afterEach(() => broker.close());

const observedAt = (attribute: unknown): unknown =>
  (attribute as { observedAt?: unknown } | undefined)?.observedAt;

/** Times of the measures of a device's Entity, in the order in which the broker took them. */
function timesAt(number: number): unknown[] {
  return broker.upserts.filter(({ id }) => id === airQualityId(number)).map(({ pm25 }) => observedAt(pm25));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function withDevices(
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningPipeline> {
  const pipeline = await runPipeline(broker.url, env);
  await pipeline.registry.addDevices(range(count).map((number) => lorawanRecord(number)));
  return pipeline;
}

describe('the pipeline from the spool to the broker', () => {
  it('sends every measure of an Entity, in order, an Entity at most once in a batch', async () => {
    const pipeline = await withDevices(3);
    const seconds = range(20);
    await pipeline.receive(...seconds.flatMap((second) => range(3).map((device) => uplink(device, second))));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    for (const device of range(3)) expect(timesAt(device)).toEqual(seconds.map(timeText));
    const batches = broker.requests.filter(({ method }) => method === 'POST');
    expect(batches.length).toBeLessThan(60);
    for (const { body } of batches) {
      const ids = (body as SentEntity[]).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('sends an uplink once, however often it comes, also after a start', async () => {
    const env = { AGENT_STORE_URL: `sqlite:${folder}/duplicates.db` };
    const first = await withDevices(1, env);
    await first.receive(uplink(1, 1), uplink(1, 1));
    await first.receive(uplink(1, 1));
    await eventually(() => expect(first.spool.depth()).toBe(0));
    await first.end();
    const second = await runPipeline(broker.url, env);
    await second.receive(uplink(1, 1), uplink(1, 2));
    await eventually(() => expect(second.spool.depth()).toBe(0));
    expect(timesAt(1)).toEqual([timeText(1), timeText(2)]);
    expect(await second.metrics.text()).toContain('server="things-stack",result="duplicate"} 1');
  });

  it('adds an uplink that is older than the Entity to its history alone', async () => {
    const pipeline = await withDevices(1);
    await pipeline.receive(uplink(1, 10));
    await pipeline.receive(uplink(1, 5));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    expect(timesAt(1)).toEqual([timeText(10)]);
    const [late] = broker.appended;
    expect(late).toMatchObject({ id: airQualityId(1), fragment: { pm25: [{ observedAt: timeText(5) }] } });
    expect(Object.keys(late?.fragment ?? {})).not.toContain('location');
  });

  it('asks the broker for the times of an Entity that somebody else wrote, and replaces nothing newer', async () => {
    const pm25 = { type: 'Property', value: 1, observedAt: timeText(30) };
    broker.put({ id: airQualityId(1), type: 'AirQualityObserved', pm25 });
    const pipeline = await withDevices(1);
    await pipeline.receive(uplink(1, 20), uplink(1, 40));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    expect(timesAt(1)).toEqual([undefined, timeText(40)]);
    expect(broker.upserts[0]).toMatchObject({ temperature: { observedAt: timeText(20) } });
    expect(broker.appended).toMatchObject([{ id: airQualityId(1), fragment: { pm25: [{}] } }]);
    expect(Object.keys(broker.appended[0]?.fragment ?? {})).toEqual(['pm25']);
    expect(broker.requests.filter(({ method }) => method === 'GET').length).toBe(1);
  });

  it('takes a late measure for settled where the broker keeps no history', async () => {
    broker.behave(({ url }) => (url.includes('/temporal/') ? { status: 501 } : undefined));
    const pipeline = await withDevices(1);
    await pipeline.receive(uplink(1, 10), uplink(1, 5));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    expect(pipeline.spool.problems({ limit: 10, offset: 0 }).count).toBe(0);
    expect(await pipeline.metrics.text()).toContain('kind="no-history"} 1');
  });
});

const outages: readonly (readonly [string, Behaviour])[] = [
  ['cuts connections', () => 'cut'],
  ['hangs', () => 'hang'],
  ['answers 503', () => ({ status: 503, headers: { 'retry-after': '0' } })],
  ['answers 500 to everything', () => ({ status: 500, body: { title: 'broken' } })],
  ['refuses our key', () => ({ status: 401 })],
  ['is somewhere else', () => ({ status: 404, body: '<html>' })],
];

describe('while the broker is away', () => {
  it.each(outages)(
    'keeps what arrives when it %s, and sends all in order afterwards',
    async (_name, outage) => {
      const pipeline = await withDevices(2, { BROKER_TIMEOUT: '150ms', AGENT_WINDOW: '10' });
      await pipeline.receive(uplink(1, 1), uplink(2, 1));
      await eventually(() => expect(pipeline.spool.depth()).toBe(0));
      broker.behave(outage);
      const sentBefore = broker.requests.length;
      for (const second of range(30).slice(1)) await pipeline.receive(uplink(1, second), uplink(2, second));
      await eventually(() => expect(broker.requests.length).toBeGreaterThan(sentBefore));
      expect(pipeline.spool.depth()).toBe(58);
      broker.recover();
      await eventually(() => expect(pipeline.spool.depth()).toBe(0));
      for (const device of [1, 2]) expect(timesAt(device)).toEqual(range(30).map(timeText));
      expect(broker.appended).toEqual([]);
    },
  );

  it('refuses more than the spool may hold', async () => {
    broker.behave(() => ({ status: 503 }));
    const pipeline = await withDevices(1, { AGENT_SPOOL_LIMIT: '3' });
    await pipeline.receive(uplink(1, 1), uplink(1, 2), uplink(1, 3));
    await expect(pipeline.receive(uplink(1, 4))).rejects.toThrow('AGENT_SPOOL_LIMIT');
    expect(pipeline.spool.depth()).toBe(3);
  });
});

describe('a measure that the broker does not take', () => {
  const poison = airQualityId(2);
  const holdsPoison = (body: unknown): boolean =>
    Array.isArray(body) && (body as SentEntity[]).some(({ id }) => id === poison);
  const refusal = {
    type: 'https://uri.etsi.org/ngsi-ld/errors/BadRequestData',
    title: 'no',
    detail: 'bad pm25',
  };
  const answers: readonly (readonly [string, Behaviour])[] = [
    [
      'is refused by 207',
      ({ body }) =>
        holdsPoison(body)
          ? { status: 207, body: { success: [], errors: [{ entityId: poison, error: refusal }] } }
          : undefined,
    ],
    [
      'makes the whole batch fail with 400',
      ({ body }) => (holdsPoison(body) ? { status: 400, body: refusal } : undefined),
    ],
  ];

  it.each(answers)('is put aside when it %s, and blocks no others', async (_name, behaviour) => {
    broker.behave(behaviour);
    const pipeline = await withDevices(3);
    await pipeline.receive(uplink(1, 1), uplink(2, 1), uplink(3, 1), uplink(1, 2));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    expect(timesAt(1)).toEqual([timeText(1), timeText(2)]);
    expect(timesAt(3)).toEqual([timeText(1)]);
    const { count, problems } = pipeline.spool.problems({ limit: 10, offset: 0 });
    expect(count).toBe(1);
    expect(problems[0]).toMatchObject({ cause: 'refused', items: 1, tenant: '' });
    expect(problems[0]?.reason).toContain('bad pm25');
  });

  it('is tried again when the broker fails on it alone, before later ones of its sender', async () => {
    broker.behave(({ body, url }) =>
      holdsPoison(body) || url.includes('pm-2') ? { status: 500, body: { title: 'oops' } } : undefined,
    );
    const pipeline = await withDevices(3, { AGENT_RETRY_INTERVAL: '50ms' });
    await pipeline.receive(uplink(1, 1), uplink(2, 1));
    await eventually(() => expect(pipeline.spool.aside().get('broker')).toBe(1));
    await pipeline.receive(uplink(2, 2), uplink(3, 2));
    await eventually(() => expect(timesAt(3)).toEqual([timeText(2)]));
    broker.recover();
    await eventually(() => expect(timesAt(2)).toEqual([timeText(1), timeText(2)]));
  });

  it('is tried again before later ones that came together with it', async () => {
    // In the batch, and when it is sent alone.
    let failures = 2;
    broker.behave(({ body }) =>
      holdsPoison(body) && failures-- > 0 ? { status: 500, body: { title: 'oops' } } : undefined,
    );
    const pipeline = await withDevices(2, { AGENT_RETRY_INTERVAL: '50ms' });
    await pipeline.receive(uplink(2, 1), uplink(2, 2), uplink(2, 3), uplink(1, 1));
    await eventually(() => expect(timesAt(2)).toEqual([1, 2, 3].map(timeText)));
    expect(timesAt(1)).toEqual([timeText(1)]);
  });

  it('holds up no others when the broker falls over it', async () => {
    broker.behave(({ body }) => (holdsPoison(body) ? 'cut' : undefined));
    const pipeline = await withDevices(3, { AGENT_RETRY_INTERVAL: '1h' });
    await pipeline.receive(uplink(2, 1), uplink(1, 1), uplink(3, 1), uplink(1, 2), uplink(2, 2));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    expect(timesAt(1)).toEqual([timeText(1), timeText(2)]);
    expect(timesAt(3)).toEqual([timeText(1)]);
    expect(pipeline.spool.aside().get('broker')).toBe(2);
    broker.recover();
    pipeline.changed(() => true);
    await eventually(() => expect(timesAt(2)).toEqual([timeText(1), timeText(2)]));
  });

  it('holds up no others when the broker falls over a late measure', async () => {
    const pipeline = await withDevices(2, { AGENT_RETRY_INTERVAL: '1h' });
    await pipeline.receive(uplink(1, 10), uplink(2, 10));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    broker.behave(({ url }) => (url.includes('/temporal/') && url.includes('pm-2') ? 'cut' : undefined));
    await pipeline.receive(uplink(2, 5), uplink(1, 11), uplink(2, 11));
    await eventually(() => expect(pipeline.spool.depth()).toBe(0));
    expect(timesAt(1)).toEqual([timeText(10), timeText(11)]);
    broker.recover();
    pipeline.changed(() => true);
    await eventually(() => expect(broker.appended.map(({ id }) => id)).toEqual([poison]));
  });

  it('waits, without holding up other tenants, while the broker does not know its tenant', async () => {
    const unknown = {
      type: 'https://uri.etsi.org/ngsi-ld/errors/NonexistentTenant',
      title: 'no such tenant',
    };
    broker.behave(({ headers }) =>
      headers['ngsild-tenant'] === 'new' ? { status: 404, body: unknown } : undefined,
    );
    const pipeline = await runPipeline(broker.url, { AGENT_RETRY_INTERVAL: '50ms' });
    await pipeline.registry.addDevices([lorawanRecord(1), { ...lorawanRecord(2), tenant: 'new' }]);
    await pipeline.receive(uplink(2, 1), uplink(1, 1));
    await eventually(() => expect(timesAt(1)).toEqual([timeText(1)]));
    await eventually(() => {
      const { problems } = pipeline.spool.problems({ tenant: 'new', limit: 1, offset: 0 });
      expect(problems[0]?.reason).toContain('no such tenant');
    });
    broker.recover();
    await eventually(() => expect(timesAt(2)).toEqual([timeText(1)]));
  });
});

describe('a message that cannot become an Entity', () => {
  it('is put aside with the attribute and the rule when the Entity would not be valid', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addGroups([
      groupRecord({
        apikey: 'k',
        entity_type: 'AirQualityObserved',
        static_attributes: [{ name: 'location', type: 'geo:point', value: '50.99,4.55' }],
      }),
    ]);
    await pipeline.receive(
      measure('k', 'a1', { relativeHumidity: 41.6 }, 1),
      measure('k', 'a1', { relativeHumidity: 0.416 }, 2),
    );
    await eventually(() => expect(broker.upserts.length).toBe(1));
    expect(broker.upserts[0]).toMatchObject({ relativeHumidity: { value: 0.416, observedAt: timeText(2) } });
    await eventually(() => {
      const [problem] = pipeline.spool.problems({ limit: 1, offset: 0 }).problems;
      expect(problem).toMatchObject({
        cause: 'invalid',
        reason: expect.stringContaining('relativeHumidity: must be at most 1'),
      });
    });
  });

  it('is put aside when its model cannot read it', async () => {
    const pipeline = await withDevices(1);
    await pipeline.receive(uplink(1, 1, { bytes: Uint8Array.of(9, 9, 9) }), uplink(1, 2));
    await eventually(() => expect(timesAt(1)).toEqual([timeText(2)]));
    await eventually(() => expect(pipeline.spool.aside().get('undecodable')).toBe(1));
  });

  it('waits for its device to be registered', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.receive(uplink(1, 1), uplink(1, 2));
    await eventually(() => expect(pipeline.spool.aside().get('unknown-device')).toBe(2));
    await pipeline.registry.addDevices([lorawanRecord(1)]);
    pipeline.changed(() => true);
    await eventually(() => expect(timesAt(1)).toEqual([timeText(1), timeText(2)]));
  });

  it('waits for the location that its data model demands', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addDevices([lorawanRecord(1, { static_attributes: [] })]);
    await pipeline.receive(uplink(1, 1), uplink(1, 2));
    await eventually(() => expect(pipeline.spool.aside().get('incomplete')).toBe(2));
    expect(pipeline.spool.problems({ limit: 1, offset: 0 }).problems[0]?.reason).toContain('needs location');
    await pipeline.registry.replaceDevice(lorawanRecord(1));
    pipeline.changed((_key, cause) => cause === 'incomplete');
    await eventually(() => expect(timesAt(1)).toEqual([timeText(1), timeText(2)]));
    expect(pipeline.spool.aside().get('incomplete')).toBe(0);
  });
});

describe('measures with the apikey of a group', () => {
  it('register their device by its settings', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addGroups([
      groupRecord(
        {
          apikey: 'k',
          entity_type: 'Room',
          attributes: [{ object_id: 't', name: 'temperature', type: 'Number' }],
        },
        'city',
      ),
    ]);
    await pipeline.receive(measure('k', 'r1', { t: 21 }, 1), measure('k', 'r1', { t: 22 }, 2));
    await eventually(() => expect(broker.upserts.length).toBe(2));
    expect(broker.upserts[1]).toMatchObject({
      id: 'urn:ngsi-ld:Room:r1',
      type: 'Room',
      temperature: { type: 'Property', value: 22, observedAt: timeText(2) },
    });
    expect(broker.requests.at(-1)?.headers['ngsild-tenant']).toBe('city');
    expect((await pipeline.registry.device('city', 'r1'))?.settings.entity_name).toBe('urn:ngsi-ld:Room:r1');
  });

  it('wait when the group does not let unknown devices in', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addGroups([
      groupRecord({ apikey: 'k', entity_type: 'Room', autoprovision: false }),
    ]);
    await pipeline.receive(measure('k', 'r1', { t: 21 }));
    await eventually(() => expect(pipeline.spool.aside().get('unknown-device')).toBe(1));
    expect(await pipeline.registry.device('', 'r1')).toBeUndefined();
  });
});
