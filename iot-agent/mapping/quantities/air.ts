import { between, inTypes, type Quantities, quantity, type Scale } from './quantity.ts';
import { CELSIUS, PARTS_PER_BILLION, PARTS_PER_MILLION, SHARE_OF_PERCENT } from './scales.ts';

const MICROGRAMS: Scale = { unitCode: 'GQ', digits: 2 };
const PER_CM3 = 'particles/cm³';

const particles = (attribute: string) =>
  quantity('µg/m³', { ...MICROGRAMS, range: between(0, 100_000) }, { AirQualityObserved: attribute });
const particleCount = () => quantity(PER_CM3, { range: between(0, 1e7) });

/** Air, in the open and in rooms: what it is like, and the particles in it. */
export const AIR: Quantities = {
  temperature: quantity(
    '°C',
    { ...CELSIUS, range: between(-90, 150) },
    inTypes(
      'temperature',
      'AirQualityObserved',
      'WeatherObserved',
      'WasteContainer',
      'IndoorEnvironmentObserved',
    ),
  ),
  // Above 100 % and below 0 % is what the formulas of humidity sensors give at the ends; their data sheets say to crop.
  relativeHumidity: quantity(
    '%',
    { ...SHARE_OF_PERCENT, crop: between(0, 1), range: between(-6, 119) },
    inTypes('relativeHumidity', 'AirQualityObserved', 'WeatherObserved', 'IndoorEnvironmentObserved'),
  ),
  pressure: quantity(
    'Pa',
    { unitCode: 'A97', factor: 0.01, digits: 2, range: between(30_000, 125_000) },
    {
      AirQualityObserved: 'pressure',
      ...inTypes('atmosphericPressure', 'WeatherObserved', 'IndoorEnvironmentObserved'),
    },
  ),
  pm1: particles('pm1'),
  pm25: particles('pm25'),
  pm4: particles('pm4'),
  pm10: particles('pm10'),
  co2: quantity(
    'ppm',
    { ...PARTS_PER_MILLION, range: between(0, 1_000_000) },
    inTypes('co2', 'AirQualityObserved', 'IndoorEnvironmentObserved'),
  ),
  // Parts per billion as the sensor reports them: a mass would need the mixture, which it does not know.
  tvoc: quantity(
    'ppb',
    { ...PARTS_PER_BILLION, range: between(0, 1_000_000) },
    { AirQualityObserved: 'volatileOrganicCompoundsTotal' },
  ),

  methane: quantity(
    'ppm',
    { ...PARTS_PER_MILLION, range: between(0, 1_000_000) },
    { WasteContainer: 'methaneConcentration' },
  ),

  typicalParticleSize: quantity('nm', { unitCode: 'C45', range: between(0, 100_000) }),
  particleCount05: particleCount(),
  particleCount1: particleCount(),
  particleCount25: particleCount(),
  particleCount4: particleCount(),
  particleCount10: particleCount(),
  co2Filtered: quantity('ppm', { ...PARTS_PER_MILLION, range: between(0, 1_000_000) }),
  co2SensorTemperature: quantity('°C', CELSIUS),
  barometerTemperature: quantity('°C', CELSIUS),
  externalTemperature1: quantity('°C', CELSIUS),
  externalTemperature2: quantity('°C', CELSIUS),
  infraredInternalTemperature: quantity('°C', CELSIUS),
  infraredExternalTemperature: quantity('°C', CELSIUS),
  externalTemperature3: quantity('°C', CELSIUS),

  // What rated or weighed where others count parts per billion.
  tvocRating: quantity('0 clean air … 5', { digits: 2, range: between(0, 700) }),
  tvocMass: quantity('µg/m³', { ...MICROGRAMS, range: between(0, 10_000_000) }),
  hchoMass: quantity('µg/m³', { ...MICROGRAMS, range: between(0, 1_000_000) }),
  vocIndex: quantity('100 the average of the room … 500', { digits: 0, range: between(0, 500) }),
  temperatureMinimum: quantity('°C', { ...CELSIUS, range: between(-90, 150) }),
  temperatureMaximum: quantity('°C', { ...CELSIUS, range: between(-90, 150) }),
};
