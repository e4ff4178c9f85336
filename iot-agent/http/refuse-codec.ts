import { builtInCodecs } from '../codecs/built-in.ts';
import { closeNames } from '../devices/close-names.ts';
import type { Registry } from '../registry/registry.ts';
import { Refusal } from './refusal.ts';

/** Names among which close ones are looked for. */
const mostNames = 1000;

/**
 * Refuses settings that name a codec which is neither built in nor uploaded. `about` says whose they are.
 * @throws Refusal that names the codec and close ones.
 */
export async function refuseUnknownCodec(
  registry: Pick<Registry, 'codec' | 'codecs'>,
  tenant: string,
  { codec }: { readonly codec?: string },
  about: string,
): Promise<void> {
  if (codec === undefined || builtInCodecs.has(codec)) return;
  if ((await registry.codec(tenant, codec)) !== undefined) return;
  const { records } = await registry.codecs(tenant, { limit: mostNames, offset: 0 });
  const close = closeNames(codec, [...builtInCodecs.keys(), ...records.map(({ name }) => name)]);
  const hint = close.length === 0 ? '' : `did you mean ${close.join(' or ')}? `;
  throw new Refusal(
    'WRONG_SYNTAX',
    `codec of ${about} is ${JSON.stringify(codec.slice(0, 80))}, which was not uploaded: ${hint}PUT /iot/codecs/${encodeURIComponent(codec.slice(0, 80))} uploads it, GET /iot/codecs lists those of this tenant`,
    'codec',
  );
}
