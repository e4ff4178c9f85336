import { badRequest } from '../domain/errors.ts';
import { compactValue } from './compaction.ts';
import type { Context } from './context.ts';
import type { ContextPointer } from './context-pointer.ts';
import { expandValue } from './expansion.ts';
import { memoise } from './memoise.ts';
import { compactName, expandName } from './names.ts';
import type { TermTable } from './term-table.ts';

/** The Context over a term table. `pointer` is how answers point to it. */
export function tableContext(table: TermTable, pointer: ContextPointer): Context {
  const names = {
    table,
    expandName: memoise((name) => expandName(table, name), table.terms.keys()),
    compactName: memoise((iri) => compactName(table, iri), table.byIri.keys()),
  };
  const expand = (name: string): string => {
    const iri = names.expandName(name);
    if (iri === null) return refuseName(table, name);
    return iri;
  };
  return {
    ...pointer,
    expand: withoutReverse(table, expand),
    compact: names.compactName,
    expandValue: (value) => expandValue(names, value),
    compactValue: (value) => compactValue(names, value),
    expandVocab: expand,
    compactVocab: names.compactName,
  };
}

/** Reverse properties are rare: only a table that has some pays for the check. */
function withoutReverse(table: TermTable, expand: (name: string) => string): (name: string) => string {
  const reverse = new Set(
    [...table.terms.values()].filter((term) => term.isReverse).map((term) => term.name),
  );
  if (reverse.size === 0) return expand;
  return (name) => {
    if (!reverse.has(name)) return expand(name);
    throw badRequest(`"${name}" is a reverse property (@reverse) in the @context. Use a forward property.`);
  };
}

function refuseName(table: TermTable, name: string): never {
  throw badRequest(
    table.terms.has(name)
      ? `The @context maps the name "${name}" to nothing. Use another name or another @context.`
      : `The name "${name}" is reserved by JSON-LD: names may not look like keywords. Rename it.`,
  );
}
