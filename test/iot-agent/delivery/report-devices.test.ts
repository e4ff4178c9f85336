import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BrokerClient, brokerClient } from '../../../iot-agent/broker-client.ts';
import { BrokerDown } from '../../../iot-agent/delivery/deliver.ts';
import { type DeviceStates, deviceStates } from '../../../iot-agent/delivery/device-states.ts';
import { keptStates } from '../../../iot-agent/delivery/kept-states.ts';
import { reportDevices } from '../../../iot-agent/delivery/report-devices.ts';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { findFault } from '../../../iot-agent/mapping/validate.ts';
import type { OutgoingEntity } from '../../../iot-agent/registry/device.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { openDatabase } from '../../../runtime/sqlite/open.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { lorawanDevice } from '../mapping/sample-device.ts';
import { timeOf, timeText } from '../running-pipeline.ts';

const minute = 60_000_000;
const catalogue = await loadCatalogue();
const device = lorawanDevice('AirQualityObserved');
const deviceId = 'urn:ngsi-ld:Device:pm-04';

let clock: ReturnType<typeof fakeClock>;
let states: DeviceStates;
let fake: FakeBroker;
let broker: BrokerClient;

beforeEach(async () => {
  clock = fakeClock(timeOf(0));
  const db = openDatabase('sqlite::memory:');
  db.exec([...spoolMigrations, ...laterSpoolMigrations].join(''));
  states = deviceStates(minute, keptStates(db, groupCommit(db)));
  fake = await fakeBroker();
  broker = brokerClient({ url: fake.url, timeout: 1000, connections: 1 });
});
afterEach(async () => {
  await broker.close();
  await fake.close();
});

const report = (): Promise<number> => {
  const log = createLogger({ name: 'test', level: 'silent' });
  return reportDevices({ states, catalogue, broker, clock, log, batchSize: 100 }, 500);
};

const heard = (second: number, news: { batteryLevel?: number; rssi?: number } = {}): void =>
  states.observe(device, { receivedAt: timeOf(second), isReport: true, ...news });

describe('the Device entity of a device', () => {
  it('says what the model and the last uplink say, valid and without `value`', async () => {
    heard(1, { batteryLevel: 0.92, rssi: -80 });
    expect(await report()).toBe(1);
    const [entity] = fake.upserts;
    expect(entity).toEqual({
      id: deviceId,
      type: 'Device',
      controlledProperty: { type: 'Property', value: expect.arrayContaining(['airPollution']) },
      category: { type: 'Property', value: ['sensor'] },
      supportedProtocol: { type: 'Property', value: ['lora'] },
      serialNumber: { type: 'Property', value: '70B3D57BA0000123' },
      controlledAsset: { type: 'Relationship', object: ['urn:ngsi-ld:AirQualityObserved:pm-04'] },
      deviceState: { type: 'Property', value: 'ok', observedAt: timeText(1) },
      batteryLevel: { type: 'Property', value: 0.92, unitCode: 'C62', observedAt: timeText(1) },
      rssi: { type: 'Property', value: -80, unitCode: 'DBM', observedAt: timeText(1) },
      dateLastValueReported: { type: 'Property', value: timeText(1) },
    });
    expect(findFault(entity as OutgoingEntity)).toBeUndefined();
    expect(fake.requests[0]?.headers['link']).toContain('dataModel.Device/context.jsonld');
  });

  it('is written once a minute at most, with the newest state', async () => {
    heard(1, { rssi: -80 });
    await report();
    heard(2, { rssi: -81 });
    heard(3, { rssi: -82 });
    expect(await report()).toBe(0);
    clock.advance(minute);
    expect(await report()).toBe(1);
    expect(fake.upserts).toHaveLength(2);
    expect(fake.entity(deviceId)).toMatchObject({
      rssi: { value: -82 },
      dateLastValueReported: { value: timeText(3) },
    });
    clock.advance(10 * minute);
    expect(await report()).toBe(0);
  });

  it('keeps what newer uplinks do not say, and is not told about by older ones', async () => {
    heard(5, { batteryLevel: 0.5, rssi: -80 });
    heard(6);
    heard(2, { batteryLevel: 0.9, rssi: -40 });
    await report();
    expect(fake.entity(deviceId)).toMatchObject({
      batteryLevel: { value: 0.5, observedAt: timeText(5) },
      rssi: { value: -80, observedAt: timeText(5) },
      deviceState: { observedAt: timeText(6) },
    });
    clock.advance(10 * minute);
    heard(3);
    expect(await report()).toBe(0);
  });

  it('learns its battery level from a status event, which reports no value', async () => {
    states.observe(device, { receivedAt: timeOf(1), isReport: false, batteryLevel: -1 });
    await report();
    const entity = fake.entity(deviceId);
    expect(entity).toMatchObject({ batteryLevel: { value: -1 } });
    expect(entity).not.toHaveProperty('dateLastValueReported');
  });

  it('does not exist for devices without a device model, nor for those that are forgotten', async () => {
    const { model: _none, ...plain } = device;
    states.observe(plain, { receivedAt: timeOf(1), isReport: true });
    heard(1);
    await states.forget(device.tenant, device.deviceId);
    expect(await report()).toBe(0);
  });

  it('stays due while the broker is away', async () => {
    fake.behave(() => ({ status: 503 }));
    heard(1);
    await expect(report()).rejects.toThrow(BrokerDown);
    fake.recover();
    expect(await report()).toBe(1);
    expect(fake.upserts).toHaveLength(1);
  });

  it('is not sent again and again when the broker refuses it', async () => {
    fake.behave(() => ({ status: 400, body: { title: 'no' } }));
    heard(1);
    expect(await report()).toBe(1);
    clock.advance(10 * minute);
    expect(await report()).toBe(0);
  });
});
