import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { orderedAcks } from '../../../iot-agent/transports/ordered-acks.ts';

function acks() {
  const written: string[] = [];
  const add = orderedAcks((packets) => written.push(Buffer.from(packets).toString('hex')));
  return { written, add };
}

describe('orderedAcks', () => {
  it('writes a PUBACK with the identifier of the message', async () => {
    const { written, add } = acks();
    add(0x1234)();
    await setImmediate();
    expect(written).toEqual(['40021234']);
  });

  it('writes together what becomes safe together', async () => {
    const { written, add } = acks();
    const all = [1, 2, 3].map(add);
    await Promise.all(all.map(async (acknowledge) => acknowledge()));
    await setImmediate();
    expect(written).toEqual(['400200014002000240020003']);
  });

  it('keeps the order of arrival [MQTT-4.6.0-2]', async () => {
    const { written, add } = acks();
    const [first, second, third] = [1, 2, 3].map(add);
    second?.();
    await setImmediate();
    expect(written).toEqual([]);
    first?.();
    await setImmediate();
    expect(written).toEqual(['4002000140020002']);
    third?.();
    await setImmediate();
    expect(written).toEqual(['4002000140020002', '40020003']);
  });
});
