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
  /** Some instance of this GeoProperty (IRI) may touch one of these cells. Never exact. */
  | { readonly kind: 'cells'; readonly attribute: string; readonly cells: readonly string[] }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] };
