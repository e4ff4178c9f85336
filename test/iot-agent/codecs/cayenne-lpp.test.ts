import { describe, expect, it } from '@jest/globals';
import { cayenneLpp } from '../../../iot-agent/codecs/cayenne-lpp.ts';
import { hex } from '../hex.ts';

const decode = (bytes: string) => cayenneLpp.decode({ bytes: hex(bytes) });
const decoded = (data: unknown, ...warnings: string[]) => ({ kind: 'decoded', data, warnings });

describe('Cayenne LPP', () => {
  it.each([
    ['03670110056700FF', { temperature_3: 27.2, temperature_5: 25.5 }],
    ['01659C40', { luminosity_1: 40_000 }],
    ['0167FFD7', { temperature_1: -4.1 }],
    ['000001 010100', { digital_in_0: 1, digital_out_1: 0 }],
    ['020200C8 0303FF38', { analog_in_2: 2, analog_out_3: -2 }],
    ['046601 056840', { presence_4: 1, relative_humidity_5: 32 }],
    ['067104D2FB2E0000', { accelerometer_6: { x: 1.234, y: -1.234, z: 0 } }],
    ['077327BF', { barometric_pressure_7: 1017.5 }],
    ['088600640000FF9C', { gyrometer_8: { x: 1, y: 0, z: -1 } }],
    ['018806765FF2960A0003E8', { gps_1: { latitude: 42.3519, longitude: -87.9094, altitude: 10 } }],
    ['0174 01A3 0275 03E8 0378 64', { voltage_1: 4.19, current_2: 1, percentage_3: 100 }],
    ['0479 FFF6 057D 0258 0680 0064', { altitude_4: -10, concentration_5: 600, power_6: 100 }],
    ['0164 FFFFFFFF 0176 000F4240', { generic_1: 4_294_967_295, frequency_1: 1_000_000 }],
    ['0182 000004D2 0183 00000001', { distance_1: 1.234, energy_1: 0.001 }],
    ['0184 010E 0185 68E7B280 018E 01', { direction_1: 270, unix_time_1: 1_760_014_976, switch_1: 1 }],
    ['', {}],
  ])('%s', (bytes, data) => {
    expect(decode(bytes)).toEqual(decoded(data));
  });

  it('keeps what comes before a type that is not known, and warns', () => {
    const warning = 'the type 99 at byte 5 is not known, nor how long it is: the rest is left out';
    expect(decode('0367 0110 0163 00 0167 0110')).toEqual(decoded({ temperature_3: 27.2 }, warning));
  });

  it('keeps what comes before a value that is cut off, and warns', () => {
    const warning = 'temperature_5 at byte 4 is cut off: it is left out';
    expect(decode('03670110 056700')).toEqual(decoded({ temperature_3: 27.2 }, warning));
    const atTheEnd = 'the channel 5 at the end has no type: it is left out';
    expect(decode('03670110 05')).toEqual(decoded({ temperature_3: 27.2 }, atTheEnd));
  });

  it('encodes outputs', () => {
    const data = { digital_out_3: true, digital_out_4: 255, analog_out_5: -2.5 };
    const bytes = hex('030101 0401FF 0503FF06');
    expect(cayenneLpp.encode?.({ data, fPort: 7 })).toEqual({
      kind: 'encoded',
      bytes,
      fPort: 7,
      warnings: [],
    });
  });

  it.each([
    [{ temperature_3: 1 }, 'temperature_3 is no output'],
    [{ digital_out_256: 1 }, 'digital_out_256 is no output'],
    [{ digital_out_1: 256 }, 'from 0 to 255'],
    [{ digital_out_1: 'on' }, 'must be a number'],
    [{ analog_out_1: 400 }, '-327.68 to 327.67'],
    [{}, 'at least one output'],
    [[1], 'is an object'],
  ])('refuses to encode %j', (data, reason) => {
    expect(cayenneLpp.encode?.({ data })).toMatchObject({
      kind: 'failed',
      errors: [expect.stringContaining(reason)],
    });
  });
});
