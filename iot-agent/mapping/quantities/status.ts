import { anything, between, type Quantities, quantity, state } from './quantity.ts';
import { CELSIUS, COUNT, MINUTES, PERCENT } from './scales.ts';

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

  tampered: state('tampered with or not'),
  buttonPressed: state('pressed or not'),
  buttonPress: anything('short, long or double'),
  openingCount: quantity('count', COUNT),
  lastOpeningDuration: quantity('min', MINUTES),
  openTooLong: state('open for longer than the alarm allows'),
  eventCount: quantity('count', COUNT),
  timeSinceEvent: quantity('min', MINUTES),
  ignitionOn: state('on or off'),
  externalPower: state('there or not'),

  // Named apart from the commands that set them: a report must not look like one.
  setpointTemperature: quantity('°C', { ...CELSIUS, range: between(-50, 100) }),
  valveOpening: quantity('%', { ...PERCENT, range: between(0, 100) }),
  motorRange: quantity('steps', { digits: 0 }),
  motorPosition: quantity('steps', { digits: 0 }),
  windowOpen: state('open or closed'),
  childLockOn: state('locked or not'),
  calibrationFailed: state('failed or not'),
  mounted: state('in its place or taken off'),

  smokeAlarm: state('smoke or none'),
  detectorFault: state('one of its parts failed, or none'),
  obstacleDetected: state('something near the detector, or nothing'),
  batteryLow: state('low or not'),
  temperatureOutOfRange: state('out of the range of the detector or in it'),
  inletCovered: state('covered or free'),
};
