import { between, type Quantities, quantity } from './quantity.ts';
import { VOLTS } from './scales.ts';

/** Electricity: what is metered, what runs the device, what its inputs see. */
export const POWER: Quantities = {
  activeEnergy: quantity(
    'kWh',
    { unitCode: 'KWH', range: between(0, 1e12) },
    { Streetlight: 'lifetimePowerConsumption' },
  ),
  activePower: quantity(
    'W',
    { unitCode: 'WTT', range: between(-1e9, 1e9) },
    { Streetlight: 'powerConsumption' },
  ),
  voltage: quantity('V', { ...VOLTS, range: between(-1e6, 1e6) }, { Streetlight: 'voltage' }),
  current: quantity('A', { unitCode: 'AMP', range: between(-1e5, 1e5) }, { Streetlight: 'current' }),
  frequency: quantity('Hz', { unitCode: 'HTZ', range: between(0, 1e6) }),
  powerFactor: quantity('-1..1', { unitCode: 'C62', range: between(-1, 1) }, { Streetlight: 'powerFactor' }),

  batteryVoltage: quantity('V', { ...VOLTS, range: between(0, 1000) }),
  batteryLevel: quantity('0..1', { unitCode: 'C62', digits: 4, range: between(0, 1) }),
  capacitorVoltage1: quantity('V', VOLTS),
  capacitorVoltage2: quantity('V', VOLTS),
  analogVoltage1: quantity('V', VOLTS),
  analogVoltage2: quantity('V', VOLTS),
  externalAnalogVoltage: quantity('V', { unitCode: 'VLT', digits: 6 }),
  analogCurrent1: quantity('mA', { unitCode: '4K' }),
  analogCurrent2: quantity('mA', { unitCode: '4K' }),
};
