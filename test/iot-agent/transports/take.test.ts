import { describe, expect, it } from '@jest/globals';
import type { Incoming } from '../../../iot-agent/measurement.ts';
import { EnvelopeError, type Parsed } from '../../../iot-agent/transports/envelope.ts';
import { type Message, taker } from '../../../iot-agent/transports/take.ts';
import { deferred, recordingParts } from './recording-parts.ts';

const measure: Incoming = { kind: 'plain', apikey: 'k1', deviceId: 'd1', values: { t: 1 }, observedAt: 1 };

function message(parse: () => Parsed, payload = 'text'): Message {
  const about = { source: 'test', via: 'a/b', by: 'mqtt' } as const;
  return { ...about, correlationId: 'c-1', payload: Buffer.from(payload), parse };
}

describe('taker', () => {
  it('hands measures over under the correlation id, and counts and logs the message', async () => {
    const recording = recordingParts();
    const taken = await taker(recording.parts)(message(() => ({ kind: 'incoming', incoming: [measure] })));
    expect(taken).toEqual({ kind: 'spooled' });
    expect(recording.incoming).toEqual([measure]);
    expect(recording.correlationIds).toEqual(['c-1']);
    expect(recording.counted).toEqual(['test spooled']);
    expect(JSON.parse(recording.lines[0] ?? '')).toMatchObject({
      level: 'debug',
      correlationId: 'c-1',
      source: 'test',
      via: 'a/b',
      kind: 'spooled',
    });
  });

  it('keeps a malformed message with the reason, cut to what people can look at', async () => {
    const recording = recordingParts();
    const parse = (): Parsed => {
      throw new EnvelopeError('no DevEUI');
    };
    const taken = await taker(recording.parts)(message(parse, 'x'.repeat(5000)));
    expect(taken).toEqual({ kind: 'malformed', reason: 'no DevEUI' });
    expect(recording.malformed).toEqual([
      { source: 'a/b', reason: 'no DevEUI', text: 'x'.repeat(2000), correlationId: 'c-1' },
    ]);
    expect(recording.counted).toEqual(['test malformed']);
  });

  it('keeps what was taken of a message, and among the problems what could not be', async () => {
    const recording = recordingParts();
    const parsed = { kind: 'incoming', incoming: [measure], rejected: '1 of 2 messages' } as const;
    expect(await taker(recording.parts)(message(() => parsed))).toEqual({ kind: 'spooled' });
    expect(recording.incoming).toEqual([measure]);
    expect(recording.malformed).toMatchObject([{ source: 'a/b', reason: '1 of 2 messages', text: 'text' }]);
  });

  it('keeps nothing of the way back to a device of Helium', async () => {
    const recording = recordingParts();
    const parse = (): Parsed => {
      throw new EnvelopeError('no DevEUI');
    };
    await taker(recording.parts)(message(parse, '{"downlink_url": "https://h/key", "id": "1"}'));
    expect(recording.malformed).toMatchObject([{ text: '{"downlink_url": "***", "id": "1"}' }]);
  });

  it('keeps a message that is too large as malformed, unread', async () => {
    const recording = recordingParts({ maxMessageSize: 3 });
    const taken = await taker(recording.parts)(message(() => ({ kind: 'incoming', incoming: [measure] })));
    expect(taken).toEqual({ kind: 'malformed', reason: 'it has 4 bytes, more than 3' });
    expect(recording.incoming).toEqual([]);
  });

  it.each<[string, Parsed]>([
    ['is not for us', { kind: 'ignored', reason: 'event txack' }],
    ['holds no values', { kind: 'incoming', incoming: [] }],
  ])('ignores what %s', async (_, parsed) => {
    const recording = recordingParts();
    expect((await taker(recording.parts)(message(() => parsed))).kind).toBe('ignored');
    expect(recording.incoming).toEqual([]);
    expect(recording.counted).toEqual(['test ignored']);
  });

  it('rejects when the spool takes nothing', async () => {
    const recording = recordingParts({ receive: () => Promise.reject(new Error('the disk is full')) });
    const taking = taker(recording.parts)(message(() => ({ kind: 'incoming', incoming: [measure] })));
    await expect(taking).rejects.toThrow('the disk is full');
    expect(recording.counted).toEqual(['test refused']);
  });

  it('says once that the spool takes nothing, and when it takes again', async () => {
    let isFull = true;
    const recording = recordingParts({
      receive: async () => {
        if (isFull) throw new Error('the disk is full');
      },
    });
    const take = taker(recording.parts);
    const one = message(() => ({ kind: 'incoming', incoming: [measure] }));
    for (const _ of [1, 2, 3]) await expect(take(one)).rejects.toThrow();
    isFull = false;
    for (const _ of [1, 2]) await take(one);
    const levels = recording.lines.map((line) => JSON.parse(line).level);
    expect(levels).toEqual(['error', 'debug', 'debug', 'debug', 'info', 'debug']);
  });

  it('does not let a message come back for ever over a fault of ours', async () => {
    const recording = recordingParts();
    const parse = (): Parsed => {
      throw new TypeError('undefined is not a function');
    };
    expect((await taker(recording.parts)(message(parse))).kind).toBe('malformed');
    expect(recording.lines.join('')).toContain('undefined is not a function');
  });

  describe('with questions for values of the Entity', () => {
    const request = {
      apikey: 'k1',
      deviceId: 'd1',
      type: 'configuration',
      fields: ['a'],
      protocol: 'iot-agent-json',
    } as const;
    const question = message(() => ({ kind: 'configuration', request }));

    it('has them acknowledged by MQTT while they are being answered: measures must not wait behind them', async () => {
      const answer = deferred();
      const recording = recordingParts({
        plain: { configure: () => answer.promise.then(() => ({ kind: 'answered', text: '{}' })) },
      });
      await taker(recording.parts)(question);
      expect(recording.counted).toEqual([]);
      answer.resolve();
      await recording.until(() => recording.counted.length === 1);
      expect(recording.counted).toEqual(['test answered']);
    });

    it('answers a crowd in turn, and refuses what is more than it can remember', async () => {
      const answer = deferred();
      let asked = 0;
      const configure = async () => {
        asked += 1;
        await answer.promise;
        return { kind: 'answered', text: '{}' } as const;
      };
      const recording = recordingParts({ plain: { configure } });
      const take = taker(recording.parts);
      for (let n = 0; n < 5001; n++) await take(question);
      expect(asked).toBeLessThanOrEqual(50);
      expect(recording.counted).toEqual(['test unanswered']);
      answer.resolve();
      await recording.until(() => recording.counted.length === 5001);
      expect(asked).toBe(5000);
    });

    it('answers by HTTP with what there is to say', async () => {
      const recording = recordingParts({
        plain: { configure: async () => ({ kind: 'answered', text: '{}' }) },
      });
      expect(await taker(recording.parts)({ ...question, by: 'http' })).toEqual({
        kind: 'answered',
        text: '{}',
      });
    });
  });
});
