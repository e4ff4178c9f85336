import { type Channels, skip } from './channel-payload.ts';
import {
  battery,
  co2,
  orNothing,
  pressure,
  relativeHumidity,
  storedReadings,
  temperature,
} from './milesight-channels.ts';

/** What the AM300 series measures of the air of a room; a sensor sends those that it has. */
export const AMBIENCE: Channels = {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 00': (r) => ({ motionDetected: r.uint8('PIR') !== 0 }),
  '06 cb': (r) => ({ lightLevel: r.uint8('light level') }),
  '07 7d': co2,
  '08 7d': (r) => orNothing('tvocRating', r.uint16('TVOC rating'), 0.01),
  '08 e6': (r) => orNothing('tvocMass', r.uint16('TVOC')),
  '09 73': pressure,
  // Hundredths of a milligram to micrograms per cubic metre.
  '0a 7d': (r) => orNothing('hchoMass', r.uint16('HCHO'), 10),
  '0b 7d': (r) => orNothing('pm25', r.uint16('PM2.5')),
  '0c 7d': (r) => orNothing('pm10', r.uint16('PM10')),
  // Hundredths of a part per million to parts per billion.
  '0d 7d': (r) => orNothing('o3', r.uint16('O3'), 10),
  '0e 01': skip(1, 'buzzer status'),
  ...storedReadings,
};
