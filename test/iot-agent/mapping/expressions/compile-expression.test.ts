import { describe, expect, it } from '@jest/globals';
import { compileExpression } from '../../../../iot-agent/mapping/expressions/compile-expression.ts';
import { TRANSFORM_NAMES } from '../../../../iot-agent/mapping/expressions/transforms/transforms.ts';
import type { Json } from '../../../../iot-agent/measurement.ts';

/** 2021-11-18T14:20:14.901Z */
const NOW = 1_637_245_214_901;
const MEASURE: { readonly [name: string]: Json } = {
  value: 6,
  ts: NOW,
  name: 'DevId629',
  object: { name: 'John', surname: 'Doe', none: null },
  array: [1, 3],
  level: 85.3,
  spaces: '  foobar  ',
  location: '40.4165, -3.70256',
  items: [
    { kind: 'a', size: 1 },
    { kind: 'b', size: 5 },
  ],
  flags: { a: true, b: false, c: true },
  off: false,
};

function evaluate(text: string, values = MEASURE): Json | undefined {
  return compileExpression(text).evaluate({ variables: new Map(Object.entries(values)), now: NOW });
}

describe('an expression', () => {
  it.each([
    // The examples of FIWARE's documentation.
    ['5 * value', 30],
    ['(6 + value) * 3', 36],
    ['value / 12 + 1', 1.5],
    ['(5 + 2) * (value + 7)', 91],
    ['value * 5.2', 31.200000000000003],
    ['"Pruebas " + "De Strings"', 'Pruebas De Strings'],
    ['name + "value is " +value', 'DevId629value is 6'],
    ["{coordinates: [value,value], type: 'Point'}", { coordinates: [6, 6], type: 'Point' }],
    ['ts|toisodate', '2021-11-18T14:20:14.901Z'],
    ['" a "| trim', 'a'],
    ['name|length', 8],
    ['name|indexOf("e")', 1],
    ['name|substr(0,name|indexOf("e")+1)', 'De'],
    ["location | split(', ')[1] | parsefloat()", -3.70256],
    ['level/100', 0.853],
    // The rest of the language.
    ['value > 5 && !off', true],
    ['value <= 5 || name == "x"', false],
    ['value % 4', 2],
    ['value // 4', 1],
    ['value ^ 2', 36],
    ['value - -2', 8],
    ['"6" == value', true],
    ['"6" != value', false],
    ['name < "E"', true],
    ['3 in array', true],
    ['"vId" in name', true],
    ['value in object', false],
    ['value > 5 ? "high" : "low"', 'high'],
    ['off ?: "default"', 'default'],
    ['object.name', 'John'],
    ['object["sur" + "name"]', 'Doe'],
    ['items[.size > 2].kind', 'b'],
    ['items[1].size', 5],
    ['array[9]', undefined],
    ['array.size', undefined],
    ['value[true]', 6],
    ['value[false]', undefined],
    ['value[array]', undefined],
    ['[1, null]', [1, null]],
    ['true + 1', 2],
    ['"Abc" > 3', false],
  ] as [string, Json | undefined][])('%s is %j', (text, result) => {
    expect(evaluate(text)).toEqual(result);
  });

  it.each([
    'missing * 2',
    'missing + "x"',
    'missing > 5 ? "high" : "low"',
    'missing ? "occupied" : "free"',
    'missing == 1 ? "on" : "off"',
    '!missing',
    'missing|trim',
    'value|concatarr(missing)',
    '[value, missing]',
    '{a: missing}',
    'missing in array',
    'missing[value]',
    'value[missing * 1]',
    'missing[.a > 1]',
    'missing.member.member',
    '(missing * 2).member',
    'object.none + 1',
    'name * 2',
    'name|parseint',
    'null',
    'value > 5 ? undefined : 1',
  ])('%s has no result, because of what is missing', (text) => {
    expect(evaluate(text)).toBeUndefined();
  });

  it.each([
    ['missing ? missing : "none"', 'none'],
    ['missing ?: "none"', 'none'],
    ['missing || 7', 7],
    ['(missing * 2) || 7', 7],
    ['missing == null', true],
    ['value != null', true],
    ['missing|typeof', 'undefined'],
    ['(missing * 1)|typeof', 'undefined'],
    ['(missing|isnan) ? 0 : missing', 0],
    ['missing|isarray', false],
  ] as [string, Json][])('%s asks for what is missing, and is %j', (text, result) => {
    expect(evaluate(text)).toEqual(result);
  });

  it.each([
    'object["constr" + "uctor"]',
    'object["constructor"]["constructor"]',
    'array["__proto__"]',
    'name["toString"]',
    'level["valueOf"]',
  ])('%s finds nothing that JavaScript inherits', (text) => {
    expect(evaluate(text)).toBeUndefined();
  });

  it('names the variables that it asks for, not members, texts and null', () => {
    const { variables } = compileExpression('a.b + c[.d > e] + (x|trim) + "f" + null');
    expect([...variables].sort()).toEqual(['a', 'c', 'e', 'x']);
  });
});

