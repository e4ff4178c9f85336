import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import { BEFORE_ALL } from '../date-time.ts';
import type { Attribute, Entity } from '../entity.ts';
import type { AttributeQuery } from './attribute-query.ts';
import type { GeoQuery } from './geo-query.ts';
import { compileAttributeQuery, type Predicate } from './match-attributes.ts';
import { compileGeoQuery } from './match-geometry.ts';
import { operatorOf } from './operators.ts';
import type { EntityQuery } from './query.ts';

/** The Entity that a history is of, as far as it is no history. */
export type HistoryHead = Pick<Entity, 'id' | 'types' | 'scopes' | 'createdAt' | 'modifiedAt'>;

/**
 * Judges a Temporal Evolution by q and geoQ (clause 5.7.4.4), which are checked against all instances within the
 * interval, as these come, some at a time and in any order: what it keeps does not grow with their number. A deletion
 * has no value to be judged.
 */
export interface TemporalJudge {
  /** More instances of the interval, of one Attribute. */
  add(attribute: string, instances: readonly Attribute[]): void;
  /** True when more instances would not change the verdict. */
  isSettled(): boolean;
  /** Whether the Entity is selected, by all instances that were added. */
  matches(): boolean;
}

export interface TemporalFilter {
  /** IRIs of the Attributes whose instances a judge has to be given. */
  readonly attributes: readonly string[];
  judge(head: HistoryHead): TemporalJudge;
}

/** One condition of q, or the geoquery. */
interface Term {
  /** IRI; undefined for what the Entity itself tells. */
  readonly attribute: string | undefined;
  readonly isPresent: Predicate;
  readonly holds: Predicate;
  /** What instances that come apart make of it together. */
  readonly together: 'some' | 'every' | 'none';
}

/** What is known of a term: of some instance, and of one that speaks against it. */
interface Evidence {
  isFor: boolean;
  isAgainst: boolean;
}

/** Whether the terms, told by their number, make it true. */
type Verdict = (isTrue: (term: number) => boolean) => boolean;

/** Compiles the filter of a query once for many Entities; undefined when it has neither q nor geoQ. */
export function compileTemporalFilter({
  q,
  geoQ,
}: Pick<EntityQuery, 'q' | 'geoQ'>): TemporalFilter | undefined {
  if (q === undefined && geoQ === undefined) return undefined;
  const terms: Term[] = [];
  const parts = [
    ...(q === undefined ? [] : [compileTerms(q, terms)]),
    ...(geoQ === undefined ? [] : [addTerm(terms, geoTerm(geoQ))]),
  ];
  const verdict: Verdict = (isTrue) => parts.every((part) => part(isTrue));
  const attributes = new Set(terms.map(({ attribute }) => attribute).filter((name) => name !== undefined));
  return { attributes: [...attributes], judge: (head) => judgeBy(terms, verdict, head) };
}

function compileTerms(q: AttributeQuery, terms: Term[]): Verdict {
  if (q.kind === 'all' || q.kind === 'any') {
    const parts = q.of.map((part) => compileTerms(part, terms));
    return q.kind === 'all'
      ? (isTrue) => parts.every((part) => part(isTrue))
      : (isTrue) => parts.some((part) => part(isTrue));
  }
  return addTerm(terms, termOf(q));
}

function addTerm(terms: Term[], term: Term): Verdict {
  const index = terms.push(term) - 1;
  return (isTrue) => isTrue(index);
}

function termOf(q: Exclude<AttributeQuery, { readonly of: unknown }>): Term {
  const { path } = q;
  const [attribute] = path.names;
  const isPresent = compileAttributeQuery({ kind: 'exists', path });
  if (q.kind === 'exists') return { attribute, isPresent, holds: isPresent, together: 'some' };
  if (q.kind === 'absent') return { attribute, isPresent, holds: isPresent, together: 'none' };
  const together = operatorOf(q.operator).holdsFor === 'some' ? 'some' : 'every';
  return { attribute, isPresent, holds: compileAttributeQuery(q), together };
}

function geoTerm(geoQ: GeoQuery): Term {
  const holds = compileGeoQuery(geoQ);
  return { attribute: geoQ.path[0], isPresent: holds, holds, together: 'some' };
}

/** Nothing has expired in the past. */
const evaluation = { now: BEFORE_ALL };

function judgeBy(terms: readonly Term[], verdict: Verdict, head: HistoryHead): TemporalJudge {
  const alone: Entity = { ...head, attributes: {} };
  const evidence = terms.map((term) =>
    term.attribute === undefined ? evidenceIn(term, alone) : nothingYet(),
  );
  return {
    add: (attribute, instances) => {
      const view = viewOf(head, attribute, instances);
      for (const [index, term] of terms.entries()) {
        if (term.attribute !== attribute || isSettled(term, evidence[index] as Evidence)) continue;
        gather(evidence[index] as Evidence, evidenceIn(term, view));
      }
    },
    isSettled: () => terms.every((term, index) => isSettled(term, evidence[index] as Evidence)),
    matches: () => verdict((index) => isTrue(terms[index] as Term, evidence[index] as Evidence)),
  };
}

function viewOf(head: HistoryHead, attribute: string, instances: readonly Attribute[]): Entity {
  const { id, types, scopes, createdAt, modifiedAt } = head;
  const values = instances.filter(({ kind, value }) => !ATTRIBUTE_KINDS[kind].isDeletion(value));
  return { id, types, scopes, createdAt, modifiedAt, attributes: { [attribute]: values } };
}

function nothingYet(): Evidence {
  return { isFor: false, isAgainst: false };
}

function evidenceIn({ holds, isPresent, together }: Term, view: Entity): Evidence {
  const isFor = holds(view, evaluation);
  if (together !== 'every') return { isFor, isAgainst: false };
  return { isFor, isAgainst: !isFor && isPresent(view, evaluation) };
}

function gather(known: Evidence, { isFor, isAgainst }: Evidence): void {
  known.isFor ||= isFor;
  known.isAgainst ||= isAgainst;
}

function isTrue({ together }: Term, { isFor, isAgainst }: Evidence): boolean {
  return together === 'none' ? !isFor : isFor && !isAgainst;
}

function isSettled({ attribute, together }: Term, { isFor, isAgainst }: Evidence): boolean {
  return attribute === undefined || (together === 'every' ? isAgainst : isFor);
}
