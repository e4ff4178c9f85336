import { describe, expect, it } from '@jest/globals';
import { oneLine, withShownReasons } from '../../../broker/notifications/failure-reason.ts';
import type { SendResult } from '../../../broker/notifications/retry-policy.ts';

/** What is shown of an error that names these texts. */
async function shown(
  error: string,
  { uri = 'http://receiver.example/', headers = {} }: { uri?: string; headers?: Record<string, string> } = {},
): Promise<string> {
  const send = withShownReasons(async (): Promise<SendResult> => ({ kind: 'unanswered', error }));
  const result = await send({ uri, headers, body: '{}' });
  return result.kind === 'answered' ? '' : result.error;
}

describe('why a notification failed', () => {
  it('names no credentials of a URL, however they are written', async () => {
    const uri = 'mqtt://mona:s3cr%40t@broker.example/topic';
    expect(await shown(`connecting to ${uri} failed`, { uri })).toBe(
      'connecting to mqtt://***@broker.example/topic failed',
    );
    expect(await shown('mona may not; s3cr@t is wrong', { uri })).toBe('*** may not; *** is wrong');
  });

  it('names no value of a header, nor a word of one', async () => {
    const headers = { Authorization: 'Bearer abcdef', 'X-Key': 'abcdefghi' };
    expect(await shown('bad "Bearer abcdef", abcdefghi, abcdef', { headers })).toBe('bad "***", ***, ***');
  });

  it('stays readable where a value is short', async () => {
    expect(await shown('no answer within 10000 ms', { headers: { 'X-Try': '1' } })).toBe(
      'no answer within 10000 ms',
    );
  });

  it('is told of a URI, too, that is none of the web', async () => {
    expect(await shown('no answer', { uri: 'mqtt://a b/topic' })).toBe('no answer');
  });

  it.each([
    [
      'ERR_SSL_WRONG_VERSION_NUMBER: 80EC080B797F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl/record/ssl3_record.c:350:\n',
      'ERR_SSL_WRONG_VERSION_NUMBER: wrong version number',
    ],
    [
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: C0:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/s3.c:1586:SSL alert number 40',
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: sslv3 alert handshake failure',
    ],
  ])('says of a TLS handshake what went wrong, not where in OpenSSL: %s', async (error, reason) => {
    expect(await shown(error)).toBe(reason);
  });

  it('is one line of a bounded length', () => {
    expect(oneLine('a\r\n\tb\u0000\u2028c ')).toBe('a b c');
    expect(oneLine('x'.repeat(1000))).toHaveLength(300);
  });

  it('leaves answers as they are', async () => {
    const answered: SendResult = { kind: 'answered', status: 500 };
    const send = withShownReasons(async () => answered);
    expect(await send({ uri: 'http://receiver.example/', headers: {}, body: '' })).toBe(answered);
  });
});
