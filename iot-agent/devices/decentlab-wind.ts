import type { Readings } from './decentlab-protocol.ts';
import { signed } from './decentlab-words.ts';

/** What the wind sensors of METER's ATMOS line begin with. */
export function readWind([speed = 0, direction = 0, maximum = 0, air = 0]: readonly number[]): Readings {
  return {
    windSpeed: signed(speed, 100),
    windDirection: signed(direction, 10),
    windGust: signed(maximum, 100),
    temperature: signed(air, 10),
  };
}

/** How the sensor stands; an upright one says 0 and 0. */
export function readTilt([x = 0, y = 0]: readonly number[]): Readings {
  return { tiltX: signed(x, 10), tiltY: signed(y, 10) };
}

/** The parts of the wind from north to south and from east to west. */
export function readWindVector([north = 0, east = 0]: readonly number[]): Readings {
  return { windSpeedNorth: signed(north, 100), windSpeedEast: signed(east, 100) };
}

/** The sun, the rain and the lightning come first; only their scales differ between the generations. */
export function readStrikes([count = 0, distance = 0]: readonly number[]): Readings {
  return { lightningCount: signed(count), lightningDistance: signed(distance) };
}

/** The air: vapour pressure in kPa, pressure in Pa, humidity in percent, and the temperature of the sensor itself. */
export function readAir([vapour = 0, pressure = 0, humidity = 0, own = 0]: readonly number[]): Readings {
  return {
    vapourPressure: signed(vapour, 100),
    // Sent in hundredths of a kilopascal.
    pressure: signed(pressure, 0.1),
    relativeHumidity: signed(humidity, 10),
    internalTemperature: signed(own, 10),
  };
}