describe('the transforms', () => {
  it('are the 46 that FIWARE documents', () => {
    expect(new Set(TRANSFORM_NAMES).size).toBe(46);
  });

  it.each([
    ['\'{"a":1}\'|jsonparse', { a: 1 }],
    ['object.name|jsonstringify', '"John"'],
    ['name|substr(-3)', '629'],
    ['name|substr(3, 2)', 'Id'],
    ['array|addreduce', 4],
    ['["a","b"]|addreduce', 'ab'],
    ['[]|addreduce', undefined],
    ['array|lengtharray', 2],
    ['value|typeof', 'number'],
    ['array|isarray', true],
    ['"x"|isnan', true],
    ['value|isnan', false],
    ['"12px"|parseint', 12],
    ['"1.5x"|parsefloat', 1.5],
    ['"2026-01-01T00:00:00"|toisodate', '2026-01-01T00:00:00.000Z'],
    ['"2026-01-01T01:00:00+01:00"|toisostring', '2026-01-01T00:00:00.000Z'],
    ['"2021-11-18T14:20:14.901Z"|gettime', NOW],
    ['"Fri, 02 Jan 1970 00:00:00 GMT"|gettime', 86_400_000],
    ['value|tostring', '6'],
    ['"a b"|urlencode', 'a%20b'],
    ['"a%20b"|urldecode', 'a b'],
    ["'a.a'|replacestr('.', '-')", 'a-a'],
    ["'aaa'|replacestr('a', 'b')", 'baa'],
    ["'abc'|replacestr('x', 'b')", 'abc'],
    ["'aaa'|replaceallstr('a', 'b')", 'bbb'],
    ["'ab'|replaceallstr('', '-')", '-a-b-'],
    ["'a1b2'|replaceregexp('[0-9]', '#')", 'a#b2'],
    ["'a1b2'|replaceallregexp('([a-z])([0-9])', '$2$1$$$&$3')", '1a$a1$32b$b2$3'],
    ["'a,b'|split(',')", ['a', 'b']],
    ["'a,b'|split", ['a,b']],
    ["['a', null, 1]|joinarrtostr('-')", 'a--1'],
    ['array|concatarr([5])', [1, 3, 5]],
    ['array|concatarr(5)', [1, 3, 5]],
    ["1|mapper([0,1], ['off','on'])", 'on'],
    ["'1'|mapper([0,1], ['off','on'])", 'on'],
    ["7|mapper([0,1], ['off','on'])", undefined],
    ["-1|thmapper([0,10,20], ['cold','mild','warm'])", 'cold'],
    ["10|thmapper([0,10,20], ['cold','mild','warm'])", 'mild'],
    ["21|thmapper([0,10,20], ['cold','mild','warm'])", undefined],
    ["12|bitwisemask(4, '&', 2)", 1],
    ["8|bitwisemask(1, '|', 0)", 9],
    ["9|bitwisemask(1, '^', 0)", 8],
    ["9|bitwisemask(1, 'x', 1)", 4],
    ['[1,2,3]|slice(1)', [2, 3]],
    ['name|slice(0, 3)', 'Dev'],
    ['array|addset(3)', [1, 3]],
    ['array|addset(4)', [1, 3, 4]],
    ['array|removeset(1)', [3]],
    ['name|touppercase', 'DEVID629'],
    ['name|tolowercase', 'devid629'],
    ['2.5|round', 3],
    ['2.5|floor', 2],
    ['2.1|ceil', 3],
    ['2.345|tofixed(2)', '2.35'],
    ['"x"|tofixed(2)', undefined],
    ['ts|localestring("en-GB", {timeZone: "Europe/Brussels"})', '18/11/2021, 15:20:14'],
    ['1234.5|localestringnumber("de-DE")', '1.234,5'],
    ['0|now', NOW],
    ['missing|now', NOW],
    ['"48656c6c6f"|hextostring', 'Hello'],
    ['flags|valuePicker(true)', ['a', 'c']],
    ['name|valuePicker(true)', []],
    ['flags|valuePickerMulti([false])', ['b']],
    ['flags|valuePickerMulti(false)', []],
    ['"abc"|hash', '00017862'],
    ['ts|timeoffset', new Date(NOW).getTimezoneOffset()],
  ] as [string, Json | undefined][])('%s is %j', (text, result) => {
    expect(evaluate(text)).toEqual(result);
  });

  it.each([
    ['value|addreduce', 'a list is needed, not 6'],
    ["'{'|jsonparse", 'is no JSON'],
    ['name|toisodate', '"DevId629" is no time'],
    ["name|replaceregexp('(', '')", 'is no regular expression'],
    ["name|replaceregexp('(?=a)', '')", 'is no regular expression'],
    ['level / 0', 'infinite'],
    ['"%"|urldecode', 'URI malformed'],
    ['level|tofixed(1000)', 'toFixed'],
  ])('%s fails: %s', (text, reason) => {
    expect(() => evaluate(text)).toThrow(reason);
  });
});

