import { describe, expect, it } from '@jest/globals';
import type { RuleSettings } from '../../../iot-agent/registry/rule-settings.ts';
import { compileRule } from '../../../iot-agent/rules/compile-rule.ts';
import { parseTimeOfDay } from '../../../iot-agent/rules/time-of-day.ts';
import type { Span } from '../../../iot-agent/rules/windows.ts';

type Window = NonNullable<RuleSettings['during']>;
const brussels = { timezone: 'Europe/Brussels', location: '50.85, 4.35' };
const tromso = { timezone: 'Europe/Oslo', location: '69.65, 18.96' };
const then = [{ entity: 'urn:ngsi-ld:Streetlight:1', command: 'on', value: true }];

const micros = (text: string): number => Date.parse(text) * 1000;
const minutes = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time / 1000).toISOString().slice(0, 16);

function windowsOf(during: Window, place: Partial<RuleSettings> = brussels) {
  const when = { entities: { type: 'T' }, q: 'a==1' };
  return compileRule({ name: 'r', when, then, during, ...place }).during;
}

/** The window that a time is in, or the next one. */
function windowAt(during: Window, time: string, place?: Partial<RuleSettings>): Span | undefined {
  return windowsOf(during, place)?.at(micros(time));
}

/** The first times of a schedule after another. */
function timesAfter(at: string, time: string, count: number, more: object = {}, place: object = brussels) {
  const rule = compileRule({ name: 'r', schedule: { at, then, ...more }, ...place });
  const times: (string | undefined)[] = [];
  let last: number | undefined = micros(time);
  for (let turn = 0; turn < count && last !== undefined; turn++) {
    last = rule.schedules[0]?.next(last);
    times.push(minutes(last));
  }
  return times;
}

const shown = (span: Span | undefined) => span && [minutes(span.from), minutes(span.to)];

describe('a time of the day', () => {
  it.each([
    ['22:00', { kind: 'clock', sinceMidnight: 79_200_000_000 }],
    ['06:30:15', { kind: 'clock', sinceMidnight: 23_415_000_000 }],
    ['sunset', { kind: 'sun', event: 'sunset', offset: 0 }],
    ['sunrise-PT30M', { kind: 'sun', event: 'sunrise', offset: -1_800_000_000 }],
    ['sunset+PT1H', { kind: 'sun', event: 'sunset', offset: 3_600_000_000 }],
  ])('%s is read', (text, time) => expect(parseTimeOfDay(text)).toEqual(time));

  it.each(['24:00', '7:00', 'noon', 'sunset+30', 'sunset+PT13H', 'sunset-', '22:60', ''])(
    '%j is none',
    (text) => {
      expect(parseTimeOfDay(text)).toBeUndefined();
    },
  );
});

describe('windows by the clock', () => {
  const night = { from: '22:00', to: '06:00' };

  it('go over midnight, begin with their first moment and end before their last', () => {
    expect(shown(windowAt(night, '2026-11-25T20:59:59Z'))).toEqual(['2026-11-25T21:00', '2026-11-26T05:00']);
    expect(shown(windowAt(night, '2026-11-26T04:59:59Z'))).toEqual(['2026-11-25T21:00', '2026-11-26T05:00']);
    expect(shown(windowAt(night, '2026-11-26T05:00:00Z'))).toEqual(['2026-11-26T21:00', '2026-11-27T05:00']);
  });

  it('are an hour shorter on 29 March 2026, and an hour longer on 25 October', () => {
    expect(shown(windowAt(night, '2026-03-28T23:00:00Z'))).toEqual(['2026-03-28T21:00', '2026-03-29T04:00']);
    expect(shown(windowAt(night, '2026-10-24T23:00:00Z'))).toEqual(['2026-10-24T20:00', '2026-10-25T05:00']);
  });

  it('belong to the day on which they begin', () => {
    // 27 November 2026 is a Friday.
    const friday = { ...night, days: ['fri'] as const };
    expect(shown(windowAt(friday, '2026-11-26T23:00:00Z'))).toEqual(['2026-11-27T21:00', '2026-11-28T05:00']);
    expect(shown(windowAt(friday, '2026-11-28T04:00:00Z'))).toEqual(['2026-11-27T21:00', '2026-11-28T05:00']);
  });

  it('are of their own time zone', () => {
    const during = { ...night, timezone: 'America/New_York' };
    expect(shown(windowAt(during, '2026-11-25T12:00:00Z'))).toEqual(['2026-11-26T03:00', '2026-11-26T11:00']);
  });

  it('find a time that lies before the last question', () => {
    const during = windowsOf(night);
    expect(shown(during?.at(micros('2026-11-27T22:00:00Z')))).toEqual([
      '2026-11-27T21:00',
      '2026-11-28T05:00',
    ]);
    expect(shown(during?.at(micros('2026-11-25T22:00:00Z')))).toEqual([
      '2026-11-25T21:00',
      '2026-11-26T05:00',
    ]);
  });
});

