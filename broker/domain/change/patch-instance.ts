import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { AttributeKind, Json, Micros } from '../entity.ts';
import type { AttributeDeletion, AttributeFragment, AttributeInput } from '../entity-input.ts';
import { badRequest } from '../errors.ts';
import { checkOwnMembers } from '../parsing/instance-members.ts';
import { applyParts } from './instances.ts';
import { mergeValue } from './merge-value.ts';
import { withRemovalsPlaced } from './place-removals.ts';

/** How deep a fragment goes: partial update replaces members of the first level, merge goes on to the last. */
type PatchDepth = 'members' | 'values';

/** How a fragment is to be applied. */
export interface Patch {
  readonly depth: PatchDepth;
  /** Becomes the observedAt of instances that have one, where the fragment gives none (clause 5.6.17). */
  readonly observedAt?: Micros;
}

type Draft = { -readonly [Member in keyof AttributeInput]: AttributeInput[Member] };

const REMOVABLE_MEMBERS = [
  'observedAt',
  'expiresAt',
  'unitCode',
  'valueType',
  'objectType',
  'ngsildproof',
  'entityIdSealed',
  'entityTypeSealed',
] as const;

/**
 * What an instance becomes by a fragment (clauses 5.5.8, 5.5.12); undefined when nothing is left of a languageMap.
 * Members that the fragment does not name stay.
 * @throws NgsiLdError BadRequestData when the fragment would change the kind, or has what the kind cannot have.
 */
export function patchInstance(
  before: AttributeInput,
  given: AttributeFragment,
  patch: Patch,
  what: string,
): AttributeInput | undefined {
  const fragment = withRemovalsPlaced(given, before);
  checkKind(before, fragment, what);
  const draft: Draft = { ...before };
  const value = fragmentValue(fragment, before.kind);
  if (value !== undefined) {
    const isMerged = patch.depth === 'values' && ATTRIBUTE_KINDS[before.kind].merge === 'members';
    draft.value = isMerged ? mergeValue(before.value, value) : value;
    if (isEmptyLanguageMap(draft)) return undefined;
  }
  patchMembers(draft, fragment, patch);
  checkOwnMembers(before.kind, draft, what);
  if (fragment.subAttributes !== undefined) patchSubAttributes(draft, before, fragment, patch, what);
  return draft;
}

/**
 * The instance that a fragment makes where there is none; undefined when nothing is left of a languageMap.
 * @throws NgsiLdError BadRequestData when it has no value.
 */
export function completeInstance(
  fragment: AttributeFragment,
  patch: Patch,
  what: string,
): AttributeInput | undefined {
  const { kind } = fragment;
  const value = kind === undefined ? undefined : fragmentValue(fragment, kind);
  if (kind === undefined || value === undefined) {
    throw badRequest(`${what} does not exist and the fragment gives it no value: give it one`);
  }
  const isMerged = ATTRIBUTE_KINDS[kind].merge === 'members';
  const draft: Draft = { kind, value: isMerged ? mergeValue(undefined, value) : value };
  if (isEmptyLanguageMap(draft)) return undefined;
  if (fragment.datasetId !== undefined) draft.datasetId = fragment.datasetId;
  patchMembers(draft, fragment, { depth: patch.depth });
  if (fragment.subAttributes !== undefined) patchSubAttributes(draft, undefined, fragment, patch, what);
  return draft;
}

function checkKind(before: AttributeInput, { kind, valueAs }: AttributeFragment, what: string): void {
  if (kind === undefined || kind === before.kind || valueAs !== undefined) return;
  throw badRequest(
    `${what} is a ${before.kind} and cannot become a ${kind} by this operation: replace or append it instead`,
  );
}

function fragmentValue({ value, valueAs }: AttributeFragment, kind: AttributeKind): Json | undefined {
  return valueAs === undefined ? value : valueAs(kind);
}

function isEmptyLanguageMap({ kind, value }: Draft): boolean {
  return kind === 'LanguageProperty' && Object.keys(value as object).length === 0;
}

function patchMembers(draft: Draft, fragment: AttributeFragment, { observedAt }: Patch): void {
  for (const member of REMOVABLE_MEMBERS) {
    const value = fragment[member];
    if (value === undefined) continue;
    if (value === null) delete draft[member];
    else Object.assign(draft, { [member]: value });
  }
  if (observedAt !== undefined && fragment.observedAt === undefined && draft.observedAt !== undefined) {
    draft.observedAt = observedAt;
  }
}

function patchSubAttributes(
  draft: Draft,
  before: AttributeInput | undefined,
  fragment: AttributeFragment,
  patch: Patch,
  what: string,
): void {
  const patched: Record<string, readonly AttributeInput[]> = { ...before?.subAttributes };
  for (const [name, fragments] of Object.entries(fragment.subAttributes ?? {})) {
    const instances = applyParts<AttributeInput, AttributeFragment | AttributeDeletion>(
      before?.subAttributes?.[name] ?? [],
      fragments,
      (part, old) => nextSubInstance(old, part, patch, `${what}.${name}`),
    );
    if (instances.length > 0) patched[name] = instances;
    else delete patched[name];
  }
  if (Object.keys(patched).length > 0) draft.subAttributes = patched;
  else delete draft.subAttributes;
}

function nextSubInstance(
  old: AttributeInput | undefined,
  fragment: AttributeFragment | AttributeDeletion,
  patch: Patch,
  what: string,
): AttributeInput | undefined {
  if (fragment.deleted) return undefined;
  const isReplaced = old === undefined || patch.depth === 'members';
  return isReplaced ? completeInstance(fragment, patch, what) : patchInstance(old, fragment, patch, what);
}
