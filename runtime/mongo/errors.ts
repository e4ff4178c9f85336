import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
  type WriteError,
} from 'mongodb';

const awayClasses = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  MongoExpiredSessionError,
  MongoWriteConcernError,
];

/** Codes of a server that is no primary, is shutting down or ran out of time, as the drivers' specifications list them. */
const awayCodes: ReadonlySet<number | string | undefined> = new Set([
  6, 7, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
]);
const awayLabels = ['RetryableWriteError', 'SystemOverloadedError', 'PoolRequestedRetry'];
/** Of sockets, which the driver lets through when they break while it writes. */
const brokenSocketCodes: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);
const poolErrors = ['MongoWaitQueueTimeoutError', 'MongoPoolClearedError', 'MongoPoolClosedError'];

/**
 * True when the server could not be reached, is no primary at the moment or could not make a write durable in time:
 * the same command may do well later, and a write may have been applied or not.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof MongoBulkWriteError && isBrokenOff(error)) return true;
  if (awayClasses.some((kind) => error instanceof kind) || poolErrors.includes(error.name)) return true;
  if (!(error instanceof MongoServerError))
    return brokenSocketCodes.has((error as NodeJS.ErrnoException).code);
  return awayCodes.has(error.code) || awayLabels.some((label) => error.hasErrorLabel(label));
}

/**
 * The driver wraps what ends a bulk, a lost connection too, so that neither its class nor a code tells it; the server's
 * own refusals have codes.
 */
function isBrokenOff(error: MongoBulkWriteError): boolean {
  return hasWriteConcernError(error) || (errorsOf(error).length === 0 && error.code === undefined);
}

function hasWriteConcernError(error: MongoBulkWriteError): boolean {
  return error.result?.getWriteConcernError() !== undefined;
}

function errorsOf({ writeErrors }: MongoBulkWriteError): readonly WriteError[] {
  return [writeErrors].flat();
}

const DUPLICATE_KEY = 11000;

/** True when the write, or each failed one of a bulk, failed because its key exists. */
export function isDuplicateKey(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) {
    return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
  }
  const failed = errorsOf(error);
  return (
    failed.length > 0 && !hasWriteConcernError(error) && failed.every(({ code }) => code === DUPLICATE_KEY)
  );
}

/** Positions of the writes of the bulk that the server refused for another reason than that their key exists. */
export function refusedWrites(error: MongoBulkWriteError): readonly number[] {
  return errorsOf(error)
    .filter(({ code }) => code !== DUPLICATE_KEY)
    .map(({ index }) => index);
}
