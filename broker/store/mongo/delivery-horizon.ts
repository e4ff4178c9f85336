import type { Horizon } from '../delivery.ts';
import { type Positions, partsOfLogged } from './log-positions.ts';

/**
 * How far the deliveries of each process that writes are in the store, as far as this one knows. A process writes in the
 * order of its own stamps: with the one that was seen last all before it are there.
 */
export class DeliveryHorizon {
  #ends: Positions = new Map();

  /** Notes that deliveries at these places of the log are in the store. */
  note(places: Iterable<string>): void {
    let ends: Map<string, string> | undefined;
    for (const place of places) {
      const [writer, moment] = partsOfLogged(place);
      if (moment <= ((ends ?? this.#ends).get(writer) ?? '')) continue;
      ends ??= new Map(this.#ends);
      ends.set(writer, moment);
    }
    if (ends) this.#ends = ends;
  }

  /** What is in the store now: nothing that is noted later adds to it. */
  now(): Horizon {
    const ends = this.#ends;
    return ({ logged }) => {
      // Those from before there was a log have long been there.
      if (logged === undefined) return true;
      const [writer, moment] = partsOfLogged(logged);
      return moment <= (ends.get(writer) ?? '');
    };
  }
}
