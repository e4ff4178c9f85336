import type { JsonObject } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { AttributePath, AttributeQuery, Literal, MemberName, Operand } from './attribute-query.ts';
import { parseLiteral, takePattern } from './literals.ts';
import { type Operator, operators } from './operators.ts';
import { type NameInQuery, type PathOptions, parseAttributePath } from './parse-attribute-path.ts';
import { parsePattern } from './pattern.ts';
import { plainValue } from './plain-value.ts';
import { accept, atEnd, expect, refusal, type Scanner, scannerOf, skipBlanks } from './tokens.ts';

/** The parameters that go with a q (clause 4.9): names of Attributes, not yet expanded. */
export interface AttributeQueryOptions {
  /** Attributes with which values are expanded by the @context before they are compared. */
  readonly expandValues?: readonly string[];
  /** Attributes whose values are raw JSON: the names in brackets behind them are not expanded. */
  readonly jsonKeys?: readonly string[];
  /** How many Relationships `{…}` may follow; 0, the default, where there is no `join`. */
  readonly joinLevel?: number;
  /** What the text is called in messages; `q` when not given. */
  readonly called?: string;
  /** Told of everything that the vocabulary was asked for, in the order of the text. */
  readonly onName?: (name: NameInQuery | ValueInQuery) => void;
}

/** A value of a q that the @context gives a meaning: which, and where it stands, with its quotes. */
export interface ValueInQuery {
  /** A `value` because of `expandValues`; a `kept` one because values keep it so under the member that it is compared to. */
  readonly kind: 'value' | 'kept';
  readonly text: string;
  readonly iri: string;
  readonly start: number;
  readonly end: number;
}

interface Reading extends PathOptions {
  readonly expandValues: ReadonlySet<string>;
  readonly onName?: (name: NameInQuery | ValueInQuery) => void;
}

const deepest = 32;

/**
 * Parses the NGSI-LD Query Language (clause 4.9), with non-existence as an extension:
 *
 *     query      = conjunction *( "|" conjunction )
 *     conjunction = term *( ";" term )
 *     term       = "(" query ")" / "!" path / path [ operator operand ]
 *     operand    = value / value *( "," value ) / value ".." value / pattern
 *
 * Paths, values and patterns are described where they are parsed, operators in their table.
 * @throws NgsiLdError BadRequestData with the position and the remedy; TooComplexQuery for more than 32 parentheses in
 * one another.
 */
export function parseAttributeQuery(
  text: string,
  vocabulary: Vocabulary,
  { expandValues = [], jsonKeys = [], joinLevel = 0, called = 'q', onName }: AttributeQueryOptions = {},
): AttributeQuery {
  const scanner = scannerOf(text, called);
  const reading: Reading = {
    vocabulary,
    joinLevel: Math.min(joinLevel, deepest),
    jsonKeys: new Set(jsonKeys.map((name) => vocabulary.expand(name))),
    expandValues: new Set(expandValues.map((name) => vocabulary.expand(name))),
    ...(onName && { onName }),
  };
  const query = parseAlternatives(scanner, reading, 0);
  if (!atEnd(scanner)) throw refusal(scanner, "join terms with ';' for and, '|' for or");
  return query;
}

function parseAlternatives(scanner: Scanner, reading: Reading, depth: number): AttributeQuery {
  const of = [parseConjunction(scanner, reading, depth)];
  while (accept(scanner, '|')) of.push(parseConjunction(scanner, reading, depth));
  return of.length === 1 ? (of[0] as AttributeQuery) : { kind: 'any', of };
}

function parseConjunction(scanner: Scanner, reading: Reading, depth: number): AttributeQuery {
  const of = [parseTerm(scanner, reading, depth)];
  while (accept(scanner, ';')) of.push(parseTerm(scanner, reading, depth));
  return of.length === 1 ? (of[0] as AttributeQuery) : { kind: 'all', of };
}

function parseTerm(scanner: Scanner, reading: Reading, depth: number): AttributeQuery {
  if (accept(scanner, '(')) return parseAssociation(scanner, reading, depth + 1);
  const isAbsence = accept(scanner, '!');
  const path = parseAttributePath(scanner, reading);
  const operator = acceptOperator(scanner);
  if (operator === undefined) return { kind: isAbsence ? 'absent' : 'exists', path };
  if (isAbsence) throw refusal(scanner, "'!' before an Attribute asks for its absence and takes no operator");
  return {
    kind: 'comparison',
    path,
    operator: operator.symbol,
    operand: parseOperand(scanner, reading, path, operator),
  };
}

