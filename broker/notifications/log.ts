type Line = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The part of a logger that notifications use. */
export interface NotificationLog {
  readonly error: Line;
  readonly warn: Line;
  readonly info: Line;
  readonly debug: Line;
}