describe('what an expression makes', () => {
  const long = 'x'.repeat(60_000);
  it.each([
    'long + long',
    'long|replaceallstr("x", "yyy")',
    'long|replaceallregexp("x", "$&$&")',
    '[long, long]',
    '{a: long, b: long}',
    '[long, long]|addreduce',
    'list|joinarrtostr(long)',
    'list|addreduce',
    'long|split("")',
    'long|urlencode|urlencode|concatarr([])',
    "long|replaceregexp('x', long)",
  ])('is bounded: %s', (text) => {
    const list = Array.from({ length: 200 }, () => 'abc'.repeat(200));
    expect(() => evaluate(text, { long, list })).toThrow(/more than 65536 characters|a list is needed/);
  });

  it('is bounded in depth, in steps and in the length of patterns', () => {
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    expect(() => evaluate('deep|jsonparse', { deep })).toThrow('nested deeper');
    const list = Array.from({ length: 300 }, (_, index) => index);
    expect(() => evaluate('list[.a || list[.b == 1]]', { list })).toThrow('steps');
    expect(() => evaluate('list[(long|replaceallregexp("(a*)*b", "")) == .a]', { list, long })).toThrow(
      'steps',
    );
    expect(() => evaluate('"a"|replaceregexp(long, "")', { long })).toThrow('at most 1024');
  });

  it.each([
    'list[.x in all]',
    'list[.x == all]',
    'list[.x == 1 || (named|jsonstringify) == "q"]',
    'list[.x == 1 || (named|valuePicker(-1)) == "q"]',
    'list[.x == 1 || ("x"|mapper(all, all)) == "q"]',
    'list[.x == 1 || (["x"]|concatarr(all)) == "q"]',
    'list[.x == 1 || [named] == "q"]',
    'list[.x == 1 || (1|localestring("nl-BE", {timeZone: "Europe/Brussels"})) == "q"]',
    'text|replaceregexp("(x?){600}x{600}", "")',
  ])('does not go through a large measure again and again: %s', (text) => {
    const list = Array.from({ length: 5000 }, (_, index) => ({ x: -index }));
    const all = Array.from({ length: 9000 }, (_, index) => index + 1);
    const named = Object.fromEntries(all.slice(0, 2000).map((index) => [`k${index}`, index]));
    expect(() => evaluate(text, { list, all, named, text: 'x'.repeat(5000) })).toThrow('steps');
  });

  it.each(['x{1000}x{1000}x', '((ab){30}){34}', '(?:[^a-z]{2,1000}){2}x', '(a(b(c){500}){2}d{1000})'])(
    'refuses a pattern that is long when it is written out: %s',
    (pattern) => {
      const refused = () => evaluate('"a"|replaceregexp(pattern, "")', { pattern });
      expect(refused).toThrow('at most 2000 things');
    },
  );

  it.each(['x{1000}x{1000}', '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]{8,15}Z?$', '[]{9}]{2,}a{0}'])(
    'takes the pattern %s',
    (pattern) => {
      expect(evaluate('"a"|replaceregexp(pattern, "")', { pattern })).toBe('a');
    },
  );
});

describe('a faulty expression', () => {
  it.each([
    ['level /', 'is no JEXL at character 8: Unexpected end of expression: level /'],
    ['  a b', 'is no JEXL at character 5: Token b (identifier) unexpected'],
    ["'#' + #", 'is no JEXL at character 7: Invalid expression token: #'],
    ['', 'holds nothing to compute'],
    ['value|trimm', 'uses trimm at character 7, which is no transform: did you mean trim?'],
    ['value|unheardOf', 'is no transform: known are'],
    ['value|constructor', 'is no JEXL at character 7'],
    ['name.constructor', 'is no JEXL at character 6'],
    ['__proto__.x', 'is no JEXL at character 1'],
    ['now(1)', 'calls now(…) at character 1: a transform stands behind its value, as in value|now'],
    [['$', '{@level / 100}'].join(''), 'legacy language'],
    ['1'.repeat(3000), 'has 3000 characters'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => compileExpression(text)).toThrow(reason);
  });
});
