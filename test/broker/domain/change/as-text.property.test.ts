import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appendAttributes } from '../../../../broker/domain/change/attribute-changes.ts';
import { createEntity, replaceEntity } from '../../../../broker/domain/change/entity-changes.ts';
import { mergeEntity } from '../../../../broker/domain/change/fragment-changes.ts';
import type { Entity, Json } from '../../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { parseJson, stringifyJson } from '../../../../broker/domain/json-text.ts';
import { parseEntity, parseMergeFragment } from '../../../../broker/domain/parsing/parse-entity.ts';
import { entityBody } from '../generated-entity.ts';
import { core, NOW } from '../support.ts';

/** What the operations make of one body after another; undefined where JSON-LD itself refuses a value. */
function changed(first: Json, second: Json): readonly (Entity | undefined)[] | undefined {
  try {
    const [one, other] = [first, second].map((body) => parseEntity(parseJson(stringifyJson(body)), core));
    if (one === undefined || other === undefined) return undefined;
    const entity = createEntity(undefined, one, NOW).entity as Entity;
    const fragment = parseMergeFragment(entity.id, parseJson(stringifyJson(second)), core, {
      isSimplified: false,
    });
    return [
      entity,
      appendAttributes(entity, other, NOW + 1).change?.entity,
      replaceEntity(entity, other, NOW + 1)?.entity,
      mergeEntity(entity, fragment, NOW + 1).change?.entity,
    ];
  } catch (error) {
    if (error instanceof NgsiLdError) return undefined;
    throw error;
  }
}

describe('an Entity is what its JSON text says, so that it need not be read back after a write', () => {
  it('after create, append, replace and merge', () => {
    let taken = 0;
    fc.assert(
      fc.property(entityBody, entityBody, (first, second) => {
        for (const entity of changed(first, second) ?? []) {
          if (entity === undefined) continue;
          taken++;
          expect(isDeepStrictEqual(entity, JSON.parse(JSON.stringify(entity)))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(300);
  });
});
