import {
  airQualityObserved,
  centre,
  entityId,
  seededEntities,
  seededRandom,
  twoMeasurements,
} from './entities.ts';

/** One request of a workload, below the API's root. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: string;
}

/** What clients ask again and again. */
export interface Workload {
  readonly connections: number;
  /** Makes the next request; each call another one. */
  next(): BenchRequest;
}

const connections = 32;
/** As few senders as a city's gateways; more would only wait for each other. */
const batchConnections = 4;
/** Entities in a batch. */
export const batchSize = 100;

const random = seededRandom(12_345);
let created = 1_000_000;
let patched = Date.UTC(2027, 0, 1);

const anySeeded = (): number => Math.floor(random() * seededEntities);

/** Every workload by the name that `--only` takes. */
export const workloads = {
  retrieve: {
    connections,
    next: () => ({ method: 'GET', path: `/entities/${entityId(anySeeded())}` }),
  },
  query: {
    connections,
    next: () => ({ method: 'GET', path: '/entities?type=AirQualityObserved&q=NO2%3E40&limit=20' }),
  },
  geo: {
    connections,
    next: () => ({
      method: 'GET',
      path: `/entities?type=AirQualityObserved&georel=near%3BmaxDistance%3D%3D2000&geometry=Point&coordinates=%5B${centre}%5D&limit=20`,
    }),
  },
  patch: {
    connections,
    next: () => {
      patched += 1;
      return {
        method: 'PATCH',
        path: `/entities/${entityId(anySeeded())}/attrs`,
        body: JSON.stringify(twoMeasurements(random, new Date(patched).toISOString())),
      };
    },
  },
  batch: {
    connections: batchConnections,
    next: () => batchFrom(Math.floor(random() * (seededEntities / batchSize)) * batchSize),
  },
  create: {
    connections,
    next: () => {
      created += 1;
      return { method: 'POST', path: '/entities', body: JSON.stringify(airQualityObserved(created, random)) };
    },
  },
} as const satisfies Record<string, Workload>;

/** The name of a workload. */
export type WorkloadName = keyof typeof workloads;

/** The batch upsert of the entities from this number on. */
export function batchFrom(first: number): BenchRequest {
  const entities = Array.from({ length: batchSize }, (_, index) => airQualityObserved(first + index, random));
  return { method: 'POST', path: '/entityOperations/upsert', body: JSON.stringify(entities) };
}
