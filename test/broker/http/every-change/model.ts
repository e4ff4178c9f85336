import { expect } from '@jest/globals';
import type { Attribute, Attributes, Entity, Json, Micros } from '../../../../broker/domain/entity.ts';

/** What the history has to have of one Attribute instance. */
export interface Row {
  readonly attribute: string;
  readonly deletedAt?: Micros;
  readonly instance: Attribute;
}

/** What is written in the place of a value that goes (clause 4.5.0). */
const NULL = 'urn:ngsi-ld:null';

/**
 * What a history has to gain when an Entity was one thing and is another thing now, told from nothing but these two.
 * `endedAt` is when it went, if it did. Checks the system times of what is there now, too (clause 4.8).
 */
export function gained(
  before: Entity | undefined,
  after: Entity | undefined,
  endedAt: Micros,
): readonly Row[] {
  const at = after?.modifiedAt ?? endedAt;
  const [old, fresh] = [instancesOf(before), instancesOf(after)];
  const rows: Row[] = [];
  for (const [key, { attribute, instance }] of fresh) {
    const was = old.get(key)?.instance;
    if (was !== undefined && contentOf(was) === contentOf(instance)) {
      expect(instance).toEqual(was);
      continue;
    }
    expect(instance).toMatchObject({ createdAt: was?.createdAt ?? at, modifiedAt: at });
    rows.push({ attribute, instance });
  }
  for (const [key, { attribute, instance }] of old)
    if (!fresh.has(key)) rows.push({ attribute, deletedAt: at, instance: deletionOf(instance, at) });
  return [...rows, ...ofEntity(before, after, at)];
}

/** What the end of an Entity whose expiresAt has come adds: its scopes end, its Attributes keep what they had. */
export function ended(entity: Entity): readonly Row[] {
  const at = Math.max(entity.expiresAt ?? 0, entity.modifiedAt + 1);
  return ofEntity(entity, undefined, at);
}

/** What an instance says, without when it was written. */
export function contentOf({ createdAt: _c, modifiedAt: _m, subAttributes, ...rest }: Attribute): string {
  return sorted({ ...rest, subs: subAttributes && contentsOf(subAttributes) });
}

function contentsOf(attributes: Attributes): Json {
  return Object.fromEntries(Object.entries(attributes).map(([name, all]) => [name, all.map(contentOf)]));
}

/** The same text for the same members, in whatever order. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

interface Held {
  readonly attribute: string;
  readonly instance: Attribute;
}

function instancesOf(entity: Entity | undefined): ReadonlyMap<string, Held> {
  const all = Object.entries(entity?.attributes ?? {}).flatMap(([attribute, instances]) =>
    instances.map((instance) => [`${attribute} ${instance.datasetId}`, { attribute, instance }] as const),
  );
  return new Map(all);
}

function deletionOf({ kind, datasetId, createdAt }: Attribute, at: Micros): Attribute {
  return { kind, value: NULL, createdAt, modifiedAt: at, ...(datasetId !== undefined && { datasetId }) };
}

function ofEntity(before: Entity | undefined, after: Entity | undefined, at: Micros): readonly Row[] {
  const rows: Row[] = [];
  const createdAt = (after ?? before)?.createdAt ?? at;
  const times = { createdAt, modifiedAt: at };
  if (before && after && !isSame(before.types, after.types))
    rows.push({ attribute: '@type', instance: { kind: 'VocabProperty', value: after.types, ...times } });
  const [was, is] = [before?.scopes ?? [], after?.scopes ?? []];
  if (isSame(was, is)) return rows;
  const scopes: Attribute = { kind: 'Property', value: is, ...times };
  if (is.length > 0) rows.push({ attribute: '@scope', instance: { ...scopes, observedAt: at } });
  else rows.push({ attribute: '@scope', deletedAt: at, instance: scopes });
  return rows;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return sorted([...one].sort()) === sorted([...other].sort());
}
