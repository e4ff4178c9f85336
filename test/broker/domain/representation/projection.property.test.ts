import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { type Projection, parseProjection } from '../../../../broker/domain/representation/projection.ts';
import { core, iri } from '../support.ts';

const LEVELS = 3;

interface Tree {
  readonly [name: string]: Tree | null;
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(name, fc.option(tie('tree'), { maxDepth: LEVELS, depthSize: 'small' }), {
    minKeys: 1,
    maxKeys: 4,
  }),
}));

function written(terms: Tree, separator: string): string {
  const texts = Object.entries(terms).map(([term, inner]) =>
    inner === null ? term : `${term}{${written(inner, separator)}}`,
  );
  return texts.join(separator);
}

function depth(terms: Tree): number {
  const depths = Object.values(terms).map((inner) => (inner === null ? 0 : 1 + depth(inner)));
  return Math.max(...depths);
}

/** The tree that a projection by pick came from. */
function toTree({ pick = new Set(), linked }: Projection): Tree {
  const entries = [...pick].map((term): [string, Tree | null] => {
    const inner = linked?.get(term);
    return [core.compact(term), inner === undefined ? null : toTree(inner)];
  });
  return Object.fromEntries(entries);
}

describe('the Attribute Projection Language (clause 4.21)', () => {
  it('is read as it was meant, as deep as joinLevel allows', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(',', '|'), (terms, separator) => {
        const pick = written(terms, separator);
        if (depth(terms) > LEVELS) expect(() => parseProjection({ pick }, core, LEVELS)).toThrow(/joinLevel/);
        else expect(toTree(parseProjection({ pick }, core, LEVELS))).toEqual(terms);
      }),
    );
  });

  it('leaves by omit what braces do not reach', () => {
    fc.assert(
      fc.property(tree, (terms) => {
        const { omit } = parseProjection({ omit: written(terms, ',') }, core, 99);
        const bare = Object.keys(terms).filter((term) => terms[term] === null);
        expect([...(omit ?? [])].sort()).toEqual(bare.map(iri).sort());
      }),
    );
  });

  it('refuses whatever else arrives, and never fails', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab{}|, .'), maxLength: 20 });
    fc.assert(
      fc.property(text, text, (pick, omit) => {
        try {
          parseProjection({ pick, omit }, core, LEVELS);
        } catch (error) {
          expect(error).toBeInstanceOf(NgsiLdError);
        }
      }),
    );
  });
});
