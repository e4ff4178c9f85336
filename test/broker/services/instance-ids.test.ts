import { describe, expect, it } from '@jest/globals';
import { instanceIds } from '../../../broker/services/instance-ids.ts';

describe('ids of instances', () => {
  it('sort in the order in which they are given, though the clock stands still or goes back', () => {
    let time = 15;
    const next = instanceIds(() => time, 'w');
    const given = [next(), next()];
    time = 3;
    given.push(next());
    time = 0x10000000;
    given.push(next());
    expect(given).toEqual([...new Set(given)].sort());
    expect(given[0]).toBe('urn:ngsi-ld:Instance:0000000000000f-w');
  });
});
