import type { Micros } from '../domain/entity.ts';
import { isBound } from '../domain/query/temporal-query.ts';
import type { Fate } from '../domain/retention/gone-instances.ts';
import type { RollUp, RollUpQuery, RollUpSpan } from '../store/roll-ups.ts';
import type { TemporalStore } from '../store/temporal-store.ts';
import { shownInstances, type TemporalView, wantedAttributes } from './temporal-view.ts';

/** What an answer does not tell, or not exactly, since instances got too old. */
export type RollUpGap = 'coarser' | 'distinctCount' | 'leftOut' | 'unjudged' | 'places' | Fate;

type RollUps = Pick<TemporalStore, 'rollUps'>;

/** Rows that are read at once. */
const PAGE = 1000;

/** The Attributes that a view shows of which there are roll-ups within its interval. */
export async function rolledUpAttributes(
  { rollUps }: RollUps,
  id: string,
  view: TemporalView,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await rolledUpAtAnyTime({ rollUps }, id, view)) {
    if (await hasAny({ rollUps }, id, view, name)) found.push(name);
  }
  return found;
}

/** True for an interval in which some of these Attributes, shown or not, were rolled up. */
export async function isAnyRolledUp(
  temporal: RollUps,
  id: string,
  view: TemporalView,
  attributes: readonly string[],
): Promise<boolean> {
  const names = await temporal.rollUps.attributes(id);
  for (const name of attributes) {
    if (names.includes(name) && (await hasAny(temporal, id, view, name))) return true;
  }
  return false;
}

/** The Attributes that a view shows of which there are roll-ups, of whatever time. */
export async function rolledUpAtAnyTime(
  { rollUps }: RollUps,
  id: string,
  view: TemporalView,
): Promise<readonly string[]> {
  const wanted = wantedAttributes(view.projection);
  const { except = [] } = shownInstances(view);
  return (await rollUps.attributes(id)).filter(
    (name) => !except.includes(name) && (wanted.length === 0 || wanted.includes(name)),
  );
}

async function hasAny(
  temporal: RollUps,
  id: string,
  view: TemporalView,
  attribute: string,
): Promise<boolean> {
  for await (const _ of walkRollUps(temporal, id, view, attribute)) return true;
  return false;
}

/**
 * The roll-ups of an Attribute within the interval of a view and of its datasets, in the order in which its instances are
 * read. They may be of another time than the view is about, unless they lack that: what was never observed is in no
 * answer by observedAt.
 */
export async function* walkRollUps(
  { rollUps }: RollUps,
  id: string,
  view: TemporalView,
  attribute: string,
): AsyncGenerator<RollUp> {
  const query = { ...rollUpQuery(view), attribute, limit: PAGE };
  const isShown = ({ datasetId = '@none', time }: RollUp) =>
    (view.datasetIds?.has(datasetId) ?? true) &&
    (time === 'observedAt' || view.query.timeproperty !== 'observedAt');
  let page = await rollUps.read(id, query);
  for (;;) {
    yield* page.rollUps.filter(isShown);
    if (page.next === undefined) return;
    page = await rollUps.read(id, { ...query, after: page.next });
  }
}

function rollUpQuery(view: TemporalView): Pick<RollUpQuery, 'from' | 'to' | 'order'> {
  return { order: view.lastN === undefined ? 'oldest first' : 'newest first', ...intervalOf(view) };
}

function intervalOf({ query: { from, to } }: TemporalView): Pick<RollUpQuery, 'from' | 'to'> {
  return { ...(isBound(from) && { from }), ...(isBound(to) && { to }) };
}

/** All roll-ups that a view may have to do with. */
export function rollUpSpan(view: TemporalView): RollUpSpan {
  const attributes = wantedAttributes(view.projection);
  return { ...intervalOf(view), ...(attributes.length > 0 && { attributes }) };
}

/** Where a roll-up stands among the instances of its Attribute. */
export function placeOf({ start, end }: RollUp, isBackwards: boolean): Micros {
  return isBackwards ? end : start;
}

/** How many instances a roll-up is of. */
export function countOf({ summary }: RollUp): number {
  return Object.values(summary).reduce((all, { count }) => all + count, 0);
}
