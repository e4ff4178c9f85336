import type { Statement } from '../../../runtime/sqlite/open.ts';
import type { Entity } from '../../domain/entity.ts';
import type { AttributeCounter } from './attribute-counter.ts';
import { entityOf, type StoredEntity } from './entity-cache.ts';
import type { Session } from './session.ts';
import type { Staged } from './staged-changes.ts';
import { type TokenParts, tokenChanges } from './tokens.ts';
import { ALL_TYPES, type Count } from './type-counter.ts';
import type { ValuePoints } from './value-points.ts';

interface Writer {
  readonly insert: Statement;
  readonly update: Statement;
  readonly updateExpiry: Statement;
  readonly remove: Statement;
  readonly addToken: Statement;
  readonly removeToken: Statement;
  readonly tokens: TokenParts;
  readonly countType: Count;
  readonly countAttributes: AttributeCounter['move'];
  readonly points: Pick<ValuePoints, 'change'>;
}

/** Writes rows, tokens and points of Entities, and counts the differences by type and Attribute. */
export interface EntityWriter {
  /** Brings an Entity to what is staged. */
  write(tenant: number, staged: Staged): void;
}

export function entityWriter(
  { database, iris, cellsOf }: Session,
  counting: Pick<Writer, 'countType' | 'countAttributes' | 'points'>,
): EntityWriter {
  const writer: Writer = {
    insert: database.prepare('INSERT INTO entity (seq, tenant, id, expires_at, body) VALUES (?, ?, ?, ?, ?)'),
    update: database.prepare('UPDATE entity SET body = ? WHERE seq = ?'),
    updateExpiry: database.prepare('UPDATE entity SET body = ?, expires_at = ? WHERE seq = ?'),
    remove: database.prepare('DELETE FROM entity WHERE seq = ?'),
    addToken: database.prepare('INSERT INTO token (tenant, token, seq) VALUES (?, ?, ?)'),
    removeToken: database.prepare('DELETE FROM token WHERE tenant = ? AND token = ? AND seq = ?'),
    tokens: { numberOf: iris.add, cellsOf },
    ...counting,
  };
  return {
    write: (tenant, staged) => {
      const { base, entity, text, seq } = staged;
      // Deleted and created again, it is another row with another place.
      const kept = entity !== undefined && base?.seq === seq ? base : undefined;
      if (base !== undefined && kept === undefined) remove(writer, tenant, base);
      if (entity !== undefined && text !== undefined) put(writer, tenant, staged, { kept, entity, text });
    },
  };
}

function remove(writer: Writer, tenant: number, base: StoredEntity): void {
  writer.remove.run(base.seq);
  move(writer, { tenant, seq: base.seq }, entityOf(base), undefined);
  writer.countType(tenant, ALL_TYPES, -1);
}

function put(
  writer: Writer,
  tenant: number,
  { seq, id }: Staged,
  {
    kept,
    entity,
    text,
  }: { readonly kept: StoredEntity | undefined; readonly entity: Entity; readonly text: string },
): void {
  const before = kept && entityOf(kept);
  const expiresAt = entity.expiresAt ?? null;
  if (before === undefined) {
    writer.insert.run(seq, tenant, id, expiresAt, text);
    writer.countType(tenant, ALL_TYPES, 1);
  } else if (before.expiresAt === entity.expiresAt) writer.update.run(text, seq);
  else writer.updateExpiry.run(text, expiresAt, seq);
  move(writer, { tenant, seq }, before, entity);
}

function move(
  { tokens, addToken, removeToken, countType, countAttributes, points }: Writer,
  place: { readonly tenant: number; readonly seq: number },
  before: Entity | undefined,
  after: Entity | undefined,
): void {
  const { tenant, seq } = place;
  const { removed, added } = tokenChanges(before, after, tokens);
  for (const token of removed) removeToken.run(tenant, token, seq);
  for (const token of added) addToken.run(tenant, token, seq);
  countAttributes(place, before, after);
  points.change(tenant, seq, before, after);
  if (before?.types === after?.types) return;
  for (const type of before?.types ?? []) countType(tenant, tokens.numberOf(type), -1);
  for (const type of after?.types ?? []) countType(tenant, tokens.numberOf(type), 1);
}
