import { describe, expect, it } from '@jest/globals';
import {
  addMeasurement,
  afterDelivery,
  carriedBy,
  type EntityHours,
  type FullHour,
  HOUR,
} from '../../../../iot-agent/mapping/air-quality/hours.ts';

/** Microseconds of a time of one day. */
const at = (time: string): number => Date.parse(`2026-11-24T${time}Z`) * 1000;

/** Adds values of PM10 by time. */
function hoursOf(...measured: readonly (readonly [time: string, pm10: number])[]): EntityHours {
  let hours: EntityHours | undefined;
  for (const [time, pm10] of measured) hours = addMeasurement(hours, at(time), { pm10 });
  if (hours === undefined) throw new Error('nothing was measured');
  return hours;
}

/** The last hour that is full. */
function full({ full: hours }: EntityHours): FullHour {
  const last = hours.at(-1);
  if (last === undefined) throw new Error('no hour is full');
  return last;
}

describe('the hours of an Entity', () => {
  it('are full when a measurement of a later one comes, which carries the index', () => {
    expect(hoursOf(['10:00:00', 10], ['10:59:59', 20]).full).toEqual([]);
    const hours = hoursOf(['10:00:00', 10], ['10:59:59', 20], ['11:00:00', 99]);
    expect(full(hours)).toMatchObject({ hour: at('10:00:00') / HOUR, carrier: at('11:00:00') });
    expect(full(hours).means).toEqual({ pm10: 15 });
  });

  it('count each measurement once, however often it comes', () => {
    const once = hoursOf(['10:00:00', 10], ['10:20:00', 40], ['11:05:00', 99]);
    const again = hoursOf(
      ...([
        ['10:00:00', 10],
        ['10:20:00', 40],
        ['10:00:00', 10],
        ['10:20:00', 40],
        ['11:05:00', 99],
        ['11:05:00', 99],
      ] as const),
    );
    expect(again).toEqual(once);
  });

  it('count each minute the same, whatever the rhythm', () => {
    const hours = hoursOf(['10:00:01', 1], ['10:00:30', 10], ['10:30:00', 30], ['11:00:00', 0]);
    expect(full(hours).means).toEqual({ pm10: 20 });
  });

  it('do not change by what comes after they were full', () => {
    const hours = hoursOf(['10:00:00', 10], ['11:00:00', 20]);
    expect(addMeasurement(hours, at('10:30:00'), { pm10: 1000 })).toBe(hours);
  });

  it('keep the last hour in which something was measured over a silence', () => {
    const hours = hoursOf(['10:10:00', 10], ['14:00:00', 20]);
    expect(full(hours).hour).toBe(at('10:00:00') / HOUR);
  });

  it('say in how much of the hour a pollutant was measured', () => {
    const hours = hoursOf(
      ['10:00:00', 1],
      ['10:14:00', 1],
      ['10:15:00', 1],
      ['10:45:00', 1],
      ['11:00:00', 1],
    );
    expect(full(hours).coverage).toEqual({ pm10: 0.75 });
  });

  it('wait, each with its carrier, until what carries them is delivered', () => {
    const hours = hoursOf(['10:00:00', 10], ['11:01:00', 20], ['12:05:00', 30], ['12:10:00', 30]);
    expect(carriedBy(hours, at('11:01:00'))?.means).toEqual({ pm10: 10 });
    expect(carriedBy(hours, at('12:05:00'))?.means).toEqual({ pm10: 20 });
    expect(carriedBy(hours, at('12:10:00'))).toBeUndefined();
    const delivered = afterDelivery(hours, at('11:01:00'));
    expect(carriedBy(delivered, at('11:01:00'))).toBeUndefined();
    expect(carriedBy(delivered, at('12:05:00'))?.means).toEqual({ pm10: 20 });
  });

  it('are kept for a week at most', () => {
    let hours: EntityHours | undefined;
    for (let hour = 0; hour < 400; hour++) hours = addMeasurement(hours, hour * HOUR, { pm10: hour });
    expect(hours?.full).toHaveLength(168);
  });

  it('are plain JSON', () => {
    const hours = hoursOf(['10:00:00', 10], ['11:00:00', 20]);
    expect(JSON.parse(JSON.stringify(hours))).toEqual(hours);
  });
});
