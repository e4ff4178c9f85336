import { describe, expect, it } from '@jest/globals';
import type { Attribute, Entity, Json } from '../../../broker/domain/entity.ts';
import { parseEntityQuery } from '../../../broker/domain/query/parse-entity-query.ts';
import { createJudge } from '../../../broker/store/judge-candidates.ts';
import { vocabulary } from '../../support/vocabulary.ts';

const uri = (name: string): string => `urn:n:${name}`;

function instance(kind: Attribute['kind'], value: Json): Attribute {
  return { kind, value, createdAt: 1, modifiedAt: 1 };
}

/** An Entity with a number, and a Relationship `next` where it is told to whom. */
function node(name: string, number: number, next?: string | readonly string[]): Entity {
  const object = typeof next === 'string' ? uri(next) : next?.map(uri);
  return {
    id: uri(name),
    types: [vocabulary.expand('Node')],
    scopes: [],
    createdAt: 1,
    modifiedAt: 1,
    attributes: {
      [vocabulary.expand('number')]: [instance('Property', number)],
      ...(object !== undefined && { [vocabulary.expand('next')]: [instance('Relationship', object)] }),
    },
  };
}

/** Judges as a query with this q does, over a store of these Entities, and tells what was read. */
function judging(q: string, stored: readonly Entity[]) {
  const byId = new Map(stored.map((entity) => [entity.id, entity]));
  const reads: (readonly string[])[] = [];
  const getMany = async (ids: readonly string[]): Promise<ReadonlyMap<string, Entity>> => {
    reads.push(ids);
    return new Map(ids.flatMap((id) => byId.get(id) ?? []).map((entity) => [entity.id, entity]));
  };
  const query = parseEntityQuery({ q, joinLevel: 3 }, vocabulary);
  return { judge: createJudge({ getMany }, query, 2), reads };
}

const namesOf = (entities: readonly Entity[]): readonly string[] =>
  entities.map(({ id }) => id.slice(uri('').length));

describe('candidates of a query', () => {
  const chain = [node('a', 1, 'b'), node('b', 2, 'c'), node('c', 3, 'd'), node('d', 4)];

  it('are judged at once where q follows no links', () => {
    const { judge, reads } = judging('number>2', []);
    expect(namesOf(judge(chain) as readonly Entity[])).toEqual(['c', 'd']);
    expect(reads).toEqual([]);
  });

  it('are judged by what they link to, read in one go', async () => {
    const { judge, reads } = judging('next{number}>2', chain);
    expect(namesOf(await judge(chain))).toEqual(['b', 'c']);
    expect(reads).toEqual([['b', 'c', 'd'].map(uri)]);
  });

  it('take one read more for each link behind a link, and none for what has been read', async () => {
    const { judge, reads } = judging('next{next{number}}==4', chain);
    expect(namesOf(await judge(chain.slice(0, 2)))).toEqual(['b']);
    expect(reads).toEqual([['b', 'c'].map(uri), ['d'].map(uri)]);
    expect(namesOf(await judge(chain))).toEqual(['b']);
    expect(reads).toHaveLength(2);
  });

  it('take no read where a term before has decided', async () => {
    const { judge, reads } = judging('number==1;next{number}==2|number==4', chain);
    expect(namesOf(await judge(chain))).toEqual(['a', 'd']);
    expect(reads).toEqual([[uri('b')]]);
  });

  it('do without what does not exist, and are asked for it once', async () => {
    const lost = [node('x', 0, ['nowhere', 'b']), node('y', 0, 'nowhere')];
    const { judge, reads } = judging('!next{number}', chain);
    expect(namesOf(await judge(lost))).toEqual(['y']);
    expect(await judge(lost)).toHaveLength(1);
    expect(reads).toEqual([['nowhere', 'b'].map(uri)]);
  });

  it('of whom many link to different Entities are judged in groups, in their order', async () => {
    const many = Array.from({ length: 2500 }, (_, at) => node(`m${at}`, at, `t${at}`));
    const targets = many.map((_, at) => node(`t${at}`, at));
    const { judge, reads } = judging('next{number}>=0', targets);
    expect(await judge(many)).toEqual(many);
    const grown = [256, 256, 256, 232];
    expect(reads.map((ids) => ids.length)).toEqual([32, 64, 128, 256, 256, 256, 8, ...grown, 256, 244]);
  });

  it('that link to too much text are refused before all of it is read', async () => {
    const targets = Array.from({ length: 400 }, (_, at) => node(`t${at}`, 1));
    const large = targets.map((target) => ({
      ...target,
      attributes: { ...target.attributes, text: [instance('Property', 'x'.repeat(1_000_000))] },
    }));
    const all = large.map(({ id }) => id.slice(uri('').length));
    const { judge, reads } = judging('next{number}>=0', large);
    await expect(judge([node('x', 0, all)])).rejects.toMatchObject({ type: 'TooComplexQuery' });
    expect(reads.map((ids) => ids.length)).toEqual([32, 32, 32, 32, 32]);
  });

  it('are judged whatever they link to together, some at a time', async () => {
    const text = [instance('Property', 'x'.repeat(3_000_000))];
    const large = Array.from({ length: 120 }, (_, at) => node(`t${at}`, at)).map((target) => ({
      ...target,
      attributes: { ...target.attributes, text },
    }));
    const { judge } = judging('next{number}>=0', large);
    for (let at = 0; at < large.length; at += 20) {
      const candidates = large.slice(at, at + 20).map(({ id }, to) => node(`m${at + to}`, 0, id.slice(6)));
      expect(await judge(candidates)).toEqual(candidates);
    }
  });

  it('that link to too many Entities are refused', async () => {
    const all = Array.from({ length: 50_001 }, (_, at) => `t${at}`);
    const { judge, reads } = judging('next{number}>=0', []);
    await expect(judge([node('x', 0, all)])).rejects.toMatchObject({ type: 'TooComplexQuery' });
    expect(reads).toEqual([]);
  });
});
