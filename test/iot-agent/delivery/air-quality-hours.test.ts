import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import {
  airQualityId,
  groupRecord,
  lorawanRecord,
  measure,
  runPipeline,
  timeText,
  uplink,
} from '../running-pipeline.ts';

const folder = tempFolder();
const id = airQualityId(1);
const HOUR = 3600;

let broker: FakeBroker;

beforeEach(async () => {
  broker = await fakeBroker();
});
afterEach(async () => {
  await broker.close();
});

const property = (value: unknown) => ({ type: 'Property', value });
const about = {
  observedAt: timeText(HOUR),
  index: property('EAQI'),
  pollutant: property('pm25'),
  coverage: property(0.5),
  incomplete: property(true),
  missing: property(['no2', 'o3']),
};

/** Entities that were sent with an index. */
const indexed = () => broker.upserts.filter((entity) => entity['airQualityIndex'] !== undefined);

describe('the air-quality index of a device that asks for it', () => {
  it('is written with the first measurement of the next hour, once, for the end of the hour', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addDevices([lorawanRecord(1, { airQualityIndex: 'EAQI' })]);
    await pipeline.receive(uplink(1, 60), uplink(1, 1200), uplink(1, HOUR), uplink(1, HOUR + 600));
    await eventually(() =>
      expect(broker.entity(id)).toMatchObject({ dateObserved: { value: timeText(HOUR + 600) } }),
    );
    expect(indexed()).toEqual([
      expect.objectContaining({
        dateObserved: property(timeText(HOUR)),
        airQualityIndex: { ...property(1), ...about },
        airQualityLevel: { ...property('good'), ...about },
      }),
    ]);
  });

  it('counts what was measured before the agent was started anew', async () => {
    const env = { AGENT_STORE_URL: `sqlite:${join(folder, 'agent.db')}` };
    const first = await runPipeline(broker.url, env);
    await first.registry.addDevices([lorawanRecord(1, { airQualityIndex: 'EAQI' })]);
    await first.receive(uplink(1, 60), uplink(1, 1200));
    await eventually(() => expect(broker.upserts).toHaveLength(2));
    await eventually(() => expect(first.spool.depth()).toBe(0));
    await first.end();
    const second = await runPipeline(broker.url, env);
    await second.receive(uplink(1, HOUR));
    await eventually(() => expect(indexed()).toHaveLength(1));
    expect(indexed()[0]).toMatchObject({ airQualityIndex: { value: 1, ...about } });
  });

  it('comes once more when the broker did not take it', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addDevices([lorawanRecord(1, { airQualityIndex: 'EAQI' })]);
    await pipeline.receive(uplink(1, 60), uplink(1, 1200));
    await eventually(() => expect(broker.upserts).toHaveLength(2));
    broker.behave(() => ({ status: 503 }));
    await pipeline.receive(uplink(1, HOUR));
    await eventually(() => expect(broker.requests.length).toBeGreaterThan(3));
    broker.recover();
    await eventually(() => expect(indexed()).toHaveLength(1));
    expect(indexed()[0]).toMatchObject({ airQualityIndex: { value: 1, ...about } });
  });

  it('loses no hour of those that waited for the broker', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addDevices([lorawanRecord(1, { airQualityIndex: 'EAQI' })]);
    broker.behave(() => ({ status: 503 }));
    await pipeline.receive(uplink(1, 60), uplink(1, HOUR + 60), uplink(1, 2 * HOUR + 60));
    await eventually(() => expect(broker.requests.length).toBeGreaterThan(1));
    broker.recover();
    await eventually(() => expect(indexed()).toHaveLength(2));
    expect(indexed().map(({ airQualityIndex }) => airQualityIndex)).toMatchObject([
      { value: 1, observedAt: timeText(HOUR) },
      { value: 1, observedAt: timeText(2 * HOUR) },
    ]);
  });

  it('is that of the group, and knows stations beside roads', async () => {
    const pipeline = await runPipeline(broker.url);
    await pipeline.registry.addGroups([
      groupRecord({
        apikey: 'air',
        entity_type: 'AirQualityObserved',
        airQualityIndex: 'BelAQI',
        internal_attributes: { stationType: 'traffic' },
        static_attributes: [
          { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [4.4, 51] } },
        ],
      }),
    ]);
    await pipeline.receive(
      measure('air', 's1', { pm10: 30, no2: 44 }, 60),
      measure('air', 's1', { pm10: 40, no2: 48 }, 1800),
      measure('air', 's1', { pm10: 10, no2: 10 }, HOUR + 1),
    );
    await eventually(() => expect(indexed()).toHaveLength(1));
    const entity = indexed()[0];
    expect(entity).toMatchObject({
      airQualityIndex: { value: 7, index: { value: 'BelAQI' }, pollutant: { value: 'no2' } },
      airQualityLevel: { value: 'very poor' },
    });
    expect(entity?.['airQualityIndex']).not.toHaveProperty('incomplete');
  });
});
