import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import {
  battery,
  milesightDecoder,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM300-SLD or -ZLD', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 00': (r) => ({ waterLeak: r.uint8('leakage status') }),
  ...storedReadings,
});

/** Water that leaks, at a spot (SLD) or along a cable (ZLD), with temperature and humidity. */
export const em300SldZld: DeviceModel = {
  vendor: 'milesight',
  model: 'em300-sld-zld',
  description: 'Leak detection sensor, spot or zone',
  documentation: 'https://www.milesight.com/products/docs/en/em300-zld/protocol/em300/em300-uplink.html',
  feeds: ['WaterLeakSensor'],
  controlledProperty: ['temperature', 'humidity', 'waterPollution'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01755c 03673401 046865 050000',
      fPort: 85,
      measurements: { batteryLevel: 0.92, temperature: 30.8, relativeHumidity: 50.5, waterLeak: 0 },
      source: 'chirpstack-device-profiles, EM300-SLD-ZLD',
    },
    {
      bytes: '03671001 046871 050000',
      fPort: 85,
      measurements: { temperature: 27.2, relativeHumidity: 56.5, waterLeak: 0 },
      source: 'user guide, periodic report',
    },
    {
      bytes: '050001',
      fPort: 85,
      measurements: { waterLeak: 1 },
      source: 'user guide, water leakage alarm',
    },
  ],
};
