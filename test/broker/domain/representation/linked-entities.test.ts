import { describe, expect, it } from '@jest/globals';
import type { Entity, Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { createEmbedder } from '../../../../broker/domain/representation/embed-linked.ts';
import { type JoinParameters, parseJoin } from '../../../../broker/domain/representation/join.ts';
import {
  flattened,
  type LinkedEntities,
  type WalkOptions,
  walkLinkedEntities,
} from '../../../../broker/domain/representation/linked-entities.ts';
import { parseProjection } from '../../../../broker/domain/representation/projection.ts';
import { core, iri, NOW, refusalOf, shown, stored } from '../support.ts';

const uri = (name: string): string => `urn:n:${name}`;

/** An Entity with a Relationship for each member: to one other, or to several. */
function node(name: string, links: Readonly<Record<string, string | readonly string[]>> = {}): Entity {
  const members = Object.entries(links).map(([relationship, to]): [string, Json] => [
    relationship,
    { object: typeof to === 'string' ? uri(to) : to.map(uri) },
  ]);
  return stored({ id: uri(name), type: 'Node', name, ...Object.fromEntries(members) });
}

interface Walked extends LinkedEntities {
  /** What was asked for, one list for each time. */
  readonly asked: readonly (readonly string[])[];
}

function options(parameters: JoinParameters, more: Partial<WalkOptions> = {}): WalkOptions {
  const join = parseJoin(parameters);
  if (join === undefined) throw new Error('These parameters ask for nothing.');
  return { join, now: NOW, ...more };
}

/** Walks from the first node, or from the first `count`, with all of them in the store. */
function walked(nodes: readonly Entity[], walk: WalkOptions, count = 1): Walked {
  const asked: (readonly string[])[] = [];
  const steps = walkLinkedEntities(nodes.slice(0, count), walk);
  let step = steps.next();
  while (!step.done) {
    const { value } = step;
    asked.push(value);
    step = steps.next(
      new Map(nodes.filter(({ id }) => value.includes(id)).map((entity) => [entity.id, entity])),
    );
  }
  return { ...step.value, asked };
}

const names = ({ met }: LinkedEntities): readonly string[] =>
  met.map(({ entity }) => entity.id.slice(uri('').length));

describe('the walk to Linked Entities (clause 4.5.23.1)', () => {
  const diamond = [
    node('a', { left: 'b', right: 'c' }),
    node('b', { next: 'd' }),
    node('c', { next: 'd' }),
    node('d', { back: 'a', lost: 'nowhere' }),
  ];

  it('asks once for each level, and for no Entity twice', () => {
    const walk = walked(diamond, options({ join: 'flat', joinLevel: 9 }));
    expect(walk.asked).toEqual([['b', 'c'].map(uri), ['d'].map(uri), ['nowhere'].map(uri)]);
    expect(names(walk)).toEqual(['b', 'c', 'd']);
  });

  it('ends at the joinLevel, one unless said otherwise', () => {
    expect(names(walked(diamond, options({ join: 'flat' })))).toEqual(['b', 'c']);
    expect(names(walked(diamond, options({ join: 'flat', joinLevel: 2 })))).toEqual(['b', 'c', 'd']);
  });

  it('asks for nothing where there is nothing to ask for', () => {
    expect(walked([node('a')], options({ join: 'inline' })).asked).toEqual([]);
    const contained = { join: 'inline', containedBy: [uri('b'), uri('c')] };
    expect(walked(diamond, options(contained)).asked).toEqual([]);
  });

  it('does not ask for what was asked for in the first place', () => {
    const both = [node('a', { twin: 'b' }), node('b', { twin: 'a' })];
    const walk = walked(both, options({ join: 'flat' }), 2);
    expect([walk.asked, walk.met]).toEqual([[], []]);
    expect([...walked(both, options({ join: 'inline' }), 2).byId.keys()]).toEqual([uri('a'), uri('b')]);
  });

  it('follows only what is shown', () => {
    const projection = parseProjection({ omit: 'left' }, core);
    expect(names(walked(diamond, options({ join: 'flat' }, { projection })))).toEqual(['c']);
    const datasetIds = new Set(['urn:d:1']);
    expect(walked(diamond, options({ join: 'flat' }, { datasetIds })).asked).toEqual([]);
    const briefly = stored({ r: { object: uri('b'), expiresAt: '2026-01-01T00:00:00.5Z' } });
    expect(walked([briefly, ...diamond], options({ join: 'flat' })).asked).toEqual([]);
  });

  it('follows a second time where other members are picked', () => {
    const projection = parseProjection({ pick: 'left{next{lost}},right{next{back}}' }, core, 2);
    const walk = walked(diamond, options({ join: 'flat', joinLevel: 3 }, { projection }));
    expect(names(walk)).toEqual(['b', 'c', 'd', 'd']);
    expect(walk.asked.at(-1)).toEqual([uri('nowhere')]);
  });

  it('refuses more than an answer may have, before it asks for them', () => {
    const many = Array.from({ length: 5001 }, (_, at) => `n${at}`);
    const refusal = refusalOf(() =>
      walkLinkedEntities([node('a', { r: many })], options({ join: 'flat' })).next(),
    );
    expect(refusal.type).toBe('TooManyResults');
  });
});

describe('flat (clause 4.5.23.3)', () => {
  it('has each Entity once, with all that is picked of it anywhere', () => {
    const nodes = [
      node('a', { left: 'b', right: 'b', up: 'c', down: 'c' }),
      node('b', { r: 'x' }),
      node('c'),
    ];
    const pick = 'left{id,name},right{id,r},up{id},down';
    const projection = parseProjection({ pick }, core, 1);
    const walk = walked(nodes, options({ join: 'flat' }, { projection }));
    const bodies = flattened(walk).map(({ entity, projection: of }) =>
      shown(entity, of === undefined ? {} : { projection: of }),
    );
    expect(bodies).toEqual([
      { id: uri('b'), name: 'b', r: { object: uri('x') } },
      { id: uri('c'), type: 'Node', name: 'c' },
    ]);
  });
});

describe('inline (clause 4.5.23.2)', () => {
  function embedded(nodes: readonly Entity[], walk: WalkOptions): JsonObject | undefined {
    const linked = walked(nodes, walk);
    const form = 'simplified' as const;
    const embedInto = createEmbedder(linked, walk, (entity, of) => shown(entity, { form, ...of }));
    const [first] = nodes as readonly [Entity];
    const { projection } = walk;
    return shown(first, { form, embed: embedInto(first), ...(projection !== undefined && { projection }) });
  }

  it('never has an Entity within itself, but in several places', () => {
    const nodes = [node('a', { left: 'b', right: 'b' }), node('b', { back: 'a', self: 'b' })];
    const b = { id: uri('b'), type: 'Node', name: 'b', back: uri('a'), self: uri('b') };
    expect(embedded(nodes, options({ join: 'inline', joinLevel: 5 }))).toEqual({
      ...{ id: uri('a'), type: 'Node', name: 'a' },
      ...{ left: b, right: b },
    });
  });

  it('bounds what grows with every level', () => {
    const levels = 'abcdefgh'.split('');
    const nodes = levels.map((name, at) => node(name, { r: Array(4).fill(levels[at + 1] ?? 'z') }));
    const refusal = refusalOf(() => embedded(nodes, options({ join: 'inline', joinLevel: 9 })));
    expect(refusal.type).toBe('TooManyResults');
  });

  it('bounds the text of what stands in many places', () => {
    const text = 'x'.repeat(2_000_000);
    const large = stored({ id: uri('b'), type: 'Node', text });
    const join = options({ join: 'inline' });
    const nodes = (count: number) => [node('a', { r: Array(count).fill('b') }), large];
    expect(embedded(nodes(100), join)?.['r']).toHaveLength(100);
    expect(refusalOf(() => embedded(nodes(200), join)).type).toBe('TooManyResults');
  });

  it('leaves values alone that only look like Relationships', () => {
    const value = { [iri('object')]: uri('b') };
    const nodes = [stored({ p: { value }, v: { vocab: uri('b') } }), node('b')];
    expect(walked(nodes, options({ join: 'inline' })).asked).toEqual([]);
  });
});
