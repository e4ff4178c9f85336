import type { DeviceModel } from '../device-model.ts';
import { netvoxDecoder } from '../netvox-payload.ts';

const DEVICE_TYPE = 0x0e;

const decode = netvoxDecoder('an R809A', DEVICE_TYPE, {
  1: (r) => ({ relay1: r.uint8('on or off') !== 0, activeEnergy: r.uint32('energy') / 1000 }),
  2: (r) => ({
    voltage: r.uint16('voltage'),
    current: r.uint16('current') / 1000,
    activePower: r.uint16('power'),
  }),
});

/** A socket that switches and meters. */
export const r809a: DeviceModel = {
  vendor: 'netvox',
  model: 'r809a',
  description: 'Plug-and-play power outlet with metering',
  documentation: 'http://www.netvox.com.tw/um/R809A/R809AUserManual.pdf',
  feeds: ['SmartPlug'],
  controlledProperty: ['power', 'energy'],
  category: ['actuator', 'meter'],
  decode,
  examples: [
    {
      bytes: '01 0e 01 00 00000006 000000',
      fPort: 6,
      measurements: { relay1: false, activeEnergy: 0.006 },
      source: 'user manual, first uplink',
    },
    {
      bytes: '01 0e 02 00db 0064 0016 0000',
      fPort: 6,
      measurements: { voltage: 219, current: 0.1, activePower: 22 },
      source: 'user manual, second uplink',
    },
  ],
};
