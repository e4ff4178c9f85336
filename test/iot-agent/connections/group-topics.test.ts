import { expect, it } from '@jest/globals';
import { groupTopics } from '../../../iot-agent/connections/group-topics.ts';
import type { GroupRecord } from '../../../iot-agent/registry/registry.ts';
import { recordingParts } from '../transports/recording-parts.ts';

function group(tenant: string, template: string, path: string): GroupRecord {
  const topics = [{ template, format: 'json', values: { t: path } } as const];
  return {
    ...{ tenant, servicePath: '/' },
    settings: { apikey: `k-${tenant}`, resource: '', entity_type: 'Room', topics },
  };
}

it('hears the other groups although the templates of one are refused by now, and names that one', async () => {
  const groups = [group('a', 'a/{deviceId}', '$..x..y'), group('b', 'b/{deviceId}', '$.t')];
  const { parts, lines } = recordingParts();
  const topics = groupTopics({ everyGroup: async () => groups }, parts.log);
  await topics.refresh();
  expect(topics.filters()).toEqual(['b/+']);
  expect(topics.readTopic('b/d1')).toBeDefined();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', tenant: 'a', entityType: 'Room', reason: expect.stringContaining('values.t') },
  ]);
  expect(lines.join('')).not.toContain('k-a');
});
