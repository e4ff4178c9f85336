// Bounded repetitions keep every expression linear on long lines.
const credentials = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"]{1,1024}@/gi;
const secretParameters = /([?&](?:k|apikey|api_key|key|token|access_token|password|secret)=)[^&\s"#]+/gi;
const secretMembers =
  /("(?:proxy-)?(?:authorization|x-api-key|x-auth-token|cookie|password|passwd|apikey|token|secret)":)(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi;

/** The text with user, password and secret parameters of every URL in it replaced by `***`, fit for a log. */
export function maskUrl(text: string): string {
  return text.replace(credentials, '$1***@').replace(secretParameters, '$1***');
}

/** A JSON text without secrets: URLs as `maskUrl` does, and members with a secret's name at any depth. */
export function maskJson(json: string): string {
  return maskUrl(json).replace(secretMembers, '$1"***"');
}
