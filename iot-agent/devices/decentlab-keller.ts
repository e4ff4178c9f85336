import type { Json } from '../measurement.ts';
import { liquidAbove, withDensity } from './decentlab-pressure.ts';
import type { SensorGroup } from './decentlab-protocol.ts';
import type { ModelSetting } from './device-model.ts';
import { settingOrNominal } from './settings.ts';

/** Counts at the lower end of the range, and from there to the upper end. */
const LOWEST = 16384;
const SPAN = 32768;

/** A pressure probe whose range is on its label. */
export interface RangedProbe {
  readonly group: SensorGroup;
  readonly settings: readonly ModelSetting[];
}

/** A probe of Keller's D line: its words spread over the range of pressures that it was made for, in bar. */
export function rangedProbe(lowest: number, highest: number): RangedProbe {
  const minimum = { name: 'pressureMinimum', description: 'lower end of its range, bar', nominal: lowest };
  const maximum = { name: 'pressureMaximum', description: 'upper end of its range, bar', nominal: highest };
  const barOf = (word: number, settings: Json | undefined): number => {
    const from = settingOrNominal(settings, minimum);
    const to = settingOrNominal(settings, maximum);
    return ((word - LOWEST) / SPAN) * (to - from) + from;
  };
  const group: SensorGroup = {
    name: 'pressure and temperature',
    words: 2,
    read: ([pressure = 0, temperature = 0], settings) => ({
      ...liquidAbove(pressure === 0 ? undefined : barOf(pressure, settings), settings),
      waterTemperature: temperature === 0 ? undefined : (temperature - 384) * 0.003125 - 50,
    }),
  };
  return { group, settings: withDensity(minimum, maximum) };
}
