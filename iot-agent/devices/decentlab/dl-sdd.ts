import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const LEVELS_OF_A_GROUP = 6;
const SALINITY_OFFSET = 100;

/** Six levels of the probe, the uppermost first: their moistures, their temperatures, their salinities. */
function levels(from: number): SensorGroup {
  const places = Array.from({ length: LEVELS_OF_A_GROUP }, (_, place) => place);
  return {
    name: `soil from level ${from}`,
    words: 3 * LEVELS_OF_A_GROUP,
    read: (words) => {
      const moistures = words.slice(0, LEVELS_OF_A_GROUP);
      const temperatures = words.slice(LEVELS_OF_A_GROUP, 2 * LEVELS_OF_A_GROUP);
      const salinities = words.slice(2 * LEVELS_OF_A_GROUP);
      const readings = places.flatMap((place) => [
        [`soilMoisture${from + place}`, signed(moistures[place] ?? 0, 100)] as const,
        [`soilTemperature${from + place}`, signed(temperatures[place] ?? 0, 100)] as const,
        [`soilSalinity${from + place}`, (salinities[place] ?? 0) - SALINITY_OFFSET] as const,
      ]);
      return Object.fromEntries(readings);
    },
  };
}

const GROUPS = [levels(1), levels(1 + LEVELS_OF_A_GROUP), BATTERY];

/** Soil in up to twelve depths, by a Sentek Drill & Drop. */
export const dlSdd: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-sdd',
  description: 'Soil moisture, temperature and salinity profile',
  documentation: 'https://www.decentlab.com/products/soil-moisture-temperature-and-salinity-profile',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature', 'salinity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes:
        '02 43e3 0005 8000 8000 8000 8000 8000 8000 8741 877b 8749 876c 876c 8766 0000 0000 0000 0000 0000 014a 09e3',
      fPort: 1,
      measurements: {
        soilMoisture1: 0,
        soilMoisture2: 0,
        soilMoisture3: 0,
        soilMoisture4: 0,
        soilMoisture5: 0,
        soilMoisture6: 0,
        soilTemperature1: 18.57,
        soilTemperature2: 19.15,
        soilTemperature3: 18.65,
        soilTemperature4: 19,
        soilTemperature5: 19,
        soilTemperature6: 18.94,
        soilSalinity1: -100,
        soilSalinity2: -100,
        soilSalinity3: -100,
        soilSalinity4: -100,
        soilSalinity5: -100,
        soilSalinity6: 230,
        batteryVoltage: 2.531,
      },
      source: 'chirpstack-device-profiles, DL-SDD',
    },
    {
      bytes: '02 43e3 0004 09e3',
      fPort: 1,
      measurements: { batteryVoltage: 2.531 },
      source: 'computed by hand: battery only',
    },
  ],
};
