/** How values of a Cayenne LPP type are written: big endian, `parts` numbers of `bytes` bytes each. */
export interface LppType {
  readonly code: number;
  readonly name: string;
  readonly bytes: number;
  readonly isSigned: boolean;
  /** What a number is divided by. */
  readonly per: number;
  /** Names of the numbers of a value that has several; a divisor of its own may follow. */
  readonly parts?: readonly (readonly [name: string, per: number])[];
}

const unsigned = (code: number, name: string, bytes: number, per = 1): LppType => ({
  code,
  name,
  bytes,
  isSigned: false,
  per,
});
const signed = (code: number, name: string, bytes: number, per = 1): LppType => ({
  ...unsigned(code, name, bytes, per),
  isSigned: true,
});
const axes = (per: number) => [['x', per] as const, ['y', per] as const, ['z', per] as const];

/** The base types of Cayenne LPP, under the names of The Things Stack, and the extensions that are common. */
const types: readonly LppType[] = [
  unsigned(0, 'digital_in', 1),
  unsigned(1, 'digital_out', 1),
  signed(2, 'analog_in', 2, 100),
  signed(3, 'analog_out', 2, 100),
  unsigned(100, 'generic', 4),
  unsigned(101, 'luminosity', 2),
  unsigned(102, 'presence', 1),
  signed(103, 'temperature', 2, 10),
  unsigned(104, 'relative_humidity', 1, 2),
  { ...signed(113, 'accelerometer', 2), parts: axes(1000) },
  unsigned(115, 'barometric_pressure', 2, 10),
  unsigned(116, 'voltage', 2, 100),
  unsigned(117, 'current', 2, 1000),
  unsigned(118, 'frequency', 4),
  unsigned(120, 'percentage', 1),
  signed(121, 'altitude', 2),
  unsigned(125, 'concentration', 2),
  unsigned(128, 'power', 2),
  unsigned(130, 'distance', 4, 1000),
  unsigned(131, 'energy', 4, 1000),
  unsigned(132, 'direction', 2),
  unsigned(133, 'unix_time', 4),
  { ...signed(134, 'gyrometer', 2), parts: axes(100) },
  {
    ...signed(136, 'gps', 3),
    parts: [
      ['latitude', 10_000],
      ['longitude', 10_000],
      ['altitude', 100],
    ],
  },
  unsigned(142, 'switch', 1),
];

/** The types by their code. */
export const lppTypes: ReadonlyMap<number, LppType> = new Map(types.map((type) => [type.code, type]));
