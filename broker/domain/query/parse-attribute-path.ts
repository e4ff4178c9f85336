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
  /** Told of every name that the vocabulary was asked for, in the order of the text. */
  readonly onName?: (name: NameInQuery) => void;
}

/** A name as it is written in a q, and where. */
export interface NameInQuery {
  /** A `linked` name stands in braces, where a colon may end a type; a `member` in brackets. */
  readonly kind: 'name' | 'linked' | 'member' | 'type';
  readonly iri: string;
  readonly start: number;
  readonly end: number;
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
 * A name is a term, a prefixed name or a URI whose dots are written `%2E`, as are those in a member's name; the colons of
 * a type are written `%3A`. Each is expanded by the @context.
 * @throws NgsiLdError BadRequestData with the position and the remedy.
 */
export function parseAttributePath(scanner: Scanner, options: PathOptions): AttributePath {
  const { names, system } = parseNames(scanner, options);
  if (system !== undefined) return { names, system };
  if (accept(scanner, '{')) return { names, linked: parseLinked(scanner, options) };
  if (accept(scanner, '[')) {
    const isRaw = options.jsonKeys.has(names.at(-1) ?? '');
    return { names, members: parseMembers(scanner, isRaw ? undefined : options) };
  }
  return { names };
}

type Naming = Pick<PathOptions, 'vocabulary' | 'onName'>;

function parseNames(
  scanner: Scanner,
  { vocabulary, onName }: Naming,
): Pick<AttributePath, 'names' | 'system'> {
  const names: string[] = [];
  do {
    const { name, start, end } = parseName(scanner);
    const system = systemMembers.find((member) => member === name);
    if (system !== undefined) return { names, system: lastOf(scanner, system) };
    const iri = expandName(scanner, name, vocabulary, start);
    onName?.({ kind: 'name', iri, start, end });
    names.push(iri);
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

interface Written {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function parseName(scanner: Scanner): Written {
  skipBlanks(scanner);
  const { at } = scanner;
  const written = takeName(scanner, delimiters);
  if (!isName(written.name)) {
    throw refusal(scanner, "an Attribute name is expected: a letter, then letters, digits or '_'", at);
  }
  return written;
}

function isName(name: string): boolean {
  return shortName.test(name) || longName.test(name);
}

function takeName(scanner: Scanner, until: string): Written {
  const { at } = scanner;
  return writtenAt(scanner, takeUntil(scanner, until), at);
}

/** The name that is written at this position, or behind blanks there. */
function writtenAt({ text, name: what }: Scanner, written: string, from: number): Written {
  const start = text.indexOf(written, from);
  const name = written.includes('%') ? decode(written, what) : written;
  return { name, start, end: start + written.length };
}

function decode(written: string, what: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    throw badRequest(`'${written}' in ${what} has a percent sign that two hexadecimal digits must follow`);
  }
}

/** `naming` is undefined where the value is raw JSON. */
function parseMembers(scanner: Scanner, naming: Naming | undefined): readonly MemberName[] {
  const members: MemberName[] = [];
  do {
    const { name, start, end } = takeName(scanner, '.[]');
    if (name === '') throw refusal(scanner, 'a member name is expected inside the brackets');
    const iri = naming === undefined || name === '*' ? undefined : naming.vocabulary.expand(name);
    if (iri !== undefined) naming?.onName?.({ kind: 'member', iri, start, end });
    members.push(iri === undefined ? { name } : { name, iri });
  } while (accept(scanner, '.'));
  expect(scanner, ']');
  return members;
}

function parseLinked(scanner: Scanner, options: PathOptions): LinkedPath {
  if (options.joinLevel < 1) {
    throw refusal(scanner, 'a path into linked Entities needs join, and a joinLevel of at least its depth');
  }
  const { onName } = options;
  const types = parseTypes(scanner, options);
  const path = parseAttributePath(scanner, {
    ...options,
    joinLevel: options.joinLevel - 1,
    ...(onName && {
      onName: (name: NameInQuery) => onName(name.kind === 'name' ? { ...name, kind: 'linked' } : name),
    }),
  });
  expect(scanner, '}');
  return { types, path };
}

/** The types before a colon, if there is one before the path goes on; `http://…` is no type with a colon. */
function parseTypes(scanner: Scanner, { vocabulary, onName }: Naming): readonly string[] {
  const hint = /^([^:.[\]{}]*):(?!\/\/)/.exec(scanner.text.slice(scanner.at))?.[1];
  if (hint === undefined) return [];
  let { at } = scanner;
  const types = hint.split(',').map((part) => {
    const written = writtenAt(scanner, part.trim(), at);
    at += part.length + 1;
    return written;
  });
  if (!types.every(({ name }) => isName(name))) {
    throw refusal(scanner, 'type names, separated by commas, are expected before the colon');
  }
  scanner.at += hint.length + 1;
  return types.map(({ name, start, end }) => {
    const iri = vocabulary.expand(name);
    onName?.({ kind: 'type', iri, start, end });
    return iri;
  });
}
