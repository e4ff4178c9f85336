const credentials = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"]{1,1024}@/gi;
const secretParameters = /([?&](?:k|apikey|api_key|key|token|access_token|password|secret)=)[^&\s"#]*/gi;

/** The text with user, password and secret parameters of every URL in it replaced by `***`, fit for a log. */
export function maskUrl(text: string): string {
  return text.replace(credentials, '$1***@').replace(secretParameters, '$1***');
}
