import { describe, expect, it } from '@jest/globals';
import { brokerSettings } from '../../broker/config.ts';
import { readSettings } from '../../runtime/config.ts';

const types = (text: string): readonly string[] =>
  readSettings(brokerSettings, { HISTORY_TYPES: text }).historyTypes;

describe('HISTORY_TYPES', () => {
  it('is a list of names and IRIs', () => {
    expect(types('')).toEqual([]);
    expect(types('Lamp, https://city.example/Tree,fiware:Device')).toEqual([
      'Lamp',
      'https://city.example/Tree',
      'fiware:Device',
    ]);
  });

  it.each(['Street lamp', 'Lamp;Tree', '@id', 'Lamp,2b'])('refuses %j at start, by name', (text) => {
    expect(() => types(text)).toThrow(
      `HISTORY_TYPES is ${JSON.stringify(text)}: it must be names of Entity Types`,
    );
  });
});
