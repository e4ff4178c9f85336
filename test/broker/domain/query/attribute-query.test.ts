import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../../broker/domain/entity.ts';
import { NUMBER_TEXT_MARK } from '../../../../broker/domain/number-text.ts';
import { parseAttributeQuery } from '../../../../broker/domain/query/parse-attribute-query.ts';
import { at, attribute, entity, iri, judge, property, refusalOf, vocabulary } from './support.ts';

const micros = (text: string): number => Date.parse(text) * 1000;

type Case = readonly [
  q: string,
  subject: Entity,
  expected: boolean,
  options?: { expandValues?: string; jsonKeys?: string },
];

function judges(cases: readonly Case[]): void {
  it.each(cases.map(([q, subject, expected, options]) => ({ q, subject, expected, options })))(
    '$q is $expected',
    ({ q, subject, expected, options }) => {
      expect(judge({ q, ...options }, subject)).toBe(expected);
    },
  );
}

describe('q: existence (clause 4.9)', () => {
  const subject = entity({ temperature: property(20, { sub: { accuracy: property(1) } }) });
  judges([
    ['temperature', subject, true],
    ['humidity', subject, false],
    ['temperature.accuracy', subject, true],
    ['temperature.accuracy.more', subject, false],
    ['!humidity', subject, true],
    ['!temperature', subject, false],
    ['!missing.accuracy', subject, true],
    ['constructor', subject, false],
  ]);

  it('does not count an instance that has expired', () => {
    const brief = entity({ temperature: property(20, { expiresAt: at.now }) });
    expect(judge({ q: 'temperature' }, brief)).toBe(false);
    expect(judge({ q: '!temperature' }, brief)).toBe(true);
    expect(judge({ q: 'temperature' }, brief, { now: at.now - 1 })).toBe(true);
  });
});

describe('q: logical operators and association (clause 4.9)', () => {
  const subject = entity({ a: property(1), b: property(2) });
  judges([
    ['a;b', subject, true],
    ['a;c', subject, false],
    ['a|c', subject, true],
    ['a|c;d', subject, true],
    ['(a|c);d', subject, false],
    ['((a==1|a==3);b==2)', subject, true],
    ['(a>=1;a<=2)|b<=0', subject, true],
    [' a == 1 ; b == 2 ', subject, true],
  ]);
});

describe('q: equal (clause 4.9)', () => {
  const number = entity({ a: property(15) });
  const colour = entity({ a: property('red') });
  const list = entity({ a: property(['red', 'blue', 3]) });
  judges([
    ['a==15', number, true],
    ['a==15.0', number, true],
    ['a==1.5e1', number, true],
    ['a==16', number, false],
    ['a=="15"', number, false],
    ['a=="red"', colour, true],
    ['a==red', colour, true],
    ['a=="Red"', colour, false],
    ['a=="black", "red"', colour, true],
    ['a=="black","blue"', colour, false],
    ['a=="red"', list, true],
    ['a==3', list, true],
    ['a=="green","blue"', list, true],
    ['a=="green"', list, false],
    ['a==10..20', number, true],
    ['a==15..20', number, true],
    ['a==16..20', number, false],
    ['a=="o".."s"', colour, true],
    ['a==true', entity({ a: property(true) }), true],
    ['a==false', entity({ a: property(true) }), false],
    ['a==true', entity({ a: property('true') }), false],
    ['a==15', entity({ a: property({ '@type': 'xsd:int', '@value': 15 }) }), true],
    ['a=="tab\\tquote\\" \\u00e9"', entity({ a: property('tab\tquote" é') }), true],
    ['a==urn:ngsi-ld:Room:2', entity({ a: property('urn:ngsi-ld:Room:2') }), true],
    ['a==15', entity({ a: attribute('ListProperty', [14, 15]) }), true],
  ]);

  it('tells integers apart that a double cannot', () => {
    const big = entity({ a: property(`${NUMBER_TEXT_MARK}9007199254740993`) });
    expect(judge({ q: 'a==9007199254740993' }, big)).toBe(true);
    expect(judge({ q: 'a==9007199254740992' }, big)).toBe(false);
    expect(judge({ q: 'a>9007199254740992' }, big)).toBe(true);
    expect(judge({ q: 'a>9007199254740993' }, big)).toBe(false);
    expect(judge({ q: 'a==9007199254740993' }, entity({ a: property(9007199254740992) }))).toBe(false);
    expect(judge({ q: 'a>="a"' }, big)).toBe(false);
  });
});

