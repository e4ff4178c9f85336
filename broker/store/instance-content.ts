import type { Attribute, Attributes } from '../domain/entity.ts';
import { assertInstanceSize } from './entity-size.ts';
import type { HistoryInstance } from './temporal-store.ts';

/** The content of an instance that a client gives. @throws NgsiLdError EntityTooLarge when it has more than 4 MB. */
export function givenContentOf(instance: HistoryInstance): string {
  const content = contentOf(instance);
  assertInstanceSize(instance.attribute, content);
  return content;
}

/**
 * A text that is the same for instances equal in Attribute, datasetId, observedAt and content: what tells that one was
 * provisioned before. When it was provided does not count, nor does the order of members.
 */
export function contentOf({ attribute, datasetId, observedAt, attributeInstance }: HistoryInstance): string {
  return JSON.stringify([attribute, datasetId, observedAt, withoutTimes(attributeInstance)], sortMembers);
}

function withoutTimes({ createdAt: _c, modifiedAt: _m, subAttributes, ...rest }: Attribute): object {
  return { ...rest, ...(subAttributes && { subAttributes: membersOf(subAttributes) }) };
}

function membersOf(attributes: Attributes): readonly (readonly [string, readonly object[]])[] {
  const names = Object.keys(attributes).sort();
  return names.map((name) => [name, (attributes[name] ?? []).map(withoutTimes)]);
}

function sortMembers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
