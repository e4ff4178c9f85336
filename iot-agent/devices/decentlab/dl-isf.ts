import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { joined, signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

/** Sent in steps of 0.016, from -50. */
const velocity = (word: number): number => (word * 16 - 50_000) / 1000;
/** The logarithm of a ratio of temperatures, sent in steps of 0.00032, from -10. */
const ratio = (word: number): number => (word * 32 - 1_000_000) / 100_000;
/** Seconds from the pulse of heat until a needle is hottest, sent in steps of two milliseconds. */
const peakTime = (word: number): number => (word * 2) / 1000;
const volts = (word: number): number | undefined => signed(word, 1000);

/** Words of the outer and the inner needle of the probe, by place; the sap flow is of both. */
const FIELDS: readonly (readonly [quantity: string, toValue: (word: number) => number | undefined])[] = [
  ['sapFlow', velocity],
  ['heatVelocityOuter', velocity],
  ['heatVelocityInner', velocity],
  ['heatRatioAlphaOuter', ratio],
  ['heatRatioAlphaInner', ratio],
  ['heatRatioBetaOuter', ratio],
  ['heatRatioBetaInner', ratio],
  ['peakTimeOuter', peakTime],
  ['peakTimeInner', peakTime],
  ['stemTemperature', (word) => signed(word, 100)],
  ['voltageMaximum', volts],
  ['voltageMinimum', volts],
];

const SAP_FLOW: SensorGroup = {
  name: 'sap flow',
  words: 16,
  read: (words) => {
    const [low = 0, high = 0, outer = 0, inner = 0] = words.slice(FIELDS.length);
    return {
      ...Object.fromEntries(FIELDS.map(([name, toValue], place) => [name, toValue(words[place] ?? 0)])),
      probeStatus: joined(low, high),
      upstreamPeakTimeOuter: peakTime(outer),
      upstreamPeakTimeInner: peakTime(inner),
    };
  },
};

const GROUPS = [SAP_FLOW, BATTERY];

/** How much a tree drinks, by the heat that its sap carries away. */
export const dlIsf: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-isf',
  description: 'Sap flow sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-ISF-datasheet.pdf',
  feeds: ['PlantObserved'],
  controlledProperty: ['waterFlow', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes:
        '02 3d01 0003 0c29 0bab 0c3e 7970 7a1d 7843 7991 4908 4599 7e4c acde aa6e 0000 0000 457e 415a 0b59',
      fPort: 1,
      measurements: {
        sapFlow: -0.192,
        heatVelocityOuter: -2.208,
        heatVelocityInner: 0.144,
        heatRatioAlphaOuter: -0.05184,
        heatRatioAlphaInner: 0.00352,
        heatRatioBetaOuter: -0.14816,
        heatRatioBetaInner: -0.04128,
        peakTimeOuter: 37.392,
        peakTimeInner: 35.634,
        stemTemperature: -4.36,
        voltageMaximum: 11.486,
        voltageMinimum: 10.862,
        probeStatus: 0,
        upstreamPeakTimeOuter: 35.58,
        upstreamPeakTimeInner: 33.46,
        batteryVoltage: 2.905,
      },
      source: 'chirpstack-device-profiles, DL-ISF',
    },
    {
      bytes: '02 3d01 0002 0b59',
      fPort: 1,
      measurements: { batteryVoltage: 2.905 },
      source: 'computed by hand: battery only',
    },
  ],
};
