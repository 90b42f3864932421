import { text } from 'node:stream/consumers';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  addPerson,
  decideGrant,
  grantRole,
  revokeRole,
  setActive,
  setUpAdministrators,
  type NewPerson,
} from '../access/grant.flow.ts';
import { giveOneTimePassword } from '../access/one-time-password.flow.ts';
import { ROLES, type Role } from '../access/permission.ts';
import { listedPersons, openRoleProposals } from '../access/person.sql.ts';
import { resetPerson } from '../access/reset-person.flow.ts';
import { bindIdentity } from '../access/sign-in-outside.flow.ts';
import type { House } from '../compose.ts';
import { Refusal } from '../kernel/refusal.ts';
import { grouped } from '../kernel/text.ts';
import { businessDate } from '../platform/clock.ts';
import { textTable } from '../platform/terminal.ts';
import { print, wholeNumber, withHouse } from './command.ts';

const BY = ['--by <person>', 'người quản trị thực hiện / the administrator who does it'] as const;

interface Granting {
  readonly role: Role;
  readonly unit: string;
  readonly by: string;
  readonly limit?: bigint;
}

/** Who may sign in, and what they may do. */
export function personCommands(program: Command): void {
  const persons = program
    .command('persons')
    .description('người sử dụng và quyền / persons and their rights');

  settingUp(persons);
  granting(persons);
  binding(persons);

  persons
    .command('list')
    .description('mọi người, vai trò và đề nghị đang chờ / everybody, roles, open proposals')
    .action(() => withHouse(list));

  for (const [name, active, said] of [
    ['stop', false, 'không cho làm việc nữa / may act no more'],
    ['resume', true, 'cho làm việc lại / may act again'],
  ] as const) {
    persons
      .command(`${name} <person>`)
      .description(said)
      .requiredOption(...BY)
      .action((personId: string, { by }: { by: string }) =>
        withHouse((house) => setActive(house.context({ actor: by }), { personId, active })),
      );
  }

  persons
    .command('reset <person>')
    .description(
      'cấp lại mật khẩu dùng một lần; thu hồi vai trò ký duyệt / another password, roles that sign are revoked',
    )
    .requiredOption(...BY)
    .action((personId: string, { by }: { by: string }) =>
      withHouse(async (house) => {
        const given = await resetPerson(house.context({ actor: by }), personId);
        print(`${personId}  ${given.password}  → ${given.until.toISOString()}`);
        for (const role of given.revoked) print(`thu hồi / revoked: ${role}`);
      }),
    );
}

/** Names and numbers come from standard input, so that they stay in no history of a terminal. */
function settingUp(persons: Command): void {
  persons
    .command('begin')
    .description(
      'lập hai người quản trị đầu tiên / set up the first two administrators\n\n' +
        'Từ đầu vào chuẩn, mỗi người một dòng / from standard input, a line each:\n' +
        '  tên-đăng-nhập;số định danh;họ và tên',
    )
    .action(() =>
      withHouse(async (house) => {
        const [first, second, ...more] = await personsFromInput();
        if (first === undefined || second === undefined || more.length > 0) {
          throw new Refusal('person-not-possible', { needed: 2 });
        }
        await setUpAdministrators(house.context({ actor: 'installation' }), [first, second]);
        for (const { personId } of [first, second])
          await giveFirst(house, personId, 'installation');
      }),
    );

  persons
    .command('add')
    .description('thêm người, chưa có quyền / add persons, who have no right yet; as for begin')
    .requiredOption(...BY)
    .option('--unit <code>', 'đơn vị của người quản trị / the unit that they are added for', 'VN')
    .action(({ by, unit }: { by: string; unit: string }) =>
      withHouse(async (house) => {
        for (const person of await personsFromInput()) {
          await addPerson(house.context({ actor: by }), { ...person, unitCode: unit });
          await giveFirst(house, person.personId, by);
        }
      }),
    );
}

