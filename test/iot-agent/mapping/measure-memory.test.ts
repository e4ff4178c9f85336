import { describe, expect, it } from '@jest/globals';
import { measureMemory } from '../../../iot-agent/mapping/measure-memory.ts';
import { plainToEntity } from '../../../iot-agent/mapping/plain-to-entity.ts';
import { OBSERVED_AT, plainDevice, single } from './sample-device.ts';

describe('what expressions call oldCtxt', () => {
  const device = plainDevice({
    explicitAttrs: true,
    attributes: [
      { name: 'used', type: 'Number', expression: 'total - oldCtxt.total' },
      { name: 'count', type: 'Number', expression: 'oldCtxt.count ? oldCtxt.count + 1 : 1' },
    ],
  });

  it('is the measure before, however often this one is mapped and whatever comes late', () => {
    const memory = measureMemory(10);
    const map = (total: number, seconds: number) => {
      const mapped = single(plainToEntity(device, { total }, OBSERVED_AT + seconds * 1_000_000, { memory }));
      return mapped.kind === 'entity' ? mapped.entity : mapped;
    };
    expect(map(100, 0)).not.toHaveProperty('used');
    expect(map(107, 10)).toMatchObject({ used: { value: 7 }, count: { value: 2 } });
    expect(map(107, 10)).toMatchObject({ used: { value: 7 }, count: { value: 2 } });
    expect(map(103, 5)).toMatchObject({ used: { value: 3 }, count: { value: 2 } });
    expect(map(120, 20)).toMatchObject({ used: { value: 13 }, count: { value: 3 } });
  });

  it('is forgotten when there are too many devices, and kept for each apart', () => {
    const memory = measureMemory(2);
    const device = (deviceId: string) => plainDevice({ deviceId });
    memory.remember(device('a'), 1, { n: 1 });
    memory.remember(device('b'), 1, { n: 2 });
    expect(memory.before(device('a'), 2)).toEqual({ n: 1 });
    expect(memory.before(device('b'), 2)).toEqual({ n: 2 });
    memory.remember(device('c'), 1, { n: 3 });
    expect(memory.before(device('a'), 2)).toBeUndefined();
    expect(memory.before(device('c'), 2)).toEqual({ n: 3 });
  });
});
