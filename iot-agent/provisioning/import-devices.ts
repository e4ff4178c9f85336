import { setImmediate } from 'node:timers/promises';
import type { DeviceChange, DeviceRecord } from '../registry/registry.ts';
import { RegistryError, type RegistryErrorType } from '../registry/registry-error.ts';
import { FileError } from './csv-records.ts';
import type { Fault, ParsedDevice } from './draft.ts';
import type { ImportRow } from './import-row.ts';
import { type Plan, type PlanParts, planner } from './plan-row.ts';

/** A row that was not taken. */
export interface FailedRow extends Fault {
  readonly row: number;
  readonly device_id?: string;
}

/** Something that the owner of a device that was taken should know. */
export interface RowWarning {
  /** Absent when it is about the file as a whole. */
  readonly row?: number;
  readonly about: string;
  readonly message: string;
}

/** What became of an import. */
export interface ImportReport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
  /** Those that failed, in their order. */
  readonly rows: readonly FailedRow[];
  readonly warnings: readonly RowWarning[];
  /** Nothing was written. */
  readonly dryRun: boolean;
}

/** How an import is to be done, and what it works with. */
export interface ImportParts extends PlanParts {
  readonly registry: PlanParts['registry'] & {
    addDevices(records: readonly DeviceRecord[], changes?: readonly DeviceChange[]): Promise<void>;
  };
  /** All rows or none. */
  readonly isAtomic: boolean;
  /** Told of devices that were registered or changed, also when the import then breaks off. */
  readonly written: (parsed: readonly ParsedDevice[]) => void;
  readonly warningsOf: (
    parsed: readonly ParsedDevice[],
  ) => Promise<readonly { readonly about: string; readonly message: string }[]>;
}

const mostRows = 100_000;
/** All of them in one transaction, during which nothing else is written. */
const mostAtomicRows = 10_000;
/** Rows in one transaction, so that other work comes between. */
const chunkSize = 250;
/** Warnings that are told, so that the answer stays readable. */
const mostWarnings = 1000;

interface Tally {
  created: number;
  updated: number;
  unchanged: number;
  readonly failed: FailedRow[];
  readonly warnings: RowWarning[];
  /** Those that wait until all rows are known to be good. */
  readonly waiting: Plan[];
}

/**
 * Registers the devices of the rows, and changes those that are there: each row for itself, some hundred in one transaction, in their
 * order; or all or none. What is the same already is left alone, so that an import that was broken off can be repeated.
 * @throws RegistryAway, RegistryError when all of an atomic import clashes with what others did meanwhile
 */
export async function importDevices(
  rows: AsyncIterable<ImportRow>,
  parts: ImportParts,
): Promise<ImportReport> {
  const tally: Tally = {
    ...{ created: 0, updated: 0, unchanged: 0 },
    ...{ failed: [], warnings: [], waiting: [] },
  };
  const plan = planner(parts);
  for await (const chunk of chunks(rows, parts.isAtomic ? mostAtomicRows : mostRows)) {
    const plans = await plan(chunk);
    for (const one of plans) if (one.kind === 'failed') tally.failed.push(failureOf(one.row, one));
    tally.unchanged += plans.filter(({ kind }) => kind === 'unchanged').length;
    const wanted = plans.filter((one): one is Plan => one.kind === 'add' || one.kind === 'change');
    if (parts.isAtomic) tally.waiting.push(...wanted);
    else await take(tally, parts, wanted);
    await setImmediate();
  }
  if (tally.failed.length === 0) await take(tally, parts, tally.waiting);
  return reportOf(tally, parts);
}

async function* chunks(rows: AsyncIterable<ImportRow>, limit: number): AsyncGenerator<readonly ImportRow[]> {
  let chunk: ImportRow[] = [];
  let count = 0;
  let last = 0;
  try {
    for await (const row of rows) {
      last = row.row;
      count += 1;
      if (count > limit)
        throw new FileError(`there are more than ${limit} rows: send the others in another file`);
      chunk.push(row);
      if (chunk.length === chunkSize) {
        yield chunk;
        chunk = [];
      }
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    chunk.push({ row: count > limit ? last : last + 1, content: { reason: error.message } });
  }
  if (chunk.length > 0) yield chunk;
}

function failureOf(row: number, { deviceId, fault }: { readonly deviceId?: string; readonly fault: Fault }) {
  return { row, ...(deviceId === undefined ? {} : { device_id: deviceId }), ...fault };
}

/** Writes the plans; when one of them clashes with what is registered, each for itself. */
async function take(tally: Tally, parts: ImportParts, plans: readonly Plan[]): Promise<void> {
  if (plans.length === 0) return;
  const written = parts.isDryRun ? plans : await write(tally, parts, plans);
  tally.created += written.filter(({ kind }) => kind === 'add').length;
  tally.updated += written.filter(({ kind }) => kind === 'change').length;
  if (!parts.isDryRun) parts.written(written.map(({ parsed }) => parsed));
  await warn(tally, parts, written);
}

async function write(tally: Tally, parts: ImportParts, plans: readonly Plan[]): Promise<readonly Plan[]> {
  try {
    await parts.registry.addDevices(...writesOf(plans));
    return plans;
  } catch (error) {
    if (!(error instanceof RegistryError) || parts.isAtomic) throw error;
  }
  const outcomes = await Promise.allSettled(
    plans.map((plan) => parts.registry.addDevices(...writesOf([plan]))),
  );
  return plans.filter((plan, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return true;
    const { reason } = outcome;
    if (!(reason instanceof RegistryError)) throw reason;
    tally.failed.push(failureOf(plan.row, { deviceId: plan.deviceId, fault: clashFault(reason) }));
    return false;
  });
}

function writesOf(plans: readonly Plan[]): [DeviceRecord[], DeviceChange[]] {
  const added = plans.flatMap((plan) => (plan.kind === 'add' ? [plan.parsed.record] : []));
  const changed = plans.flatMap((plan) =>
    plan.kind === 'change' ? [{ before: plan.before, after: plan.parsed.record }] : [],
  );
  return [added, changed];
}

const fieldsOfClashes: Partial<Readonly<Record<RegistryErrorType, string>>> = {
  DUPLICATE_DEVICE_ID: 'device_id',
  DUPLICATE_DEV_EUI: 'devEui',
};

/** The setting that clashes, and with what. */
function clashFault({ type, message }: RegistryError): Fault {
  const field = fieldsOfClashes[type];
  return { ...(field === undefined ? {} : { field }), reason: message };
}

async function warn(tally: Tally, { warningsOf }: ImportParts, plans: readonly Plan[]): Promise<void> {
  if (tally.warnings.length >= mostWarnings) return;
  const rows = new Map(plans.map(({ row, deviceId }) => [`device ${deviceId}`, row]));
  for (const { about, message } of await warningsOf(plans.map(({ parsed }) => parsed))) {
    const row = rows.get(about);
    if (tally.warnings.length < mostWarnings)
      tally.warnings.push({ ...(row === undefined ? {} : { row }), about, message });
  }
}

function reportOf(tally: Tally, { isDryRun }: ImportParts): ImportReport {
  const { created, updated, unchanged, failed, warnings } = tally;
  const rows = failed.sort((a, b) => a.row - b.row);
  return { created, updated, unchanged, failed: rows.length, rows, warnings, dryRun: isDryRun };
}
