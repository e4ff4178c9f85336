import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import type { DeviceModel, Measurements } from '../../../iot-agent/devices/device-model.ts';

const models = (await loadCatalogue()).list().filter(({ vendor }) => vendor === 'decentlab');

const HEADER = 5;
const MOST_WORDS = 20;
/** Stands for no sensor's marker, and for some value of every one. */
const WORD = 0x00b0;

function frame(flags: number, words: number, word: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER + 2 * words));
  view.setUint8(0, 2);
  view.setUint16(3, flags);
  for (let at = 0; at < words; at++) view.setUint16(HEADER + 2 * at, word);
  return new Uint8Array(view.buffer);
}

function decode(model: DeviceModel, flags: number, words: number, word = WORD): Measurements {
  return model.decode({ bytes: frame(flags, words, word), fPort: 1 });
}

/** How many words each group of the model takes, by its flag: frames of any other length are refused. */
function groupsOf(model: DeviceModel): readonly number[] {
  const sizes: number[] = [];
  for (let flag = 1; ; flag *= 2) {
    const fitting = Array.from({ length: MOST_WORDS }, (_, words) => words).filter((words) =>
      isTaken(model, flag, words),
    );
    // Flags of newer firmware go with any length.
    if (fitting.length !== 1) return sizes;
    sizes.push(...fitting);
  }
}

function isTaken(model: DeviceModel, flags: number, words: number): boolean {
  try {
    decode(model, flags, words);
    return true;
  } catch {
    return false;
  }
}

describe('frames of Decentlab', () => {
  it.each(models)('of $model may have any of its groups, and say of each what it says alone', (model) => {
    const sizes = groupsOf(model);
    expect(sizes.length).toBeGreaterThanOrEqual(2);
    const alone = sizes.map((words, group) => decode(model, 2 ** group, words));
    for (let flags = 0; flags < 2 ** sizes.length; flags++) {
      const sent = sizes.flatMap((_, group) => ((flags >>> group) & 1 ? [group] : []));
      const words = sent.reduce((sum, group) => sum + (sizes[group] ?? 0), 0);
      const expected = Object.assign({}, ...sent.map((group) => alone[group]));
      expect(decode(model, flags, words)).toEqual(expected);
    }
  });

  it.each(models)('of $model with nothing but the battery say nothing else', (model) => {
    const battery = groupsOf(model).map((words, group) => decode(model, 2 ** group, words));
    const only = battery.filter((measured) => Object.keys(measured).join() === 'batteryVoltage');
    expect(only).toEqual([{ batteryVoltage: WORD / 1000 }]);
  });

  it.each([0, 0xffff])('of words %d hold neither NaN nor Infinity', (word) => {
    for (const model of models) {
      const sizes = groupsOf(model);
      const words = sizes.reduce((sum, size) => sum + size, 0);
      const numbers = Object.values(decode(model, 2 ** sizes.length - 1, words, word)).filter(
        (value) => typeof value === 'number',
      );
      expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
    }
  });
});
