import { describe, expect, it } from '@jest/globals';
import { badRequest, NgsiLdError } from '../../../broker/domain/errors.ts';
import { type BatchMember, runBatch } from '../../../broker/services/batch.ts';

const member = (entityId: string, start: BatchMember['start']): BatchMember => ({ entityId, start });
const created = async (): Promise<'created'> => 'created';
const changed = async (): Promise<'changed'> => 'changed';
const away = (): never => {
  throw new NgsiLdError('Unavailable', 'the store is away');
};

describe('runBatch', () => {
  it('tells what was created, what succeeded and what failed, at once or later', async () => {
    const refused = badRequest('no');
    const result = await runBatch([
      member('a', created),
      member('a', changed),
      member('b', changed),
      member('c', () => {
        throw refused;
      }),
      member('d', () => Promise.reject(refused)),
    ]);
    expect(result).toEqual({
      success: ['a', 'b'],
      created: ['a'],
      errors: [
        { entityId: 'c', error: refused },
        { entityId: 'd', error: refused },
      ],
    });
  });

  it('names once what was created twice, the first having expired before the second', async () => {
    expect(await runBatch([member('a', created), member('a', created)])).toMatchObject({ created: ['a'] });
  });

  it('starts all members before any is through', async () => {
    const started: string[] = [];
    const running = runBatch(
      ['a', 'b', 'c'].map((id) =>
        member(id, () => {
          started.push(id);
          return changed();
        }),
      ),
    );
    expect(started).toEqual(['a', 'b', 'c']);
    await running;
  });

  it('fails as a whole when the store is away for all, not when it is for some', async () => {
    await expect(runBatch([member('a', away), member('b', away)])).rejects.toMatchObject({
      type: 'Unavailable',
    });
    const { errors } = await runBatch([member('a', away), member('b', changed)]);
    expect(errors).toMatchObject([{ entityId: 'a', error: { type: 'Unavailable' } }]);
  });

  it('does not take a fault of the program for a result', async () => {
    const fault = new TypeError('a fault');
    await expect(runBatch([member('a', () => Promise.reject(fault)), member('b', changed)])).rejects.toBe(
      fault,
    );
  });
});
