import { between, type Quantities, quantity } from './quantity.ts';
import { CELSIUS, COUNT, DECIBELS, DEGREES, PERCENT, VOLTS } from './scales.ts';

const tilt = () => quantity('°', { ...DEGREES, range: between(-360, 360) });

/** What probes measure of themselves and of the things that they are fixed to. */
export const PROBES: Quantities = {
  internalTemperature: quantity('°C', CELSIUS),
  probeStatus: quantity('status word', { digits: 0 }),
  probeSerial: quantity('serial number', { digits: 0 }),
  signalReliability: quantity('dB', DECIBELS),
  tilt: tilt(),
  tiltX: tilt(),
  tiltY: tilt(),
  compassHeading: tilt(),

  potentiometerPosition: quantity('% of its travel', { ...PERCENT, range: between(-110, 110) }),
  strain: quantity('µm/m'),
  elongation: quantity('µm', { unitCode: '4H' }),

  voltageRatio: quantity('share of the reference', { digits: 6, range: between(-1, 1) }),
  voltageMaximum: quantity('V', VOLTS),
  voltageMinimum: quantity('V', VOLTS),
  thermistorResistance: quantity('Ω', { unitCode: 'OHM', digits: 2 }),
  counterReading: quantity('count', COUNT),
  measurementInterval: quantity('s', { unitCode: 'SEC', digits: 6 }),
  pulseInterval: quantity('s', { unitCode: 'SEC' }),
};
