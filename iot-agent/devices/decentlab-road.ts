import type { SensorGroup } from './decentlab-protocol.ts';
import { signed } from './decentlab-words.ts';

/** An infrared thermometer: what it looks at, and its own head. */
export const INFRARED: SensorGroup = {
  name: 'infrared thermometer',
  words: 2,
  read: ([target = 0, head = 0]) => ({
    surfaceTemperature: (target - 1000) / 10,
    internalTemperature: (head - 1000) / 10,
  }),
};

/** What a road weather sensor says, in the order of its words. */
export function readRoad(words: readonly number[]): {
  readonly surface: number | undefined;
  readonly air: number | undefined;
  readonly humidity: number | undefined;
  readonly dewPoint: number | undefined;
  readonly tilt: number | undefined;
  readonly internal: number | undefined;
} {
  const [surface = 0, air = 0, humidity = 0, dewPoint = 0, tilt = 0, internal = 0] = words;
  return {
    surface: signed(surface, 100),
    air: signed(air, 100),
    humidity: signed(humidity, 100),
    dewPoint: signed(dewPoint, 100),
    tilt: signed(tilt),
    internal: signed(internal, 100),
  };
}
