import { badRequest } from '../errors.ts';
import type { Vocabulary } from '../vocabulary.ts';
import {
  type AttributePath,
  type LinkedPath,
  type MemberName,
  type SystemMember,
  systemMembers,
} from './attribute-query.ts';
import { accept, expect, refusal, type Scanner, skipBlanks, takeUntil } from './tokens.ts';

/** What else decides how paths and values are read. */
export interface PathOptions {
  readonly vocabulary: Vocabulary;
  /** IRIs of Attributes whose values are raw JSON (parameter `jsonKeys`). */
  readonly jsonKeys: ReadonlySet<string>;
  /** How many Relationships a path may follow: the `joinLevel`, 0 without `join`. */
  readonly joinLevel: number;
}

const delimiters = '.;|()[]{}=!<>~,"';
const shortName = /^\p{L}[\p{L}\p{N}_-]*$/u;
const longName = /^\p{L}[^\s\p{C}]*:[^\s\p{C}]*$/u;

/**
 * Parses the attribute path of a query term (clause 4.9):
 *
 *     path    = names [ "[" member *( "." member ) "]" ] / names "{" [ type *( "," type ) ":" ] path "}"
 *     names   = name *( "." name )
 *
 * A name is a term, a prefixed name or a URI whose dots are written `%2E`, as are those in a member's name; each is
 * expanded by the @context.
 * @throws NgsiLdError BadRequestData with the position and the remedy.
 */
export function parseAttributePath(scanner: Scanner, options: PathOptions): AttributePath {
  const { names, system } = parseNames(scanner, options.vocabulary);
  if (system !== undefined) return { names, system };
  if (accept(scanner, '{')) return { names, linked: parseLinked(scanner, options) };
  if (accept(scanner, '[')) {
    const vocabulary = options.jsonKeys.has(names.at(-1) ?? '') ? undefined : options.vocabulary;
    return { names, members: parseMembers(scanner, vocabulary) };
  }
  return { names };
}

function parseNames(scanner: Scanner, vocabulary: Vocabulary): Pick<AttributePath, 'names' | 'system'> {
  const names: string[] = [];
  do {
    const start = scanner.at;
    const name = parseName(scanner);
    const system = systemMembers.find((member) => member === name);
    if (system !== undefined) return { names, system: lastOf(scanner, system) };
    names.push(expandName(scanner, name, vocabulary, start));
  } while (accept(scanner, '.'));
  return { names };
}

function lastOf(scanner: Scanner, member: SystemMember): SystemMember {
  skipBlanks(scanner);
  if ('.[{'.includes(scanner.text[scanner.at] ?? ' ')) {
    throw refusal(scanner, `${member} has no members: it must end the path`);
  }
  return member;
}

function expandName(scanner: Scanner, name: string, vocabulary: Vocabulary, start: number): string {
  const iri = vocabulary.expand(name);
  if (iri.startsWith('@')) {
    throw refusal(
      scanner,
      `'${name}' is not an Attribute: select by the parameters id, idPattern and type`,
      start,
    );
  }
  return iri;
}

function parseName(scanner: Scanner): string {
  skipBlanks(scanner);
  const start = scanner.at;
  const written = takeUntil(scanner, delimiters);
  const name = written.includes('%') ? decode(written) : written;
  if (!shortName.test(name) && !longName.test(name)) {
    throw refusal(scanner, "an Attribute name is expected: a letter, then letters, digits or '_'", start);
  }
  return name;
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    throw badRequest(`'${written}' in q has a percent sign that two hexadecimal digits must follow`);
  }
}

function parseMembers(scanner: Scanner, vocabulary: Vocabulary | undefined): readonly MemberName[] {
  const members: MemberName[] = [];
  do {
    const written = takeUntil(scanner, '.[]');
    const name = written.includes('%') ? decode(written) : written;
    if (name === '') throw refusal(scanner, 'a member name is expected inside the brackets');
    members.push(
      vocabulary === undefined || name === '*' ? { name } : { name, iri: vocabulary.expand(name) },
    );
  } while (accept(scanner, '.'));
  expect(scanner, ']');
  return members;
}

function parseLinked(scanner: Scanner, options: PathOptions): LinkedPath {
  if (options.joinLevel < 1) {
    throw refusal(scanner, 'a path into linked Entities needs join, and a joinLevel of at least its depth');
  }
  const types = parseTypes(scanner, options.vocabulary);
  const path = parseAttributePath(scanner, { ...options, joinLevel: options.joinLevel - 1 });
  expect(scanner, '}');
  return { types, path };
}

/** The types before a colon, if there is one before the path goes on; `http://…` is no type with a colon. */
function parseTypes(scanner: Scanner, vocabulary: Vocabulary): readonly string[] {
  const hint = /^([^:.[\]{}]*):(?!\/\/)/.exec(scanner.text.slice(scanner.at))?.[1];
  if (hint === undefined) return [];
  const names = hint.split(',').map((name) => name.trim());
  if (!names.every((name) => shortName.test(name))) {
    throw refusal(scanner, 'type names, separated by commas, are expected before the colon');
  }
  scanner.at += hint.length + 1;
  return names.map((name) => vocabulary.expand(name));
}
