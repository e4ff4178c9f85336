import type { AedesOptions, AuthenticateError } from 'aedes';
import { isLoopback } from '../../runtime/refuse-open.ts';
import { StartError } from '../../runtime/start-error.ts';
import { secretCheck } from './secret-check.ts';

/** Who may use the agent's own MQTT broker. */
export interface EmbeddedLogin {
  readonly host: string;
  /** What clients have to log in with; both or neither. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Serve other machines without a login. */
  readonly allowOpen: boolean;
}

/**
 * The broker's check of logins; none where everybody may come in.
 * @throws StartError when strangers could come in, or only half a login is set.
 */
export function loginCheck({
  host,
  user,
  password,
  allowOpen,
}: EmbeddedLogin): Pick<AedesOptions, 'authenticate'> {
  if (user === undefined && password === undefined) {
    if (allowOpen || isLoopback(host)) return {};
    throw new StartError(
      `HOST is ${host}, so other machines can reach the MQTT broker, and nothing protects it: set MQTT_USER and MQTT_PASSWORD, keep HOST at 127.0.0.1, name another broker in MQTT_URL, or set ALLOW_OPEN=1.`,
    );
  }
  if (user === undefined || password === undefined)
    throw new StartError('MQTT_USER and MQTT_PASSWORD belong together: set both, or neither.');
  const isUser = secretCheck(user);
  const isPassword = secretCheck(password);
  const badLogin = Object.assign(new Error('bad user name or password'), { returnCode: 4 });
  return {
    authenticate: (_client, givenUser, givenPassword, done) => {
      // Both, so that the time does not tell which one was wrong.
      const known = [isUser(givenUser), isPassword(givenPassword?.toString('utf8'))];
      if (known.every(Boolean)) done(null, true);
      else done(badLogin as AuthenticateError, null);
    },
  };
}
