import type { HistoryEntity } from './temporal-store.ts';

/** The Entity with types that it may lack, at the end. */
export function withTypes(entity: HistoryEntity, types: readonly string[]): HistoryEntity {
  const lacking = types.filter((type) => !entity.types.includes(type));
  return lacking.length === 0 ? entity : { ...entity, types: [...entity.types, ...lacking] };
}

/** The Entity with the types of these that it has no more. */
export function withFormerTypes(entity: HistoryEntity, types: readonly string[]): HistoryEntity {
  const formerTypes = [...new Set(types)].filter((type) => !entity.types.includes(type));
  return formerTypes.length === 0 ? entity : { ...entity, formerTypes };
}

/** The Entity as it is now, which is what the next change writes anew. */
export function withoutFormerTypes({ formerTypes: _, ...entity }: HistoryEntity): HistoryEntity {
  return entity;
}

/** All types that it has or had, each once. */
export function everyType({ types, formerTypes = [] }: HistoryEntity): readonly string[] {
  return formerTypes.length === 0 ? types : [...new Set([...types, ...formerTypes])];
}
