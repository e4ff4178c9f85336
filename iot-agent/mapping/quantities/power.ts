import { between, type Quantities, type Quantity, quantity } from './quantity.ts';
import { VOLTS } from './scales.ts';

const CABINET = 'StreetlightControlCabinet';
interface Attributes {
  readonly [entityType: string]: string;
}

/** Watts; the cabinet tells kilowatts. */
function power(ofCabinet: string, ofLamp?: string): Quantity {
  return quantity(
    'W',
    { unitCode: 'WTT', range: between(-1e9, 1e9) },
    {
      [CABINET]: { attribute: ofCabinet, unitCode: 'KWT', factor: 0.001, digits: 6 },
      ...(ofLamp === undefined ? {} : { Streetlight: ofLamp }),
    },
  );
}
const voltage = (attributes: Attributes) =>
  quantity('V', { ...VOLTS, range: between(-1e6, 1e6) }, attributes);
const current = (attributes: Attributes) =>
  quantity('A', { unitCode: 'AMP', range: between(-1e5, 1e5) }, attributes);

const amperes = () => quantity('A', { unitCode: 'AMP', range: between(-1e5, 1e5) });
const powerFactor = (attributes: Attributes) =>
  quantity('-1..1', { unitCode: 'C62', range: between(-1, 1) }, attributes);
const angle = () => quantity('°', { unitCode: 'DD', digits: 1, range: between(-360, 360) });

/** Electricity: what is metered, what runs the device, what its inputs see. */
export const POWER: Quantities = {
  activeEnergy: quantity(
    'kWh',
    { unitCode: 'KWH', range: between(0, 1e12) },
    { Streetlight: 'lifetimePowerConsumption', [CABINET]: 'energyConsumed' },
  ),
  reactiveEnergy: quantity(
    'kvarh',
    { unitCode: 'K3', range: between(0, 1e12) },
    { [CABINET]: 'reactiveEnergyConsumed' },
  ),
  activePower: power('totalActivePower', 'powerConsumption'),
  activePower1: power('activePowerR'),
  activePower2: power('activePowerS'),
  activePower3: power('activePowerT'),
  voltage: voltage({ Streetlight: 'voltage', [CABINET]: 'voltageR' }),
  voltage1: voltage({ [CABINET]: 'voltageR' }),
  voltage2: voltage({ [CABINET]: 'voltageS' }),
  voltage3: voltage({ [CABINET]: 'voltageT' }),
  current: current({ Streetlight: 'current', [CABINET]: 'intensityR' }),
  current1: current({ [CABINET]: 'intensityR' }),
  current2: current({ [CABINET]: 'intensityS' }),
  current3: current({ [CABINET]: 'intensityT' }),
  frequency: quantity('Hz', { unitCode: 'HTZ', range: between(0, 1e6) }, { [CABINET]: 'frequency' }),
  powerFactor: powerFactor({ Streetlight: 'powerFactor', [CABINET]: 'powerFactorR' }),

  batteryVoltage: quantity('V', { ...VOLTS, range: between(0, 1000) }),
  batteryLevel: quantity('0..1', { unitCode: 'C62', digits: 4, range: between(0, 1) }),
  capacitorVoltage1: quantity('V', VOLTS),
  capacitorVoltage2: quantity('V', VOLTS),
  analogVoltage1: quantity('V', VOLTS),
  analogVoltage2: quantity('V', VOLTS),
  externalAnalogVoltage: quantity('V', { unitCode: 'VLT', digits: 6 }),
  analogCurrent1: quantity('mA', { unitCode: '4K' }),
  analogCurrent2: quantity('mA', { unitCode: '4K' }),

  currentMaximum: amperes(),
  currentMaximum1: amperes(),
  currentMaximum2: amperes(),
  currentMaximum3: amperes(),
  currentMinimum: amperes(),
  powerFactor1: powerFactor({ [CABINET]: 'powerFactorR' }),
  powerFactor2: powerFactor({ [CABINET]: 'powerFactorS' }),
  powerFactor3: powerFactor({ [CABINET]: 'powerFactorT' }),
  phaseAngle1: angle(),
  phaseAngle2: angle(),
  phaseAngle3: angle(),
  chargeTotal: quantity('Ah', { unitCode: 'AMH', range: between(0, 1e9) }),
  capacitorVoltage: quantity('V', VOLTS),
  externalVoltage: quantity('V', VOLTS),
  analogVoltage3: quantity('V', VOLTS),
  batteryLevel2: quantity('0..1', { unitCode: 'C62', digits: 4, range: between(0, 1) }),
};
