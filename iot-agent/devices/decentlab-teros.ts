import type { Readings } from './decentlab-protocol.ts';
import { signed } from './decentlab-words.ts';

/**
 * A TEROS probe in mineral soil, by the calibration of its maker.
 * @param tenths of the probe's raw count.
 */
export function readTeros(tenths: number, temperature: number): Readings {
  const count = tenths / 10;
  const root = 2.887e-9 * count ** 3 - 2.08e-5 * count ** 2 + 5.276e-2 * count - 43.39;
  return {
    soilPermittivity: root ** 2,
    soilMoisture: 100 * (3.879e-4 * count - 0.6956),
    soilTemperature: signed(temperature, 10),
  };
}
