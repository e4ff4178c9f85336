import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { parseJson, stringifyJson } from '../../../broker/domain/json-text.ts';
import { parseEntity } from '../../../broker/domain/parsing/parse-entity.ts';
import { core, ID, refusalOf, shown, stored } from './support.ts';

const big = '9007199254740993';

function body(members: string): JsonObject {
  return parseJson(`{${members}}`) as JsonObject;
}

describe('numbers that no double holds', () => {
  it.each([
    `"a":${big}`,
    `"a":[${big},1]`,
    `"a":{"value":{"b":${big}},"s":${big}}`,
    `"a":{"json":{"b":[${big}]}}`,
    `"a":{"valueList":[${big}]}`,
  ])('go through an Entity as they were written: %s', (members) => {
    const text = stringifyJson(shown(stored(body(members))) as Json);
    expect(text).toBe(`{"id":"${ID}","type":"Room",${members}}`);
  });

  it.each([
    [`"a":{"value":1,"unitCode":${big}}`, /unitCode of a "9007199254740993" is not a string/],
    [`"a":{"value":1,"observedAt":${big}}`, /observedAt of a is not a DateTime/],
    [`"a":{"value":1,"datasetId":${big}}`, /datasetId of a .* is not a URI/],
    [`"a":{"object":${big}}`, /the object of a .* is not a URI/],
    [`"a":{"languageMap":{"en":${big}}}`, /for en neither a string/],
    [`"a":{"vocab":${big}}`, /the vocab of a is neither/],
    [`"type":${big}`, /is not a name/],
    [`"scope":${big}`, /is not a Scope/],
  ])('are no text: %s', (members, detail) => {
    const refusal = refusalOf(() => parseEntity({ id: ID, type: 'Room', ...body(members) }, core));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });
});
