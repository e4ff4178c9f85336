import { describe, expect, it } from '@jest/globals';
import type { CommandDevice } from '../../../iot-agent/commands/command-devices.ts';
import { CommandError } from '../../../iot-agent/commands/command-error.ts';
import { encodeDownlink } from '../../../iot-agent/commands/encode-downlink.ts';
import type { DeviceModel } from '../../../iot-agent/devices/device-model.ts';

const model = {
  commands: [{ name: 'dim', description: 'brightness in percent', value: { type: 'integer', maximum: 100 } }],
  encode: (_name: string, value: unknown, settings: { relay?: number } = {}) => {
    if (value === 99) return { bytes: Uint8Array.of(settings.relay ?? 1), fPort: 8 };
    if (value === 13) throw new Error('13 is reserved');
    return { bytes: Uint8Array.of(Number(value)), fPort: 8 };
  },
} as unknown as DeviceModel;
const modelled = { model, device: { internalAttributes: { relay: 2 } } } as unknown as CommandDevice;
const bare = { device: {} } as unknown as CommandDevice;
const noCodec = async () => undefined;

describe('a downlink', () => {
  it('is made by the device model', async () => {
    expect(await encodeDownlink(modelled, { name: 'dim' }, 30, noCodec)).toEqual({
      bytes: Uint8Array.of(30),
      fPort: 8,
    });
  });

  it('has the port that the command says, and the model knows it by its object_id', async () => {
    const command = { name: 'brightness', object_id: 'dim', fPort: 9 };
    expect(await encodeDownlink(modelled, command, 30, noCodec)).toMatchObject({ fPort: 9 });
  });

  it.each([
    ['does not fit', 101, 'brightness in percent'],
    ['is of another type', 'full', 'brightness in percent'],
    ['the device cannot be told', 13, 'reserved'],
  ])('is refused when the value %s', async (_what, value, word) => {
    const made = encodeDownlink(modelled, { name: 'dim' }, value, noCodec);
    await expect(made).rejects.toThrow(CommandError);
    await expect(made).rejects.toThrow(word);
  });

  it('is made by the model with the settings of the device', async () => {
    expect(await encodeDownlink(modelled, { name: 'dim' }, 99, noCodec)).toMatchObject({
      bytes: Uint8Array.of(2),
    });
  });

  it("is made by the device's codec before its model", async () => {
    const codec = async () => ({ bytes: Uint8Array.of(7), fPort: 1 });
    expect(await encodeDownlink(modelled, { name: 'dim' }, 30, codec)).toEqual({
      bytes: Uint8Array.of(7),
      fPort: 1,
    });
  });

  it('is made by the codec of a device without a model, which gets an object', async () => {
    const inputs: unknown[] = [];
    const codec = async (_device: unknown, input: unknown) => {
      inputs.push(input);
      return { bytes: Uint8Array.of(7), fPort: 1 };
    };
    await encodeDownlink(bare, { name: 'on' }, true, codec);
    await encodeDownlink(bare, { name: 'on', fPort: 5 }, { relay: 1 }, codec);
    expect(inputs).toEqual([{ data: { on: true } }, { data: { relay: 1 }, fPort: 5 }]);
  });

  it('says what a codec says that fails', async () => {
    const failing = () => Promise.reject(new Error('unknown command'));
    await expect(encodeDownlink(bare, { name: 'on' }, true, failing)).rejects.toThrow('unknown command');
  });

  it("is left to the network server's codec when there is no other", async () => {
    expect(await encodeDownlink(bare, { name: 'on' }, true, noCodec)).toEqual({ object: { on: true } });
  });

  it('of raw bytes needs a port', async () => {
    const command = { name: 'on', payloadType: 'binaryfromhex' } as const;
    await expect(encodeDownlink(modelled, command, '01', noCodec)).rejects.toThrow('fPort');
    expect(await encodeDownlink(modelled, { ...command, fPort: 2 }, '01', noCodec)).toEqual({
      bytes: Buffer.from([1]),
      fPort: 2,
    });
  });
});
