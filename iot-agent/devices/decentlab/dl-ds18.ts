import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const TEMPERATURE: SensorGroup = {
  name: 'temperature',
  words: 1,
  read: ([temperature = 0]) => ({ temperature: signed(temperature, 16) }),
};

const GROUPS = [TEMPERATURE, BATTERY];

/** Temperature by a DS18B20 on a cable. */
export const dlDs18: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-ds18',
  description: 'Temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-DS18-datasheet.pdf',
  feeds: ['WeatherObserved'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 023d 0003 815e 0c15',
      fPort: 1,
      measurements: { temperature: 21.875, batteryVoltage: 3.093 },
      source: 'chirpstack-device-profiles, DL-DS18',
    },
    {
      bytes: '02 023d 0002 0c15',
      fPort: 1,
      measurements: { batteryVoltage: 3.093 },
      source: 'computed by hand: battery only',
    },
  ],
};
