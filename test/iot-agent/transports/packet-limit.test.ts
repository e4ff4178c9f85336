import { describe, expect, it } from '@jest/globals';
import { packetLimit } from '../../../iot-agent/transports/packet-limit.ts';

describe('packetLimit', () => {
  it('refuses by the announced length, before the rest has come', () => {
    expect(packetLimit(127)(Buffer.from('307f', 'hex'))).toBe(true);
    expect(packetLimit(126)(Buffer.from('307f', 'hex'))).toBe(false);
    expect(packetLimit(2 ** 27)(Buffer.from('30ffffff7f', 'hex'))).toBe(false);
  });

  it('refuses a length that does not end', () => {
    expect(packetLimit(2 ** 40)(Buffer.from('308080808000', 'hex'))).toBe(false);
  });
});