function parseAssociation(scanner: Scanner, reading: Reading, depth: number): AttributeQuery {
  if (depth > deepest) {
    throw new NgsiLdError(
      'TooComplexQuery',
      `${scanner.name} has more than ${deepest} parentheses in one another`,
    );
  }
  const query = parseAlternatives(scanner, reading, depth);
  expect(scanner, ')');
  return query;
}

function acceptOperator(scanner: Scanner): Operator | undefined {
  const operator = operators.find(({ symbol }) => accept(scanner, symbol));
  if (operator === undefined && '=!~'.includes(scanner.text[scanner.at] ?? ' ')) {
    throw refusal(scanner, `an operator is one of ${operators.map(({ symbol }) => symbol).join(' ')}`);
  }
  return operator;
}

function parseOperand(scanner: Scanner, reading: Reading, path: AttributePath, operator: Operator): Operand {
  skipBlanks(scanner);
  const start = scanner.at;
  if (operator.operands.includes('pattern')) {
    return { kind: 'pattern', pattern: parsePattern(takePattern(scanner), scanner.name).pattern };
  }
  const operand = parseValues(scanner, () => parseValue(scanner, reading, path));
  if (!operator.operands.includes(operand.kind)) {
    throw refusal(scanner, `${operator.symbol} takes one value: lists and ranges go with == and !=`, start);
  }
  if (operand.kind === 'value' && operand.value.kind === 'boolean' && !operator.booleans) {
    throw refusal(scanner, `true and false have no order: compare them with == or !=`, start);
  }
  return operand;
}

function parseValues(scanner: Scanner, parse: () => Literal): Operand {
  const start = scanner.at;
  const first = parse();
  if (accept(scanner, '..')) {
    const to = parse();
    if (areEnds(first, to)) return { kind: 'range', from: first, to };
    throw refusal(scanner, 'the ends of a range must be two numbers, two strings or two times', start);
  }
  const values = [first];
  while (accept(scanner, ',')) values.push(parse());
  return values.length === 1 ? { kind: 'value', value: first } : { kind: 'list', values };
}

function parseValue(scanner: Scanner, reading: Reading, path: AttributePath): Literal {
  skipBlanks(scanner);
  const start = scanner.at;
  const literal = expandLiteral(parseLiteral(scanner), reading, path);
  if (literal.kind === 'string' && literal.iri !== undefined) {
    const kind = isExpanded(path, reading) ? 'value' : 'kept';
    const end = start + scanner.text.slice(start, scanner.at).trimEnd().length;
    reading.onName?.({ kind, text: literal.text, iri: literal.iri, start, end });
  }
  return literal;
}

function isExpanded(path: AttributePath, { expandValues }: Reading): boolean {
  return expandValues.has(endOf(path).names.at(-1) ?? '');
}

/** A Date and a DateTime are both moments. */
function areEnds(from: Literal, to: Literal): boolean {
  if (isMoment(from) && isMoment(to)) return true;
  return from.kind === to.kind && to.kind !== 'boolean';
}

function isMoment({ kind }: Literal): boolean {
  return kind === 'date' || kind === 'dateTime';
}

/** `expandValues` names the Attribute that the path ends with (clause 4.9, example 12). */
function expandLiteral(literal: Literal, reading: Reading, path: AttributePath): Literal {
  if (literal.kind !== 'string') return literal;
  const { vocabulary } = reading;
  const iri = isExpanded(path, reading)
    ? vocabulary.expandVocab(literal.text)
    : keptUnder(endOf(path).members?.at(-1), literal.text, vocabulary);
  return iri === undefined ? literal : { ...literal, iri };
}

function endOf(path: AttributePath): AttributePath {
  return path.linked === undefined ? path : endOf(path.linked.path);
}

/** As what a value keeps the text under a member: an IRI, where the member is a type or coerced by the @context. */
function keptUnder(member: MemberName | undefined, text: string, vocabulary: Vocabulary): string | undefined {
  if (member?.iri === undefined || member.iri === '@context') return undefined;
  const value = vocabulary.expandValue({ [member.name]: text }) as JsonObject;
  const kept = plainValue(value[member.iri] ?? text);
  return typeof kept === 'string' && kept !== text ? kept : undefined;
}
