import { readBytes } from './bytes.ts';
import type { DecoderInput, Measurements } from './device-model.ts';
import { batteryVoltage, optionalProbe } from './dragino-payload.ts';
import { expectLength } from './expect-length.ts';

/** Firmware before v1.1.4 sends battery and distance alone. */
const LENGTHS = [4, 8];
/** Distances that stand for "no sensor found" and "nearer than the sensor can measure". */
const NO_SENSOR = 0;
const INVALID_READING = 0x14;

/**
 * The decoder of Dragino's ultrasonic distance sensors, which differ in their reach alone.
 * The probe of the temperature is an option and the payload does not say whether it is there: without one the field is 0.
 */
export function distanceDecoder(device: string): (input: DecoderInput) => Measurements {
  return ({ bytes }) => {
    expectLength(bytes, device, ...LENGTHS);
    const reader = readBytes(bytes, 'big-endian');
    const battery = batteryVoltage(reader.uint16('battery'));
    const distance = reader.uint16('distance');
    const measured =
      distance === NO_SENSOR || distance === INVALID_READING ? battery : { ...battery, distance };
    if (reader.remaining() === 0) return measured;
    reader.skip(1, 'interrupt flag');
    return { ...measured, ...optionalProbe('temperature', reader.int16('temperature of the DS18B20 probe')) };
  };
}
