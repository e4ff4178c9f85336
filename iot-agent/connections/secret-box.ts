import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets at rest so that the database alone does not tell them. */
export interface SecretBox {
  /** Seals a secret for a place, at which alone it can be opened; without a key it stays as it is. */
  seal(secret: string, place: string): string;
  /** @throws SecretError when it was sealed with another key, or for another place */
  open(kept: string, place: string): string;
}

/** A secret that cannot be opened: the message names the remedy. */
class SecretError extends Error {
  override readonly name = 'SecretError';
}

const algorithm = 'aes-256-gcm';
const mark = 'sealed:v1:';
const ivBytes = 12;
const tagBytes = 16;

/** A box with the key of AGENT_SECRET_KEY; without one, secrets are kept as they are. */
export function secretBox(secretKey: string | undefined): SecretBox {
  const key =
    secretKey === undefined
      ? undefined
      : Buffer.from(hkdfSync('sha256', secretKey, 'carillon', 'secrets of connections', 32));
  return {
    seal: (secret, place) => {
      if (key === undefined) return secret;
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return mark + sealed.toString('base64url');
    },
    open: (kept, place) => {
      if (!kept.startsWith(mark)) return kept;
      if (key === undefined)
        throw new SecretError(
          'its secrets are sealed, and AGENT_SECRET_KEY is not set: set it to the key that sealed them',
        );
      return unsealed(Buffer.from(kept.slice(mark.length), 'base64url'), key, place);
    },
  };
}

function unsealed(sealed: Buffer, key: Buffer, place: string): string {
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(-tagBytes));
    const text = sealed.subarray(ivBytes, -tagBytes);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    throw new SecretError(
      'its secrets were sealed with another AGENT_SECRET_KEY: set that again, or PUT the connection with its secrets',
    );
  }
}
