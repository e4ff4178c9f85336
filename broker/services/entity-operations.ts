import { appendAttributes, type NotUpdated } from '../domain/change/attribute-changes.ts';
import type { Change } from '../domain/change/changes.ts';
import {
  createEntity,
  deleteEntity,
  type UpsertMode,
  upsertEntity,
} from '../domain/change/entity-changes.ts';
import { mergeEntity } from '../domain/change/fragment-changes.ts';
import type { WrittenInstances } from '../domain/change/unchanged.ts';
import type { Entity, Json, JsonObject, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import {
  parseAppendFragment,
  parseEntity,
  parseEntityId,
  parseMergeFragment,
} from '../domain/parsing/parse-entity.ts';
import type { Context } from '../jsonld/context.ts';
import { type BatchMember, type BatchResult, runBatch } from './batch.ts';
import { changeEntity, type EntityWriterParts, requireEntity, type WriteScope } from './change-entity.ts';
import { ensureTenant } from './ensure-tenant.ts';

/** One Entity of a batch with the @context of its names, or why that cannot be had. */
export interface BatchElement {
  readonly body: JsonObject;
  readonly context: Context | NgsiLdError;
}

/**
 * The batch operations of clause 5.6. Each Entity succeeds or fails alone; the same Entity twice is taken in the order
 * of the array (clause 5.5.11), with a change, and a notification, for each. All changes of a batch are issued in one
 * turn of the event loop, so that the store can commit them together.
 * @throws Unavailable when the store is away and nothing was written
 */
export interface EntityOperationService {
  /** Clause 5.6.7. */
  createEntities(elements: readonly BatchElement[], scope: WriteScope): Promise<BatchResult>;
  /** Clause 5.6.8. */
  upsertEntities(
    elements: readonly BatchElement[],
    mode: UpsertMode,
    scope: WriteScope,
  ): Promise<BatchResult>;
  /** Clause 5.6.9. With `noOverwrite`, an Entity some of whose Attributes exist already is among the errors. */
  updateEntities(
    elements: readonly BatchElement[],
    options: { readonly noOverwrite: boolean },
    scope: WriteScope,
  ): Promise<BatchResult>;
  /** Clause 5.6.20. */
  mergeEntities(elements: readonly BatchElement[], scope: WriteScope): Promise<BatchResult>;
  /** Clause 5.6.10. */
  deleteEntities(ids: readonly Json[], scope: WriteScope): Promise<BatchResult>;
}

/** The service over the store and the Subscriptions. */
export function createEntityOperationService(parts: EntityWriterParts): EntityOperationService {
  const run = (elements: readonly BatchElement[], scope: WriteScope, prepare: Prepare) =>
    runBatch(
      elements.map((element) => elementMember(element, prepare, (member) => write(parts, scope, member))),
    );
  const runInTenant: typeof run = async (elements, scope, prepare) => {
    const { store } = parts;
    // A batch of which nothing is created makes no tenant either.
    if (!(await store.hasTenant(scope.tenant)) && elements.some((element) => isValid(element, prepare)))
      await ensureTenant(store, scope.tenant);
    return run(elements, scope, prepare);
  };
  return {
    createEntities: (elements, scope) => runInTenant(elements, scope, prepareCreation),
    upsertEntities: (elements, mode, scope) => runInTenant(elements, scope, prepareUpsert(mode)),
    updateEntities: (elements, { noOverwrite }, scope) => run(elements, scope, prepareUpdate(noOverwrite)),
    mergeEntities: (elements, scope) => run(elements, scope, prepareMerge),
    deleteEntities: (ids, scope) =>
      runBatch(ids.map((id) => deletionMember(id, (member) => write(parts, scope, member)))),
  };
}

/** A checked member: which Entity, and what becomes of it. */
interface Prepared {
  readonly id: string;
  readonly make: (current: Entity | undefined, now: Micros) => Made;
  /** What it gives of Attributes that may be equal already. */
  readonly written?: WrittenInstances;
}

/** `refusal` tells what was left undone although the rest was done. */
interface Made {
  readonly change: Change | undefined;
  readonly refusal?: NgsiLdError | undefined;
}

type Prepare = (body: JsonObject, context: Context) => Prepared;
type Write = (member: Prepared) => Promise<'created' | 'changed'>;

async function write(
  parts: EntityWriterParts,
  scope: WriteScope,
  { id, make, written }: Prepared,
): Promise<'created' | 'changed'> {
  const { outcome, refusal } = await changeEntity(parts, scope, id, (current, now) => {
    const { change, refusal } = make(current, now);
    const outcome: 'created' | 'changed' = current === undefined ? 'created' : 'changed';
    return { answer: { outcome, refusal }, change, ...(written !== undefined && { written }) };
  });
  if (refusal !== undefined) throw refusal;
  return outcome;
}

function elementMember({ body, context }: BatchElement, prepare: Prepare, write: Write): BatchMember {
  const given = body['id'] ?? body['@id'];
  return {
    entityId: typeof given === 'string' ? given : '',
    start: () => {
      if (context instanceof NgsiLdError) throw context;
      return write(prepare(body, context));
    },
  };
}

function isValid({ body, context }: BatchElement, prepare: Prepare): boolean {
  if (context instanceof NgsiLdError) return false;
  try {
    prepare(body, context);
    return true;
  } catch {
    return false;
  }
}

function deletionMember(id: Json, write: Write): BatchMember {
  return {
    entityId: typeof id === 'string' ? id : '',
    start: () => write(prepareDeletion(requireUri(id, 'The Entity id'))),
  };
}

function prepareCreation(body: JsonObject, context: Context): Prepared {
  const input = parseEntity(body, context);
  return { id: input.id, make: (current, now) => ({ change: createEntity(current, input, now) }) };
}

function prepareUpsert(mode: UpsertMode): Prepare {
  return (body, context) => {
    const input = parseEntity(body, context);
    return {
      id: input.id,
      written: input.attributes,
      make: (current, now) => ({ change: upsertEntity(current, input, now, mode) }),
    };
  };
}

function prepareUpdate(noOverwrite: boolean): Prepare {
  return (body, context) => {
    const id = parseEntityId(body);
    const fragment = parseAppendFragment(id, body, context);
    return {
      id,
      ...(!noOverwrite && { written: fragment.attributes }),
      make: (current, now) => {
        const entity = requireEntity(current, id, undefined);
        const { change, notUpdated } = appendAttributes(entity, fragment, now, { noOverwrite });
        return { change, refusal: refusalOf(notUpdated) };
      },
    };
  };
}

function prepareMerge(body: JsonObject, context: Context): Prepared {
  const id = parseEntityId(body);
  const fragment = parseMergeFragment(id, body, context);
  return {
    id,
    written: fragment.attributes,
    make: (current, now) => ({
      change: mergeEntity(requireEntity(current, id, undefined), fragment, now).change,
    }),
  };
}

function prepareDeletion(id: string): Prepared {
  return {
    id,
    make: (current, now) => ({ change: deleteEntity(requireEntity(current, id, undefined), now) }),
  };
}

function refusalOf(notUpdated: readonly NotUpdated[]): NgsiLdError | undefined {
  if (notUpdated.length === 0) return undefined;
  const details = notUpdated.map(({ attribute, reason }) => `${attribute}: ${reason}`);
  return new NgsiLdError('AlreadyExists', `Not all Attributes were appended. ${details.join('; ')}.`);
}
