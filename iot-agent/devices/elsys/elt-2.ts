import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportInterval } from '../elsys-commands.ts';
import { decodeElsys } from '../elsys-payload.ts';

/** Temperature and humidity, and whatever is wired to its inputs: an ultrasonic distance sensor, for one. */
export const elt2: DeviceModel = {
  vendor: 'elsys',
  model: 'elt-2',
  description: 'Outdoor sensor for temperature and humidity with inputs for external probes',
  documentation: 'https://www.elsys.se/en/elsys-payload/',
  feeds: ['WeatherObserved', 'AirQualityObserved', 'WasteContainer'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode: ({ bytes }) => decodeElsys(bytes),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01 00ea 02 37',
      fPort: 5,
      measurements: { temperature: 23.4, relativeHumidity: 55 },
      source: 'chirpstack-device-profiles, ELT-2 HP',
    },
    {
      bytes: '01 00e2 02 29 04 0027 05 06 06 0308 07 0d62',
      fPort: 5,
      measurements: {
        temperature: 22.6,
        relativeHumidity: 41,
        illuminance: 39,
        motionCount: 6,
        co2: 776,
        batteryVoltage: 3.426,
      },
      source: "vendor's description of the payload",
    },
    {
      bytes: '01 ffce 02 64 07 0e10 0c ff9c 0d 01 0e 04d2 14 000f7314',
      fPort: 5,
      measurements: {
        temperature: -5,
        relativeHumidity: 100,
        batteryVoltage: 3.6,
        externalTemperature1: -10,
        digitalInput1: true,
        distance: 1234,
        pressure: 101250,
      },
      source: 'computed by hand: below zero, probes, distance and pressure',
    },
    {
      bytes: '03 3f00c1 08 03e8 09 080eb8 ff5038 0a 0005 0b 00000100 0f 02 10 00c8 00fa 11 02 12 01',
      fPort: 5,
      measurements: {
        accelerationX: 1,
        accelerationY: 0,
        accelerationZ: -1,
        analogVoltage1: 1,
        pulseCount1: 5,
        pulseTotal1: 256,
        accelerationMotionCount: 2,
        infraredInternalTemperature: 20,
        infraredExternalTemperature: 25,
        occupancyState: 2,
        waterLeak: 1,
      },
      source: 'computed by hand: inputs and counters',
    },
    {
      bytes: '15 4632 16 0006 17 00000200 18 07d0 19 0064 1a 00 1b ffffd8f0 1c 0111 3d 00000000 fe 01',
      fPort: 5,
      measurements: {
        soundPeak: 70,
        soundAverage: 50,
        pulseCount2: 6,
        pulseTotal2: 512,
        analogVoltage2: 2,
        externalTemperature2: 10,
        digitalInput2: false,
        externalAnalogVoltage: -0.01,
        tvoc: 273,
      },
      source: 'computed by hand: second inputs, then a type that is not known',
    },
  ],
};