describe('windows by the sun', () => {
  const dark = { from: 'sunset', to: 'sunrise' };
  const light = { from: 'sunrise', to: 'sunset' };

  it('follow it: Brussels in November and June', () => {
    expect(shown(windowAt(dark, '2026-11-25T12:00:00Z'))).toEqual(['2026-11-25T15:44', '2026-11-26T07:15']);
    expect(shown(windowAt(dark, '2026-06-21T12:00:00Z'))).toEqual(['2026-06-21T20:00', '2026-06-22T03:29']);
    const later = { from: 'sunset+PT30M', to: 'sunrise-PT30M' };
    expect(shown(windowAt(later, '2026-11-25T12:00:00Z'))).toEqual(['2026-11-25T16:14', '2026-11-26T06:45']);
  });

  it('need no time zone, and then find the night of the place', () => {
    const sydney = { location: { type: 'Point', coordinates: [151.2, -33.87] } };
    expect(shown(windowAt(dark, '2026-11-25T12:00:00Z', sydney))).toEqual([
      '2026-11-25T08:45',
      '2026-11-25T18:38',
    ]);
  });

  it('are always in force in the polar night, and never by day', () => {
    const night = windowAt(dark, '2026-12-15T12:00:00Z', tromso);
    expect(night && night.from <= micros('2026-12-15T12:00:00Z')).toBe(true);
    expect(windowsOf(dark, tromso)?.at(night?.to ?? 0)?.from).toBe(night?.to);
    const day = windowAt(light, '2026-12-15T12:00:00Z', tromso);
    expect(minutes(day?.from)).toMatch(/^2027-01-1/);
  });

  it('are never in force in the polar day, and always by day', () => {
    const night = windowAt(dark, '2026-06-15T12:00:00Z', tromso);
    expect(minutes(night?.from)).toMatch(/^2026-07-2/);
    const day = windowsOf(light, tromso);
    const span = day?.at(micros('2026-06-15T12:00:00Z'));
    expect(span && span.from <= micros('2026-06-15T12:00:00Z')).toBe(true);
    expect((day?.at(span?.to ?? 0)?.from ?? 0) - (span?.to ?? 0)).toBeLessThan(60_000_000);
  });

  it('may begin by the sun and end by the clock', () => {
    const evening = { from: 'sunset', to: '23:00' };
    expect(shown(windowAt(evening, '2026-11-25T12:00:00Z'))).toEqual([
      '2026-11-25T15:44',
      '2026-11-25T22:00',
    ]);
    expect(minutes(windowAt(evening, '2026-06-15T12:00:00Z', tromso)?.from)).toMatch(/^2026-07-2/);
  });
});

describe('schedules', () => {
  it('come every day, also on those whose clocks are changed', () => {
    expect(timesAfter('02:30', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      // Left out: what clocks would show without the change.
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ]);
    expect(timesAfter('02:30', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it('come on their days only', () => {
    const found = timesAfter('12:00', '2026-11-25T12:00:00Z', 2, { days: ['sat', 'sun'] });
    expect(found).toEqual(['2026-11-28T11:00', '2026-11-29T11:00']);
  });

  it('by the sun are left out where it does not set', () => {
    const [first] = timesAfter('sunset', '2026-06-15T12:00:00Z', 1, {}, tromso);
    expect(first).toMatch(/^2026-07-2/);
  });

  it('at the ends of a window come with it', () => {
    const during = { from: '22:00', to: '06:00', days: ['fri'] as const };
    expect(timesAfter('from', '2026-11-25T12:00:00Z', 2, {}, { ...brussels, during })).toEqual([
      '2026-11-27T21:00',
      '2026-12-04T21:00',
    ]);
    expect(timesAfter('to', '2026-11-25T12:00:00Z', 1, {}, { ...brussels, during })).toEqual([
      '2026-11-28T05:00',
    ]);
  });
});
