/** A unit: its UN/CEFACT code (Recommendation 20), the signs that people write, and how it relates to others of its dimension. */
export interface Unit {
  readonly code: string;
  readonly signs: readonly string[];
  readonly dimension: string;
  /** A value in the unit, times this, plus `offset`, is one in the base unit of the dimension. */
  readonly factor: number;
  readonly offset: number;
}

type Row = readonly [code: string, signs: string, factor: number, offset?: number];

function dimension(name: string, ...rows: readonly Row[]): readonly Unit[] {
  return rows.map(([code, signs, factor, offset = 0]) => ({
    code,
    signs: signs.split(' '),
    dimension: name,
    factor,
    offset,
  }));
}

/** Every unit that devices may deliver in; the first sign is the one that is shown. */
export const UNITS: readonly Unit[] = [
  ...dimension(
    'temperature',
    ['CEL', '°C C degC', 1],
    ['KEL', 'K', 1, -273.15],
    ['FAH', '°F F degF', 5 / 9, -160 / 9],
  ),
  ...dimension(
    'share',
    ['C62', '0..1 -1..1 1', 1],
    ['P1', '% percent', 0.01],
    ['NX', '‰', 1e-3],
    ['59', 'ppm', 1e-6],
    ['61', 'ppb', 1e-9],
  ),
  ...dimension('count', ['C62', 'count', 1]),
  ...dimension(
    'mass in a volume',
    ['GQ', 'µg/m³', 1e-6],
    ['GP', 'mg/m³', 1e-3],
    ['A93', 'g/m³', 1],
    ['M1', 'mg/l', 1],
    ['GL', 'g/l', 1000],
  ),
  ...dimension(
    'length',
    ['C45', 'nm', 1e-9],
    ['4H', 'µm', 1e-6],
    ['MMT', 'mm', 1e-3],
    ['CMT', 'cm', 0.01],
    ['MTR', 'm', 1],
    ['KMT', 'km', 1000],
    ['INH', 'in inch', 0.0254],
    ['FOT', 'ft', 0.3048],
  ),
  ...dimension(
    'pressure',
    ['PAL', 'Pa', 1],
    ['A97', 'hPa', 100],
    ['MBR', 'mbar', 100],
    ['KPA', 'kPa', 1000],
    ['BAR', 'bar', 100_000],
    ['PS', 'psi', 6894.757],
    ['HN', 'mmHg', 133.322],
  ),
  ...dimension(
    'speed',
    ['MTS', 'm/s', 1],
    ['KMH', 'km/h', 1 / 3.6],
    ['KNT', 'kn kt', 1852 / 3600],
    ['HM', 'mph', 0.44704],
  ),
  ...dimension('voltage', ['2Z', 'mV', 1e-3], ['VLT', 'V', 1], ['KVT', 'kV', 1000]),
  ...dimension('current', ['4K', 'mA', 1e-3], ['AMP', 'A', 1]),
  ...dimension('power', ['WTT', 'W', 1], ['KWT', 'kW', 1000], ['MAW', 'MW', 1e6]),
  ...dimension('reactive power', ['D44', 'var', 1], ['KVR', 'kvar', 1000]),
  ...dimension('energy', ['WHR', 'Wh', 1], ['KWH', 'kWh', 1000], ['MWH', 'MWh', 1e6], ['JOU', 'J', 1 / 3600]),
  ...dimension('reactive energy', ['K3', 'kvarh', 1]),
  ...dimension('volume', ['MLT', 'ml', 1e-6], ['LTR', 'l L', 1e-3], ['MTQ', 'm³', 1]),
  ...dimension('flow', ['MQH', 'm³/h', 1], ['MQS', 'm³/s', 3600], ['L2', 'l/min', 0.06], ['G51', 'l/s', 3.6]),
  ...dimension('illuminance', ['LUX', 'lx lux', 1], ['KLX', 'klx klux', 1000]),
  ...dimension(
    'time',
    ['C26', 'ms', 1e-3],
    ['SEC', 's', 1],
    ['MIN', 'min', 60],
    ['HUR', 'h', 3600],
    ['DAY', 'd', 86_400],
  ),
  ...dimension('mass', ['MGM', 'mg', 1e-6], ['GRM', 'g', 1e-3], ['KGM', 'kg', 1], ['TNE', 't', 1000]),
  ...dimension('sound', ['2N', 'dB dB(A) dBA', 1]),
  ...dimension('signal', ['DBM', 'dBm', 1]),
  ...dimension('angle', ['DD', '° deg', 1], ['C81', 'rad', 180 / Math.PI]),
  ...dimension('irradiance', ['D54', 'W/m²', 1]),
  ...dimension('conductivity', ['G42', 'µS/cm', 1], ['H61', 'mS/cm', 1000], ['D10', 'S/m', 10_000]),
  ...dimension('frequency', ['HTZ', 'Hz', 1], ['KHZ', 'kHz', 1000], ['MHZ', 'MHz', 1e6]),
  ...dimension('acceleration', ['K40', 'g', 1], ['MSK', 'm/s²', 1 / 9.80665]),
  ...dimension('turbidity', ['NTU', 'NTU', 1]),
  ...dimension('acidity', ['Q30', 'pH', 1]),
  ...dimension('salinity', ['', 'ppt', 1]),
];

/** What keyboards cannot write: the micro sign in both of its characters, and raised digits. */
const spelling = (text: string): string =>
  text
    .trim()
    .replaceAll('μ', 'µ')
    .replaceAll('²', '2')
    .replaceAll('³', '3')
    .replaceAll('^', '')
    .replace(/^u(?=[gmS]\/|m$|S)/, 'µ');

const BY_NAME = new Map<string, readonly Unit[]>();
for (const unit of UNITS) {
  for (const name of new Set([unit.code, ...unit.signs].map(spelling)))
    if (name !== '') BY_NAME.set(name, [...(BY_NAME.get(name) ?? []), unit]);
}

/** The units of that UN/CEFACT code or sign: several where it is one in several dimensions, as `g` of mass and of acceleration. */
export function findUnits(name: string): readonly Unit[] {
  return BY_NAME.get(spelling(name)) ?? [];
}

/**
 * The units in which a value may come that is wanted in this one.
 * @param code its UN/CEFACT code, which tells which of several units of the name is meant.
 */
export function unitsOfDimension(name: string, code?: string): readonly Unit[] {
  const named = findUnits(name);
  const meant = named.filter((unit) => unit.code === code);
  const dimensions = new Set((meant.length === 0 ? named : meant).map((unit) => unit.dimension));
  return UNITS.filter((unit) => dimensions.has(unit.dimension));
}

/** A conversion from a unit to another; undefined when they measure different things, or one of them is not known. */
export function unitConversion(from: string, to: string): ((value: number) => number) | undefined {
  for (const target of findUnits(to)) {
    const source = findUnits(from).find((unit) => unit.dimension === target.dimension);
    if (source === undefined) continue;
    if (source === target) return (value) => value;
    return (value) => (value * source.factor + source.offset - target.offset) / target.factor;
  }
  return undefined;
}
