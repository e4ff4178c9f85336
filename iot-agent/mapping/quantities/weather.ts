import { between, inTypes, type Quantities, quantity } from './quantity.ts';
import { CELSIUS, COUNT, DEGREES, METRES_PER_SECOND, MILLIMETRES } from './scales.ts';

/** Wind, rain, sun and snow. */
export const WEATHER: Quantities = {
  windSpeed: quantity(
    'm/s',
    { ...METRES_PER_SECOND, range: between(0, 120) },
    inTypes('windSpeed', 'WeatherObserved', 'AirQualityObserved'),
  ),
  windGust: quantity(
    'm/s',
    { ...METRES_PER_SECOND, range: between(0, 120) },
    { WeatherObserved: 'gustSpeed' },
  ),
  windSpeedNorth: quantity('m/s', { ...METRES_PER_SECOND, range: between(-120, 120) }),
  windSpeedEast: quantity('m/s', { ...METRES_PER_SECOND, range: between(-120, 120) }),
  windDirection: quantity(
    '°',
    { ...DEGREES, range: between(0, 360) },
    {
      WeatherObserved: 'windDirection',
      // The other model counts from -180 to 180.
      AirQualityObserved: {
        attribute: 'windDirection',
        ...DEGREES,
        adapt: (angle) => (angle > 180 ? angle - 360 : angle),
      },
    },
  ),
  precipitation: quantity(
    'mm',
    { ...MILLIMETRES, range: between(0, 1000) },
    inTypes('precipitation', 'WeatherObserved', 'AirQualityObserved'),
  ),
  precipitationConductivity: quantity('µS/cm', { unitCode: 'G42', digits: 2, range: between(0, 100_000) }),
  precipitationTotal: quantity('mm', { ...MILLIMETRES, range: between(0, 1e7) }),
  solarRadiation: quantity(
    'W/m²',
    // Sensors show a little less than nothing in the dark.
    { unitCode: 'D54', digits: 1, crop: between(0, 2000), range: between(-50, 2000) },
    { WeatherObserved: 'solarRadiation' },
  ),
  reflectedRadiation: quantity('W/m²', {
    unitCode: 'D54',
    digits: 1,
    crop: between(0, 2000),
    range: between(-50, 2000),
  }),
  albedo: quantity('share that is reflected', { digits: 3 }),
  surfaceTemperature: quantity('°C', { ...CELSIUS, range: between(-90, 150) }),
  globeTemperature: quantity('°C', { ...CELSIUS, range: between(-90, 150) }),
  uvIndex: quantity('0..20', { digits: 1, range: between(0, 25) }, { WeatherObserved: 'uVIndexMax' }),
  dewPoint: quantity('°C', { ...CELSIUS, range: between(-100, 100) }, { WeatherObserved: 'dewPoint' }),
  snowDepth: quantity(
    'mm',
    { ...MILLIMETRES, range: between(0, 20_000) },
    { WeatherObserved: { attribute: 'snowHeight', unitCode: 'CMT', factor: 0.1, digits: 2 } },
  ),
  lightningCount: quantity('count', { ...COUNT, range: between(0, 1e7) }),
  lightningDistance: quantity('km', { unitCode: 'KMT', digits: 1, range: between(0, 500) }),
  vapourPressure: quantity('kPa', { unitCode: 'KPA', range: between(0, 50) }),
  solarRadiationMaximum: quantity('W/m²', { unitCode: 'D54', digits: 1, range: between(0, 4000) }),
  // A counter of eight bits that begins anew: what a pulse is worth says the gauge.
  rainPulses: quantity('count', { ...COUNT, digits: 0, range: between(0, 255) }),
};
