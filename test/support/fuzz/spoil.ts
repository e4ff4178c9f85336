import fc from 'fast-check';
import { type Draft, targetOf } from './draft.ts';
import { bodyText, mutatedJson, mutatedText, oddText } from './mutation.ts';

/** What an API may trip over. */
export interface Oddities {
  readonly headerNames: readonly string[];
  readonly headerValues: fc.Arbitrary<string>;
  /** Those that mean something elsewhere, or nothing. */
  readonly parameterNames: readonly string[];
}

const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PURGE', 'TRACE');
/** One way to spoil a request. */
function spoiled(draft: Draft, { headerNames, headerValues, parameterNames }: Oddities): fc.Arbitrary<Draft> {
  const { json, parameters } = draft;
  const [name] = parameters.keys();
  const withParameter =
    (key: string) =>
    (value: string): Draft => ({ ...draft, parameters: new Map([...parameters, [key, value]]) });
  const body =
    json === undefined
      ? []
      : [
          {
            weight: 8,
            arbitrary: mutatedJson(fc.constant(json)).map((changed): Draft => ({ ...draft, json: changed })),
          },
          {
            weight: 1,
            arbitrary: mutatedText(fc.constant(bodyText(json))).map((text): Draft => ({ ...draft, text })),
          },
          { weight: 1, arbitrary: fc.constant<Draft>({ ...draft, isChunked: true }) },
        ];
  const parameter =
    name === undefined
      ? []
      : [
          {
            weight: 6,
            arbitrary: mutatedText(fc.constant(parameters.get(name) ?? '')).map(withParameter(name)),
          },
          { weight: 2, arbitrary: oddText.map(withParameter(name)) },
        ];
  return fc.oneof(
    ...body,
    ...parameter,
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...parameterNames), oddText)
        .map(([key, value]) => withParameter(key)(value)),
    },
    {
      weight: 2,
      arbitrary: mutatedText(fc.constant(targetOf(draft))).map(
        (rawTarget): Draft => ({ ...draft, rawTarget }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...headerNames), fc.oneof(oddText, headerValues))
        .map(([header, value]): Draft => ({ ...draft, headers: { ...draft.headers, [header]: value } })),
    },
    { weight: 1, arbitrary: methods.map((method): Draft => ({ ...draft, method })) },
  );
}

/** Half of the requests as they are, the others spoiled once to three times. */
export function spoiledSometimes(valid: fc.Arbitrary<Draft>, oddities: Oddities): fc.Arbitrary<Draft> {
  const spoil = (draft: Draft) => spoiled(draft, oddities);
  const once = valid.chain(spoil);
  return fc.oneof(
    { weight: 5, arbitrary: valid },
    { weight: 3, arbitrary: once },
    { weight: 2, arbitrary: once.chain(spoil) },
    { weight: 1, arbitrary: once.chain(spoil).chain(spoil) },
  );
}
