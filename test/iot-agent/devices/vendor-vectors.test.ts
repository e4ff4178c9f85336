import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { hex } from '../hex.ts';

const file = join(process.env['SHARED_DIR'] ?? '../shared', 'vectors', 'lorawan-uplinks.jsonl');
const catalogue = await loadCatalogue();

/** Names of the vectors' devices that differ from ours. */
const MODELS: { readonly [device: string]: string } = {
  'ELT-2 HP': 'elsys/elt-2',
  'Milesight EM300-TH': 'milesight/em300-th',
};

/** The vendors' names of what they measure, in the order of ours. */
const NAMES: { readonly [vendorName: string]: string } = {
  battery_voltage: 'batteryVoltage',
  Bat: 'batteryVoltage',
  air_temperature: 'temperature',
  temperature: 'temperature',
  air_humidity: 'relativeHumidity',
  humidity: 'relativeHumidity',
  barometric_pressure: 'pressure',
  barometer_temperature: 'barometerTemperature',
  illuminance: 'illuminance',
  ambient_light_visible_infrared: 'lightVisibleInfrared',
  ambient_light_infrared: 'lightInfrared',
  co2_concentration: 'co2',
  co2_concentration_lpf: 'co2Filtered',
  co2_sensor_temperature: 'co2SensorTemperature',
  co2_sensor_status: 'co2SensorStatus',
  capacitor_voltage_1: 'capacitorVoltage1',
  capacitor_voltage_2: 'capacitorVoltage2',
  raw_ir_reading: 'rawInfrared',
  raw_ir_reading_lpf: 'rawInfraredFiltered',
  activity_counter: 'motionCount',
  total_voc: 'tvoc',
  pm1_0_mass_concentration: 'pm1',
  pm2_5_mass_concentration: 'pm25',
  pm4_mass_concentration: 'pm4',
  pm10_mass_concentration: 'pm10',
  typical_particle_size: 'typicalParticleSize',
  pm0_5_number_concentration: 'particleCount05',
  pm1_0_number_concentration: 'particleCount1',
  pm2_5_number_concentration: 'particleCount25',
  pm4_number_concentration: 'particleCount4',
  pm10_number_concentration: 'particleCount10',
  distance: 'distance',
  Distance: 'distance',
  number_of_valid_samples: 'validSamples',
  number_of_samples: 'validSamples',
  distance_average: 'distance',
  distance_minimum: 'distanceMinimum',
  distance_maximum: 'distanceMaximum',
  distance_median: 'distanceMedian',
  distance_10th_percentile: 'distancePercentile10',
  distance_25th_percentile: 'distancePercentile25',
  distance_75th_percentile: 'distancePercentile75',
  distance_90th_percentile: 'distancePercentile90',
  distance_most_frequent_value: 'distanceMostFrequent',
  total_acquisition_time: 'acquisitionTime',
  RO1_status: 'relay1',
  RO2_status: 'relay2',
  DO1_status: 'digitalOutput1',
  DO2_status: 'digitalOutput2',
  DI1_status: 'digitalInput1',
  DI2_status: 'digitalInput2',
  AVI1_V: 'analogVoltage1',
  AVI2_V: 'analogVoltage2',
  ACI1_mA: 'analogCurrent1',
  ACI2_mA: 'analogCurrent2',
};

/** What identifies the frame, and what stands for "no probe there". */
const NOT_MEASURED = new Set([
  'protocol_version',
  'device_id',
  'Hardware_mode',
  'Work_mode',
  'Interrupt_flag',
  'Sensor_flag',
  'TempC_DS18B20',
]);

interface Vector {
  readonly vendor: string;
  readonly device: string;
  readonly fPort: number | null;
  readonly bytesHex: string;
  readonly expected: { readonly data: { readonly [name: string]: unknown } };
}

function readVectors(): readonly Vector[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);
}

function modelOf({ vendor, device }: Vector): ReturnType<typeof catalogue.findModel> {
  return catalogue.findModel(MODELS[device] ?? `${vendor}/${device}`);
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return (value as { readonly value: unknown }).value;
  if (value === 'H' || value === 'ON') return true;
  return value === 'L' || value === 'OFF' ? false : value;
}

const describeWithShared = existsSync(file) ? describe : describe.skip;

describeWithShared(
  `the vendors' own decoders (${existsSync(file) ? file : `skipped: ${file} is absent`})`,
  () => {
    const vectors = existsSync(file) ? readVectors().filter((vector) => modelOf(vector) !== undefined) : [];

    it('have a vector for every model', () => {
      expect(vectors).toHaveLength(catalogue.list().length);
    });

    it.each(vectors)('say the same as ours of $device $bytesHex', (vector) => {
      const decoded =
        modelOf(vector)?.decode({ bytes: hex(vector.bytesHex), fPort: vector.fPort ?? 1 }) ?? {};
      const expected = Object.entries(vector.expected.data).filter(([name]) => !NOT_MEASURED.has(name));
      expect(Object.keys(decoded).sort()).toEqual(expected.map(([name]) => NAMES[name] ?? name).sort());
      for (const [name, value] of expected) {
        const plain = plainValue(value);
        const ours = decoded[NAMES[name] ?? name];
        if (typeof plain === 'number') expect(ours).toBeCloseTo(plain, 10);
        else expect(ours).toBe(plain);
      }
    });
  },
);
