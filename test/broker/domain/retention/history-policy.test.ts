import { describe, expect, it } from '@jest/globals';
import { requireDateTime } from '../../../../broker/domain/date-time.ts';
import type { Json, Micros } from '../../../../broker/domain/entity.ts';
import {
  cutoffsAt,
  type HistoryPolicy,
  parseHistoryPolicy,
  policyFor,
} from '../../../../broker/domain/retention/history-policy.ts';
import type { Vocabulary } from '../../../../broker/domain/vocabulary.ts';

const CORE: Readonly<Record<string, string>> = { unitCode: 'https://uri.etsi.org/ngsi-ld/unitCode' };
const vocabulary = { expand: (name: string) => CORE[name] ?? `urn:v:${name}` } as Vocabulary;
const parse = (document: Json | undefined) => parseHistoryPolicy(document, vocabulary);
const at = (text: string): Micros => requireDateTime(text, 'at');
const NOW = at('2026-05-31T13:45:00Z');

describe('a history policy', () => {
  it('has its names expanded', () => {
    const kept = { keepRaw: 'P30D', keepHourly: 'P1Y', keepDaily: 'P10Y' };
    expect(parse({ name: 'ignored', type: 'Lamp', attribute: 'level', ...kept })).toEqual({
      ...{ type: 'urn:v:Lamp', attribute: 'urn:v:level' },
      ...kept,
    });
    expect(parse({})).toEqual({});
  });

  it.each<[Json | undefined, string]>([
    [undefined, 'A history policy is a JSON object'],
    [[], 'A history policy is a JSON object'],
    [{ keep: 'P1D' }, 'A history policy has no "keep"'],
    [{ type: ['Lamp'] }, 'give one name, or leave it out for all'],
    [{ attribute: '' }, 'attribute is "": give one name'],
    [{ attribute: 'scope' }, 'attribute is "scope": what types and scopes an Entity had stays'],
    [{ attribute: 'type' }, 'attribute is "type": what types and scopes'],
    [{ attribute: 'unitCode' }, '"unitCode" cannot name an Attribute'],
    [{ attribute: 'a b' }, 'Attribute "a b" is not a name'],
    [{ type: 'a b' }, 'type "a b" is not a name'],
    [{ keepRaw: '30d' }, 'keepRaw is "30d": it is a duration of ISO 8601'],
    [{ keepRaw: 30 }, 'keepRaw is "30": it is a duration of ISO 8601'],
    [{ keepRaw: 'PT59M' }, 'of at least an hour'],
    [{ keepHourly: 'P1D' }, 'keepRaw is missing'],
    [{ keepRaw: 'P1M', keepHourly: 'P30D' }, 'keepHourly has to be longer than keepRaw'],
    [{ keepRaw: 'P1D', keepDaily: 'P1D' }, 'keepDaily has to be longer than keepRaw'],
    [{ keepRaw: 'P1D', keepHourly: 'P3D', keepDaily: 'P2D' }, 'keepDaily has to be longer than keepHourly'],
  ])('%j is refused', (document, message) => {
    expect(() => parse(document)).toThrow(message);
  });

  it('has whole hours and days of UTC as its cutoffs, by the calendar', () => {
    expect(cutoffsAt(NOW, {})).toBeUndefined();
    expect(cutoffsAt(NOW, { keepRaw: 'PT2H' })).toEqual({ raw: at('2026-05-31T11:00:00Z') });
    expect(cutoffsAt(NOW, { keepRaw: 'P1M', keepHourly: 'P3M' })).toEqual({
      raw: at('2026-04-30T13:00:00Z'),
      hourly: at('2026-02-28T00:00:00Z'),
    });
    expect(cutoffsAt(NOW, { keepRaw: 'P1D', keepDaily: 'P10Y' })).toEqual({
      raw: at('2026-05-30T00:00:00Z'),
      daily: at('2016-05-31T00:00:00Z'),
    });
  });

  it('wins by type and Attribute, then type, then Attribute, then among equals by how long it keeps', () => {
    const both: HistoryPolicy = { type: 'T', attribute: 'a', keepRaw: 'P1D' };
    const type: HistoryPolicy = { type: 'T', keepRaw: 'P2D' };
    const other: HistoryPolicy = { type: 'U', keepRaw: 'P9D' };
    const attribute: HistoryPolicy = { attribute: 'a', keepRaw: 'P3D' };
    const all: HistoryPolicy = { keepRaw: 'P4D' };
    const policies = [all, attribute, other, type, both];
    expect(policyFor(policies, ['T'], 'a')).toBe(both);
    expect(policyFor(policies, ['T'], 'b')).toBe(type);
    expect(policyFor(policies, ['T', 'U'], 'b')).toBe(other);
    expect(policyFor(policies, ['V'], 'a')).toBe(attribute);
    expect(policyFor(policies, [], 'b')).toBe(all);
    expect(policyFor([type, other, { type: 'T' }], ['T', 'U'], 'b')).toEqual({ type: 'T' });
    expect(policyFor([attribute], ['T'], 'b')).toBeUndefined();
  });
});
