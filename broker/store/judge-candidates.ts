import type { Entity, Micros } from '../domain/entity.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import { followsLinks } from '../domain/query/attribute-query.ts';
import type { Predicate } from '../domain/query/match-attributes.ts';
import { compileQuery } from '../domain/query/matches.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { type FollowedLinks, followedLinks } from './followed-links.ts';
import type { LinkedStore } from './read-many.ts';

/** Those of a page of candidates that match, in their order. */
export type Judge = (candidates: readonly Entity[]) => readonly Entity[] | Promise<readonly Entity[]>;

const compiled = onceForEach(compileQuery);

/**
 * Makes what judges the candidates of a query exactly. Where q follows Relationships (clause 4.9) it reads what they
 * lead to, many in one go; else it reads nothing, and answers at once.
 */
export function createJudge(store: LinkedStore, query: EntityQuery, now: Micros): Judge {
  const matches = compiled(query);
  if (query.q === undefined || !followsLinks(query.q)) {
    return (candidates) => candidates.filter((entity) => matches(entity, { now }));
  }
  const links = followedLinks(store);
  return (candidates) => judgeByLinks(candidates, matches, links, now);
}

/** Linked Entities for which it is worth asking. */
const WORTH_ASKING = 1000;

/**
 * Judges groups of candidates, each as large as makes the links to be read worth it. Whoever turns out to need an Entity
 * that has not been read is judged again once it has: that takes as many rounds as links lie behind one another.
 * @throws NgsiLdError TooComplexQuery.
 */
async function judgeByLinks(
  candidates: readonly Entity[],
  matches: Predicate,
  links: FollowedLinks,
  now: Micros,
): Promise<readonly Entity[]> {
  const matching = new Set<Entity>();
  const evaluation = { now, linked: links.find };
  /** True when nothing is missing for the verdict. */
  const judge = (entity: Entity): boolean => {
    const before = links.misses();
    const isMatch = matches(entity, evaluation);
    if (links.misses() > before) return false;
    if (isMatch) matching.add(entity);
    return true;
  };
  let open: Entity[] = [];
  for (const [at, entity] of candidates.entries()) {
    if (!judge(entity)) open.push(entity);
    const isGroup = links.missing() >= WORTH_ASKING || at === candidates.length - 1;
    if (!isGroup) continue;
    while (open.length > 0) {
      await links.readMissing();
      open = open.filter((other) => !judge(other));
    }
    links.forgetMany();
  }
  return candidates.filter((entity) => matching.has(entity));
}
