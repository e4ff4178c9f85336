import { parseConformance } from '../domain/representation/conformance.ts';
import { remember } from './remember.ts';

/** What a client would like answers to be (the Prefer header, RFC 7240), of what NGSI-LD has a meaning for. */
export interface Preferences {
  /** False for `body=json`: GeoJSON has its @context in a Link header then (clause 6.3.6). */
  readonly geoJsonHasContext: boolean;
  /** The n of the version 1.n that answers shall conform to, at most our own; absent when no version is preferred. */
  readonly minor?: number;
}

const nothing: Preferences = { geoJsonHasContext: true };
/** What stands between commas, which may be in quotes. */
const preferencePattern = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
/** Its name and its value; parameters behind them do not change what is preferred. */
const nameAndValue = /^\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/;

/** Reads a Prefer header; what is not understood is no preference, as RFC 7240 says. */
export function preferencesOf(header: string | string[] | undefined): Preferences {
  if (header === undefined) return nothing;
  return preferencesIn(typeof header === 'string' ? header : header.join());
}

const preferencesIn = remember(readPreferences);

function readPreferences(text: string): Preferences {
  const values = new Map<string, string>();
  for (const [preference] of text.matchAll(preferencePattern)) {
    const [, name, quoted, token] = nameAndValue.exec(preference) ?? [];
    const key = name?.toLowerCase();
    // The first of a name counts (RFC 7240 section 2).
    if (key !== undefined && !values.has(key)) {
      values.set(key, quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
    }
  }
  const minor = parseConformance(values.get('ngsi-ld') ?? '');
  return {
    geoJsonHasContext: values.get('body')?.toLowerCase() !== 'json',
    ...(minor !== undefined && { minor }),
  };
}
