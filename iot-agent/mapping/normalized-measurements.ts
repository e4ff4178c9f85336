import { parseDateTime } from '../date-time.ts';
import type { Measurements } from '../devices/device-model.ts';
import type { Json } from '../measurement.ts';

/** What a normalized payload tells. */
export interface Normalized {
  readonly measurements: Measurements;
  /** Microseconds since 1970: when it was measured, if that is said. */
  readonly observedAt?: number;
}

/** How a member of a normalized payload is delivered to the quantity table. */
interface Target {
  readonly quantity: string;
  readonly convert?: (value: Json) => Json | undefined;
}

const times =
  (factor: number) =>
  (value: Json): Json | undefined =>
    typeof value === 'number' ? value * factor : undefined;

/** Members of The Things Stack's normalized payloads, as codecs' `normalizeUplink` writes them too. */
const TARGETS: ReadonlyMap<string, Target> = new Map<string, Target>([
  ['battery', { quantity: 'batteryVoltage' }],
  ['air.temperature', { quantity: 'temperature' }],
  ['air.relativeHumidity', { quantity: 'relativeHumidity' }],
  // Hectopascals.
  ['air.pressure', { quantity: 'pressure', convert: times(100) }],
  ['air.co2', { quantity: 'co2' }],
  ['air.lightIntensity', { quantity: 'illuminance' }],
  ['wind.speed', { quantity: 'windSpeed' }],
  ['wind.direction', { quantity: 'windDirection' }],
  ['soil.temperature', { quantity: 'soilTemperature' }],
  ['soil.moisture', { quantity: 'soilMoisture' }],
  // Decisiemens a metre.
  ['soil.ec', { quantity: 'soilConductivity', convert: times(1000) }],
  ['soil.pH', { quantity: 'ph' }],
  ['water.leak', { quantity: 'waterLeak', convert: (value) => Number(value === true) }],
  ['water.temperature.current', { quantity: 'waterTemperature' }],
  ['metering.water.total', { quantity: 'waterVolume' }],
  ['action.motion.detected', { quantity: 'motionDetected' }],
  ['position', { quantity: 'location' }],
  ['action.motion.count', { quantity: 'motionCount' }],
  [
    'action.contactState',
    {
      quantity: 'contactOpen',
      convert: (value) => (value === 'open' || value === 'closed' ? value === 'open' : undefined),
    },
  ],
]);

/**
 * What a network server's or codec's normalized payload says, by quantity; undefined when it says nothing that is known. Of a
 * list of measurements the later one counts where two tell the same.
 */
export function normalizedMeasurements(payload: Json | undefined): Normalized | undefined {
  const list = (Array.isArray(payload) ? payload : [payload]).map(flatten);
  const members = new Map(list.flatMap((one) => [...one]));
  const measurements: [string, Json][] = [];
  for (const [path, { quantity, convert }] of TARGETS) {
    const delivered = members.get(path) ?? undefined;
    const value = delivered === undefined || convert === undefined ? delivered : convert(delivered);
    if (value !== undefined) measurements.push([quantity, value]);
  }
  if (measurements.length === 0) return undefined;
  const observedAt = timeIn(members.get('time'));
  return {
    measurements: Object.fromEntries(measurements),
    ...(observedAt === undefined ? {} : { observedAt }),
  };
}

function timeIn(value: Json | undefined): number | undefined {
  const micros = typeof value === 'string' ? parseDateTime(value) : undefined;
  return micros !== undefined && micros >= 0 ? micros : undefined;
}

/** Deeper than any member of a normalized payload. */
const MAX_DEPTH = 4;

/** Members by their path, such as `air.temperature`. */
export function flatten(value: Json | undefined): ReadonlyMap<string, Json> {
  const members = new Map<string, Json>();
  addMembers(members, value, '', MAX_DEPTH);
  return members;
}

function addMembers(
  members: Map<string, Json>,
  value: Json | undefined,
  prefix: string,
  depth: number,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return;
  for (const [name, content] of Object.entries(value as { readonly [name: string]: Json })) {
    members.set(prefix + name, content);
    addMembers(members, content, `${prefix}${name}.`, depth - 1);
  }
}
