import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../../broker/domain/entity.ts';
import { parseJson } from '../../../../broker/domain/json-text.ts';
import { csvRecord } from '../../../../broker/domain/representation/csv.ts';

describe('a record of CSV (RFC 4180)', () => {
  it.each<[string, Json | undefined, string]>([
    ['what is not there', undefined, ''],
    ['null', null, 'null'],
    ['a number', -1.5, '-1.5'],
    ['a number that a double cannot hold', parseJson('12345678901234567890'), '12345678901234567890'],
    ['true', true, 'true'],
    ['an object', { a: 1 }, '"{""a"":1}"'],
    ['an array', ['x'], '"[""x""]"'],
    ['a plain text', 'busy', 'busy'],
    ['quotes and commas', 'a "b", c', '"a ""b"", c"'],
    ['lines', 'a\nb\r\nc', '"a\nb\r\nc"'],
    ['a formula', '=SUM(A1)', "'=SUM(A1)"],
    ['a formula that has to be quoted', '=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['a command', '@x', "'@x"],
    ['a sum', '+1+cmd|x', "'+1+cmd|x"],
    ['a difference', '-2+3', "'-2+3"],
    ['a tab', '\t=1', "'\t=1"],
    ['a line before it', '\r=1', `"'\r=1"`],
    ['a text that is a number', '-12.5', '-12.5'],
    ['a text that is a very small number', '-1.5e-9', '-1.5e-9'],
    ['a formula in full width', '＝1+1', "'＝1+1"],
    ['a telephone number', '+3250448111', '+3250448111'],
    ['a minus in the middle', 'a=1', 'a=1'],
  ])('writes %s', (_, value, expected) => {
    expect(csvRecord(['a', value, 'b'])).toBe(`a,${expected},b\r\n`);
  });
});
