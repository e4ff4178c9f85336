import { readBytes } from '../bytes.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';

/** Firmware before v1.1.4 sends battery and distance alone. */
const LENGTHS = [4, 8];
/** The two top bits of the battery word are flags. */
const BATTERY_MASK = 0x3fff;
/** Distances that stand for "no sensor found" and "nearer than the sensor can measure". */
const NO_SENSOR = 0;
const INVALID_READING = 0x14;

function decode({ bytes }: DecoderInput): Measurements {
  if (!LENGTHS.includes(bytes.length)) {
    throw new Error(`payload has ${bytes.length} byte(s): an LDDS75 sends ${LENGTHS.join(' or ')}`);
  }
  const reader = readBytes(bytes, 'big-endian');
  const batteryVoltage = (reader.uint16('battery') & BATTERY_MASK) / 1000;
  const distance = reader.uint16('distance');
  const distances = distance === NO_SENSOR || distance === INVALID_READING ? {} : { distance };
  if (reader.remaining() === 0) return { batteryVoltage, ...distances };
  reader.skip(1, 'interrupt flag');
  const tenths = reader.int16('temperature of the DS18B20 probe');
  // The probe is an option and the payload does not say whether it is there: without one the field is 0.
  return tenths === 0
    ? { batteryVoltage, ...distances }
    : { batteryVoltage, ...distances, temperature: tenths / 10 };
}

/** Distance by ultrasound, in bins and tanks. */
export const ldds75: DeviceModel = {
  vendor: 'dragino',
  model: 'ldds75',
  description: 'Ultrasonic distance sensor with an optional temperature probe',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LDDS75%20-%20LoRaWAN%20Distance%20Detection%20Sensor%20User%20Manual/',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '0d0a 07e9 00 0000 01',
      fPort: 2,
      measurements: { batteryVoltage: 3.338, distance: 2025 },
      source: 'chirpstack-device-profiles, LDDS75',
    },
    {
      bytes: '0d0a 0320 00 ff3f 01',
      fPort: 2,
      measurements: { batteryVoltage: 3.338, distance: 800, temperature: -19.3 },
      source: "computed by hand, with the user manual's example of a temperature below zero",
    },
    {
      bytes: '0d0a 0014 01 0105 00',
      fPort: 2,
      measurements: { batteryVoltage: 3.338, temperature: 26.1 },
      source: 'computed by hand: invalid reading, hence no distance',
    },
    {
      bytes: '0b45 0b05',
      fPort: 2,
      measurements: { batteryVoltage: 2.885, distance: 2821 },
      source: 'computed by hand: frame of firmware before v1.1.4',
    },
  ],
};
