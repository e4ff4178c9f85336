import { describe, expect, it } from '@jest/globals';
import { sharedFilters } from '../../../iot-agent/transports/shared-filters.ts';
import { topicFilters } from '../../../iot-agent/transports/topics.ts';

describe('the filters of agents that share messages', () => {
  it('are as they are for one agent alone', () => {
    expect(sharedFilters(['a/+', 'v3/#'], undefined)).toEqual(['a/+', 'v3/#']);
  });

  it('give the events of downlinks to each of them', () => {
    const filters = sharedFilters(topicFilters, 'g');
    expect(filters.slice(0, topicFilters.length)).toEqual(topicFilters.map((filter) => `$share/g/${filter}`));
    expect(filters.slice(topicFilters.length)).toEqual([
      'v3/+/devices/+/down/+',
      'application/+/device/+/event/ack',
      'application/+/device/+/event/txack',
      '+/application/+/device/+/event/ack',
      '+/application/+/device/+/event/txack',
    ]);
  });

  it('give them to one where all know all commands', () => {
    expect(sharedFilters(['v3/#'], 'g', { sharesCommands: true })).toEqual(['$share/g/v3/#']);
  });

  it.each([
    [
      'application/+/device/+/event/+',
      ['application/+/device/+/event/ack', 'application/+/device/+/event/txack'],
    ],
    ['v3/+/devices/#', ['v3/+/devices/+/down/+']],
    ['v3/+/devices/+/up', []],
    ['v3/city@ttn/devices/+/down/+', ['v3/city@ttn/devices/+/down/+']],
    ['v3/city@ttn/devices/+/down/sent', ['v3/city@ttn/devices/+/down/sent']],
    ['application/17/device/+/event/ack', ['application/17/device/+/event/ack']],
    ['application/17/device/a/event/up', []],
    ['json/#', []],
  ])('ask for nothing beyond %s', (filter, besides) => {
    expect(sharedFilters([filter], 'g')).toEqual([`$share/g/${filter}`, ...besides]);
  });
});
