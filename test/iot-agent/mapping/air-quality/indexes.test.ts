import { describe, expect, it } from '@jest/globals';
import { AIR_QUALITY_SCALES, airQualityOf } from '../../../../iot-agent/mapping/air-quality/indexes.ts';
import type { AirQualityIndexName } from '../../../../iot-agent/registry/device.ts';

/** The published tables, written down once more: upper bounds of the classes. */
const published: Record<AirQualityIndexName, Record<string, readonly number[]>> = {
  EAQI: {
    pm25: [5, 15, 50, 90, 140],
    pm10: [15, 45, 120, 195, 270],
    no2: [10, 25, 60, 100, 150],
    o3: [60, 100, 120, 160, 180],
    so2: [20, 40, 125, 190, 275],
  },
  BelAQI: {
    pm10: [10, 20, 35, 45, 60, 80, 95, 110, 140],
    pm25: [3.5, 7.5, 10, 15, 20, 35, 50, 60, 75],
    o3: [30, 65, 75, 90, 110, 150, 180, 210, 240],
    no2: [10, 15, 20, 30, 40, 45, 50, 60, 75],
  },
};
const bounds = Object.entries(published).flatMap(([name, pollutants]) =>
  Object.entries(pollutants).flatMap(([pollutant, upper]) =>
    upper.map((bound, at) => ({ name: name as AirQualityIndexName, pollutant, bound, index: at + 1 })),
  ),
);

const indexOf = (name: AirQualityIndexName, pollutant: string, mean: number): number | undefined =>
  airQualityOf(name, { [pollutant]: mean }, false)?.index;

describe('air-quality indexes', () => {
  it.each(bounds)(
    '$name: $pollutant of $bound µg/m³ is class $index, and above it the next',
    ({ name, pollutant, bound, index }) => {
      expect(indexOf(name, pollutant, bound)).toBe(index);
      expect(indexOf(name, pollutant, bound + 0.1)).toBe(index + 1);
    },
  );

  it('have a name for each class, and no bound that the tables do not have', () => {
    for (const [name, { bounds: own, levels }] of Object.entries(AIR_QUALITY_SCALES)) {
      expect(own).toEqual(published[name as AirQualityIndexName]);
      for (const upper of Object.values(own)) expect(levels).toHaveLength(upper.length + 1);
    }
  });

  it('round concentrations to 0.1 µg/m³ before they compare', () => {
    expect(indexOf('EAQI', 'pm25', 5.04)).toBe(1);
    expect(indexOf('EAQI', 'pm25', 5.06)).toBe(2);
    expect(indexOf('BelAQI', 'pm25', 3.54)).toBe(1);
  });

  it('are that of the worst pollutant', () => {
    const means = { pm25: 4, pm10: 60, no2: 24, o3: 30 };
    expect(airQualityOf('EAQI', means, false)).toEqual({
      ...{ index: 3, level: 'moderate', pollutant: 'pm10', missing: [] },
    });
    expect(airQualityOf('BelAQI', means, false)).toEqual({
      ...{ index: 5, level: 'moderate', pollutant: 'pm10', missing: [] },
    });
    expect(airQualityOf('BelAQI', { pm10: 200 }, false)).toMatchObject({ index: 10, level: 'horrible' });
  });

  it.each([
    [{ pm25: 4 }, false, ['no2', 'o3']],
    [{ pm10: 4, no2: 4 }, false, ['o3']],
    [{ pm10: 4, no2: 4 }, true, []],
    [{ no2: 4, o3: 4 }, false, ['pm']],
    [{ o3: 4 }, true, ['no2', 'pm']],
  ])('of %j (beside a road: %p) miss %j', (means, isTrafficStation, missing) => {
    expect(airQualityOf('EAQI', means, isTrafficStation)?.missing).toEqual(missing);
  });

  it('say nothing when nothing was measured that they count', () => {
    expect(airQualityOf('BelAQI', { so2: 12 }, false)).toBeUndefined();
    expect(airQualityOf('EAQI', {}, false)).toBeUndefined();
  });
});
