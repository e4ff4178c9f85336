import type { HistoryEntity } from './store.ts';

/** The Entity with types that it may lack, at the end. */
export function withTypes(entity: HistoryEntity, types: readonly string[]): HistoryEntity {
  const lacking = types.filter((type) => !entity.types.includes(type));
  return lacking.length === 0 ? entity : { ...entity, types: [...entity.types, ...lacking] };
}
