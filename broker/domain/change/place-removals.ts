import type { JsonObject } from '../entity.ts';
import type { AttributeFragment, AttributeInput, AttributesFragment } from '../entity-input.ts';
import { hasMembers } from './merge-value.ts';

/**
 * A concise fragment of nothing but removals says where each of them belongs: to the sub-Attribute that has the name,
 * unless a member of the value has it; all others to the value, where that has members.
 */
export function withRemovalsPlaced(
  fragment: AttributeFragment,
  { kind, value, subAttributes = {} }: AttributeInput,
): AttributeFragment {
  const { removals } = fragment;
  if (removals === undefined) return fragment;
  const members = kind === 'Property' && hasMembers(value) ? value : undefined;
  const isSubAttribute = (name: string): boolean =>
    Object.hasOwn(subAttributes, name) && !(members !== undefined && Object.hasOwn(members, name));
  const placed = {
    subAttributes: picked<AttributesFragment[string]>(removals, isSubAttribute),
  };
  if (members === undefined) return placed;
  return { ...placed, kind, value: picked(fragment.value as JsonObject, (name) => !isSubAttribute(name)) };
}

function picked<Value>(
  all: { readonly [name: string]: Value },
  isPicked: (name: string) => boolean,
): { readonly [name: string]: Value } {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isPicked(name)));
}
