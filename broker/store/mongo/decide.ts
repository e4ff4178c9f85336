import type { Change } from '../../domain/change/changes.ts';
import { endExpired } from '../../domain/change/entity-changes.ts';
import type { Entity, Micros } from '../../domain/entity.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import { assertEntitySize } from '../entity-size.ts';
import { leavesRecord } from '../leaves-record.ts';
import type { HistoryPart } from '../outbox.ts';
import type { Decision } from '../store.ts';
import type { HeldDocument, PendingRecord } from './entity-document.ts';
import { assertIndexable } from './limits.ts';
import { type Folding, RecordRoom } from './record-room.ts';
import { toPendingRecord } from './record-text.ts';
import { momentOf, type StampSource } from './stamps.ts';

/** One call of `change` that waits for its turn. */
export interface ChangeCall {
  readonly decide: (current: Entity | undefined, now: Micros) => Decision<unknown>;
  /** The place in the creation order that the Entity gets if this call creates it. */
  readonly sequence: string;
}

export type Outcome = { readonly answer: unknown } | { readonly reason: unknown };

/** What several calls make of one Entity. */
export interface Decided {
  /** Of the calls that had room, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Undefined when nothing is to be written. */
  readonly written?: Written;
  /** True when not even the first call has room until pending records are folded. */
  readonly isFull: boolean;
}

/** The state to write. */
export interface Written {
  readonly stamp: string;
  readonly records: readonly PendingRecord[];
  readonly entity: Entity | undefined;
  readonly body: string;
  readonly tokens: readonly string[];
  readonly values: readonly string[];
  readonly sequence: string;
}

export interface DecideParts {
  readonly stamps: StampSource;
  readonly tokensOf: (entity: Entity) => readonly string[];
  /** What the value indexes hold of the Entity. */
  readonly valuesOf: (entity: Entity) => readonly string[];
  readonly folding: Folding;
  /** What of the ends of Entities that expired goes into the history. */
  readonly partOfEnd: (end: Change) => HistoryPart;
}

type State = Omit<Written, 'stamp' | 'records'>;

const nothing: State = { entity: undefined, body: '', tokens: [], values: [], sequence: '' };

/** Runs the calls one after the other, each on what the one before it made. Pure but for the stamps. */
export function decideAll(
  id: string,
  held: HeldDocument | undefined,
  calls: readonly ChangeCall[],
  parts: DecideParts,
): Decided {
  const outcomes: Outcome[] = [];
  const room = new RecordRoom(held, parts.folding);
  let stamp = held?.version ?? '';
  let state = stateOf(held);
  let isWritten = false;
  const take = (made: Step['made']): void => {
    if (made === undefined) return;
    ({ stamp, state } = made);
    isWritten = true;
  };
  for (const call of calls) {
    if (room.isTaken()) break;
    const end = placed(id, room, endOf(state, stamp, parts));
    if (!end) break;
    take(end.made);
    const step = room.isTaken() ? undefined : placed(id, room, decideOne(id, state, call, stamp, parts));
    if (!step) break;
    take(step.made);
    outcomes.push(step.outcome);
  }
  const isFull = outcomes.length === 0;
  if (!isWritten) return { outcomes, isFull };
  return { outcomes, isFull, written: { ...state, stamp, records: room.records } };
}

/** The step when its record has room; undefined when it has to wait for others to be folded. */
function placed(id: string, room: RecordRoom, step: Step): Step | undefined {
  if (!step.made) return step;
  const fit = room.offer(step.made.record, step.made.state);
  if (fit === 'later') return undefined;
  return fit === 'fits' ? step : { outcome: { reason: noRoom(id, room.waiting) } };
}

function noRoom(id: string, waiting: number): NgsiLdError {
  return waiting > 0
    ? new NgsiLdError(
        'Unavailable',
        `changes of the Entity ${id} come faster than they are recorded: try again soon`,
      )
    : new NgsiLdError(
        'EntityTooLarge',
        `the Entity ${id} and the record of its change are more than a document holds: make the Entity smaller`,
      );
}

function stateOf(held: HeldDocument | undefined): State {
  if (held?.body === undefined) return nothing;
  const entity = JSON.parse(held.body) as Entity;
  return { entity, body: held.body, tokens: [], values: [], sequence: held.sequence ?? '' };
}

interface Step {
  readonly outcome: Outcome;
  readonly made?: {
    readonly stamp: string;
    /** None where nobody needs it. */
    readonly record: PendingRecord | undefined;
    readonly state: State;
  };
}

const nothingMade: Step = { outcome: { answer: undefined } };

/** The end of an Entity whose expiresAt has come. */
function endOf(state: State, after: string, { stamps, partOfEnd }: DecideParts): Step {
  const { entity } = state;
  if (entity?.expiresAt === undefined) return nothingMade;
  const stamp = stamps.next(after === '' ? 0 : momentOf(after));
  if (!isExpired(entity, stamp.at)) return nothingMade;
  const { change, at } = endExpired(entity);
  const decision = { answer: undefined, change, ...partOfEnd(change) };
  const record = leavesRecord(decision) ? toPendingRecord(decision, stamp.text, at) : undefined;
  return { ...nothingMade, made: { stamp: stamp.text, record, state: nothing } };
}

function decideOne(
  id: string,
  state: State,
  { decide, sequence }: ChangeCall,
  after: string,
  { stamps, tokensOf, valuesOf }: DecideParts,
): Step {
  const stamp = stamps.next(after === '' ? 0 : momentOf(after));
  const current = isExpired(state.entity, stamp.at) ? undefined : state.entity;
  try {
    const decision = decide(current, stamp.at);
    const { answer, change } = decision;
    if (!change) return { outcome: { answer } };
    const record = leavesRecord(decision) ? toPendingRecord({ ...decision, change }, stamp.text) : undefined;
    const written = { stamp: stamp.text, record };
    const { entity } = change;
    if (!entity) return { outcome: { answer }, made: { ...written, state: nothing } };
    const body = JSON.stringify(entity);
    assertEntitySize(id, body);
    const tokens = tokensOf(entity);
    assertIndexable(id, tokens);
    const place = current ? state.sequence : sequence;
    const made: State = { entity, body, tokens, values: valuesOf(entity), sequence: place };
    return { outcome: { answer }, made: { ...written, state: made } };
  } catch (reason) {
    return { outcome: { reason } };
  }
}

function isExpired(entity: Entity | undefined, now: Micros): boolean {
  return entity?.expiresAt !== undefined && entity.expiresAt <= now;
}
