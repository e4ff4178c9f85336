import type { AttributePath } from './attribute-query.ts';
import type { ValueSpan } from './value-spans.ts';

/**
 * The closed algebra that store drivers compile (never an operator of the query languages). `narrow(query)` derives
 * one that every matching Entity meets; whether it is also exact depends on the parts and on the driver.
 */
export type Condition =
  /** Every Entity. */
  | { readonly kind: 'anything' }
  /** No Entity. */
  | { readonly kind: 'nothing' }
  /** The Entity has this type (IRI). Exact on every driver. */
  | { readonly kind: 'type'; readonly type: string }
  /** The Entity's id is one of these. Exact on every driver. */
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  /** The Entity has a scope that is this one (`below` false), or this one or any beneath it (`below` true). Exact. */
  | { readonly kind: 'scope'; readonly scope: string; readonly below: boolean }
  /**
   * Some instance of this GeoProperty (IRI) has a cell token (`cellsOf`) that starts with one of `cells`, or that
   * equals one of `enclosing`: cells are strings of the digits 0 to 3, and a cell lies in every cell whose token is
   * a prefix of its own. So a driver looks up the ranges [cell, cell + '4') and the tokens `enclosing`. Never exact.
   */
  | {
      readonly kind: 'cells';
      readonly attribute: string;
      readonly cells: readonly string[];
      readonly enclosing: readonly string[];
    }
  /**
   * Among the points (`compilePoints`) of what the path leads to is one in one of the spans, or they are too many. Never
   * exact: a point is less than a value, and an instance may have expired. A driver without an index takes it for
   * `anything`.
   */
  | { readonly kind: 'value'; readonly path: AttributePath; readonly spans: readonly ValueSpan[] }
  /**
   * The path leads to something (`is`), or it leads to nothing, as `compilePresence` says. Never exact: what is there
   * may have expired. A driver without an index takes it for `anything`.
   */
  | { readonly kind: 'presence'; readonly path: AttributePath; readonly is: 'present' | 'absent' }
  /** The Entity's id begins with this text. Never exact. */
  | { readonly kind: 'idStart'; readonly text: string }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] };
