import type { Json } from '../entity.ts';
import { requireUri } from '../names.ts';
import { parsePattern } from '../query/pattern.ts';
import type { EntitySelector } from '../query/query.ts';
import { parseTypeSelection, selectsEveryType } from '../query/type-selection.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { objectOf, refuseUnknown, textOf, wrong } from './checks.ts';

const MEMBERS = new Set(['id', 'idPattern', 'type']);
const MOST_SELECTORS = 1000;

/** The `entities` of a Subscription: at least one EntitySelector (clause 5.2.33). @throws BadRequestData */
export function parseSelectors(value: Json, vocabulary: Vocabulary): readonly EntitySelector[] {
  if (!Array.isArray(value) || value.length === 0)
    return wrong('entities', 'must be an array with at least one EntitySelector');
  if (value.length > MOST_SELECTORS) return wrong('entities', `may hold at most ${MOST_SELECTORS} selectors`);
  return value.map((item: Json, index) => parseSelector(item, `entities[${index}]`, vocabulary));
}

function parseSelector(value: Json, member: string, vocabulary: Vocabulary): EntitySelector {
  const given = objectOf(value, member);
  refuseUnknown(given, MEMBERS, `${member} (EntitySelector)`);
  const { id, idPattern } = given;
  const types = parseTypeSelection(textOf(given['type'] ?? null, `${member}.type`), vocabulary);
  const pattern =
    idPattern === undefined
      ? undefined
      : parsePattern(textOf(idPattern, `${member}.idPattern`), `${member}.idPattern`);
  return {
    ...(!selectsEveryType(types) && { types }),
    // "id takes precedence over idPattern": with both, the pattern says nothing.
    ...(id !== undefined ? { ids: idsOf(id, `${member}.id`) } : pattern && { idPattern: pattern }),
  };
}

function idsOf(value: Json, member: string): readonly string[] {
  if (!Array.isArray(value)) return [requireUri(value, member)];
  if (value.length === 0) return wrong(member, 'must name at least one Entity');
  return value.map((item: Json, index) => requireUri(item, `${member}[${index}]`));
}