function granting(persons: Command): void {
  const role = (): Option =>
    new Option('--role <role>', ROLES.join(', ')).choices(ROLES).makeOptionMandatory();
  persons
    .command('grant <person>')
    .description('cấp vai trò tại một đơn vị / grant a role in a unit')
    .addOption(role())
    .requiredOption('--unit <code>', 'mã tỉnh, xã hoặc VN / a province, a commune or VN')
    .option('--limit <vnd>', 'hạn mức mỗi đợt / what a batch may come to that they sign', amount)
    .requiredOption(...BY)
    .action((personId: string, options: Granting) =>
      withHouse((house) => grant(house, personId, options)),
    );
  persons
    .command('decide <proposal>')
    .description('người quản trị thứ hai cấp, hoặc không / a second administrator grants, or not')
    .option('--refuse', 'không cấp / do not grant', false)
    .requiredOption(...BY)
    .action((no: string, { refuse, by }: { refuse: boolean; by: string }) =>
      withHouse((house) =>
        decideGrant(house.context({ actor: by }), {
          proposalNo: BigInt(wholeNumber(no)),
          granted: !refuse,
        }),
      ),
    );
  persons
    .command('revoke <person>')
    .description('thu hồi vai trò ngay / take a role away at once')
    .addOption(role())
    .requiredOption('--unit <code>', 'đơn vị / unit')
    .requiredOption(...BY)
    .action((personId: string, { role: taken, unit: unitCode, by }: Granting) =>
      withHouse((house) =>
        revokeRole(house.context({ actor: by }), { personId, role: taken, unitCode }),
      ),
    );
}

/** What a provider calls a person may be their citizen number, so it comes from standard input. */
function binding(persons: Command): void {
  persons
    .command('bind <person>')
    .description(
      'gắn định danh điện tử (sub) với một người / bind a provider’s name (sub) to a person\n\n' +
        'sub từ đầu vào chuẩn / the sub comes from standard input',
    )
    .requiredOption('--issuer <address>', 'nhà cung cấp / the provider')
    .requiredOption(...BY)
    .action((personId: string, { issuer, by }: { issuer: string; by: string }) =>
      withHouse(async (house) => {
        const subject = (await text(process.stdin)).trim();
        await bindIdentity(house.context({ actor: by }), { issuer, subject, personId });
      }),
    );
}

async function grant(
  house: House,
  personId: string,
  { role, unit, limit = null, by }: Omit<Granting, 'limit'> & { limit?: bigint | null },
): Promise<void> {
  const wanted = { personId, role, unitCode: unit, limitVnd: limit };
  const { proposalNo } = await grantRole(house.context({ actor: by }), wanted);
  print(
    proposalNo === null
      ? 'đã cấp / granted'
      : `đề nghị số ${proposalNo}, chờ người quản trị thứ hai / proposed, another grants it`,
  );
}

async function giveFirst(house: House, personId: string, by: string): Promise<void> {
  const { password, until } = await giveOneTimePassword(house.context({ actor: by }), personId);
  print(`${personId}  ${password}  → ${until.toISOString()}`);
}

async function list({ db }: House): Promise<void> {
  const head = ['Người', 'Làm việc', 'Xác thực', 'Vai trò', 'Đơn vị', 'Hạn mức', 'Cấp bởi', 'Ngày'];
  const rows = (await listedPersons(db, ['VN'])).map((one) => [
    one.personId,
    one.active ? 'có/yes' : 'không/no',
    one.credential,
    one.role ?? '–',
    one.unitCode ?? '–',
    one.limitVnd === null ? '–' : `${grouped(one.limitVnd)} đ`,
    one.grantedBy ?? '–',
    one.grantedAt === null ? '–' : businessDate(one.grantedAt),
  ]);
  print(textTable([head, ...rows]));
  for (const { proposalNo, personId, role, unitCode, proposedBy } of await openRoleProposals(db, [
    'VN',
  ])) {
    print(`#${proposalNo} ${personId} ${role} ${unitCode} ← ${proposedBy}`);
  }
}

async function personsFromInput(): Promise<NewPerson[]> {
  const lines = (await text(process.stdin)).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [personId = '', citizenNumber = '', fullName = ''] = line.split(';').map((s) => s.trim());
    if (fullName === '') throw new Refusal('person-not-possible', { needed: 'a;b;c' });
    return { personId, citizenNumber, fullName };
  });
}

function amount(written: string): bigint {
  if (!/^[1-9]\d{0,14}$/.test(written)) throw new InvalidArgumentError('đồng');
  return BigInt(written);
}
