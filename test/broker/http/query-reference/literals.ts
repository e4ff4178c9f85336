import type { Json } from '../../../../broker/domain/entity.ts';

/** What a value in an Entity is to q: plain JSON, the URI or URIs of a Relationship, or the time in a system member. */
export interface Target {
  readonly kind: 'plain' | 'uris' | 'moment';
  readonly value: Json;
}

/** A value of a q: how it is written, and what it is to one target, which is no array. */
export interface Literal {
  readonly text: string;
  readonly equals: (target: Target) => boolean;
  /** Negative where the target is less; NaN without an order. */
  readonly order: (target: Target) => number;
}

const collator = new Intl.Collator('en');
const momentLike = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?$/;
const timeLike = /^\d\d:\d\d:\d\d(\.\d+)?Z$/;

function momentOf(value: Json): number {
  return typeof value === 'string' && momentLike.test(value) ? Date.parse(value) : Number.NaN;
}

function timeOf(value: Json): number {
  return typeof value === 'string' && timeLike.test(value) ? Date.parse(`1970-01-01T${value}`) : Number.NaN;
}

function byOrder(text: string, order: Literal['order']): Literal {
  return { text, order, equals: (target) => order(target) === 0 };
}

export function number(text: string): Literal {
  return byOrder(text, ({ value }) => (typeof value === 'number' ? value - Number(text) : Number.NaN));
}

export function truth(text: 'true' | 'false'): Literal {
  return { text, equals: ({ value }) => value === (text === 'true'), order: () => Number.NaN };
}

/** A dateTime or a date. */
export function moment(text: string): Literal {
  return byOrder(text, ({ kind, value }) =>
    kind === 'uris' ? Number.NaN : momentOf(value) - momentOf(text.replace(',', '.')),
  );
}

export function timeOfDay(text: string): Literal {
  return byOrder(text, ({ kind, value }) => (kind === 'plain' ? timeOf(value) - timeOf(text) : Number.NaN));
}

/** A string: in quotes, or as a bare word; `iri` is what `expandValues` makes of it. */
export function words(value: string, text: string, iri?: string): Literal {
  return {
    text,
    equals: (target) =>
      target.kind === 'moment'
        ? momentOf(target.value) === momentOf(value)
        : target.value === value || (iri !== undefined && target.value === iri),
    order: (target) => {
      if (target.kind === 'moment') return momentOf(target.value) - momentOf(value);
      return typeof target.value === 'string' ? collator.compare(target.value, value) : Number.NaN;
    },
  };
}
