import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../../broker/domain/entity.ts';
import { NUMBER_TEXT_MARK } from '../../../../broker/domain/number-text.ts';
import { compileOrder } from '../../../../broker/domain/query/order-by.ts';
import { type OrderParameters, parseOrder } from '../../../../broker/domain/query/parse-order-by.ts';
import { at, attribute, entity, iri, location, property, refusalOf, vocabulary } from './support.ts';

/** The Entities by the names they have here, in the order that is asked for. */
function inOrder(parameters: OrderParameters, subjects: Readonly<Record<string, Entity>>): string {
  const order = parseOrder(parameters, vocabulary);
  if (order === undefined) throw new Error('no orderBy');
  const { keyOf, compare } = compileOrder(order);
  return Object.entries(subjects)
    .map(([name, subject]) => ({ name, key: keyOf(subject, at) }))
    .sort((one, other) => compare(one.key, other.key))
    .map(({ name }) => name)
    .join(' ');
}

/** An Entity for each value, under the value's JSON. */
function valued(...values: readonly Parameters<typeof property>[0][]): Record<string, Entity> {
  return Object.fromEntries(values.map((value) => [JSON.stringify(value), entity({ a: property(value) })]));
}

describe('order by value (clause 4.23)', () => {
  const mixed = {
    absent: entity(),
    null: entity({ a: attribute('JsonProperty', null) }),
    dateTime: entity({ a: property('2026-01-31T12:00:00Z') }),
    date: entity({ a: property('2026-02-01') }),
    time: entity({ a: property('12:00:00Z') }),
    boolean: entity({ a: property(true) }),
    array: entity({ a: property([1]) }),
    object: entity({ a: property({ b: 1 }) }),
    string: entity({ a: property('x') }),
    number: entity({ a: property(5) }),
  };

  it('goes by data type first (clause 4.23.2)', () => {
    expect(inOrder({ orderBy: 'a' }, mixed)).toBe(
      'number string object array boolean time date dateTime null absent',
    );
  });

  it('keeps null and absent last in descending order', () => {
    expect(inOrder({ orderBy: 'a;desc' }, mixed)).toBe(
      'dateTime date time boolean array object string number null absent',
    );
  });

  it.each([
    ['numbers', valued(10, 9, -1), '-1 9 10'],
    [
      'numbers with more digits than a double',
      valued(`${NUMBER_TEXT_MARK}9007199254740993`, 1),
      '1 "\\u0001#9007199254740993"',
    ],
    [
      'such numbers of one double',
      valued(`${NUMBER_TEXT_MARK}9007199254740993`, 9007199254740992, `${NUMBER_TEXT_MARK}-9007199254740993`),
      '"\\u0001#-9007199254740993" 9007199254740992 "\\u0001#9007199254740993"',
    ],
    [
      'numbers beyond all doubles',
      valued(
        `${NUMBER_TEXT_MARK}1e400`,
        `${NUMBER_TEXT_MARK}${'9'.repeat(400)}`,
        1e300,
        `${NUMBER_TEXT_MARK}-1e400`,
      ),
      `"\\u0001#-1e400" 1e+300 "\\u0001#1e400" "\\u0001#${'9'.repeat(400)}"`,
    ],
    ['false before true', valued(true, false), 'false true'],
    [
      'DateTimes by instant',
      valued('2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z'),
      '"2026-01-01T00:00:00Z" "2026-01-01T00:00:00.5Z"',
    ],
    ['arrays element by element', valued([2], [1, 3], [1]), '[1] [1,3] [2]'],
    ['objects as they came', valued({ b: 2 }, { b: 1 }), '{"b":2} {"b":1}'],
  ])('puts %s', (_, subjects, expected) => {
    expect(inOrder({ orderBy: 'a' }, subjects)).toBe(expected);
  });

  const places = {
    b: entity(
      { name: property('B', { createdAt: 1, sub: { rank: property(3) } }) },
      { id: 'urn:x:2', createdAt: 5 },
    ),
    a: entity(
      { name: property('A', { createdAt: 3, sub: { rank: property(2) } }) },
      { id: 'urn:x:3', createdAt: 7 },
    ),
    c: entity(
      { name: property('A', { createdAt: 2, sub: { rank: property(1) } }) },
      { id: 'urn:x:1', createdAt: 6 },
    ),
  };
  it.each([
    ['id', 'c b a'],
    ['id;desc', 'a b c'],
    ['createdAt', 'b c a'],
    ['createdAt;desc', 'a c b'],
    ['name.createdAt', 'b c a'],
    ['name.rank', 'c a b'],
    ['name;asc', 'a c b'],
    ['name,createdAt', 'c a b'],
    ['type;asc,name.rank;desc,name;asc', 'b a c'],
    [' name ; desc , id ', 'b c a'],
  ])('takes orderBy=%s', (orderBy, expected) => {
    expect(inOrder({ orderBy }, places)).toBe(expected);
  });

  it('goes into values, languages, types and scopes', () => {
    const subjects = {
      x: entity(
        {
          address: property({ [iri('city')]: 'Mol' }),
          title: attribute('LanguageProperty', { nl: 'a', fr: 'z' }),
          near: attribute('Relationship', 'urn:x:1'),
        },
        { types: [iri('B')], scopes: ['/b'] },
      ),
      y: entity(
        {
          address: property({ [iri('city')]: 'Geel' }),
          title: attribute('LanguageProperty', { nl: 'b', fr: 'y' }),
          near: attribute('Relationship', 'urn:x:0'),
        },
        { types: [iri('A'), iri('B')], scopes: [] },
      ),
    };
    const orders = ['address[city]', 'title[nl]', 'title[fr]', 'near', 'type', 'scope', 'scope;desc'];
    expect(orders.map((orderBy) => inOrder({ orderBy }, subjects))).toEqual([
      'y x',
      'x y',
      'y x',
      'y x',
      'y x',
      'x y',
      'x y',
    ]);
  });

  it('takes the first of several values in its direction, and none that has expired', () => {
    const subjects = {
      both: entity({ a: [property(1), property(9, { datasetId: 'urn:d' })] }),
      five: entity({ a: property(5) }),
      gone: entity({ a: [property(0, { expiresAt: at.now }), property(7, { datasetId: 'urn:d' })] }),
    };
    expect(inOrder({ orderBy: 'a' }, subjects)).toBe('both five gone');
    expect(inOrder({ orderBy: 'a;desc' }, subjects)).toBe('both gone five');
  });
});

