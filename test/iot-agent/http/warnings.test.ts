import { describe, expect, it } from '@jest/globals';
import { groupWarnings } from '../../../iot-agent/http/warnings.ts';
import { groupRecord } from '../running-pipeline.ts';

const warningsOf = (entityType: string): readonly string[] =>
  groupWarnings(groupRecord({ apikey: 'k', entity_type: entityType, airQualityIndex: 'EAQI' })).map(
    ({ message }) => message,
  );

describe('warnings', () => {
  it('say that only an AirQualityObserved has an air-quality index', () => {
    expect(warningsOf('WeatherObserved')).toEqual([
      'airQualityIndex of what is no AirQualityObserved is kept, but has no effect',
    ]);
    expect(warningsOf('AirQualityObserved')).toEqual([]);
  });
});
