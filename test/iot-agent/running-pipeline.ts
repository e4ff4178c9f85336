import { afterEach } from '@jest/globals';
import { agentMetrics } from '../../iot-agent/agent-metrics.ts';
import { agentSettings } from '../../iot-agent/config.ts';
import { type Catalogue, loadCatalogue } from '../../iot-agent/devices/catalogue.ts';
import type { Incoming, LorawanUplink, PlainMeasure } from '../../iot-agent/measurement.ts';
import { openStores } from '../../iot-agent/open-stores.ts';
import { type Pipeline, startPipeline } from '../../iot-agent/pipeline.ts';
import type { DeviceRecord, GroupRecord, Registry } from '../../iot-agent/registry/registry.ts';
import type { DeviceSettings, GroupSettings } from '../../iot-agent/registry/settings.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import { readSettings } from '../../runtime/config.ts';
import { createLogger, type Logger } from '../../runtime/logger.ts';
import { createMetrics, type Metrics } from '../../runtime/metrics.ts';
import { hex } from './hex.ts';
import { POINT } from './mapping/sample-device.ts';
import { DL_PM } from './uplink-messages.ts';

/** Everything between the transports and the broker, in this process. */
export interface RunningPipeline extends Pipeline {
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly metrics: Metrics;
  receive(...incoming: readonly Incoming[]): Promise<void>;
  /** Stops it; what it kept is there for the next one on the same file. */
  end(): Promise<void>;
}

const catalogue = await loadCatalogue();
const running = new Set<RunningPipeline>();

afterEach(async () => {
  for (const pipeline of running) await pipeline.end();
});

/** Starts one in front of that broker, with these variables, in memory unless they say otherwise. */
export async function runPipeline(
  brokerUrl: string,
  env: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock(),
  log: Logger = createLogger({ name: 'test', level: 'silent' }),
): Promise<RunningPipeline> {
  const settings = readSettings(agentSettings, {
    AGENT_STORE_URL: 'sqlite::memory:',
    BROKER_URL: brokerUrl,
    DEVICE_INTERVAL: '1h',
    ...env,
  });
  const stores = await openStores(settings, clock);
  const metrics = createMetrics({ withDefaults: false });
  const pipeline = startPipeline({ settings, stores, catalogue, metrics: agentMetrics(metrics), clock, log });
  const result: RunningPipeline = {
    ...pipeline,
    registry: stores.registry,
    catalogue,
    metrics,
    receive: (...incoming) => pipeline.spool.add(incoming, 'test'),
    end: async () => {
      running.delete(result);
      await pipeline.stop();
      await stores.close();
    },
  };
  running.add(result);
  return result;
}

const location = { name: 'location', type: 'geo:json', value: POINT };

/** The record of a DL-PM with a location, unless the settings say otherwise. */
export function lorawanRecord(number: number, settings: Partial<DeviceSettings> = {}): DeviceRecord {
  const deviceId = `pm-${number}`;
  return {
    tenant: '',
    servicePath: '/',
    settings: {
      device_id: deviceId,
      devEui: devEuiOf(number),
      model: 'decentlab/dl-pm',
      entity_type: 'AirQualityObserved',
      entity_name: airQualityId(number),
      static_attributes: [location],
      ...settings,
    } as DeviceRecord['settings'],
  };
}

/** The record of a group. */
export function groupRecord(settings: GroupSettings, tenant = ''): GroupRecord {
  return { tenant, servicePath: '/', settings };
}

function devEuiOf(number: number): string {
  return `70B3D57BA${String(number).padStart(7, '0')}`;
}

export function airQualityId(number: number): string {
  return `urn:ngsi-ld:AirQualityObserved:pm-${number}`;
}

/** Microseconds: so many seconds after noon. */
export function timeOf(second: number): number {
  return Date.UTC(2026, 10, 25, 12, 0, second) * 1000;
}

/** As the broker gets it. */
export function timeText(second: number): string {
  return new Date(timeOf(second) / 1000).toISOString().replace('.000Z', 'Z');
}

/** The uplink of that DL-PM at that second, whose frame counter is the second. */
export function uplink(
  number: number,
  second: number,
  overrides: Partial<LorawanUplink> = {},
): LorawanUplink {
  return {
    kind: 'lorawan',
    devEui: devEuiOf(number),
    server: 'things-stack',
    fPort: 1,
    fCnt: second,
    bytes: hex(DL_PM),
    receivedAt: timeOf(second),
    rssi: -71,
    ...overrides,
  };
}

/** A measure of FIWARE's form. */
export function measure(
  apikey: string,
  deviceId: string,
  values: PlainMeasure['values'],
  second = 0,
): PlainMeasure {
  return { kind: 'plain', apikey, deviceId, values, observedAt: timeOf(second) };
}
