import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { systemErrorCode } from './start-error.ts';

/** Whom connections over TLS trust: options of `tls.connect`. */
export interface TlsTrust {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: SecureContext;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** For settings: the certificates in the PEM file at the path; `undefined` for the empty path. */
export function certificatesIn(path: string): readonly string[] | undefined {
  if (path === '') return undefined;
  const found = textOf(path).match(CERTIFICATE) ?? [];
  if (found.length === 0 || !found.every(isCertificate))
    throw new Error('the path of a PEM file with the certificates of authorities');
  return found;
}

/**
 * Trusts the authorities that Node knows and those given; nobody in particular when `insecure`. Made once, since a
 * connection that has to read all authorities takes long.
 */
export function tlsTrust({
  authorities,
  insecure,
}: {
  readonly authorities: readonly string[] | undefined;
  readonly insecure: boolean;
}): TlsTrust {
  if (authorities === undefined) return { rejectUnauthorized: !insecure };
  const secureContext = createSecureContext({ ca: [...rootCertificates, ...authorities] });
  return { rejectUnauthorized: !insecure, secureContext };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`the path of a PEM file that can be read (${systemErrorCode(error)})`, { cause: error });
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
