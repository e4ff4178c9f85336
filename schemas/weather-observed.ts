import {
  AT_LEAST_ZERO,
  dateTime,
  measured,
  number,
  reference,
  structure,
  text,
  ZERO_TO_ONE,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, OBSERVED_BY } from './model-schema.ts';

const VISIBILITIES = ['veryPoor', 'poor', 'moderate', 'good', 'veryGood', 'excellent'];

/** Smart Data Models WeatherObserved (dataModel.Weather 0.3.4): the weather at a place and time. */
export const weatherObserved: ModelSchema = modelSchema('WeatherObserved', ['dateObserved', 'location'], {
  ...OBSERVED_BY,
  dateObserved: dateTime,
  temperature: measured('CEL'),
  dewPoint: measured('CEL'),
  feelsLikeTemperature: measured('CEL'),
  relativeHumidity: measured('C62', ZERO_TO_ONE),
  atmosphericPressure: measured('A97', AT_LEAST_ZERO),
  pressureTendency: {
    ngsiLdKind: 'Property',
    anyOf: [{ enum: ['falling', 'raising', 'steady'] }, { type: 'number' }],
  },
  windSpeed: measured('MTS', AT_LEAST_ZERO),
  gustSpeed: measured('MTS', AT_LEAST_ZERO),
  windDirection: measured('DD', { minimum: 0, maximum: 360 }),
  precipitation: measured('MMT', AT_LEAST_ZERO),
  illuminance: measured('LUX', AT_LEAST_ZERO),
  solarRadiation: measured('D54', AT_LEAST_ZERO),
  directIrradiation: measured('D54', AT_LEAST_ZERO),
  diffuseIrradiation: measured('D54', AT_LEAST_ZERO),
  snowHeight: measured('CMT', AT_LEAST_ZERO),
  streamGauge: measured('CMT', AT_LEAST_ZERO),
  uVIndexMax: number(AT_LEAST_ZERO),
  visibility: { ngsiLdKind: 'Property', anyOf: [{ enum: VISIBILITIES }, { type: 'number', minimum: 0 }] },
  weatherType: text,
  airQualityIndex: number(),
  aqiMajorPollutant: text,
  aqiMajorPollutantForecast: text,
  airQualityIndexForecast: number(),
  airTemperatureForecast: number(),
  airTemperatureTSA: structure,
  precipitationForecast: number(),
  relativeHumidityForecast: number(),
  refPointOfInterest: reference,
});
