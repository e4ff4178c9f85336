import { describe, expect, it } from '@jest/globals';
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
  type WriteError,
} from 'mongodb';
import { isDatabaseAway, isDuplicateKey, refusedWrites } from '../../../runtime/mongo/errors.ts';

const serverError = (code: number, errorLabels: string[] = []) =>
  new MongoServerError({ message: 'refused', code, errorLabels });

function bulkError(codes: readonly number[], writeConcernError?: unknown): MongoBulkWriteError {
  const writeErrors = codes.map((code, index) => ({
    index,
    code,
  })) as unknown as WriteError[];
  const result = {
    getWriteConcernError: () => writeConcernError,
  } as unknown as MongoBulkWriteError['result'];
  return new MongoBulkWriteError({ message: 'refused', code: codes[0] ?? 64, writeErrors }, result);
}

/** As the driver wraps what ends a bulk that got no answer. */
function brokenBulk(): MongoBulkWriteError {
  const result = { getWriteConcernError: () => undefined } as unknown as MongoBulkWriteError['result'];
  return new MongoBulkWriteError(new MongoNetworkError('closed'), result);
}

describe('errors of the driver', () => {
  it.each([
    ['a broken connection', new MongoNetworkError('closed')],
    ['a socket that broke while it was written to', Object.assign(new Error('ended'), { code: 'EPIPE' })],
    ['no answer in time', new MongoNetworkTimeoutError('timed out')],
    ['no server', new MongoServerSelectionError('none', {} as TopologyDescription)],
    ['a server that is no primary', serverError(10107)],
    ['one that shuts down', serverError(91)],
    ['one that says so by a label', serverError(1, ['RetryableWriteError'])],
    ['a bulk whose connection broke', brokenBulk()],
    ['no majority in time', bulkError([], { code: 64 })],
    ['the same beside a duplicate key', bulkError([11000], { code: 64 })],
  ])('%s means that the database is away', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
    expect(isDuplicateKey(error)).toBe(false);
  });

  it.each([
    ['a duplicate key', serverError(11000)],
    ['a command that is wrong', serverError(9)],
    ['duplicate keys of a bulk', bulkError([11000, 11000])],
    ['an error of the program', new TypeError('no')],
  ])('%s does not', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });

  it('tells duplicate keys from other refusals', () => {
    expect(isDuplicateKey(serverError(11000))).toBe(true);
    expect(isDuplicateKey(serverError(2))).toBe(false);
    expect(isDuplicateKey(bulkError([11000, 11000]))).toBe(true);
    expect(isDuplicateKey(bulkError([11000, 2]))).toBe(false);
    expect(refusedWrites(bulkError([11000, 2, 11000, 3]))).toEqual([1, 3]);
  });
});
