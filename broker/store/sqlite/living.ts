import type { Entity, Micros } from '../../domain/entity.ts';

/** The Entity, unless it has expired (clause 4.5.2). */
export function living(entity: Entity | undefined, now: Micros): Entity | undefined {
  return entity?.expiresAt === undefined || entity.expiresAt > now ? entity : undefined;
}
