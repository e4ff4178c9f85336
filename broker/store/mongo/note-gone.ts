import type { Filter } from 'mongodb';
import { type GoneByAttribute, type GoneDraft, mergeGone } from '../../domain/retention/gone-instances.ts';
import type { HistoryCollections } from './history.ts';
import type { HistoryEntityDocument } from './history-document.ts';
import { untilDone } from './until-done.ts';

/** The filter for the document of an Entity to which nobody has added since what is gone was read. */
export function isGoneStill(gone: string | undefined): Filter<HistoryEntityDocument> {
  return { gone: gone ?? { $exists: false } };
}

/** What is to be set where an Attribute is taken away of an Entity. */
export function withoutGoneOf(
  gone: string | undefined,
  attribute: string,
): Pick<HistoryEntityDocument, 'gone'> {
  const { [attribute]: ofIt, ...others } = goneIn(gone);
  return ofIt === undefined ? {} : { gone: JSON.stringify(others) };
}

/**
 * Notes when instances were that are about to go, before they do: whoever reads meanwhile is rather told too early. An
 * Entity that was taken away meanwhile stays as it is.
 */
export async function noteGone(
  { historyEntities }: Pick<HistoryCollections, 'historyEntities'>,
  _id: string,
  draft: GoneDraft,
): Promise<void> {
  const added = draft.result();
  if (Object.keys(added).length === 0) return;
  await untilDone(async () => {
    const found = await historyEntities.findOne({ _id }, { projection: { gone: 1, place: 1 } });
    if (found?.place === undefined) return true;
    const known = goneIn(found.gone);
    const merged = mergeGone(known, added);
    if (merged === known) return true;
    const filter = { _id, place: { $exists: true }, ...isGoneStill(found.gone) };
    const update = { $set: { gone: JSON.stringify(merged) } };
    return (await historyEntities.updateOne(filter, update)).matchedCount === 1 ? true : undefined;
  });
}

function goneIn(text: string | undefined): GoneByAttribute {
  return text === undefined ? {} : (JSON.parse(text) as GoneByAttribute);
}
