import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const KELVIN = 273.15;
/** Ohms of the resistor at which the voltage is measured, and of all that the thermistor is in series with. */
const SENSE = 1000;
const SERIES = 41_000;

/** Steinhart and Hart's equation, with the thermistor's coefficients. */
function temperatureOf(ohms: number): number {
  const logarithm = Math.log(ohms);
  return 1 / (8.271111e-4 + 2.08802e-4 * logarithm + 8.0592e-8 * logarithm ** 3) - KELVIN;
}

const GLOBE: SensorGroup = {
  name: 'black globe',
  words: 2,
  read: ([low = 0, high = 0]) => {
    const ratio = converterRatio(low, high) / 2;
    const ohms = SENSE / ratio - SERIES;
    // No thermistor has less than nothing: it is torn off, or shorted.
    if (ohms <= 0) return { voltageRatio: ratio };
    return { voltageRatio: ratio, thermistorResistance: ohms, globeTemperature: temperatureOf(ohms) };
  },
};

const GROUPS = [GLOBE, BATTERY];

/** The heat that people feel in the sun. */
export const dlBlg: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-blg',
  description: 'Black globe temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-BLG-datasheet.pdf',
  feeds: ['HeatStressObserved'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 30c5 0003 a40c 0081 0c60',
      fPort: 1,
      measurements: {
        voltageRatio: 0.006409406661987305,
        thermistorResistance: 115020.68221552655,
        globeTemperature: 22.028848392450755,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-BLG',
    },
    {
      bytes: '02 30c5 0003 0000 00ff 0c60',
      fPort: 1,
      measurements: { voltageRatio: 0.49609375, batteryVoltage: 3.168 },
      source: 'computed by hand: a shorted thermistor, hence no temperature',
    },
    {
      bytes: '02 30c5 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