describe('q: unequal needs the element and its difference (clause 4.9)', () => {
  const number = entity({ a: property(9) });
  judges([
    ['a!=8', number, true],
    ['a!=9', number, false],
    ['a!="9"', number, true],
    ['a!=10..20', number, true],
    ['a!=5..10', number, false],
    ['b!=9', number, false],
    ['a!="red","blue"', entity({ a: property(['green', 'red']) }), false],
    ['a!="red","blue"', entity({ a: property(['green']) }), true],
  ]);
});

describe('q: several instances (clauses 4.5.5, 4.9)', () => {
  const both = entity({ a: [property(1), property(2, { datasetId: 'urn:d:2' })] });
  judges([
    ['a==2', both, true],
    ['a>1', both, true],
    ['a!=2', both, false],
    ['a!=3', both, true],
    ['a.datasetId=="urn:d:2"', both, true],
    ['a.datasetId', entity({ a: property(1) }), false],
  ]);
});

describe('q: order (clause 4.9)', () => {
  const number = entity({ a: property(20) });
  judges([
    ['a>20', number, false],
    ['a>=20', number, true],
    ['a<20.5', number, true],
    ['a<=19', number, false],
    ['a>-1', number, true],
    ['a>"a"', number, false],
    ['a>"red"', entity({ a: property('rot') }), true],
    ['a<"b"', entity({ a: property('B') }), false],
    ['a>1', entity({ a: property([2, 3]) }), false],
    ['a>1', entity({ a: property({ b: 2 }) }), false],
  ]);
});

describe('q: times compare as moments (clauses 4.6.3, 4.9)', () => {
  const measured = entity(
    { a: property(1, { observedAt: micros('2017-12-24T12:00:00Z'), unitCode: 'CEL' }) },
    { createdAt: micros('2020-05-01T00:00:00Z') },
  );
  const text = entity({ a: property('2017-12-24T12:00:00.0Z') });
  judges([
    ['a.observedAt>=2017-12-24T12:00:00Z', measured, true],
    ['a.observedAt>2017-12-24T12:00:00.000000Z', measured, false],
    ['a.observedAt==2017-12-24T12:00:00,0Z', measured, true],
    ['a.observedAt==2017-12-24T11:00:00,5Z,2017-12-24T12:00:00Z', measured, true],
    ['a.observedAt>="2017-12-24T11:59:59Z"', measured, true],
    ['a.observedAt>=2017-12-24', measured, true],
    ['a.observedAt<2017-12-24', measured, false],
    ['a.observedAt==2017-12-24T00:00:00Z..2017-12-25T00:00:00Z', measured, true],
    ['a.observedAt==2017-12-24..2017-12-24T12:00:00Z', measured, true],
    ['a.observedAt==2017-12-24T12:00:01Z..2017-12-25', measured, false],
    ['a.observedAt>1', measured, false],
    ['a.observedAt!=1', measured, true],
    ['a.unitCode=="CEL"', measured, true],
    ['createdAt>2020-01-01T00:00:00Z', measured, true],
    ['createdAt>2021-01-01T00:00:00Z', measured, false],
    ['expiresAt', measured, false],
    ['a.modifiedAt<1970-01-02T00:00:00Z', measured, true],
    ['a==2017-12-24T12:00:00Z', text, true],
    ['a>2017-12-24', text, true],
    ['a==2017-12-24T12:00:01Z', text, false],
    ['a!=2017-12-24T12:00:01Z', text, true],
    ['a>2017-12-24T12:00:00Z', entity({ a: property('later') }), false],
    ['a==12:00:00Z', entity({ a: property('12:00:00.000Z') }), true],
    ['a<12:00:00Z', entity({ a: property('11:59:59Z') }), true],
  ]);
});

describe('q: patterns (clause 4.9)', () => {
  const tower = entity({ a: property('Eiffel Tower') });
  judges([
    ['a~="^Eiffel"', tower, true],
    ['a~=^Eiffel', tower, true],
    ['a~=Tower', tower, true],
    ['a~=^Tower', tower, false],
    ['a~=^(Big|Eiffel) [A-Z;]', tower, true],
    ['(a~=Eif+el;a~="T.w[[:alpha:]]r$")', tower, true],
    ['a!~="^Eiffel"', tower, false],
    ['a!~="^Pisa"', tower, true],
    ['a!~=x', entity({ a: property(5) }), false],
    ['a~=5', entity({ a: property(5) }), false],
    ['b!~=x', tower, false],
    ['a~="a\\.b"', entity({ a: property('a.b') }), true],
    ['a~="a\\.b"', entity({ a: property('axb') }), false],
    ['a~="a.b"', entity({ a: property('a\nb') }), true],
    ['a~=^b', entity({ a: property('a\nb') }), false],
    ['a~=a$', entity({ a: property('a\nb') }), false],
  ]);

  it('takes time in proportion to the text, whatever the pattern', () => {
    expect(judge({ q: 'a~="^(a+)+$"' }, entity({ a: property(`${'a'.repeat(50_000)}!`) }))).toBe(false);
  });
});

