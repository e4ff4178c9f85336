import type { Steps } from '../../domain/steps.ts';
import { isWithin } from '../history-page.ts';
import type { HistoryInstance, PresenceQuery } from '../temporal-store.ts';
import { chunkTimes, type TellByTimes } from './history-chunk-times.ts';
import type { ChunkRead, HistoryChunks, HistoryKey } from './history-chunks.ts';
import type { Session } from './session.ts';
import { wantedLines } from './wanted-lines.ts';
import type { WholeLog } from './whole-log.ts';

/** The Attributes of an Entity of which the history has instances that are asked for, `most` at most. */
export type AttributesWithin = (
  entity: HistoryKey,
  query: PresenceQuery,
  most: number,
) => Steps<readonly string[]>;

interface Parts {
  readonly log: Pick<WholeLog, 'newest'>;
  readonly chunks: Pick<HistoryChunks, 'attributesOf' | 'inOrder'>;
}

/**
 * The newest change tells it of most Entities that are still written, and the times of chunks of most others: only where
 * these leave it open more is read.
 */
export function attributesWithin(session: Session, { log, chunks }: Parts): AttributesWithin {
  const tell = chunkTimes(session);
  return function* attributesWithinOf(entity, query, most) {
    const found = findings(query, most);
    const changes = log.newest(entity, wantedLines(query, session.iris));
    found.addOf(changes.next().value ?? []);
    if (found.isEnough()) return found.names();
    const names = query.attributes ?? chunks.attributesOf(entity.no);
    const open = addTold(found, names, (name) => tell(entity.no, name, query));
    // Before the first rest, since the log may become chunks then.
    addUntilEnough(found, changes);
    for (const name of found.missing(open))
      yield* addUntilFound(found, name, chunks.inOrder(entity, name, query, 'oldest'));
    return found.names();
  };
}

/** Gives back those that are left open. */
function addTold(
  found: Findings,
  attributes: readonly string[],
  tell: (attribute: string) => ReturnType<TellByTimes>,
): readonly string[] {
  const open: string[] = [];
  for (const name of found.missing(attributes)) {
    const told = tell(name);
    if (told === 'some') found.add(name);
    if (told === 'perhaps') open.push(name);
  }
  return open;
}

function addUntilEnough(found: Findings, changes: Iterable<readonly HistoryInstance[]>): void {
  for (const instances of changes) {
    if (found.isEnough()) return;
    found.addOf(instances);
  }
}

function* addUntilFound(found: Findings, attribute: string, chunks: Iterable<ChunkRead>): Steps<void> {
  for (const { instances } of chunks) {
    found.addOf(instances);
    if (found.has(attribute)) return;
    yield;
  }
}

/** What was found so far. */
interface Findings {
  add(attribute: string): void;
  /** Adds the Attributes of those instances that are asked for. */
  addOf(instances: readonly HistoryInstance[]): void;
  has(attribute: string): boolean;
  isEnough(): boolean;
  /** Those that may be found yet, until there are enough. */
  missing(attributes: readonly string[]): Iterable<string>;
  names(): readonly string[];
}

function findings(query: PresenceQuery, most: number): Findings {
  const { attributes, except = [] } = query;
  const found = new Set<string>();
  const isMissing = (name: string): boolean => !found.has(name) && !except.includes(name);
  const isAskedFor = (instance: HistoryInstance): boolean =>
    (attributes?.includes(instance.attribute) ?? true) &&
    !except.includes(instance.attribute) &&
    isWithin(instance, query);
  return {
    add: (attribute) => void found.add(attribute),
    addOf: (instances) => {
      for (const instance of instances) if (isAskedFor(instance)) found.add(instance.attribute);
    },
    has: (attribute) => found.has(attribute),
    isEnough: () => found.size >= most,
    missing: function* missing(names) {
      for (const name of names) {
        if (found.size >= most) return;
        if (isMissing(name)) yield name;
      }
    },
    names: () => [...found].slice(0, most),
  };
}
