import type { Catalogue } from '../devices/catalogue.ts';
import type { LorawanUplink } from '../measurement.ts';
import { tagOf } from './match-rule.ts';

/** What the network server tells of the kind of a device. */
export interface DeviceKind {
  /** The model of the catalogue that it names. */
  readonly model?: string;
  /** Models that it may mean, nearest first. */
  readonly suggestions: readonly string[];
}

/** The kind by the tag `model` and by the profile: `brand/model`, the model alone, or the two in any spelling. */
export function kindOfDevice(
  uplink: LorawanUplink,
  catalogue: Pick<Catalogue, 'list' | 'suggest'>,
): DeviceKind {
  const told = [tagOf(uplink, 'model'), uplink.profile].filter((name) => name !== undefined);
  for (const name of told) {
    const model = namedModel(name, catalogue);
    if (model !== undefined) return { model, suggestions: [] };
  }
  return { suggestions: told.flatMap((name) => catalogue.suggest(name)) };
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s/_.-]/g, '');

/** Two vendors may have a model of one name: then it names none. */
function namedModel(name: string, catalogue: Pick<Catalogue, 'list'>): string | undefined {
  const wanted = plain(name);
  const models = catalogue.list().map(({ vendor, model }) => ({ vendor, model, full: `${vendor}/${model}` }));
  const exact = models.find(({ full }) => plain(full) === wanted);
  const [first, second] = models.filter(({ model }) => plain(model) === wanted);
  return exact?.full ?? (second === undefined ? first?.full : undefined);
}
