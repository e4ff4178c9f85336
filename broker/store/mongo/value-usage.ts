import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { keyOf } from './keys.ts';
import { token } from './tokens.ts';
import type { ValueBuilder } from './value-builder.ts';
import { adding, droppingUnused, nameOf, noting } from './value-catalog.ts';
import type { ValueIndexes } from './value-indexes.ts';
import type { Subject } from './value-subject.ts';

/** An index that there is not, or not yet. */
export interface MissingIndex {
  readonly type: string;
  readonly subject: Subject;
}

/** Decides which value indexes there are: those that queries really need. */
export interface ValueUsage {
  /**
   * Notes that so many Entities were gone through in vain, which these indexes would have spared, and has them made,
   * if there is room, once making them costs no more than was wasted.
   */
  wasted(tenant: string, missing: readonly MissingIndex[], inVain: number): void;
  /** Notes that a query went through these indexes, by their names. */
  used(names: readonly string[]): void;
  /** To be called with reads and writes: now and then it learns what other processes changed, and tidies up. Cheap. */
  follow(): void;
}

export interface ValueUsageParts {
  readonly entities: Pick<Collection<EntityDocument>, 'countDocuments'>;
  readonly indexes: ValueIndexes;
  readonly builder: ValueBuilder;
  readonly gate: Gate;
  readonly now: () => Micros;
}

/** Through fewer Entities a query goes as fast without an index. */
const FEWEST_ENTITIES = 500;
/** Every index makes writes of its Entities dearer. */
const MOST_INDEXES = 64;
const MOST_OF_A_TYPE = 16;
const MOST_REMEMBERED = 1000;
const SECOND: Micros = 1_000_000;
const FOLLOW_INTERVAL: Micros = SECOND;
const TIDY_INTERVAL: Micros = 60 * SECOND;
const NOTED_INTERVAL: Micros = 3600 * SECOND;
const KEPT_UNUSED: Micros = 24 * 3600 * SECOND;

type Uses = ReadonlyMap<string, Micros>;

export function valueUsage(parts: ValueUsageParts): ValueUsage {
  const { now } = parts;
  const wants = wantedIndexes(parts);
  const uses = new Map<string, Micros>();
  let [readAt, tidiedAt] = [now(), now()];
  return {
    wasted: (tenant, missing, inVain) => {
      for (const each of missing) wants(tenant, each, inVain);
    },
    used: (names) => {
      for (const name of names) uses.set(name, now());
    },
    follow: () => {
      const at = now();
      if (at - readAt < FOLLOW_INTERVAL) return;
      readAt = at;
      const isUntidy = at - tidiedAt >= TIDY_INTERVAL;
      if (isUntidy) tidiedAt = at;
      inBackground(async () => {
        await parts.indexes.refresh();
        if (isUntidy) await tidy(parts, uses);
      });
    },
  };
}

/** What was wasted for want of an index, and how much has to be before it is looked at. */
interface Waste {
  sum: number;
  enough: number;
}

/** Adds up what is wasted for want of indexes. */
function wantedIndexes(
  parts: ValueUsageParts,
): (tenant: string, missing: MissingIndex, inVain: number) => void {
  const wastes = new Map<string, Waste>();
  return (tenant, missing, inVain) => {
    const key = keyOf(tenant, missing.type, nameOf(missing.subject));
    if (wastes.size >= MOST_REMEMBERED && !wastes.has(key)) wastes.clear();
    const waste = wastes.get(key) ?? { sum: 0, enough: FEWEST_ENTITIES };
    wastes.set(key, waste);
    waste.sum += inVain;
    if (waste.sum < waste.enough) return;
    // It is being looked at from here on.
    waste.enough = Number.POSITIVE_INFINITY;
    inBackground(async () => {
      const entities = await countOf(parts, tenant, missing.type).catch(() => Number.POSITIVE_INFINITY);
      if (entities >= FEWEST_ENTITIES && waste.sum >= entities) {
        wastes.delete(key);
        await create(parts, tenant, missing);
      } else waste.enough = Math.min(Math.max(entities, FEWEST_ENTITIES), 2 * waste.sum);
    });
  };
}

function countOf({ entities, gate }: ValueUsageParts, tenant: string, type: string): Promise<number> {
  return gate.run(() => entities.countDocuments({ tokens: token.type(tenant, type) }));
}

async function create(
  { indexes, builder, now }: ValueUsageParts,
  tenant: string,
  { type, subject }: MissingIndex,
): Promise<void> {
  const there = indexes.all().reduce((sum, catalog) => sum + catalog.indexes.length, 0);
  if (there >= MOST_INDEXES) return;
  await indexes.change(tenant, type, adding(subject, MOST_OF_A_TYPE, now()));
  builder.start();
}

/** Notes uses for all processes, drops what none of them has used for long, and builds what somebody wrote late. */
async function tidy({ indexes, builder, now }: ValueUsageParts, uses: Uses): Promise<void> {
  const at = now();
  for (const { tenant, type, indexes: some } of indexes.all()) {
    const isNews = some.some(({ since, usedAt }) => (uses.get(since) ?? 0) - usedAt >= NOTED_INTERVAL);
    if (isNews) await indexes.change(tenant, type, noting(uses));
    const isOld = indexes.of(tenant, type).indexes.some(({ usedAt }) => usedAt < at - KEPT_UNUSED);
    if (isOld) await indexes.change(tenant, type, droppingUnused(at - KEPT_UNUSED));
  }
  builder.start();
}

/** What fails is done when it is wanted again. */
function inBackground(work: () => Promise<void>): void {
  work().catch(() => {});
}