describe('collation (clause 4.23.3)', () => {
  const words = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, entity({ a: property(name) })]));

  it.each([
    [undefined, ['Z', 'á', 'b', 'A', 'a'], 'a A á b Z'],
    ['und', ['Z', 'á', 'b', 'A'], 'A á b Z'],
    ['und-x-icu', ['Z', 'á', 'b', 'A'], 'A á b Z'],
    ['sv', ['Ö', 'Z', 'O'], 'O Z Ö'],
    ['de', ['Ad', 'Äa'], 'Äa Ad'],
    ['de-u-co-phonebk', ['Äa', 'Ad'], 'Ad Äa'],
    ['und-u-kn', ['10', '9'], '9 10'],
    ['und', ['9', '10'], '10 9'],
    ['und-u-kf-upper', ['a', 'A'], 'A a'],
    ['und-u-ks-level1', ['b', 'á', 'A', 'a'], 'á A a b'],
    ['und-u-ks-level2', ['á', 'A', 'a'], 'A a á'],
    ['und-u-ks-level1-kc', ['á', 'A', 'a'], 'á a A'],
    ['und-u-ks-identic', ['b', 'A', 'a'], 'a A b'],
    ['und-u-ka-shifted', ['b', 'a-c'], 'a-c b'],
  ])('%s', (collation, names, expected) => {
    expect(inOrder({ orderBy: 'a', collation }, words(...names))).toBe(expected);
  });

  it.each([
    ['!!nope', /no language tag/],
    ['not a bcp47 tag!!', /no language tag/],
    ['', /no language tag/],
    ['de-u-co-nonsense', /unknown kind nonsense/],
    ['und-u-ks-level9', /ks-level9, which cannot be followed/],
    ['und-u-kr-latn', /kr-latn, which cannot be followed/],
  ])('%j is refused, also without orderBy', (collation, detail) => {
    const refusal = refusalOf(() => parseOrder({ collation }, vocabulary));
    expect(refusal).toMatchObject({ type: 'BadRequestData' });
    expect(refusal.message).toMatch(detail);
  });

  it('looks at nothing of a tag that does not concern order', () => {
    expect(inOrder({ orderBy: 'a', collation: 'en-u-ca-buddhist-nu-thai' }, words('b', 'a'))).toBe('a b');
  });
});

