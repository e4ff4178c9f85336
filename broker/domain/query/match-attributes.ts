import type { Entity } from '../entity.ts';
import type { AttributeQuery } from './attribute-query.ts';
import { operatorOf } from './operators.ts';
import { compileTargets, type Evaluation } from './target-values.ts';

/** True when an Entity meets a query. */
export type Predicate = (entity: Entity, evaluation: Evaluation) => boolean;

/** Makes the predicate of a q (clause 4.9), once for many Entities. */
export function compileAttributeQuery(query: AttributeQuery): Predicate {
  switch (query.kind) {
    case 'all':
      return allOf(query.of.map(compileAttributeQuery));
    case 'any':
      return anyOf(query.of.map(compileAttributeQuery));
    case 'exists': {
      const targets = compileTargets(query.path);
      return (entity, evaluation) => targets(entity, evaluation, anything);
    }
    case 'absent': {
      const targets = compileTargets(query.path);
      return (entity, evaluation) => !targets(entity, evaluation, anything);
    }
    case 'comparison':
      return compileComparison(query);
  }
}

/** True when every predicate is. */
export function allOf(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates;
  if (only !== undefined && predicates.length === 1) return only;
  return (entity, evaluation) => {
    for (const predicate of predicates) if (!predicate(entity, evaluation)) return false;
    return true;
  };
}

/** True when at least one predicate is. */
export function anyOf(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates;
  if (only !== undefined && predicates.length === 1) return only;
  return (entity, evaluation) => {
    for (const predicate of predicates) if (predicate(entity, evaluation)) return true;
    return false;
  };
}

function anything(): boolean {
  return true;
}

function compileComparison(query: Extract<AttributeQuery, { kind: 'comparison' }>): Predicate {
  const targets = compileTargets(query.path);
  const operator = operatorOf(query.operator);
  const test = operator.compile(query.operand);
  if (operator.holdsFor === 'some') return (entity, evaluation) => targets(entity, evaluation, test);
  return (entity, evaluation) =>
    targets(entity, evaluation, anything) &&
    !targets(entity, evaluation, (value, family) => !test(value, family));
}
