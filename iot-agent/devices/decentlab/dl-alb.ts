import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

/** The share of the incoming radiation that is reflected; in the dark there is none. */
function albedoOf(incoming: number | undefined, reflected: number | undefined): number | undefined {
  if (incoming === undefined || reflected === undefined || incoming <= 0) return undefined;
  return reflected / incoming;
}

const RADIATION: SensorGroup = {
  name: 'radiation',
  words: 2,
  read: ([down = 0, up = 0]) => {
    const incoming = signed(down, 10);
    const reflected = signed(up, 10);
    return {
      solarRadiation: incoming,
      reflectedRadiation: reflected,
      albedo: albedoOf(incoming, reflected),
    };
  },
};

const GROUPS = [RADIATION, BATTERY];

/** The radiation of the sun, and what the ground throws back of it. */
export const dlAlb: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-alb',
  description: 'Albedometer: incoming and reflected solar radiation',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-ALB-datasheet.pdf',
  feeds: ['WeatherObserved'],
  controlledProperty: ['solarRadiation'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 5285 0003 8099 8022 0bd3',
      fPort: 1,
      measurements: {
        solarRadiation: 15.3,
        reflectedRadiation: 3.4,
        albedo: 0.2222222222222222,
        batteryVoltage: 3.027,
      },
      source: 'chirpstack-device-profiles, DL-ALB',
    },
    {
      bytes: '02 5285 0003 8000 7fff 0bd3',
      fPort: 1,
      measurements: { solarRadiation: 0, reflectedRadiation: -0.1, batteryVoltage: 3.027 },
      source: 'computed by hand: at night, hence no albedo',
    },
    {
      bytes: '02 5285 0002 0bd3',
      fPort: 1,
      measurements: { batteryVoltage: 3.027 },
      source: 'computed by hand: battery only',
    },
  ],
};