describe('order by distance (clause 4.23.3)', () => {
  const subjects = {
    nowhere: entity(),
    named: entity({ location: property('x') }),
    far: entity({ location: location('Point', [10, 45]) }),
    near: entity({ location: location('Point', [8.01, 40.01]) }),
    around: entity({
      location: location('Polygon', [
        [
          [7, 39],
          [9, 39],
          [9, 41],
          [7, 41],
          [7, 39],
        ],
      ]),
    }),
    two: entity({
      location: [location('Point', [50, 50]), { ...location('Point', [8, 40.001]), datasetId: 'urn:d' }],
    }),
  };

  it('puts the nearest first, and last what is nowhere', () => {
    expect(inOrder({ orderBy: 'location;dist-asc', orderFrom: '[8,40]' }, subjects)).toBe(
      'around two near far named nowhere',
    );
  });

  it('puts the farthest first, and last what is nowhere', () => {
    expect(inOrder({ orderBy: 'location;dist-desc', orderFrom: [8, 40] }, subjects)).toBe(
      'two far near around named nowhere',
    );
  });

  it('measures from any geometry', () => {
    const line = { orderFrom: '[[8,40],[9,42],[9,45]]', orderGeometry: 'LineString' };
    const { far, near } = subjects;
    const onLine = entity({ location: location('Point', [9, 43]) });
    expect(inOrder({ orderBy: 'location;dist-asc', ...line }, { far, near, onLine })).toBe('onLine near far');
  });
});

describe('what no order is', () => {
  it.each<readonly [OrderParameters, RegExp]>([
    [{ orderBy: '' }, /before the end/],
    [{ orderBy: 'a;up' }, /asc, desc, dist-asc, dist-desc/],
    [{ orderBy: 'a;desc;asc' }, /asc, desc, dist-asc, dist-desc/],
    [{ orderBy: 'a,,b' }, /Attribute name is expected/],
    [{ orderBy: 'a b' }, /character/],
    [{ orderBy: 'id.x' }, /not an Attribute/],
    [{ orderBy: 'rel{a}' }, /needs join/],
    [{ orderBy: 'id;dist-asc', orderFrom: '[1,2]' }, /id has no distance/],
    [{ orderBy: 'location;dist-asc' }, /orderFrom/],
    [{ orderFrom: 'here' }, /JSON array/],
    [{ orderFrom: '[1,2]', orderGeometry: 'Circle' }, /one of Point/],
    [{ orderGeometry: 5 }, /one of Point/],
    [{ orderFrom: '[[1,2]]', orderGeometry: 'LineString' }, /orderFrom and orderGeometry/],
    [{ orderBy: Array.from({ length: 17 }, (_, n) => `a${n}`).join() }, /at most 16/],
  ])('%j is refused', (parameters, detail) => {
    const refusal = refusalOf(() => parseOrder(parameters, vocabulary));
    expect(refusal).toMatchObject({ type: 'BadRequestData' });
    expect(refusal.message).toMatch(detail);
  });

  it('is undefined without orderBy', () => {
    expect(parseOrder({ orderFrom: '[1,2]', collation: 'de' }, vocabulary)).toBeUndefined();
  });
});
