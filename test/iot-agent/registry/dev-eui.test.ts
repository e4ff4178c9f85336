import { describe, expect, it } from '@jest/globals';
import { normaliseDevEui } from '../../../iot-agent/registry/dev-eui.ts';

describe('normaliseDevEui', () => {
  it.each([
    '70B3D57BA0000123',
    '70b3d57ba0000123',
    '70:B3:D5:7B:A0:00:01:23',
    '70-b3-d5-7b-a0-00-01-23',
    '70B3.D57B.A000.0123',
    ' 70B3D57B A0000123 ',
  ])('knows %s', (text) => {
    expect(normaliseDevEui(text)).toBe('70B3D57BA0000123');
  });

  it.each([
    '',
    '70B3D57BA000012',
    '70B3D57BA00001234',
    '70B3D57BA000012G',
    '0x70B3D57BA0000123',
    ':'.repeat(1e6),
  ])('does not know %.20s', (text) => {
    expect(normaliseDevEui(text)).toBeUndefined();
  });
});
