import type { AirQualityIndexName } from '../../registry/device.ts';
import { round } from '../quantities/quantity.ts';

/** Micrograms a cubic metre, by Attribute name of AirQualityObserved; those that were not measured are absent. */
export interface Concentrations {
  readonly [pollutant: string]: number;
}

/** An index: the upper bound of each class but the last, by pollutant, and what the classes are called. */
interface AirQualityScale {
  readonly bounds: { readonly [pollutant: string]: readonly number[] };
  readonly levels: readonly string[];
}

/**
 * Hourly values. EAQI: the European Environment Agency's bands of 2024 (ETC HE report 2024/17). BelAQI: IRCEL's of November 2022.
 */
export const AIR_QUALITY_SCALES: { readonly [name in AirQualityIndexName]: AirQualityScale } = {
  EAQI: {
    bounds: {
      pm25: [5, 15, 50, 90, 140],
      pm10: [15, 45, 120, 195, 270],
      no2: [10, 25, 60, 100, 150],
      o3: [60, 100, 120, 160, 180],
      so2: [20, 40, 125, 190, 275],
    },
    levels: ['good', 'fair', 'moderate', 'poor', 'very poor', 'extremely poor'],
  },
  BelAQI: {
    bounds: {
      pm10: [10, 20, 35, 45, 60, 80, 95, 110, 140],
      pm25: [3.5, 7.5, 10, 15, 20, 35, 50, 60, 75],
      o3: [30, 65, 75, 90, 110, 150, 180, 210, 240],
      no2: [10, 15, 20, 30, 40, 45, 50, 60, 75],
    },
    levels: [
      ...['excellent', 'very good', 'good', 'fairly good', 'moderate'],
      ...['poor', 'very poor', 'bad', 'very bad', 'horrible'],
    ],
  },
};

/** What an index says of the air. */
export interface AirQuality {
  /** 1 is best: to 6 (EAQI), to 10 (BelAQI). */
  readonly index: number;
  readonly level: string;
  /** The one that decides; of several the first of the index's own order. */
  readonly pollutant: string;
  /** Pollutants without which the index does not say all; `pm` is either of PM2.5 and PM10. */
  readonly missing: readonly string[];
}

/** Concentrations are rounded to this many digits before they are held against the bounds. */
const DIGITS = 1;

/**
 * The index of hourly means: the class of the worst pollutant. A concentration belongs to the first class whose upper bound it
 * does not exceed, rounded to 0.1 µg/m³.
 * @param isTrafficStation stations beside roads need NO2 and PM, others O3 too.
 * @returns undefined when nothing was measured that the index counts.
 */
export function airQualityOf(
  name: AirQualityIndexName,
  means: Concentrations,
  isTrafficStation: boolean,
): AirQuality | undefined {
  const { bounds, levels } = AIR_QUALITY_SCALES[name];
  let worst: { readonly pollutant: string; readonly index: number } | undefined;
  for (const [pollutant, upper] of Object.entries(bounds)) {
    const mean = means[pollutant];
    if (mean === undefined) continue;
    const index = classOf(round(mean, DIGITS), upper);
    if (worst === undefined || index > worst.index) worst = { pollutant, index };
  }
  if (worst === undefined) return undefined;
  const level = levels[worst.index - 1] ?? '';
  return { ...worst, level, missing: missingIn(means, isTrafficStation) };
}

function classOf(concentration: number, upper: readonly number[]): number {
  const found = upper.findIndex((bound) => concentration <= bound);
  return (found === -1 ? upper.length : found) + 1;
}

function missingIn(means: Concentrations, isTrafficStation: boolean): readonly string[] {
  const needed = isTrafficStation ? ['no2'] : ['no2', 'o3'];
  const missing = needed.filter((pollutant) => means[pollutant] === undefined);
  return means['pm25'] === undefined && means['pm10'] === undefined ? [...missing, 'pm'] : missing;
}

/** What the agent keeps of an Entity to compute an index. */
export const POLLUTANTS: readonly string[] = Object.keys(AIR_QUALITY_SCALES.EAQI.bounds);
