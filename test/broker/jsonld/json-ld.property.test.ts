import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import jsonld from 'jsonld';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import type { Context } from '../../../broker/jsonld/context.ts';
import { coreDocument, coreTermsOf } from '../../../broker/jsonld/core-context.ts';
import { defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { unscoped } from './published.ts';
import { contextOf } from './support.ts';

const root = 'https://example.org/root';
const core = unscoped(coreDocument(defaultCoreVersion)['@context']);
const coreNames = coreTermsOf(defaultCoreVersion)
  .filter(({ container }) => container !== '@language' && container !== '@index')
  .map(({ term }) => term);

const own = ['a', 'b', 'température', '温度', 'constructor', 'ex', 'word', 'nothing'] as const;
const iri = fc.constantFrom(
  'http://example.org/',
  'http://example.org/a',
  'http://example.org/b',
  'http://example.org/a/b',
  'https://uri.etsi.org/ngsi-ld/default-context/b',
  'https://uri.etsi.org/ngsi-ld/default-context/undefined',
  'https://uri.etsi.org/ngsi-ld/observedAt',
  'urn:ngsi-ld:x',
);
const coercion = fc.constantFrom(
  '@id',
  '@vocab',
  '@json',
  '@none',
  'http://www.w3.org/2001/XMLSchema#integer',
);
const definition: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: iri },
  fc.record({ '@id': iri, '@type': coercion }, { requiredKeys: ['@id'] }) as fc.Arbitrary<JsonObject>,
  iri.map((id) => ({ '@id': id, '@container': '@set' })),
  iri.map((id) => ({ '@id': id, '@container': '@list' })),
);

/** A user @context: terms, prefixes, coercions, a vocabulary, terms that are mapped to nothing or belong to the core. */
const userContext: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...own, 'location', 'value', 'name', 'description'), definition, {
      maxKeys: 8,
    }),
    fc.record(
      { '@vocab': iri, nothing: fc.constant(null) },
      { requiredKeys: [] },
    ) as fc.Arbitrary<JsonObject>,
  )
  .map(([terms, rest]) => ({ '@version': 1.1, ...terms, ...rest }));

const memberName = fc.oneof(
  fc.constantFrom(...own, 'undefined', 'ex:c', 'word:c', 'unknown:c', 'http://example.org/a', '_:blank'),
  fc.constantFrom(...coreNames.filter((name) => name !== 'id' && name !== 'type')),
);
const identifier = fc.constantFrom('urn:ngsi-ld:Room:1', 'http://example.org/a', 'ex:c', 'unknown:c');
const typeName = fc.constantFrom('a', 'b', 'Room', 'ex:Room', 'http://example.org/a', 'Property');
const scalar = fc.oneof(fc.constantFrom('text', 'a', ''), fc.integer(), fc.boolean(), identifier);

/** Values without arrays in arrays and null in arrays: there NGSI-LD keeps what JSON-LD would not. */
const { value } = fc.letrec<{ value: Json; item: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), fc.array(tie('item'), { maxLength: 3 })),
  item: fc.oneof({ depthSize: 'small' }, scalar, tie('object')),
  object: fc.oneof(
    fc
      .tuple(
        fc.dictionary(memberName, fc.oneof({ weight: 6, arbitrary: tie('value') }, fc.constant(null)), {
          maxKeys: 4,
        }),
        fc.record(
          { id: identifier, type: fc.oneof(typeName, fc.array(typeName, { minLength: 1, maxLength: 2 })) },
          { requiredKeys: [] },
        ),
      )
      .map(([members, keywords]) => ({ ...members, ...keywords }) as JsonObject),
    fc.record({ '@value': fc.constantFrom('x', 5), '@type': typeName }) as fc.Arbitrary<JsonObject>,
    identifier.map((id): JsonObject => ({ '@id': id })),
    fc.constant<JsonObject>({ '@value': 'bell', '@language': 'en' }),
  ),
}));

/** What JSON-LD understands: lists count as the arrays that NGSI-LD keeps, and the order of values as nothing. */
async function understood(document: JsonObject): Promise<unknown> {
  const expanded = await jsonld.expand(document as object, { base: 'urn:base:' });
  return withoutLists((expanded as readonly JsonObject[])[0]?.[root] ?? []);
}

function withoutLists(value: Json): Json {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value.flatMap((item: Json) => withoutLists(item));
    return items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  if (Array.isArray(object['@list'])) return withoutLists(object['@list']);
  if (object['@type'] === '@json') return object;
  const names = Object.keys(object).toSorted();
  return Object.fromEntries(names.map((name) => [name, withoutLists(object[name] as Json)]));
}

const inContext = (context: JsonObject, document: Json): JsonObject => ({
  '@context': [context, core],
  [root]: document,
});

/** Runs the comparison for every value. */
async function compareAll(
  contextObject: JsonObject,
  values: readonly Json[],
  compare: (context: Context, value: Json) => Promise<void>,
): Promise<void> {
  const context = await contextOf(contextObject);
  for (const one of values) await compare(context, one);
}

/**
 * The reader's @context with the prefixes of the author's: an IRI such as `ex:c`, of no prefix, cannot be written for one
 * to whom `ex` is a prefix.
 */
function withPrefixesOf(author: JsonObject, reader: JsonObject): JsonObject {
  const { ex: _ex, word: _word, ...rest } = reader;
  const prefixes = Object.entries(author).filter(([name]) => name === 'ex' || name === 'word');
  return { ...rest, ...Object.fromEntries(prefixes) };
}

const cases = fc.tuple(userContext, fc.array(value, { minLength: 4, maxLength: 8 }));

describe('values, read and written by the term table and by JSON-LD', () => {
  it('expand to the same', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([context, values]) => {
        await compareAll(context, values, async ({ expandValue }, one) => {
          expect(await understood({ [root]: expandValue(one) })).toEqual(
            await understood(inContext(context, one)),
          );
        });
      }),
      { numRuns: 250 },
    );
  });

  it('compact to what JSON-LD understands to be the same, and so do we', async () => {
    await fc.assert(
      fc.asyncProperty(cases, userContext, async ([context, values], other) => {
        const author = await contextOf(context);
        const reader = withPrefixesOf(context, other);
        await compareAll(reader, values, async ({ expandValue, compactValue }, one) => {
          const expanded = author.expandValue(one);
          const compacted = compactValue(expanded);
          expect(expandValue(compacted)).toEqual(expanded);
          expect(await understood(inContext(reader, compacted))).toEqual(
            await understood({ [root]: expanded }),
          );
        });
      }),
      { numRuns: 250 },
    );
  });
});

describe('names, read and written by the term table and by JSON-LD', () => {
  const names = fc.array(fc.oneof(memberName, iri), { minLength: 8, maxLength: 16 });

  it('mean the same, and come back', async () => {
    await fc.assert(
      fc.asyncProperty(userContext, names, async (contextObject, asked) => {
        const context = await contextOf(contextObject);
        for (const name of asked) {
          if (name === 'nothing' || name === '_:blank') continue;
          const full = context.expand(name);
          const [node] = (await jsonld.expand({
            '@context': [contextObject, core],
            '@type': name,
          } as object)) as JsonObject[];
          expect(node).toEqual({ '@type': [full] });
          expect(context.expand(context.compact(full))).toBe(full);
        }
      }),
      { numRuns: 250 },
    );
  });
});