describe('q: relationships (clause 4.9)', () => {
  const one = entity({ r: attribute('Relationship', 'urn:a:1') });
  const many = entity({ r: attribute('ListRelationship', ['urn:a:1', 'urn:a:2']) });
  judges([
    ['r=="urn:a:1"', one, true],
    ['r==urn:a:1', one, true],
    ['r=="urn:a:1","urn:a:3"', one, true],
    ['r!="urn:a:1"', one, false],
    ['r!="urn:a:2"', one, true],
    ['r==urn:a:2', many, true],
    ['r!=urn:a:2', many, false],
    ['r>"urn:a"', one, false],
    ['r<="urn:z"', one, false],
    ['r=="urn:a".."urn:b"', one, false],
    ['r~="urn"', one, false],
    ['r!~="xyz"', one, false],
  ]);
});

describe('q: language maps (clause 4.9)', () => {
  const colour = entity({
    c: attribute('LanguageProperty', { fr: ['rouge', 'sang'], en: 'red', 'pt-BR': 'vermelho' }),
  });
  judges([
    ['c[en]=="red"', colour, true],
    ['c[en]=="rouge"', colour, false],
    ['c[fr]=="sang"', colour, true],
    ['c[pt-br]=="vermelho"', colour, true],
    ['c[*]=="rouge"', colour, true],
    ['c[*]!="red"', colour, false],
    ['c[*]!="black"', colour, true],
    ['c[en]!="rouge"', colour, true],
    ['c=="rouge"', colour, true],
    ['c[de]', colour, false],
    ['c[en]~="^r"', colour, true],
    ['c[en.x]', colour, false],
    ['c[en.x]=="red"', colour, false],
  ]);

  const silent = entity({ c: attribute('LanguageProperty', { en: [] }) });
  judges([
    ['c', silent, true],
    ['!c', silent, false],
    ['c[en]', silent, true],
    ['c[fr]', silent, false],
    ['c=="red"', silent, false],
    ['c!="red"', silent, true],
    ['c~=r', silent, false],
    ['c!~=r', silent, false],
  ]);
});

describe('q: vocabulary values and expandValues (clause 4.9, example 12)', () => {
  const person = entity({ gender: attribute('VocabProperty', iri('Male')) });
  judges([
    ['gender==Male', person, true, { expandValues: 'gender' }],
    ['gender=="Male"', person, true, { expandValues: 'other,gender' }],
    ['gender==Male', person, false],
    ['gender!=Male', person, false, { expandValues: 'gender' }],
    [`gender=="${iri('Male')}"`, person, true],
    [
      'gender==Male',
      entity({ gender: attribute('VocabProperty', [iri('Female'), iri('Male')]) }),
      true,
      { expandValues: 'gender' },
    ],
  ]);
});

describe('q: the path into a value (clause 4.9, examples 9 to 11)', () => {
  const place = entity({
    address: property({ [iri('city')]: 'Berlin', [iri('geo')]: { [iri('floor')]: 3 } }),
    raw: attribute('JsonProperty', { value: 'Overstay', city: null, 'https://example.org/x': 1 }),
    location: attribute('GeoProperty', { type: 'Point', coordinates: [1, 2] }),
  });
  judges([
    ['address[city]=="Berlin"', place, true],
    ['address[city]', place, true],
    ['address[postcode]', place, false],
    ['address[postcode]!="x"', place, false],
    ['address[geo.floor]==3', place, true],
    ['address[geo.floor.up]', place, false],
    ['address[constructor]', place, false],
    ['raw[value]=="Overstay"', place, true],
    ['raw[city]', place, true],
    ['raw[x]', place, true],
    ['raw[x]', place, false, { jsonKeys: 'raw' }],
    ['location[type]=="Point"', place, true],
    ['location[coordinates]==2', place, true],
  ]);
});

