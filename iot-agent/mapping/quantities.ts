import type { Json } from '../measurement.ts';

/** A quantity that decoders deliver, and the Attributes that it becomes. */
export interface Quantity {
  /** The unit, or the nature, of what decoders deliver. */
  readonly delivered: string;
  /** UN/CEFACT code of the converted value; absent where there is no unit. */
  readonly unitCode?: string;
  /** From the delivered unit to ours, rounded to what sensors can tell; undefined when it is no value at all. */
  readonly convert: (value: Json) => Json | undefined;
  /** Entity type → the Attribute that holds the quantity there. Types that are not named have no room for it. */
  readonly attributes: { readonly [entityType: string]: string };
}

interface Scale {
  readonly unitCode?: string;
  /** What the delivered number is multiplied with. */
  readonly factor?: number;
  /** Digits that are kept behind the point. */
  readonly digits?: number;
}

/** Half away from zero at `digits` behind the point; never minus zero. */
export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}

function quantity(delivered: string, scale: Scale = {}, attributes: Quantity['attributes'] = {}): Quantity {
  const { factor = 1, digits = 3, unitCode } = scale;
  return {
    delivered,
    ...(unitCode === undefined ? {} : { unitCode }),
    convert: (value) =>
      typeof value === 'number' && Number.isFinite(value) ? round(value * factor, digits) : undefined,
    attributes,
  };
}

function state(delivered: string): Quantity {
  return { delivered, convert: (value) => (value === null ? undefined : value), attributes: {} };
}

const inAir = (attribute: string): Quantity['attributes'] => ({ AirQualityObserved: attribute });
const everywhere = (attribute: string): Quantity['attributes'] => ({
  AirQualityObserved: attribute,
  WeatherObserved: attribute,
});
const MICROGRAMS: Scale = { unitCode: 'GQ', digits: 2 };
const CELSIUS: Scale = { unitCode: 'CEL', digits: 2 };
const VOLTS: Scale = { unitCode: 'VLT' };
const MILLIMETRES: Scale = { unitCode: 'MMT' };
const COUNT: Scale = { unitCode: 'C62' };
const PER_CM3 = 'particles/cm³';

/** Every quantity that a decoder may deliver. */
export const QUANTITIES: { readonly [name: string]: Quantity } = {
  temperature: quantity('°C', CELSIUS, { ...everywhere('temperature'), WasteContainer: 'temperature' }),
  relativeHumidity: quantity(
    '%',
    { unitCode: 'C62', factor: 0.01, digits: 4 },
    everywhere('relativeHumidity'),
  ),
  pressure: quantity(
    'Pa',
    { unitCode: 'A97', factor: 0.01, digits: 2 },
    { AirQualityObserved: 'pressure', WeatherObserved: 'atmosphericPressure' },
  ),
  illuminance: quantity('lx', { unitCode: 'LUX', digits: 2 }, { WeatherObserved: 'illuminance' }),
  pm1: quantity('µg/m³', MICROGRAMS, inAir('pm1')),
  pm25: quantity('µg/m³', MICROGRAMS, inAir('pm25')),
  pm4: quantity('µg/m³', MICROGRAMS, inAir('pm4')),
  pm10: quantity('µg/m³', MICROGRAMS, inAir('pm10')),
  co2: quantity('ppm', { unitCode: '59' }, inAir('co2')),
  // Parts per billion as the sensor reports them: a mass would need the mixture, which it does not know.
  tvoc: quantity('ppb', { unitCode: '61' }, inAir('volatileOrganicCompoundsTotal')),

  typicalParticleSize: quantity('nm', { unitCode: 'C45' }),
  particleCount05: quantity(PER_CM3),
  particleCount1: quantity(PER_CM3),
  particleCount25: quantity(PER_CM3),
  particleCount4: quantity(PER_CM3),
  particleCount10: quantity(PER_CM3),
  co2Filtered: quantity('ppm', { unitCode: '59' }),
  co2SensorStatus: quantity('status word'),
  co2SensorTemperature: quantity('°C', CELSIUS),
  barometerTemperature: quantity('°C', CELSIUS),
  capacitorVoltage1: quantity('V', VOLTS),
  capacitorVoltage2: quantity('V', VOLTS),
  rawInfrared: quantity('raw reading'),
  rawInfraredFiltered: quantity('raw reading'),
  lightVisibleInfrared: quantity('raw reading'),
  lightInfrared: quantity('raw reading'),

  distance: quantity('mm', MILLIMETRES),
  distanceMinimum: quantity('mm', MILLIMETRES),
  distanceMaximum: quantity('mm', MILLIMETRES),
  distanceMedian: quantity('mm', MILLIMETRES),
  distancePercentile10: quantity('mm', MILLIMETRES),
  distancePercentile25: quantity('mm', MILLIMETRES),
  distancePercentile75: quantity('mm', MILLIMETRES),
  distancePercentile90: quantity('mm', MILLIMETRES),
  distanceMostFrequent: quantity('mm', MILLIMETRES),
  validSamples: quantity('count', COUNT),
  acquisitionTime: quantity('ms', { unitCode: 'C26' }),

  batteryVoltage: quantity('V', VOLTS),
  batteryLevel: quantity('0..1', { unitCode: 'C62', digits: 4 }),
  analogVoltage1: quantity('V', VOLTS),
  analogVoltage2: quantity('V', VOLTS),
  externalAnalogVoltage: quantity('V', { unitCode: 'VLT', digits: 6 }),
  analogCurrent1: quantity('mA', { unitCode: '4K' }),
  analogCurrent2: quantity('mA', { unitCode: '4K' }),
  relay1: state('closed or not'),
  relay2: state('closed or not'),
  digitalInput1: state('high or not'),
  digitalInput2: state('high or not'),
  digitalOutput1: state('high or not'),
  digitalOutput2: state('high or not'),
  pulseCount1: quantity('count since the last report', COUNT),
  pulseCount2: quantity('count since the last report', COUNT),
  pulseTotal1: quantity('count', COUNT),
  pulseTotal2: quantity('count', COUNT),
  voltageCount1: quantity('count', COUNT),

  motionCount: quantity('count', COUNT),
  accelerationMotionCount: quantity('count', COUNT),
  accelerationX: quantity('g', { unitCode: 'K40' }),
  accelerationY: quantity('g', { unitCode: 'K40' }),
  accelerationZ: quantity('g', { unitCode: 'K40' }),
  occupancyState: quantity('0 empty, 1 pending, 2 occupied'),
  waterLeak: quantity('raw reading'),
  soundPeak: quantity('dB', { unitCode: '2N' }),
  soundAverage: quantity('dB', { unitCode: '2N' }),
  externalTemperature1: quantity('°C', CELSIUS),
  externalTemperature2: quantity('°C', CELSIUS),
  infraredInternalTemperature: quantity('°C', CELSIUS),
  infraredExternalTemperature: quantity('°C', CELSIUS),
  thermalGrid: state('64 temperatures in °C'),
};

/** The quantity of that name, if it is one. */
export function findQuantity(name: string): Quantity | undefined {
  return Object.hasOwn(QUANTITIES, name) ? QUANTITIES[name] : undefined;
}
