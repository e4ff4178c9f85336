import { between, type Quantities, quantity, state } from './quantity.ts';
import { COUNT } from './scales.ts';

const SINCE_LAST = 'count since the last report';

/** Contacts, relays, lines and counters of a device, and what it says about itself. */
export const STATUS: Quantities = {
  contactOpen: state('open or closed'),
  relay1: state('closed or not'),
  relay2: state('closed or not'),
  digitalInput1: state('high or not'),
  digitalInput2: state('high or not'),
  digitalOutput1: state('high or not'),
  digitalOutput2: state('high or not'),
  pulseCount1: quantity(SINCE_LAST, COUNT),
  pulseCount2: quantity(SINCE_LAST, COUNT),
  pulseTotal1: quantity('count', COUNT),
  pulseTotal2: quantity('count', COUNT),
  voltageCount1: quantity('count', COUNT),
  observationInterval: quantity('s', { unitCode: 'SEC', range: between(0, 31 * 86_400) }),
  co2SensorStatus: quantity('status word'),
};
