/** The part of the library that is used here: its parser. */
declare module 'jexl' {
  /** A parsed expression, as the library keeps it to itself. */
  export interface JexlExpression {
    readonly _ast: import('./syntax.ts').Node | null;
  }
  export class Jexl {
    /** @throws Error that says what is wrong with the expression. */
    compile(expression: string): JexlExpression;
  }
}
