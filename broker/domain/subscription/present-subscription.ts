import type { Json, JsonObject } from '../entity.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { GivenMember, SubscriptionDocument } from './subscription-document.ts';

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

/** Where names stand that a reader sees in their own @context. `q` comes back as given with what goes with it, see jsonldContext. */
const RENAMED: Readonly<Record<string, MemberRenaming>> = {
  watchedAttributes: each,
  entities: (given, rename) =>
    (given as readonly Json[]).map((selector) => within({ type: typeSelection })(selector, rename)),
  geoQ: within({ geoproperty: oneName }),
  notification: within({ attributes: each, pick: projection, omit: projection }),
};

/**
 * The members as given, for a reader with this @context (clause 5.5.7): a name stays as it was written where it means
 * the same to them, else it is compacted from its IRI.
 */
export function presentMembers(document: SubscriptionDocument, reader: Vocabulary): JsonObject {
  return Object.fromEntries(
    Object.entries(document.members).map(([name, member]) => [name, presentMember(name, member, reader)]),
  );
}

function presentMember(name: string, { given, names }: GivenMember, reader: Vocabulary): Json {
  const renaming = RENAMED[name];
  if (!renaming || names.length === 0) return given;
  const meanings = new Map(names.map(([, written, iri]) => [written, iri]));
  return renaming(given, (written) => {
    const iri = meanings.get(written);
    if (iri === undefined || expands(reader, written, iri)) return written;
    return reader.compact(iri);
  });
}

function expands(reader: Vocabulary, name: string, iri: string): boolean {
  try {
    return reader.expand(name) === iri;
  } catch {
    // The reader's @context maps this name to nothing: then it means something else there.
    return false;
  }
}
