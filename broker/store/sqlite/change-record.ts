import type { AttributeChange, Change } from '../../domain/change/changes.ts';
import type { Attribute, Entity, Micros } from '../../domain/entity.ts';
import type { Delivery } from '../delivery.ts';
import type { ChangeRecord } from '../outbox.ts';
import { stampText } from './stamps.ts';

/** A change record as its row holds it; `entity` is the text of the state after the change, where there is one. */
export interface RecordRow {
  readonly stamp: number;
  readonly facts: string;
  readonly entity: string | undefined;
}

type OfRequest = Pick<ChangeRecord, 'correlationId' | 'requestHeaders'>;

/** What notifications tell of a change. */
type Notified = Pick<Delivery, 'change' | 'requestHeaders'>;

/** What a record says besides the state after the change. */
interface Facts
  extends Pick<Change, 'kind' | 'typesChanged' | 'scopesChanged'>,
    Pick<ChangeRecord, 'isHistory'>,
    OfRequest {
  readonly at: Micros;
  readonly notify?: readonly string[];
  /** Absent when every instance of the Entity was created: they need not be written twice. */
  readonly attributes?: readonly AttributeChange[];
  /** Without Attributes, when the text of the state is not there. */
  readonly entity?: Entity;
  readonly before?: Entity;
}

/** The row of a change that somebody is notified of, with the text of the state after it. */
export function toRecordRow(
  { stamp, at, change, notify, isHistory, ...request }: ChangeRecord,
  text: string | undefined,
): RecordRow {
  const isAllCreated = change.entity !== undefined && createsEverything(change.entity, change);
  const facts: Facts = {
    kind: change.kind,
    typesChanged: change.typesChanged,
    scopesChanged: change.scopesChanged,
    at,
    notify,
    ...(isHistory !== undefined && { isHistory }),
    ...ofRequest(request),
    ...(!isAllCreated && { attributes: change.attributes }),
    ...(change.before !== undefined && { before: change.before }),
  };
  return { stamp: Number(stamp), facts: JSON.stringify(facts), entity: text };
}

/**
 * What `toRecordRow` was given. Earlier versions left rows of changes that notify nobody, with what the history needs of
 * them: states without Attributes, and no `before` of an instance that has an `after`.
 */
export function toChangeRecord(tenant: string, { stamp, facts, entity }: RecordRow): ChangeRecord {
  const parsed = JSON.parse(facts) as Facts;
  const { at, notify = [], isHistory } = parsed;
  return {
    tenant,
    stamp: stampText(stamp),
    at,
    notify,
    ...(isHistory !== undefined && { isHistory }),
    ...ofRequest(parsed),
    change: changeOf(parsed, entity),
  };
}

/** What the texts of a record hold that notifications need; `facts` may be those of `toFacts`. */
export function toNotified(facts: string, entity: string | undefined): Notified {
  const { correlationId: _, ...parsed } = JSON.parse(facts) as Facts;
  return { change: changeOf(parsed, entity), ...ofRequest(parsed) };
}

/** For `toNotified`, where the texts of the record are not there any more. */
export function toFacts({ change, ...request }: Notified): string {
  return JSON.stringify({ ...change, ...ofRequest(request) });
}

/** What is known of the request that made a change. */
function ofRequest({ correlationId, requestHeaders }: OfRequest): OfRequest {
  return {
    ...(correlationId !== undefined && { correlationId }),
    ...(requestHeaders !== undefined && { requestHeaders }),
  };
}

function changeOf(facts: Facts, entity: string | undefined): Change {
  const { kind, typesChanged, scopesChanged, before, attributes } = facts;
  const after = entity === undefined ? facts.entity : (JSON.parse(entity) as Entity);
  return {
    kind,
    ...(after !== undefined && { entity: after }),
    ...(before !== undefined && { before }),
    attributes: attributes ?? (after === undefined ? [] : allCreated(after)),
    typesChanged,
    scopesChanged,
  };
}

/** True when the change lists nothing but the creation of each instance, in the order of the Entity. */
function createsEverything(entity: Entity, { kind, attributes }: Change): boolean {
  if (kind !== 'created') return false;
  let at = 0;
  for (const name in entity.attributes) {
    for (const instance of entity.attributes[name] as readonly Attribute[]) {
      const listed = attributes[at++];
      if (listed?.after !== instance || listed.attribute !== name || listed.kind !== 'created') return false;
    }
  }
  return at === attributes.length;
}

function allCreated({ attributes }: Entity): readonly AttributeChange[] {
  return Object.entries(attributes).flatMap(([attribute, instances]) =>
    instances.map((after) => ({
      attribute,
      ...(after.datasetId !== undefined && { datasetId: after.datasetId }),
      kind: 'created' as const,
      after,
    })),
  );
}
