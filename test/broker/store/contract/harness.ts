import { afterEach, beforeEach } from '@jest/globals';
import type { JsonObject, Micros } from '../../../../broker/domain/entity.ts';
import type { Store } from '../../../../broker/store/store.ts';

/** What a driver under test is opened with. */
export interface StoreOptions {
  readonly now: () => Micros;
  /** The cell tokens of a geometry, as broker/domain/query/condition.ts describes them. */
  readonly cellsOf: (geometry: JsonObject) => readonly string[];
}

/** A store on a database of its own. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens another one on the same data. */
  reopen(): Promise<Store>;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

export type OpenStore = (options: StoreOptions) => Promise<OpenedStore>;

/** The store of the running test, and its clock. */
export interface Harness {
  readonly store: Store;
  reopen(): Promise<void>;
  /** The clock's next reading. */
  time(): Micros;
  advance(micros: number): void;
}

export const START: Micros = 1_800_000_000_000_000;

/** Opens a fresh store before each test of the surrounding `describe`, and disposes of it afterwards. */
export function freshStore(open: OpenStore): Harness {
  let time = START;
  let opened: OpenedStore;
  let store: Store;
  beforeEach(async () => {
    time = START;
    opened = await open({ now: () => time, cellsOf: degreeCells });
    store = opened.store;
  });
  afterEach(() => opened.dispose());
  return {
    get store() {
      return store;
    },
    reopen: async () => {
      store = await opened.reopen();
    },
    time: () => time,
    advance: (micros) => {
      time += micros;
    },
  };
}

/** For a Point [a, b] with single-digit coordinates 0 to 3: the cell named "ab"; for a coarse geometry: "a". */
function degreeCells(geometry: JsonObject): readonly string[] {
  const { coordinates } = geometry;
  return Array.isArray(coordinates) ? [coordinates.join('')] : [];
}
