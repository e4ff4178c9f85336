import { describe, expect, it } from '@jest/globals';
import { describeStore, isSameStore, storeUrl } from '../../runtime/store-url.ts';

describe('STORE_URL', () => {
  it.each([
    ['sqlite:data/carillon.db', { kind: 'sqlite', path: 'data/carillon.db' }],
    ['sqlite:/var/lib/carillon.db', { kind: 'sqlite', path: '/var/lib/carillon.db' }],
    ['sqlite:///var/lib/carillon.db', { kind: 'sqlite', path: '/var/lib/carillon.db' }],
    ['sqlite::memory:', { kind: 'sqlite', path: ':memory:' }],
    ['mongodb://db/carillon', { kind: 'mongodb', url: 'mongodb://db/carillon' }],
    ['mongodb+srv://u:p@db', { kind: 'mongodb', url: 'mongodb+srv://u:p@db' }],
  ])('takes %s', (text, expected) => {
    expect(storeUrl(text)).toEqual(expected);
  });

  it.each(['', 'sqlite:', 'data/carillon.db', 'mongodb:', 'mongodb://', 'postgres://db'])(
    'refuses %j and says what it takes',
    (text) => {
      expect(() => storeUrl(text)).toThrow('mongodb+srv://<host>');
    },
  );

  it('knows that two programs would share one file, however it is written', () => {
    expect(
      isSameStore(storeUrl('sqlite:data/x.db'), storeUrl(`sqlite:${process.cwd()}/data/../data/x.db`)),
    ).toBe(true);
    expect(isSameStore(storeUrl('sqlite:data/x.db'), storeUrl('sqlite:data/y.db'))).toBe(false);
    expect(isSameStore(storeUrl('sqlite::memory:'), storeUrl('sqlite::memory:'))).toBe(false);
    expect(isSameStore(storeUrl('mongodb://db/a'), storeUrl('mongodb://db/a'))).toBe(true);
  });

  it('never shows a password', () => {
    expect(describeStore(storeUrl('mongodb://user:sec@ret@db/carillon'))).not.toMatch(/sec|ret/);
  });
});
