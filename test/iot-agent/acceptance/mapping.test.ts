import { describe, expect, it } from '@jest/globals';
import { place, runningAgent } from './running-agent.ts';

const running = runningAgent();
const { ask, publish, entityWith, settled } = running;

const group = (apikey: string, settings: object) =>
  ask('POST', '/iot/groups', { groups: [{ apikey, resource: '/iot/json', ...settings }] });

describe('a measure by MQTT becomes what its configuration says', () => {
  it('row 8: a share that comes in percent is put aside with its name, counted, and never sent', async () => {
    const location = { name: 'location', type: 'geo:json', value: place };
    await group('k8', {
      entity_type: 'AirQualityObserved',
      attributes: [{ object_id: 'h', name: 'relativeHumidity', type: 'Number' }],
      static_attributes: [location],
    });
    await publish('/json/k8/a1/attrs', '{"h":41.6}');
    await publish('/json/k8/a2/attrs', '{"h":0.416}');
    await entityWith('urn:ngsi-ld:AirQualityObserved:a2', 'relativeHumidity');
    await settled();
    expect(running.broker.entity('urn:ngsi-ld:AirQualityObserved:a1')).toBeUndefined();
    const quarantine = await ask('GET', '/iot/quarantine?device=a1');
    expect(quarantine).toMatchObject({
      count: 1,
      items: [{ attribute: 'relativeHumidity', rule: expect.stringContaining('not in percent') }],
    });
    expect(await running.agent.pipeline.metrics.text()).toMatch(
      /carillon_agent_quarantined_total\{[^}]*attribute="relativeHumidity"[^}]*\} 1/,
    );
  });

  it('row 16: by expressions, of which what is null or no number is dropped', async () => {
    await group('k16', {
      entity_type: 'Bin',
      explicitAttrs: true,
      attributes: [
        { object_id: 'l', name: 'level', type: 'Number' },
        { name: 'fillingLevel', type: 'Number', expression: 'level/100' },
        { name: 'doubled', type: 'Number', expression: 'fillingLevel * 2' },
        {
          ...{ name: 'location', type: 'GeoProperty' },
          expression: "{coordinates:[longitude,latitude],type:'Point'}",
        },
        { name: 'noNumber', type: 'Number', expression: "'x' * 2" },
        { name: 'unknown', type: 'Number', expression: 'weight / 1000' },
        { name: 'skipped', type: 'Text', expression: "level > 50 ? 'full' : 'empty'", skipValue: 'full' },
      ],
    });
    await publish('/json/k16/b1/attrs', '{"l":85.3,"longitude":4.55,"latitude":50.99}');
    const entity = await entityWith('urn:ngsi-ld:Bin:b1', 'fillingLevel');
    expect(entity).toMatchObject({
      level: { type: 'Property', value: 85.3 },
      fillingLevel: { type: 'Property', value: 0.853 },
      doubled: { type: 'Property', value: 1.706 },
      location: { type: 'GeoProperty', value: place },
    });
    for (const name of ['noNumber', 'unknown', 'skipped', 'longitude', 'latitude'])
      expect(entity).not.toHaveProperty(name);
  });

  it('row 17: one message that tells of two meters becomes two Entities in one batch', async () => {
    const meter = (at: number) => ({
      ...{ object_id: `v${at}`, name: 'volume', type: 'Number' },
      ...{ entity_name: `urn:ngsi-ld:Meter:m${at}`, entity_type: 'Meter' },
    });
    await group('k17', { entity_type: 'Gateway', explicitAttrs: true, attributes: [meter(1), meter(2)] });
    await publish('/json/k17/g1/attrs', '{"v1":12,"v2":34}');
    await entityWith('urn:ngsi-ld:Meter:m2', 'volume');
    const batches = running.broker.requests.map(({ body }) =>
      Array.isArray(body) ? (body as { id: string; volume?: object }[]) : [],
    );
    const batch = batches.find((entities) => entities.some(({ id }) => id === 'urn:ngsi-ld:Meter:m1'));
    expect(batch).toMatchObject([
      { id: 'urn:ngsi-ld:Meter:m1', volume: { value: 12 } },
      { id: 'urn:ngsi-ld:Meter:m2', volume: { value: 34 } },
    ]);
  });
});
