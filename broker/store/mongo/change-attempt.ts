import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { Change } from '../../domain/change/changes.ts';
import type { HistoryPart } from '../outbox.ts';
import type { ChangeQueueParts, LaneEnd } from './change-queue.ts';
import { commitAll } from './commit.ts';
import { type Decided, decideAll, type Written } from './decide.ts';
import { type EntityDocument, type HeldDocument, heldProjection } from './entity-document.ts';
import { toCommand } from './entity-write.ts';
import { appliedOf, type Lane } from './lane.ts';
import type { Folding } from './record-room.ts';
import { type ShapeDocument, type Shapes, shapeOf } from './shapes.ts';
import type { StampSource } from './stamps.ts';
import { type CellsOf, tokensOf } from './tokens.ts';
import type { ValueIndexes } from './value-indexes.ts';

export interface ChangeAttemptParts {
  readonly entities: Collection<EntityDocument>;
  readonly shapes: Shapes;
  readonly stamps: StampSource;
  readonly cellsOf: CellsOf;
  readonly indexes: Pick<ValueIndexes, 'valuesOf'>;
  /** Whether somebody folds pending records when asked. */
  readonly canDrain: () => boolean;
  /** What of the ends of Entities that expired goes into the history. */
  readonly partOfEnd: (end: Change) => HistoryPart;
  /** Called after each commit. */
  readonly onCommitted: () => void;
}

type OnEnd = (lane: Lane, end: LaneEnd) => void;

/** One write to be sent. */
interface Command {
  readonly lane: Lane;
  readonly decided: Decided;
  readonly written: Written;
  /** What the Entity has; undefined where it is deleted. */
  readonly shape: ShapeDocument | undefined;
  readonly operation: AnyBulkWriteOperation<EntityDocument>;
}

/** One attempt of the change queue: one read and one bulk of writes for all its lanes, or for some after the others. */
export function changeAttempt(parts: ChangeAttemptParts): ChangeQueueParts['attempt'] {
  return async (lanes, onEnd) => {
    for (let left = lanes; left.length > 0; ) {
      const { documents, isWhole } = await readHeld(parts.entities, left);
      const isRead = ({ key }: Lane): boolean => isWhole || documents.has(key);
      const commands: Command[] = [];
      for (const lane of left.filter(isRead)) {
        const command = plan(lane, documents.get(lane.key), parts, onEnd);
        if (command) commands.push(command);
      }
      if (commands.length > 0) await send(commands, parts, onEnd);
      left = left.filter((lane) => !isRead(lane));
    }
  };
}

/** The write of a lane; undefined when it ended without one. */
function plan(
  lane: Lane,
  held: HeldDocument | undefined,
  parts: ChangeAttemptParts,
  onEnd: OnEnd,
): Command | undefined {
  const applied = appliedOf(lane, held?.writers);
  if (applied) {
    onEnd(lane, { kind: 'done', outcomes: applied.outcomes });
    parts.onCommitted();
    return undefined;
  }
  const decided = decide(lane, held, parts);
  const { outcomes, written, isFull } = decided;
  if (written) {
    const shape = written.entity && shapeOf(lane.tenant, written.entity);
    return { lane, decided, written, shape, operation: toCommand(lane.key, held, written, shape?._id) };
  }
  onEnd(lane, isFull ? { kind: 'full' } : { kind: 'done', outcomes });
  return undefined;
}

/** Text of Entities that are changed together, in characters: they, and what they become, are all in memory. */
const MOST_HELD = 16 * 1024 * 1024;

/** What there is of the lanes, or of some of them where these are large. */
async function readHeld(
  entities: Collection<EntityDocument>,
  lanes: readonly Lane[],
): Promise<{ readonly documents: ReadonlyMap<string, HeldDocument>; readonly isWhole: boolean }> {
  const level = lanes.some(({ isDoubtful }) => isDoubtful) ? 'majority' : 'local';
  const cursor = entities
    .find({ _id: { $in: lanes.map(({ key }) => key) } }, { readConcern: { level } })
    .project<HeldDocument>(heldProjection);
  const documents = new Map<string, HeldDocument>();
  let length = 0;
  for await (const document of cursor) {
    documents.set(document._id, document);
    length += document.body?.length ?? 0;
    if (length > MOST_HELD) break;
  }
  await cursor.close();
  return { documents, isWhole: length <= MOST_HELD };
}

function decide(
  { id, tenant, calls, hasDrained }: Lane,
  held: HeldDocument | undefined,
  { stamps, cellsOf, indexes, canDrain, partOfEnd }: ChangeAttemptParts,
): Decided {
  return decideAll(id, held, calls, {
    stamps,
    tokensOf: (entity) => tokensOf(tenant, entity, cellsOf),
    valuesOf: (entity) => indexes.valuesOf(tenant, entity),
    folding: foldingFor(hasDrained, canDrain()),
    partOfEnd,
  });
}

function foldingFor(hasDrained: boolean, canDrain: boolean): Folding {
  if (!canDrain) return 'none';
  return hasDrained ? 'done' : 'possible';
}

async function send(commands: readonly Command[], parts: ChangeAttemptParts, onEnd: OnEnd): Promise<void> {
  const { entities, shapes, onCommitted } = parts;
  await shapes.register(commands.flatMap(({ shape }) => shape ?? []));
  for (const { lane, decided, written } of commands) lane.sent.set(written.stamp, decided);
  const { isWhole, refused } = await commitAll(
    entities,
    commands.map(({ operation }) => operation),
  );
  for (const [index, { lane, decided }] of commands.entries()) {
    if (isWhole) onEnd(lane, { kind: 'done', outcomes: decided.outcomes });
    else if (refused.has(index)) onEnd(lane, { kind: 'failed', reason: refused.get(index) });
    else onEnd(lane, { kind: 'again' });
  }
  if (isWhole) onCommitted();
}
