import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freshChanges } from '../../../iot-agent/commands/fresh-changes.ts';
import { NotificationError, parseNotification } from '../../../iot-agent/commands/parse-notification.ts';

describe('a notification', () => {
  it('of any content is read or refused, and nothing else', async () => {
    const attribute = fc.record(
      {
        value: fc.jsonValue(),
        modifiedAt: fc.oneof(fc.constant('2026-11-25T12:00:00Z'), fc.jsonValue()),
        ttl: fc.jsonValue(),
        commandId: fc.jsonValue(),
        datasetId: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const entity = fc.dictionary(
      fc.oneof(fc.constant('id'), fc.string()),
      fc.oneof(attribute, fc.jsonValue()),
    );
    const body = fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), data: fc.array(entity) }));
    await fc.assert(
      fc.asyncProperty(body, async (content) => {
        try {
          const parsed = parseNotification(content);
          const fresh = await freshChanges(parsed, async () => true);
          expect(fresh.length).toBeLessThanOrEqual(parsed.changes.length);
          for (const { value, mark } of fresh) expect([value === null, mark === '']).toEqual([false, false]);
        } catch (error) {
          expect(error).toBeInstanceOf(NotificationError);
        }
      }),
    );
  });
});
