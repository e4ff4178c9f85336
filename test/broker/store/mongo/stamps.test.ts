import { describe, expect, it } from '@jest/globals';
import { momentOf, StampSource, withWriter } from '../../../../broker/store/mongo/stamps.ts';

const HOUR = 3_600_000_000;

describe('write stamps', () => {
  it('grow as text, though the clock stands still or goes back', () => {
    let time = 1_800_000_000_000_000;
    const stamps = new StampSource(() => time);
    const texts = Array.from({ length: 20 }, (_, round) => {
      if (round % 3 === 0) time -= 500;
      return stamps.next().text;
    });
    expect(texts).toEqual([...texts].sort());
    expect(new Set(texts).size).toBe(20);
  });

  it('are greater than the last write of a process whose clock is ahead', () => {
    const ahead = new StampSource(() => 5000).next();
    const stamps = new StampSource(() => 1000);
    expect(stamps.next(ahead.at).text > ahead.text).toBe(true);
    const witness = new StampSource(() => 1000);
    witness.witness(ahead.text);
    expect(witness.next().text > ahead.text).toBe(true);
  });

  it('differ between processes at the same moment, and tell the moment', () => {
    const [one, other] = [new StampSource(() => 7), new StampSource(() => 7)].map((source) => source.next());
    expect(one?.text).not.toBe(other?.text);
    expect([one, other].map((stamp) => momentOf(stamp?.text ?? ''))).toEqual([7, 7]);
  });
});

describe('the trail of writers', () => {
  const stampOf = (writer: string, at: number) => new StampSource(() => at, writer).next().text;

  it('keeps the last stamp of each process, whatever the others write', () => {
    let trail: readonly string[] = [];
    for (const [writer, at] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['b', 4],
      ['b', 5],
    ] as const) {
      trail = withWriter(trail, stampOf(writer, at));
    }
    expect(trail).toEqual([stampOf('a', 3), stampOf('b', 5)]);
  });

  it('forgets processes that have not written for an hour, and the oldest of more than 16', () => {
    expect(withWriter([stampOf('a', 1)], stampOf('b', HOUR + 2))).toEqual([stampOf('b', HOUR + 2)]);
    const many = Array.from({ length: 40 }, (_, at) => stampOf(`w${at}`, at + 1));
    const trail = many.reduce<readonly string[]>(withWriter, []);
    expect(trail).toEqual(many.slice(-16));
  });
});
