import { afterAll } from '@jest/globals';
import type { CodecResult, CodecRunner, DecodeInput } from '../../../iot-agent/codecs/codec-runner.ts';
import { revisionOf } from '../../../iot-agent/codecs/revision.ts';
import { startCodecs } from '../../../iot-agent/codecs/start-codecs.ts';
import type { Codec } from '../../../iot-agent/registry/codec.ts';
import { systemClock } from '../../../runtime/clock.ts';

/** When the uplinks of these tests were received. */
export const receivedAt = Date.UTC(2026, 0, 2, 15) * 1000;

/** A runner with one sandbox, which ends after the tests of the file. */
export function runningCodecs(): CodecRunner {
  const codecs = startCodecs({ workers: 1, clock: systemClock() });
  afterAll(() => codecs.stop());
  return codecs;
}

export function codecOf(script: string, name = 'own'): Codec {
  return { name, revision: revisionOf(script), script };
}

/** The script of a decoder with that body. */
export function decoderOf(body: string): string {
  return `function decodeUplink(input) { ${body} }`;
}

/** Decodes an uplink of three bytes, unless the input says otherwise. */
export function decodeWith(
  codecs: CodecRunner,
  script: string,
  input: Partial<DecodeInput> = {},
): Promise<CodecResult> {
  return codecs.decode(codecOf(script), { bytes: Uint8Array.of(1, 2, 3), fPort: 1, receivedAt, ...input });
}