describe('q: linked Entities (clause 4.9, examples 13 and 14)', () => {
  const device = entity(
    { humidity: property(40), room: attribute('Relationship', 'urn:room') },
    { types: [iri('Device')] },
  );
  const room = entity({ floor: property(2) });
  const linked = (id: string): Entity | undefined =>
    new Map([
      ['urn:device', device],
      ['urn:room', room],
    ]).get(id);
  const station = entity({ sensor: attribute('Relationship', ['urn:gone', 'urn:device']) });
  it.each([
    ['sensor{humidity}==40', true],
    ['sensor{humidity}>40', false],
    ['sensor{Device:humidity}==40', true],
    ['sensor{Thing,Device:humidity}==40', true],
    ['sensor{Thing:humidity}==40', false],
    ['sensor{room{floor}}==2', true],
    ['sensor{Device:room{Room:floor}}==2', true],
    ['sensor{humidity}', true],
    ['sensor{pressure}', false],
    ['!sensor{pressure}', true],
  ])('%s is %s', (q, expected) => {
    expect(judge({ q, joinLevel: 2 }, station, { ...at, linked })).toBe(expected);
  });

  it('are not reached without the means to look them up', () => {
    expect(judge({ q: 'sensor{humidity}', joinLevel: 1 }, station)).toBe(false);
  });

  it('need join, and a joinLevel of the depth', () => {
    expect(refusalOf(() => parseAttributeQuery('a{b}', vocabulary)).message).toMatch(/needs join/);
    expect(refusalOf(() => parseAttributeQuery('a{b{c}}', vocabulary, { joinLevel: 1 })).type).toBe(
      'BadRequestData',
    );
  });
});

describe('q: names', () => {
  it('are expanded each by itself, dots in a URI being written %2E', () => {
    expect(parseAttributeQuery('a.b.ex:c', vocabulary)).toEqual({
      kind: 'exists',
      path: { names: [iri('a'), iri('b'), 'ex:c'] },
    });
    expect(parseAttributeQuery('https://x%2Eorg/a-b%2Ec==1', vocabulary)).toMatchObject({
      path: { names: ['https://x.org/a-b.c'] },
    });
    expect(parseAttributeQuery('größe', vocabulary)).toEqual({
      kind: 'exists',
      path: { names: [iri('größe')] },
    });
  });
});

describe('q: what is refused says where and why', () => {
  it.each([
    ['', /character 1, before the end: .*name is expected/],
    ['a==', /character 4, before the end: a value is expected/],
    ['a=1', /character 2.*an operator is one of !~= == != >= <= ~= > </],
    ['a==1;', /name is expected/],
    ['a==1)', /character 5.*join terms/],
    ['(a==1', /'\)' is expected/],
    ['a b', /name is expected/],
    ['!a==1', /takes no operator/],
    ['!!a', /name is expected/],
    ['a>4..5', /lists and ranges go with == and !=/],
    ['a<=1,2', /lists and ranges go with == and !=/],
    ['a>true', /no order/],
    ['a==1.."b"', /ends of a range/],
    ['a==2026-01-01..12:00:00Z', /ends of a range/],
    ['a==true..false', /ends of a range/],
    ['a==1,', /a value is expected/],
    ['a=="open', /closing double quote/],
    ['a=="\\x"', /escape a string in quotes as JSON does/],
    ['a==b==c', /double quotes/],
    ['a==1e400', /this large/],
    ['a==2026-02-30', /a day that exists/],
    ['a==2026-01-01T00:00:00+01:00', /UTC/],
    ['a==2026-01-01T00:00:00.1234567Z', /six fraction digits/],
    ['a~=', /regular expression is expected/],
    ['a~="("', /not a regular expression/],
    ['a~="(?=x)"', /not a regular expression/],
    [`a~="${'x'.repeat(2000)}"`, /at most 1024/],
    ['id=="urn:a"', /parameters id, idPattern and type/],
    ['9a', /name is expected/],
    ['a..b', /name is expected/],
    ['a[', /member name is expected/],
    ['a[b', /'\]' is expected/],
    ['a[b].c', /join terms/],
    ['a.observedAt.b', /must end the path/],
    ['a%ZZ', /percent sign/],
  ])('%s', (q, message) => {
    const error = refusalOf(() => parseAttributeQuery(q, vocabulary));
    expect(error.type).toBe('BadRequestData');
    expect(error.message).toMatch(message);
  });

  it('refuses parentheses that nest without end', () => {
    expect(refusalOf(() => parseAttributeQuery(`${'('.repeat(100_000)}a`, vocabulary)).type).toBe(
      'TooComplexQuery',
    );
    expect(
      refusalOf(() => parseAttributeQuery('a{'.repeat(100_000), vocabulary, { joinLevel: 1e9 })).type,
    ).toBe('BadRequestData');
  });
});
