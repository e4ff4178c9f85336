import type { Readings, SensorGroup } from './decentlab-protocol.ts';
import { signed } from './decentlab-words.ts';

/**
 * A Digisens water probe: its status word and the temperature of the water, then what else it measures.
 * @param words how many it takes for that.
 */
export function digisens(
  name: string,
  words: number,
  read: (words: readonly number[]) => Readings,
): SensorGroup {
  return {
    name,
    words: words + 2,
    read: ([status = 0, temperature = 0, ...others]) => ({
      probeStatus: status,
      waterTemperature: signed(temperature, 100),
      ...read(others),
    }),
  };
}
