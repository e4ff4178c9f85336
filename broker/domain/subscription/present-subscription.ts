import type { Json, JsonObject } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import { renameQuery } from '../query/rename-query.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { parseSubscriptionQuery, type QueryNames } from './parse-subscription-query.ts';
import { replayNames } from './recorded-vocabulary.ts';
import { type GivenMember, type SubscriptionDocument, storedQueryNames } from './subscription-document.ts';

type Rename = (name: string) => string;
type MemberRenaming = (given: Json, rename: Rename) => Json;

const each: MemberRenaming = (given, rename) =>
  Array.isArray(given) ? given.map((item: Json) => (typeof item === 'string' ? rename(item) : item)) : given;

const within =
  (renamings: Readonly<Record<string, MemberRenaming>>): MemberRenaming =>
  (given, rename) =>
    Object.fromEntries(
      Object.entries(given as JsonObject).map(([name, value]) => [
        name,
        Object.hasOwn(renamings, name) ? (renamings[name] as MemberRenaming)(value, rename) : value,
      ]),
    );

// A type selection (clause 4.17) is names between these signs; IRIs hold none of them.
const typeSelection: MemberRenaming = (given, rename) =>
  typeof given === 'string' ? given.replace(/[^|,;()\s]+/g, rename) : given;
// So is each element of pick and omit (clause 4.21), with braces around those of Linked Entities.
const projection: MemberRenaming = (given, rename) =>
  Array.isArray(given)
    ? given.map((term: Json) => (typeof term === 'string' ? term.replace(/[^{}|,]+/g, rename) : term))
    : given;
const oneName: MemberRenaming = (given, rename) => (typeof given === 'string' ? rename(given) : given);
const namesBetweenCommas: MemberRenaming = (given, rename) =>
  typeof given === 'string' ? given.replace(/[^,\s]+/g, rename) : given;

/** Where names stand that a reader sees in their own @context, but for `q` and `csf`. */
const RENAMED: Readonly<Record<string, MemberRenaming>> = {
  watchedAttributes: each,
  entities: (given, rename) =>
    (given as readonly Json[]).map((selector) => within({ type: typeSelection })(selector, rename)),
  geoQ: within({ geoproperty: oneName }),
  expandValues: namesBetweenCommas,
  jsonKeys: namesBetweenCommas,
  notification: within({ attributes: each, pick: projection, omit: projection }),
};

/**
 * The members as given, for a reader with this @context (clause 5.5.7): a name stays as it was written where it means
 * the same to them, else it is compacted from its IRI. What they read they can write back to the same effect.
 */
export function presentMembers(document: SubscriptionDocument, reader: Vocabulary): JsonObject {
  const { members } = document;
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => {
      if (areReadSo(reader, member)) return [name, member.given];
      if (name === 'q') return [name, presentQuery(name, member, reader, () => storedQueryNames(members))];
      if (name === 'csf') return [name, presentQuery(name, member, reader, () => ({}))];
      return [name, presentMember(name, member, reader)];
    }),
  );
}

function presentMember(name: string, { given, names }: GivenMember, reader: Vocabulary): Json {
  const renaming = RENAMED[name];
  if (!renaming) return given;
  const meanings = new Map(names.map(([, written, iri]) => [written, iri]));
  return renaming(given, (written) => {
    const iri = meanings.get(written);
    if (iri === undefined || isReadSo(reader, ['expand', written, iri])) return written;
    return reader.compact(iri);
  });
}

function presentQuery(
  name: string,
  { given, names }: GivenMember,
  reader: Vocabulary,
  queryNames: () => QueryNames,
): Json {
  if (typeof given !== 'string') return given;
  try {
    return renameQuery(given, reader, (onName) =>
      parseSubscriptionQuery(given, name, replayNames(names), { ...queryNames(), onName }),
    );
  } catch (error) {
    // One that this version cannot read is shown as it was given.
    if (error instanceof NgsiLdError) return given;
    throw error;
  }
}

function areReadSo(reader: Vocabulary, { names }: GivenMember): boolean {
  return names.every((name) => isReadSo(reader, name));
}

function isReadSo(reader: Vocabulary, [kind, name, meaning]: GivenMember['names'][number]): boolean {
  try {
    return kind === 'expandValue'
      ? JSON.stringify(reader.expandValue(JSON.parse(name) as Json)) === meaning
      : reader[kind](name) === meaning;
  } catch {
    // The reader's @context maps this name to nothing: then it means something else there.
    return false;
  }
}
